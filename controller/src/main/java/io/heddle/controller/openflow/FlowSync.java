package io.heddle.controller.openflow;

import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.controller.events.MendPace;
import io.heddle.controller.openflow.codec.FlowCodec;
import io.heddle.controller.openflow.codec.OnfCodec;
import io.heddle.controller.openflow.codec.Wire;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps one switch's flow entries as they should be: reads what is there, sends the least difference, and does so
 * again whenever the switch tells that somebody else changed something. First connect, reconnect, a changed file and
 * a meddler all go through the same loop. Confined to the switch's event loop.
 *
 * <p>A switch that is already right is sent no FLOW_MOD at all.
 */
public final class FlowSync {
    private static final int MONITOR = 1;
    private static final long SETTLE_MILLIS = 100;
    /** However busy strangers are, their changes are looked at so often: drift is to be mended within two seconds. */
    private static final long LONGEST_SETTLE_MILLIS = 1000;
    private static final long LONGEST_BACKOFF_MILLIS = 8000;
    private static final long POLL_SECONDS = 10;
    private static final int MULTIPART_MORE_AT = Wire.HEADER + 3;

    /** How a switch stands. Immutable; any thread. */
    public record State(boolean inSync, String error, FlowProgram program, int changes) {
    }

    private final SwitchConnection connection;
    private final Learning learning;
    private final List<Consumer<State>> waiting = new ArrayList<>();
    /** Meters that entries of ours referred to and that the program no longer has. */
    private final Set<Integer> staleMeters = new HashSet<>();
    private FlowProgram desired;
    private boolean busy;
    private boolean again;
    private boolean scheduled;
    private boolean bundles = true;
    private boolean meters = true;
    private boolean monitored;
    /** Whether the switch has begun to tell of changes. */
    private boolean telling;
    /** What the switch has, as far as anybody has told; null where it must be read. */
    private FlowProgram confirmed;
    private boolean drifted;
    /** What somebody else did that is about to be mended, in words; null while nothing is. */
    private String found;
    private boolean tell;
    private boolean paused;
    private long pausedUntil;
    private final MendPace pace = new MendPace();
    private boolean firstRead = true;
    private long backoffMillis = SETTLE_MILLIS;
    private long settleMillis = SETTLE_MILLIS;
    private volatile State state = new State(false, null, FlowProgram.EMPTY, 0);

    FlowSync(SwitchConnection connection, Learning learning) {
        this.connection = connection;
        this.learning = learning;
    }

    /** How the switch stands; any thread. */
    public State state() {
        return state;
    }

    /**
     * Says what the switch should have from now on; on the loop.
     *
     * @param done called on the loop each time the switch refuses it, and once when it has it
     */
    public void want(FlowProgram program, LearningPorts ports, Consumer<State> done) {
        desired = meters ? program : program.withoutMeters();
        // What is new is not drift, and whoever insists does not delay it.
        paused = false;
        drifted = false;
        learning.configure(ports);
        state = new State(false, null, state.program(), state.changes());
        waiting.add(done);
        run();
    }

    private void run() {
        if (desired == null || busy) {
            again = busy;
            return;
        }
        long pause = paused ? TimeUnit.NANOSECONDS.toMillis(pausedUntil - System.nanoTime()) : 0;
        if (pause > 0) {
            later(pause);
            return;
        }
        busy = true;
        again = false;
        FlowProgram target = desired;
        if (telling && confirmed != null && !drifted) {
            // The switch tells of every change by others, so what it confirmed last is what it has: no need to read it all.
            replace(target, FlowDiff.between(target, confirmed), confirmed.meters().keySet());
            return;
        }
        new FlowReader(connection).read(Cookies.HEDDLE, Cookies.OWNER_MASK, (entries, error) -> {
            if (error != null) {
                finish(target, error, 0);
            } else {
                compare(target, entries);
            }
        });
    }

    private void compare(FlowProgram target, Collection<FlowEntry> entries) {
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
        standing.forEach(e -> used.add(e.instructions().meter()));
        used.remove(0);
        FlowDiff diff = FlowDiff.between(target, standing);
        if (firstRead) {
            firstRead = false;
            List<FlowEntry> stray = learning.restore(learnt);
            List<FlowEntry> remove = new ArrayList<>(diff.remove());
            remove.addAll(stray);
            diff = new FlowDiff(diff.add(), diff.replaced(), remove);
        }
        replace(target, diff, used);
    }

    /** @param standing the meters that entries which are there refer to */
    private void replace(FlowProgram target, FlowDiff diff, Set<Integer> standing) {
        staleMeters.clear();
        staleMeters.addAll(standing);
        staleMeters.removeAll(target.meters().keySet());
        found = null;
        if (drifted && !diff.isEmpty()) {
            if (!paused && waitsForQuiet(diff)) {
                return;
            }
            paused = false;
            found = found(diff);
        } else if (!diff.isEmpty()) {
            connection.journal().add("changed", connection.label(),
                    diff.size() + " flow entries, one of them: " + diff.one());
        }
        new MeterSync(connection).put(target.meters(), refused -> {
            if (refused != null && meters && connection.isActive()) {
                goOnWithoutMeters(refused);
            } else if (refused != null || diff.isEmpty()) {
                finish(target, refused, 0);
            } else if (bundles) {
                bundle(target, diff);
            } else {
                plain(target, diff);
            }
        });
    }

    /** Whether somebody insists, so that the drift is let stand for a while. */
    private boolean waitsForQuiet(FlowDiff diff) {
        MendPace.Verdict verdict = pace.drifted(System.nanoTime());
        tell = verdict.tell();
        if (verdict.insists()) {
            connection.journal().add("drifted", connection.label(), "somebody insists: "
                    + found(diff) + ", again and again; from now on this is mended every "
                    + verdict.pauseMillis() / 1000 + " s, later every 30 s, and not told until a minute was quiet");
        }
        if (verdict.pauseMillis() == 0) {
            return false;
        }
        paused = true;
        pausedUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(verdict.pauseMillis());
        busy = false;
        state = new State(false, "somebody keeps changing its flow entries", state.program(), state.changes());
        later(verdict.pauseMillis());
        return true;
    }

    /** What the drift was, seen from what it takes to mend it. */
    private static String found(FlowDiff diff) {
        FlowDiff.Line first = diff.one();
        FlowEntry stood = diff.replaced().get(first.entry().key());
        String what = first.sign() == '+' ? "removed: " + first.entry()
                : first.sign() == '-' ? "added: " + first.entry() : "altered: " + stood;
        return diff.size() == 1 ? "a flow entry was " + what
                : diff.size() + " flow entries were removed, altered or added, one of them was " + what;
    }

    /** Entries that a switch can hold are worth more than rates that it cannot keep. */
    private void goOnWithoutMeters(String why) {
        connection.journal().add("no-meters", connection.label(),
                "the switch refuses meters, so rates and storm limits are not kept: " + why);
        meters = false;
        desired = desired.withoutMeters();
        busy = false;
        run();
    }

    private void bundle(FlowProgram target, FlowDiff diff) {
        int size = diff.size();
        new Bundle(connection).send(diff, outcome -> {
            if (outcome.unsupported()) {
                bundles = false;
                connection.journal().add("no-bundles", connection.label(),
                        "the switch refuses bundles, plain FLOW_MODs are used: " + outcome.error());
                plain(target, diff);
            } else {
                finish(target, outcome.error(), size);
            }
        });
    }

    /** Additions first: what takes over must be there before what it replaces goes. */
    private void plain(FlowProgram target, FlowDiff diff) {
        Run<FlowEntry> added = Run.send(connection, diff.add(), FlowCodec::writeAdd);
        Run<FlowEntry> removed = Run.send(connection, diff.remove(), FlowCodec::writeRemove);
        connection.counters().of("openflow_flow_mods_total").add(diff.size());
        connection.barrier(failed -> {
            List<String> errors = new ArrayList<>(added.end());
            errors.addAll(removed.end());
            finish(target, failed != null ? failed : errors.isEmpty() ? null : errors.get(0), diff.size());
        });
    }

    private void finish(FlowProgram target, String error, int changes) {
        busy = false;
        if (!connection.isActive()) {
            return;
        }
        if (error == null && !staleMeters.isEmpty()) {
            new MeterSync(connection).remove(staleMeters);
            staleMeters.clear();
        }
        if (error != null && !error.equals(state.error())) {
            connection.journal().add("refused", connection.label(),
                    "the switch refused its flow entries: " + error);
        } else if (error == null && found != null && tell) {
            connection.journal().add("healed", connection.label(),
                    found + "; put right");
        }
        // Strangers who change only what is theirs make us read for nothing: read less often while that goes on.
        settleMillis = drifted && changes == 0 ? Math.min(settleMillis * 2, LONGEST_SETTLE_MILLIS) : SETTLE_MILLIS;
        confirmed = error == null ? target : null;
        drifted = false;
        boolean latest = target == desired;
        state = new State(error == null && latest, error, error == null ? target : state.program(), changes);
        if (latest) {
            List.copyOf(waiting).forEach(w -> w.accept(state));
            if (error == null) {
                waiting.clear();
            }
        }
        if (error != null) {
            backoffMillis = Math.min(backoffMillis * 2, LONGEST_BACKOFF_MILLIS);
            later(backoffMillis);
        } else {
            backoffMillis = SETTLE_MILLIS;
            monitor();
        }
        if (again) {
            run();
        }
    }

    private void later(long millis) {
        if (!scheduled) {
            scheduled = true;
            connection.loop().schedule(() -> {
                scheduled = false;
                run();
            }, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void monitor() {
        if (monitored) {
            return;
        }
        monitored = true;
        connection.ask((out, xid) -> OnfCodec.writeMonitorRequest(out, xid, MONITOR), new SwitchConnection.Answer() {
            @Override
            public boolean received(ByteBuf message) {
                monitorEvent(message);
                telling = true;
                return true;
            }

            @Override
            public void failed(String why) {
                if (connection.isActive()) {
                    connection.loop().scheduleAtFixedRate(FlowSync.this::suspect, POLL_SECONDS, POLL_SECONDS,
                            TimeUnit.SECONDS);
                }
            }
        });
    }

    /** The switch tells that somebody changed entries; learnt ones come and go and are not looked at here. */
    void monitorEvent(ByteBuf message) {
        ByteBuf body = message.duplicate().skipBytes(Wire.HEADER);
        if (body.readableBytes() < 8 || body.readUnsignedShort() != Wire.STATS_EXPERIMENTER) {
            return;
        }
        body.skipBytes(6);
        OnfCodec.readMonitor(body, cookie -> {
            if (!L2LearningApp.isLearnt(cookie)) {
                suspect();
            }
        });
    }

    private void suspect() {
        drifted = true;
        confirmed = null;
        later(settleMillis);
    }

    /** Whether more parts of a multipart reply follow. */
    static boolean more(ByteBuf message) {
        return (message.getUnsignedByte(message.readerIndex() + MULTIPART_MORE_AT) & 1) != 0;
    }
}
