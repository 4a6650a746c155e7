package io.heddle.ovsdb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps one host's database in its wanted state: compares the live copy with that state, sends one transaction with the
 * difference, and repeats this whenever rows change, see {@link Phase}. Confined to its session's event loop. A fault
 * closes the session; the next session starts anew.
 */
public final class HostSync {
    private static final long SETTLE_MILLIS = 50;
    private static final long FIRST_RETRY_MILLIS = 500;
    private static final long LONGEST_RETRY_MILLIS = 30_000;

    /**
     * The status of a host's database. Immutable.
     *
     * @param error what the host refused, why repairs wait, or what somebody else's rows prevent; null for nothing
     * @param waiting devices that interfaces wait for
     */
    public record State(boolean inSync, String error, List<MissingDevice> waiting) {
        State(boolean inSync, String error) {
            this(inSync, error, List.of());
        }
    }

    /** Gets the events of the reconciliation. Called on the event loop. */
    public interface Listener {
        /**
         * There is an external change.
         *
         * @param lines the changes that repair it
         * @return milliseconds to wait before the repair, 0 for none
         */
        long drifted(List<String> lines);

        /** An external change, reported to {@link #drifted} before, was repaired. */
        void mended(List<String> lines);

        /** The host accepted a transaction for a new wanted state. */
        void changed(List<String> lines);

        /**
         * The host refused a transaction, or rows of somebody else prevent a part of the wanted state; not repeated
         * while the error is the same.
         */
        void refused(String why);

        /** Open vSwitch has acted on the wanted state, and devices appear or disappear. */
        void settled(State state);
    }

    /** The current step. */
    enum Phase {
        /** There is no wanted state yet. */
        IDLE,
        /** A transaction was sent; its reply is pending. */
        SENDING,
        /** The database has the wanted state; Open vSwitch has yet to act on it. */
        CONFIRMING,
        /** Open vSwitch has acted on the wanted state. */
        SETTLED,
        /** The host has refused; the next attempt waits. */
        RETRYING,
        /** An external change was repeated; its repair waits. */
        PAUSED
    }

    /** Why a comparison with the database starts. */
    private enum Cause {
        WANTED,
        ROWS_CHANGED,
        RETRY,
        PAUSE_OVER
    }

    private final HostSession session;
    private final Listener listener;
    private final List<Consumer<State>> waiting = new ArrayList<>();
    private Phase phase = Phase.IDLE;
    private HostState desired;
    /** Whether the host has confirmed the wanted state: any later difference is an external change. */
    private boolean inPlace;

    private long expectedConfig = -1;
    private long retryMillis = FIRST_RETRY_MILLIS;
    /** The number of the newest timer; older timers do nothing. */
    private int timer;
    /** Whether the newest timer is pending. */
    private boolean timed;

    private volatile State state = new State(false, null);

    public HostSync(HostSession session, Listener listener) {
        this.session = session;
        this.listener = listener;
    }

    /** The current status; any thread. */
    public State state() {
        return state;
    }

    Phase phase() {
        return phase;
    }

    /**
     * Sets the wanted state; on the loop. A new state is not drift, and ends any pause.
     *
     * @param done called each time the host refuses the state or a part of it, and once when Open vSwitch has acted on
     *     all of it or of a later state that replaced it
     */
    public void want(HostState wanted, Consumer<State> done) {
        desired = wanted;
        inPlace = false;
        state = new State(false, null);
        waiting.add(done);
        if (phase != Phase.SENDING) {
            guarded(() -> run(Cause.WANTED));
        }
    }

    /** The database changed. On the loop. */
    public void databaseChanged() {
        if (desired == null || phase == Phase.SENDING) {
            return;
        }
        guarded(() -> {
            if (phase != Phase.SETTLED && isTakenUp()) {
                HostDiff.Change change = HostDiff.between(desired, session.database());
                if (change.isEmpty()) {
                    settled(change.conflicts());
                    return;
                }
            }
            if (!timed) {
                wakeIn(SETTLE_MILLIS, Cause.ROWS_CHANGED);
            }
        });
    }

    private void run(Cause cause) {
        if (!session.isReady()) {
            return;
        }
        cancelTimer();
        HostDiff.Change change = HostDiff.between(desired, session.database());
        if (!change.isEmpty()) {
            repair(cause, change);
        } else if (isTakenUp()) {
            settled(change.conflicts());
        } else {
            phase = Phase.CONFIRMING;
        }
    }

    private void repair(Cause cause, HostDiff.Change change) {
        if (inPlace && cause == Cause.ROWS_CHANGED) {
            long pause = listener.drifted(change.lines());
            state = new State(false, null);
            if (pause > 0) {
                phase = Phase.PAUSED;
                state = new State(false, "repeated external change: repairs wait");
                wakeIn(pause, Cause.PAUSE_OVER);
                return;
            }
        }
        phase = Phase.SENDING;
        HostState sent = desired;
        Consumer<List<String>> done = inPlace ? listener::mended : listener::changed;
        session.transact(
                change.operations(),
                (results, error) -> guarded(() -> {
                    Optional<Long> config = error == null ? nextConfig(results) : Optional.empty();
                    if (config.isPresent()) {
                        accepted(config.get());
                        done.accept(change.lines());
                        databaseChanged();
                    } else {
                        refused(sent, error != null ? error : "the host's answer to a transaction lacks next_cfg");
                    }
                }));
    }

    private void accepted(long config) {
        retryMillis = FIRST_RETRY_MILLIS;
        expectedConfig = config;
        phase = Phase.CONFIRMING;
    }

    /** Open vSwitch has acted on the database once cur_cfg has caught up with next_cfg (ovs-vswitchd.conf.db(5)). */
    private boolean isTakenUp() {
        return session.database().root().flatMap(r -> r.number("cur_cfg")).orElse(0L) >= expectedConfig;
    }

    /** @param conflicts what rows of somebody else prevent; all the rest is in place */
    private void settled(List<String> conflicts) {
        cancelTimer();
        phase = Phase.SETTLED;
        retryMillis = FIRST_RETRY_MILLIS;
        inPlace = conflicts.isEmpty();
        State before = state;
        state = new State(
                inPlace, inPlace ? null : String.join("; ", conflicts), MissingDevice.of(desired, session.database()));
        if (state.equals(before)) {
            return;
        }
        if (!inPlace && !state.error().equals(before.error())) {
            listener.refused(state.error());
        }
        listener.settled(state);
        List<Consumer<State>> done = List.copyOf(waiting);
        if (inPlace) {
            waiting.clear();
        }
        done.forEach(w -> w.accept(state));
    }

    private void refused(HostState sent, String error) {
        if (sent != desired) {
            phase = Phase.CONFIRMING;
            run(Cause.WANTED);
            return;
        }
        phase = Phase.RETRYING;
        wakeIn(retryMillis, Cause.RETRY);
        retryMillis = Math.min(retryMillis * 2, LONGEST_RETRY_MILLIS);
        boolean isReported = error.equals(state.error());
        state = new State(false, error);
        if (!isReported) {
            listener.refused(error);
        }
        // The callbacks stay in the list: they are called again on success.
        List.copyOf(waiting).forEach(w -> w.accept(state));
    }

    /** The new value of next_cfg, which the transaction's last operation reads. */
    private static Optional<Long> nextConfig(List<JsonNode> results) {
        return results.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(results.get(results.size() - 1))
                        .map(r -> r.path("rows").path(0).path("next_cfg"))
                        .filter(JsonNode::isIntegralNumber)
                        .map(JsonNode::asLong);
    }

    /** Compares with the database again after {@code millis}; cancels earlier timers. */
    private void wakeIn(long millis, Cause cause) {
        int mine = ++timer;
        timed = true;
        session.schedule(
                () -> {
                    if (mine == timer) {
                        guarded(() -> run(cause));
                    }
                },
                millis);
    }

    private void cancelTimer() {
        timer++;
        timed = false;
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            session.failed(e);
        }
    }
}
