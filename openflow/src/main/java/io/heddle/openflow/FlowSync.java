package io.heddle.openflow;

import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.apps.router.RouterApp;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Meter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reconciles one switch's flow entries: reads the entries, sends the smallest difference, and repeats this whenever the
 * switch reports an external change. First connection, reconnection, a changed network file and drift all go through
 * the same steps, see {@link Phase}. Confined to the switch's event loop.
 *
 * <p>A switch that already has the right entries gets no FLOW_MOD at all.
 */
public final class FlowSync {
    private static final long SETTLE_MILLIS = 100;
    /** Longest delay of a check while foreign entries keep changing: drift is repaired within two seconds. */
    private static final long LONGEST_SETTLE_MILLIS = 1000;

    private static final long LONGEST_RETRY_MILLIS = 8000;

    /**
     * The status of a switch's flow entries. Immutable; any thread.
     *
     * @param inSync whether the switch has the wanted program, as far as it has reported
     * @param error what the switch refused or why repairs wait, or null
     * @param refused the entry that the error is about, if the switch names one
     * @param program the program that the switch confirmed last
     * @param changes number of entries that were sent last
     */
    public record State(boolean inSync, String error, Optional<FlowEntry> refused, FlowProgram program, int changes) {
        /** A switch that has confirmed nothing. */
        public static final State NONE = new State(false, null, Optional.empty(), FlowProgram.EMPTY, 0);

        private State differing(String why) {
            return new State(false, why, Optional.empty(), program, changes);
        }
    }

    /** Gets the results of one wanted program. Called on the loop. */
    public interface Listener {
        /** The switch has confirmed the program, or a newer one that has replaced it. Called once. */
        void confirmed(State state);

        /** The first answer of the switch: it has refused or confirmed (then after {@link #confirmed}). Called once. */
        void answered(State state);

        /** One that first runs something when the program is confirmed. */
        default Listener after(Runnable first) {
            Listener then = this;
            return new Listener() {
                @Override
                public void confirmed(State state) {
                    first.run();
                    then.confirmed(state);
                }

                @Override
                public void answered(State state) {
                    then.answered(state);
                }
            };
        }
    }

    /** The current step. */
    enum Phase {
        /** Nothing. */
        IDLE,
        /** The switch has reported an external change. A short delay before the read lets related changes follow. */
        CHECK_DUE,
        /** The switch's entries are being read. */
        READING,
        /** Meters are being read and sent. */
        METERS,
        /** Entries have been sent; the switch has yet to confirm them. */
        SENDING,
        /** The switch has refused; the next attempt waits. */
        RETRYING,
        /** An external change was repeated; its repair waits. */
        PAUSED;

        private boolean isBusy() {
            return this == READING || this == METERS || this == SENDING;
        }
    }

    /** Why a comparison with the switch starts. */
    private enum Cause {
        WANTED,
        CHANGE_REPORTED,
        RETRY,
        PAUSE_OVER
    }

    private final Switch connection;
    private final Consumer<LearningPorts> configureLearning;
    private final Function<List<FlowEntry>, List<FlowEntry>> restoreLearnt;
    private final WaitingListeners listeners = new WaitingListeners();
    private final CopyBindings bindings = new CopyBindings();
    private final FormerConnections former;
    private final ChangeMonitor monitor;
    private final ExternalChanges externalChanges;
    private final MeterSync meterSync;
    private final FlowSender sender;

    private Phase phase = Phase.IDLE;
    private FlowProgram desired;
    /** The program that is being compared or sent; newer ones wait until that is done. */
    private FlowProgram target;
    /** The program that the switch certainly has, so that no read is needed; null if that is not certain. */
    private FlowProgram known;
    /** The wanted program, once the switch has confirmed it: any later difference is an external change. */
    private FlowProgram inPlace;
    /** Whether the switch has reported an external change since it was last read. */
    private boolean changeReported;

    private boolean meters = true;
    private boolean learntRestored;
    private long retryMillis = SETTLE_MILLIS;
    private long settleMillis = SETTLE_MILLIS;
    /** The number of the newest timer; older timers do nothing. */
    private int timer;

    private volatile State state = State.NONE;

    /**
     * @param configureLearning gets the ports of each wanted program
     * @param restoreLearnt gets the learnt entries of the first read, and returns those that must be removed
     */
    FlowSync(
            Switch connection,
            Consumer<LearningPorts> configureLearning,
            Function<List<FlowEntry>, List<FlowEntry>> restoreLearnt) {
        this.connection = connection;
        this.configureLearning = configureLearning;
        this.restoreLearnt = restoreLearnt;
        this.monitor = new ChangeMonitor(connection, this::changeReported);
        this.externalChanges = new ExternalChanges(connection);
        this.meterSync = new MeterSync(connection);
        this.former = new FormerConnections(connection);
        this.sender = new FlowSender(connection);
    }

    /** The current status; any thread. */
    public State state() {
        return state;
    }

    /** The rate of a meter that the switch should have, per second; empty where it has no meters. On the loop. */
    OptionalLong rate(int meter) {
        Meter m = desired == null ? null : desired.meters().get(meter);
        return m == null ? OptionalLong.empty() : OptionalLong.of(m.rate());
    }

    Phase phase() {
        return phase;
    }

    /** Sets the wanted program; only on the loop. A new program is not drift, and ends any pause. */
    public void want(FlowProgram program, LearningPorts ports, Listener listener) {
        desired = meters ? program : program.withoutMeters();
        inPlace = null;
        configureLearning.accept(ports);
        state = state.differing(null);
        listeners.add(listener);
        if (!phase.isBusy()) {
            run(Cause.WANTED);
        }
    }

    private void run(Cause cause) {
        if (desired == null || !connection.isActive()) {
            return;
        }
        timer++;
        if (known != null) {
            // The switch reports every external change, so it still has what it confirmed last.
            replace(
                    cause,
                    desired,
                    FlowDiff.between(desired, known),
                    known.meters().keySet());
            return;
        }
        // Start the monitor before the read: otherwise a change in between would go unnoticed.
        monitor.start();
        phase = Phase.READING;
        changeReported = false;
        new FlowReader(connection).read(Cookies.HEDDLE, Cookies.OWNER_MASK, (entries, error) -> {
            if (error != null) {
                target = desired;
                finish(cause, error, Optional.empty(), 0);
            } else {
                compare(cause, entries);
            }
        });
    }

    private void compare(Cause cause, Collection<FlowEntry> entries) {
        List<FlowEntry> standing = new ArrayList<>();
        List<FlowEntry> learnt = new ArrayList<>();
        for (FlowEntry e : entries) {
            if (e.cookie() == L2LearningApp.LEARNT || e.cookie() == RouterApp.LEARNT) {
                learnt.add(e);
            } else if (!L2LearningApp.isLearnt(e.cookie())) {
                standing.add(e);
            }
        }
        Set<Integer> used = new HashSet<>();
        standing.forEach(e -> used.addAll(e.instructions().meters()));
        FlowDiff diff = FlowDiff.between(desired, standing);
        if (!learntRestored) {
            learntRestored = true;
            List<FlowEntry> stray = restoreLearnt.apply(learnt);
            List<FlowEntry> remove = new ArrayList<>(diff.remove());
            remove.addAll(stray);
            diff = new FlowDiff(diff.add(), diff.replaced(), remove);
        }
        replace(cause, desired, diff, used);
    }

    /** @param standing the meters that entries on the switch refer to */
    private void replace(Cause cause, FlowProgram program, FlowDiff diff, Set<Integer> standing) {
        target = program;
        meterSync.compare(standing, target.meters().keySet());
        if (cause != Cause.RETRY) {
            externalChanges.forget();
        }
        boolean external = !diff.isEmpty() && isExternal(cause);
        if (external && cause == Cause.CHANGE_REPORTED && backsOff(diff)) {
            return;
        }
        state = external ? state.differing(state.error()) : state;
        phase = Phase.METERS;
        meterSync.put(target.meters(), (refused, added) -> {
            FlowDiff all = bindings.complete(diff, added, program);
            if (refused != null && meters && connection.isActive()) {
                goOnWithoutMeters(refused);
            } else if (refused != null || all.isEmpty()) {
                finish(cause, refused, Optional.empty(), 0);
            } else {
                state = state.inSync() ? state.differing(null) : state;
                if (!external && isExternal(cause)) {
                    externalChanges.foundMeterRemoved();
                } else if (!external && cause != Cause.RETRY) {
                    connection.report("changed", all.size() + " flow entries, one of them: " + all.one());
                }
                phase = Phase.SENDING;
                former.before(all, program, state.program());
                sender.send(all, (error, entry) -> finish(cause, error, entry, all.size()));
            }
        });
    }

    /** Whether a difference is an external change: the switch has confirmed the program that is still wanted. */
    private boolean isExternal(Cause cause) {
        return inPlace == target && (cause == Cause.CHANGE_REPORTED || cause == Cause.PAUSE_OVER);
    }

    /** Whether an external change was repeated so often that its repair waits. */
    private boolean backsOff(FlowDiff diff) {
        long pauseMillis = externalChanges.found(diff);
        if (pauseMillis == 0) {
            return false;
        }
        phase = Phase.PAUSED;
        state = state.differing("repeated external change of its flow entries: repairs wait");
        wakeIn(pauseMillis, Cause.PAUSE_OVER);
        return true;
    }

    /** Installs the entries without meters: forwarding is worth more than limits that the switch cannot keep. */
    private void goOnWithoutMeters(String why) {
        connection.report("no-meters", "the switch refuses meters, so rate and storm limits have no effect: " + why);
        meters = false;
        desired = desired.withoutMeters();
        phase = Phase.IDLE;
        run(Cause.WANTED);
    }

    private void finish(Cause cause, String error, Optional<FlowEntry> refused, int changes) {
        phase = Phase.IDLE;
        if (!connection.isActive()) {
            return;
        }
        boolean latest = target == desired;
        if (error == null) {
            confirmed();
        } else if (!isReported(error, refused)) {
            connection.report("refused", "the switch refused its flow entries: " + error);
        }
        known = error == null && monitor.isComplete() && !changeReported ? target : null;
        inPlace = error == null && latest ? target : inPlace;
        // Changes to foreign entries trigger useless reads: read less often while they continue.
        settleMillis = cause == Cause.CHANGE_REPORTED && changes == 0
                ? Math.min(settleMillis * 2, LONGEST_SETTLE_MILLIS)
                : SETTLE_MILLIS;
        state = new State(error == null && latest, error, refused, error == null ? target : state.program(), changes);
        if (error != null) {
            retryMillis = Math.min(retryMillis * 2, LONGEST_RETRY_MILLIS);
            phase = Phase.RETRYING;
            wakeIn(retryMillis, Cause.RETRY);
        } else if (changeReported) {
            checkLater();
        }
        if (latest) {
            listeners.answer(state);
        } else {
            run(Cause.WANTED);
        }
    }

    private void confirmed() {
        retryMillis = SETTLE_MILLIS;
        bindings.confirmed();
        former.after();
        meterSync.removeStale();
        externalChanges.repaired();
    }

    /** Whether the error is reported already. A retry's text has other xids, so compare the refused entry, if any. */
    private boolean isReported(String error, Optional<FlowEntry> refused) {
        return state.error() != null
                && (refused.isPresent() ? refused.equals(state.refused()) : error.equals(state.error()));
    }

    /** Runs again after {@code millis}; replaces an earlier timer. */
    private void wakeIn(long millis, Cause cause) {
        int mine = ++timer;
        connection.schedule(
                () -> {
                    if (mine == timer) {
                        run(cause);
                    }
                },
                millis);
    }

    /** Takes a multipart reply that answers no request. */
    void monitorEvent(ByteBuf message) {
        monitor.event(message);
    }

    private void changeReported() {
        changeReported = true;
        known = null;
        if (phase == Phase.IDLE) {
            checkLater();
        }
    }

    private void checkLater() {
        phase = Phase.CHECK_DUE;
        wakeIn(settleMillis, Cause.CHANGE_REPORTED);
    }
}
