package io.heddle.controller.hosts;

import java.util.Optional;
import java.util.Set;

/** A controller's place among several: what hosts must know of the others, and of who leads. */
public interface Lead {
    /** Of a controller that is alone. */
    Lead ALONE = new Lead() {
        @Override
        public Set<String> targets(boolean tls) {
            return Set.of();
        }

        @Override
        public Optional<String> lock() {
            return Optional.empty();
        }

        @Override
        public boolean holds() {
            return true;
        }

        @Override
        public void doubt() {}
    };

    /** The OpenFlow targets of all controllers, whoever leads; none of a controller that is alone. */
    Set<String> targets(boolean tls);

    /** The lock of the database (RFC 7047 §4.1.8) under which the leader writes; empty for a controller alone. */
    Optional<String> lock();

    /** Whether this controller still leads, as far as it knows. */
    boolean holds();

    /** Somebody else writes to a host: finds out whether this controller still leads. Does not wait. */
    void doubt();
}
