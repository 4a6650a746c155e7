package io.heddle.openflow;

import io.heddle.apps.SwitchView;
import io.heddle.apps.all.LearntCookies;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.events.Counters;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjIntConsumer;

/** One connection between a {@link FlowSync} and a {@link FakeSwitch}. The test decides when each message arrives. */
final class SwitchLab implements Switch {
    private static final LearningPorts PORTS =
            LearningPorts.of(new SwitchView(NetworkModel.EMPTY, Optional.empty(), Map.of()));

    /** The results of one wanted program. */
    static final class Want implements FlowSync.Listener {
        final FlowProgram program;
        int confirmed;
        int answered;

        Want(FlowProgram program) {
            this.program = program;
        }

        @Override
        public void confirmed(FlowSync.State state) {
            confirmed++;
        }

        @Override
        public void answered(FlowSync.State state) {
            answered++;
        }
    }

    /** An event for the journal. */
    record Event(String kind, String text) {}

    final VirtualTime time;
    final FakeSwitch fake;
    final FlowSync sync;
    final List<Event> events = new ArrayList<>();
    final List<Want> wants = new ArrayList<>();
    final Deque<ByteBuf> toSwitch = new ArrayDeque<>();
    private final Counters counters = new Counters();
    private final PendingRequests requests = new PendingRequests();
    private final ByteBuf out = Unpooled.buffer();
    private boolean active = true;

    SwitchLab(VirtualTime time, FakeSwitch fake) {
        this.time = time;
        this.fake = fake;
        this.sync = new FlowSync(
                this,
                ports -> {},
                learnt -> learnt.stream()
                        .filter(e -> fake.strays.contains(e.key()))
                        .toList());
    }

    Want want(FlowProgram program) {
        Want want = new Want(program);
        wants.add(want);
        sync.want(program, PORTS, want);
        return want;
    }

    /** The program that the switch should have: the last wanted one, without meters if the switch refuses them. */
    FlowProgram wanted() {
        FlowProgram program = wants.get(wants.size() - 1).program;
        return count("no-meters") > 0 ? program.withoutMeters() : program;
    }

    long count(String kind) {
        return events.stream().filter(e -> e.kind.equals(kind)).count();
    }

    /** The switch receives one message. @return whether there was one */
    boolean switchReads() {
        ByteBuf message = toSwitch.poll();
        if (message != null) {
            fake.receive(message);
        }
        return message != null;
    }

    /** The controller receives one message. @return whether there was one */
    boolean deliver() {
        ByteBuf message = fake.answers.poll();
        if (message == null) {
            return false;
        }
        if (Wire.type(message) == Wire.ERROR) {
            requests.refused(message, ErrorText.of(message));
        } else if (!requests.answered(message) && Wire.type(message) == Wire.MULTIPART_REPLY) {
            sync.monitorEvent(message);
        }
        flush();
        return true;
    }

    /** Lets all messages arrive. */
    void drain() {
        for (int n = 0; switchReads() || deliver(); n++) {
            if (n > 10_000) {
                throw new AssertionError("messages without end");
            }
        }
    }

    /** Lets {@code millis} pass and all messages arrive. */
    void pass(long millis) {
        long end = time.millis() + millis;
        drain();
        for (int n = 0; time.next(end - time.millis()); n++) {
            drain();
            if (n > 10_000) {
                throw new AssertionError("timers without end");
            }
        }
        time.advance(Math.max(0, end - time.millis()));
    }

    void disconnect() {
        active = false;
        toSwitch.clear();
        requests.close("the connection closed");
        fake.disconnect();
    }

    /** Whether the switch has exactly the wanted entries, apart from foreign and learnt ones. */
    boolean isRight() {
        Map<FlowEntry.Key, FlowEntry> ours = new HashMap<>(fake.entries);
        ours.values().removeIf(e -> !Cookies.isOurs(e.cookie()) || LearntCookies.isLearnt(e.cookie()));
        return ours.equals(wanted().byKey());
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public ByteBuf out() {
        return out;
    }

    @Override
    public void flush() {
        if (!active && out.isReadable()) {
            fake.faults.add("sends messages after the connection has ended");
        }
        while (out.isReadable()) {
            toSwitch.add(Unpooled.buffer().writeBytes(out, out.getUnsignedShort(out.readerIndex() + 2)));
        }
        out.clear();
    }

    @Override
    public int nextXid() {
        return requests.nextXid();
    }

    @Override
    public void ask(ObjIntConsumer<ByteBuf> writer, Answer answer) {
        int xid = nextXid();
        requests.add(xid, answer);
        writer.accept(out, xid);
        flush();
    }

    @Override
    public void watch(MessageBatch<?> batch) {
        requests.watch(batch);
    }

    @Override
    public void unwatch(MessageBatch<?> batch) {
        requests.unwatch(batch);
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public void report(String kind, String text) {
        events.add(new Event(kind, text));
    }

    @Override
    public long now() {
        return time.nanos();
    }

    @Override
    public void schedule(Runnable task, long millis) {
        time.schedule(task, millis);
    }
}
