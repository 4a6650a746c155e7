package io.heddle.controller.api;

import io.heddle.controller.fleet.Rollout;
import io.heddle.controller.services.Services;
import java.util.Map;

/** Liveness and readiness of the process, for supervisors and load balancers. */
final class Health {
    private final Services services;

    Health(Services services) {
        this.services = services;
    }

    /** Fails if the model thread does not respond: a restart would help. */
    Reply live() {
        boolean live = services.modelThread().responds();
        return new Reply(
                live ? 200 : 503,
                Map.of(),
                Row.of("status", live ? "up" : "the model thread does not respond")
                        .map());
    }

    /** Fails until the stored network is in force. */
    Reply ready() {
        int stored = services.changes().latest();
        Rollout inForce = services.fleet().rollout();
        boolean ready = inForce.number() >= stored && (stored == 0 || inForce.areHostsPushed());
        return new Reply(
                ready ? 200 : 503,
                Map.of(),
                Row.of("status", ready ? "ready" : "version " + stored + " is not in force yet")
                        .and("version", inForce.number())
                        .map());
    }
}
