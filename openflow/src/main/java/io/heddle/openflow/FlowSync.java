package io.heddle.openflow;

import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.events.MendPace;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Meter;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.Wire;
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
 * Keeps one switch's flow entries as they should be: reads what is there, sends the least difference, and does so
 * again whenever the switch reports an external change. First connect, reconnect, a changed file and drift all go
 * through the same steps, see {@link Phase}. Confined to the switch's event loop.
 *
 * <p>A switch that is already right is sent no FLOW_MOD at all.
 */
public final class FlowSync {
    private static final long SETTLE_MILLIS = 100;
    /** However often foreign entries change, ours are checked after so long: drift is repaired within two seconds. */
    private static final long LONGEST_SETTLE_MILLIS = 1000;

    private static final long LONGEST_RETRY_MILLIS = 8000;
    private static final int MULTIPART_MORE_AT = Wire.HEADER + 3;

    /**
     * How a switch stands. Immutable; any thread.
     *
     * @param inSync whether the switch has what is wanted, as far as it has reported
     * @param error what the switch refused or why repairs wait, or null
     * @param refused the entry that the error is about, where the switch names one
     * @param program what the switch confirmed last
     * @param changes how many entries were sent last
     */
    public record State(boolean inSync, String error, Optional<FlowEntry> refused, FlowProgram program, int changes) {
        private State differing(String why) {
            return new State(false, why, Optional.empty(), program, changes);
        }
    }

    /** Hears what becomes of one wanted program. Called on the loop. */
    public interface Listener {
        /** The switch has the program, or the one that was wanted in its place since. Called once. */
        void confirmed(State state);

        /** The switch has refused for the first time, or has confirmed, after {@link #confirmed}. Called once. */
        void answered(State state);
    }

    /** What is under way. */
    enum Phase {
        /** Nothing. */
        IDLE,
        /** An external change was reported; the switch is read once others that belong to it had time to follow. */
        CHECK_DUE,
        /** The switch's entries are being read. */
        READING,
        /** Meters are being read and sent. */
        METERS,
        /** Entries have been sent and are to be confirmed. */
        SENDING,
        /** The switch has refused; it is tried again later. */
        RETRYING,
        /** An external change was repeated; it is left in place for a while. */
        PAUSED;

        private boolean isBusy() {
            return this == READING || this == METERS || this == SENDING;
        }
    }

    /** Why the switch is looked at. */
    private enum Cause {
        WANTED,
        CHANGE_REPORTED,
        RETRY,
        PAUSE_OVER
    }

    private final Switch connection;
    private final Consumer<LearningPorts> configureLearning;
    private final Function<List<FlowEntry>, List<FlowEntry>> restoreLearnt;
    private final List<Listener> unanswered = new ArrayList<>();
    private final List<Listener> unconfirmed = new ArrayList<>();
    /** Meters that entries of ours referred to and that the program no longer has. */
    private final Set<Integer> staleMeters = new HashSet<>();

    private final CopyBindings bindings = new CopyBindings();

    private final ChangeMonitor monitor;
    private final MendPace pace = new MendPace();

    private Phase phase = Phase.IDLE;
    private FlowProgram desired;
    /** What is being compared with the switch or sent to it; newer ones wait for its end. */
    private FlowProgram target;
    /** What the switch has, where that is certain without reading it; otherwise null. */
    private FlowProgram known;
    /** What the switch has confirmed since it was last wanted: whatever differs from it is an external change. */
    private FlowProgram inPlace;
    /** Whether the switch has reported an external change since it was last read. */
    private boolean changeReported;
    /** The external change that is being repaired, in words; null where its repair is not worth an event. */
    private String repairing;

    private boolean bundles = true;
    private boolean meters = true;
    private boolean learntRestored;
    private long retryMillis = SETTLE_MILLIS;
    private long settleMillis = SETTLE_MILLIS;
    /** Numbers the timers: only the newest counts. */
    private int timer;

    private volatile State state = new State(false, null, Optional.empty(), FlowProgram.EMPTY, 0);

    /**
     * @param configureLearning gets the ports of each wanted program
     * @param restoreLearnt gets the learnt entries that the switch has at first, and says which of them must go
     */
    FlowSync(
            Switch connection,
            Consumer<LearningPorts> configureLearning,
            Function<List<FlowEntry>, List<FlowEntry>> restoreLearnt) {
        this.connection = connection;
        this.configureLearning = configureLearning;
        this.restoreLearnt = restoreLearnt;
        this.monitor = new ChangeMonitor(connection, this::changeReported);
    }

    /** How the switch stands; any thread. */
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

    /** Says what the switch should have from now on; on the loop. A new program is not drift and ends any pause. */
    public void want(FlowProgram program, LearningPorts ports, Listener listener) {
        desired = meters ? program : program.withoutMeters();
        inPlace = null;
        configureLearning.accept(ports);
        state = state.differing(null);
        unanswered.add(listener);
        unconfirmed.add(listener);
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
            // The switch reports every external change, so what it confirmed last is what it has.
            replace(
                    cause,
                    desired,
                    FlowDiff.between(desired, known),
                    known.meters().keySet());
            return;
        }
        // Monitored before it is read: a change in between would go unnoticed.
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
            if (e.cookie() == L2LearningApp.LEARNT) {
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

    /** @param standing the meters that entries which are there refer to */
    private void replace(Cause cause, FlowProgram program, FlowDiff diff, Set<Integer> standing) {
        target = program;
        staleMeters.addAll(standing);
        staleMeters.removeAll(target.meters().keySet());
        repairing = cause == Cause.RETRY ? repairing : null;
        boolean external = !diff.isEmpty() && isExternal(cause);
        if (external && cause == Cause.CHANGE_REPORTED && backsOff(diff)) {
            return;
        }
        state = external ? state.differing(state.error()) : state;
        phase = Phase.METERS;
        new MeterSync(connection).put(target.meters(), (refused, added) -> {
            FlowDiff all = bindings.complete(diff, added, program);
            if (refused != null && meters && connection.isActive()) {
                goOnWithoutMeters(refused);
            } else if (refused != null || all.isEmpty()) {
                finish(cause, refused, Optional.empty(), 0);
            } else {
                if (!external && cause != Cause.RETRY) {
                    connection.report("changed", all.size() + " flow entries, one of them: " + all.one());
                }
                send(cause, all);
            }
        });
    }

    /** Whether what differs is an external change: the switch has confirmed the program, and none was wanted since. */
    private boolean isExternal(Cause cause) {
        return inPlace == target && (cause == Cause.CHANGE_REPORTED || cause == Cause.PAUSE_OVER);
    }

    /** Whether an external change was repeated so often that it is left in place for a while. */
    private boolean backsOff(FlowDiff diff) {
        MendPace.Verdict verdict = pace.drifted(connection.now());
        if (verdict.isRepeated()) {
            connection.report("drifted", verdict.announcement(found(diff)));
        }
        repairing = verdict.isReported() ? found(diff) : null;
        if (verdict.pauseMillis() == 0) {
            return false;
        }
        phase = Phase.PAUSED;
        state = state.differing("repeated external change of its flow entries: repairs wait");
        wakeIn(verdict.pauseMillis(), Cause.PAUSE_OVER);
        return true;
    }

    /** What an external change was, seen from what it takes to repair it. */
    private static String found(FlowDiff diff) {
        FlowDiff.Line first = diff.one();
        FlowEntry stood = diff.replaced().get(first.entry().key());
        String what = first.sign() == '+'
                ? "removed: " + first.entry()
                : first.sign() == '-' ? "added: " + first.entry() : "altered: " + stood;
        return diff.size() == 1
                ? "a flow entry was " + what
                : diff.size() + " flow entries were removed, altered or added, one of them was " + what;
    }

    /** Entries that a switch can hold are worth more than rates that it cannot keep. */
    private void goOnWithoutMeters(String why) {
        connection.report("no-meters", "the switch refuses meters, so rates and storm limits are not kept: " + why);
        meters = false;
        desired = desired.withoutMeters();
        phase = Phase.IDLE;
        run(Cause.WANTED);
    }

    private void send(Cause cause, FlowDiff diff) {
        phase = Phase.SENDING;
        if (!bundles) {
            sendPlain(cause, diff);
            return;
        }
        new Bundle(connection).send(diff, outcome -> {
            if (outcome.unsupported()) {
                bundles = false;
                connection.report(
                        "no-bundles", "the switch refuses bundles, plain FLOW_MODs are used: " + outcome.error());
                sendPlain(cause, diff);
            } else {
                finish(cause, outcome.error(), outcome.refused(), diff.size());
            }
        });
    }

    /** Additions first: what takes over must be there before what it replaces goes. */
    private void sendPlain(Cause cause, FlowDiff diff) {
        MessageBatch<FlowEntry> added = MessageBatch.send(connection, diff.add(), FlowCodec::writeAdd);
        MessageBatch<FlowEntry> removed = MessageBatch.send(connection, diff.remove(), FlowCodec::writeRemove);
        connection.counters().of("openflow_flow_mods_total").add(diff.size());
        connection.barrier(failed -> {
            Optional<MessageBatch.Refused<FlowEntry>> late = removed.end();
            Optional<MessageBatch.Refused<FlowEntry>> refused = added.end().or(() -> late);
            finish(
                    cause,
                    failed != null
                            ? failed
                            : refused.map(MessageBatch.Refused::text).orElse(null),
                    refused.map(MessageBatch.Refused::what),
                    diff.size());
        });
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
        // Changes to foreign entries make these reads useless: read less often while they go on.
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
            answer();
        } else {
            run(Cause.WANTED);
        }
    }

    private void confirmed() {
        retryMillis = SETTLE_MILLIS;
        bindings.confirmed();
        if (!staleMeters.isEmpty()) {
            new MeterSync(connection).remove(staleMeters);
            staleMeters.clear();
        }
        if (repairing != null) {
            connection.report("healed", repairing + "; repaired");
            repairing = null;
        }
    }

    /** A retry meets the same error, but for the numbers of the messages in its text. */
    private boolean isReported(String error, Optional<FlowEntry> refused) {
        return state.error() != null
                && (refused.isPresent() ? refused.equals(state.refused()) : error.equals(state.error()));
    }

    private void answer() {
        State now = state;
        if (now.inSync()) {
            List<Listener> confirmed = List.copyOf(unconfirmed);
            unconfirmed.clear();
            confirmed.forEach(l -> l.confirmed(now));
        }
        List<Listener> answered = List.copyOf(unanswered);
        unanswered.clear();
        answered.forEach(l -> l.answered(now));
    }

    /** Looks at the switch again later; an earlier timer no longer counts. */
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

    /** The switch has sent a multipart reply that answers no request. */
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

    /** Whether more parts of a multipart reply follow. */
    static boolean more(ByteBuf message) {
        return (message.getUnsignedByte(message.readerIndex() + MULTIPART_MORE_AT) & 1) != 0;
    }
}
