package io.heddle.flows.simulate;

import io.heddle.flows.program.CtState;
import java.util.Optional;

/**
 * What a switch finds when it tracks the connection of a frame. It depends on earlier frames, so whoever sends a frame
 * through flow entries has to assume it.
 */
public enum Tracked {
    /** The frame begins a connection, or goes on in the direction of its first frame before any reply. */
    NEW(CtState.TRACKED | CtState.NEW),
    /** The frame answers a connection that the switch has committed. */
    REPLY(CtState.TRACKED | CtState.ESTABLISHED | CtState.REPLY);

    private final long state;

    Tracked(long state) {
        this.state = state;
    }

    /** The bits of {@code ct_state}. */
    public long state() {
        return state;
    }

    /** The assumption behind a value of {@code ct_state}; empty for an untracked frame. */
    public static Optional<Tracked> of(long state) {
        return state == 0 ? Optional.empty() : Optional.of((state & CtState.REPLY) == 0 ? NEW : REPLY);
    }
}
