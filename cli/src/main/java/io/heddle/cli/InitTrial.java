package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Decides what {@link InitWatchCommand} does, from what the controller and Open vSwitch say at each look. Pure: time is
 * an argument. What is not known now decides nothing.
 */
final class InitTrial {
    /** How long the controller may take to go back after the time of the trial. */
    static final int GRACE_SECONDS = 15;
    /** How long the version may take to be accepted. */
    static final int START_SECONDS = 60;
    /** How often in a row a NIC must be away: Heddle puts a port that somebody takes out back in. */
    static final int SURE_AWAY = 2;
    /** How often in a row a version must be without a trial, so that one that is going back is not taken for kept. */
    static final int SURE_KEPT = 10;

    /** What to do now. */
    enum Step {
        WAIT,
        /** The NIC has left the bridge: its addresses follow, and the watch ends. */
        GO_BACK,
        /** The time is over, and the controller has not gone back: take the bridge away from it, and look on. */
        FORCE_BACK,
        /** Somebody has kept the version. */
        KEPT,
        /** Likewise, but too late: the addresses are back already. */
        KEPT_LATE,
        /** After {@link #FORCE_BACK}, the controller has gone back, too. */
        IS_BACK,
        /** Another version is in force, and the NIC is where it was. */
        OTHER
    }

    private final int version;
    private final long trialNanos;
    private long deadline;
    private boolean onTrial;
    private boolean wasIn;
    private boolean wasForced;
    private int away;
    private int kept;

    /** @param base the version in force before, {@code base + 1} is that on trial */
    InitTrial(int base, int seconds, long now) {
        version = base + 1;
        trialNanos = TimeUnit.SECONDS.toNanos(seconds + GRACE_SECONDS);
        deadline = now + TimeUnit.SECONDS.toNanos(START_SECONDS);
    }

    /**
     * Looks once.
     *
     * @param now {@link System#nanoTime}
     * @param status the controller's status; a missing node if it does not answer
     * @param isIn whether the NIC is in the bridge; empty if Open vSwitch does not answer
     */
    Step look(long now, JsonNode status, Optional<Boolean> isIn) {
        int inForce = status.path("version").asInt(-1);
        if (!onTrial && status.path("trial").path("version").asInt() == version) {
            onTrial = true;
            deadline = now + trialNanos;
        }
        kept = inForce == version && !status.has("trial") ? kept + 1 : 0;
        boolean in = isIn.orElse(false);
        wasIn |= in;
        if (isIn.isPresent()) {
            away = in ? 0 : away + 1;
        }
        boolean isOther = inForce >= 0 && inForce != version;
        if (wasForced) {
            return isOther && isIn.isPresent()
                    ? Step.IS_BACK
                    : kept >= SURE_KEPT ? Step.KEPT_LATE : in ? Step.FORCE_BACK : Step.WAIT;
        }
        if (wasIn && away >= SURE_AWAY) {
            return Step.GO_BACK;
        }
        boolean isOver = now - deadline > 0;
        if (kept >= SURE_KEPT && (in || isOver)) {
            return Step.KEPT;
        }
        if (!isOver || kept > 0) {
            return Step.WAIT;
        }
        wasForced = !isOther;
        return isOther ? Step.OTHER : Step.FORCE_BACK;
    }
}
