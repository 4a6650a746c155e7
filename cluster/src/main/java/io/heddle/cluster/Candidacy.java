package io.heddle.cluster;

import java.util.Optional;

/**
 * Decides whether this controller campaigns: if no controller leads or the leader is dead, but not during a
 * {@link HoldOff}. Times are those of {@link System#nanoTime}. Confined to one thread.
 */
final class Candidacy {
    private final HoldOff holdOff = new HoldOff();
    /** The earliest time of a campaign. */
    private long earliest;
    /** The term of a leader that does not answer. */
    private Optional<Long> dead = Optional.empty();

    /** This controller follows from now on. @param lost whether it has led until now */
    void follow(boolean lost, long now) {
        if (lost) {
            holdOff.lost(now);
        }
        earliest = now + holdOff.nanos(now);
        forget();
    }

    /** Forgets what was seen of the leader. */
    void forget() {
        dead = Optional.empty();
    }

    /** The leader of a term does not answer. */
    void silent(long term) {
        dead = Optional.of(term);
    }

    /** The leader of a term answers again: during a hold-off, a short silence must not depose it later. */
    void answers(long term) {
        if (dead.equals(Optional.of(term))) {
            forget();
        }
    }

    /**
     * The term to replace by a campaign now, 0 if no controller leads; empty if this controller must not campaign.
     */
    Optional<Long> replaces(Roster roster, long now) {
        if (now - earliest < 0) {
            return Optional.empty();
        }
        return roster.leader().isEmpty() ? Optional.of(0L) : dead.filter(term -> term == roster.term());
    }
}
