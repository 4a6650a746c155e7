package io.heddle.ovsdb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps one host's database as it should be: compares the live copy with what is wanted, sends the one transaction
 * that is missing, and does so again whenever rows change. Confined to its session's event loop.
 */
public final class HostSync {
    private static final long SETTLE_MILLIS = 50;
    private static final long FIRST_BACKOFF_MILLIS = 500;
    private static final long LONGEST_BACKOFF_MILLIS = 30_000;

    /** How a host stands. Immutable. @param error what the host refused, or null */
    public record State(boolean inSync, String error) {
    }

    /** Hears what was found and done. Called on the event loop. */
    public interface Listener {
        /**
         * Somebody else changed what is ours.
         *
         * @param lines what it takes to mend it
         * @return milliseconds to let it stand before it is mended, 0 for none
         */
        long drifted(List<String> lines);

        /** What somebody else changed was mended. */
        void mended(List<String> lines);

        /** A transaction was made. */
        void changed(List<String> lines);

        /** The host refused a transaction. */
        void refused(String why);
    }

    private final OvsdbSession session;
    private final Listener listener;
    private final List<Consumer<State>> waiting = new ArrayList<>();
    private HostState desired;
    private boolean busy;
    private boolean scheduled;
    private boolean settled;
    private boolean paused;
    private long pausedUntil;
    private long expectedConfig = -1;
    private long backoffMillis = FIRST_BACKOFF_MILLIS;
    private volatile State state = new State(false, null);

    public HostSync(OvsdbSession session, Listener listener) {
        this.session = session;
        this.listener = listener;
    }

    /** How the host stands; any thread. */
    public State state() {
        return state;
    }

    /**
     * Says what the host should have; on the loop.
     *
     * @param done called each time the host refuses it, and once when OVS has taken it up
     */
    public void want(HostState wanted, Consumer<State> done) {
        desired = wanted;
        settled = false;
        paused = false;
        state = new State(false, null);
        waiting.add(done);
        run();
    }

    /** The database changed. On the loop. */
    public void databaseChanged() {
        if (desired != null) {
            confirm();
            later(SETTLE_MILLIS);
        }
    }

    private void run() {
        if (busy || desired == null || !session.isReady()) {
            return;
        }
        HostDiff.Change change = HostDiff.between(desired, session.database());
        if (change.isEmpty()) {
            confirm();
            return;
        }
        boolean drift = settled;
        if (drift && waitsForQuiet(change)) {
            return;
        }
        paused = false;
        busy = true;
        session.transact(change.operations(), (results, error) -> {
            busy = false;
            if (error != null) {
                refused(error);
            } else {
                backoffMillis = FIRST_BACKOFF_MILLIS;
                expectedConfig = nextConfig(results);
                if (drift) {
                    listener.mended(change.lines());
                } else {
                    listener.changed(change.lines());
                }
                confirm();
                later(SETTLE_MILLIS);
            }
        });
    }

    /** Whether somebody insists, so that the drift is let stand for a while. */
    private boolean waitsForQuiet(HostDiff.Change change) {
        if (!paused) {
            long millis = listener.drifted(change.lines());
            paused = true;
            pausedUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        }
        long left = TimeUnit.NANOSECONDS.toMillis(pausedUntil - System.nanoTime());
        if (left > 0) {
            state = new State(false, "somebody keeps changing what is Heddle's");
            later(left);
        }
        return left > 0;
    }

    /** OVS has done what the database says once cur_cfg has caught up with next_cfg (ovs-vswitchd.conf.db(5)). */
    private void confirm() {
        Optional<Long> current = session.database().root().flatMap(r -> r.number("cur_cfg"));
        if (busy || current.orElse(0L) < expectedConfig || !HostDiff.between(desired, session.database()).isEmpty()) {
            return;
        }
        settled = true;
        state = new State(true, null);
        List<Consumer<State>> done = List.copyOf(waiting);
        waiting.clear();
        done.forEach(w -> w.accept(state));
    }

    private void refused(String error) {
        if (!error.equals(state.error())) {
            listener.refused(error);
        }
        state = new State(false, error);
        // They wait on: it is tried again, and they are told when it succeeds.
        List.copyOf(waiting).forEach(w -> w.accept(state));
        later(backoffMillis);
        backoffMillis = Math.min(backoffMillis * 2, LONGEST_BACKOFF_MILLIS);
    }

    private static long nextConfig(List<JsonNode> results) {
        return results.get(results.size() - 1).path("rows").path(0).path("next_cfg").asLong(-1);
    }

    private void later(long millis) {
        if (!scheduled) {
            scheduled = true;
            session.loop().schedule(() -> {
                scheduled = false;
                run();
            }, millis, TimeUnit.MILLISECONDS);
        }
    }
}
