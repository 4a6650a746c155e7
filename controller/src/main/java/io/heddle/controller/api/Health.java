package io.heddle.controller.api;

import static io.heddle.controller.api.Views.row;

import io.heddle.controller.Core;
import io.heddle.controller.store.VersionStore;
import java.util.Map;

/** Whether the process works, and whether it has taken up what it knows: for those who start it and send to it. */
final class Health {
    private final Core core;

    Health(Core core) {
        this.core = core;
    }

    /** Fails when the thread that everything goes through does not answer: a restart would help. */
    Reply live() {
        boolean live = core.fleet().responds();
        return new Reply(live ? 200 : 503, Map.of(), row("status", live ? "up" : "the model thread does not answer"));
    }

    /** Fails until the stored network is in force. */
    Reply ready() {
        int stored = core.store().latest().map(VersionStore.Version::number).orElse(0);
        boolean ready = core.fleet().version() >= stored && core.fleet().toldHosts() >= stored;
        return new Reply(ready ? 200 : 503, Map.of(), row("status", ready ? "ready" : "version " + stored + " is being taken up",
                "version", core.fleet().version()));
    }
}
