package io.heddle.bench;

import io.heddle.apps.Blueprint;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.apps.l2learning.MacTable;
import io.heddle.config.FileEdit;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.openflow.codec.PacketIn;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The pieces that are hot, by themselves, under JMH: {@code heddle bench pieces}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseParallelGC")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class HotPieces {
    private static final int RULES = 100_000;
    private static final int MACS = 1_000_000;

    private final ProgramCache parts = new ProgramCache();
    private Map<String, String> files;
    private NetworkFile.Declared declared;
    /** What the switch has after the last change of a rule. */
    private FlowProgram changed;

    private SwitchView view;
    private FlowProgram program;
    private List<FlowEntry> observed;
    private final PacketIn packet = new PacketIn();
    private final ByteBuf message = Unpooled.directBuffer().writeBytes(EmulatedSwitch.packetIn());
    private final MacTable macs = new MacTable();
    private long next;

    /** A switch with a long list of rules, and a full MAC table. */
    @Setup(Level.Trial)
    public void prepare() throws Exception {
        files = Map.of("network.yaml", Networks.ofEmulated(1, RULES));
        declared = NetworkFile.read(files);
        view = view(declared);
        program = Apps.compile(view);
        changed = Apps.compile(view, parts);
        observed = List.copyOf(Apps.compile(view).entries());
        for (long mac = 0; mac < MACS; mac++) {
            macs.see(1, mac, 1, 1, 0, Integer.MAX_VALUE);
        }
    }

    /** The entries of a switch with 100,000 rules. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public FlowProgram compile() {
        return Apps.compile(view);
    }

    /** One of the rules changed in the text: to the difference of what the switch should have, without disk and switch. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public FlowDiff oneRule() throws InvalidNetworkException {
        next++;
        files = FileEdit.put(
                files,
                List.of("acls", "drops", "rules", Long.toString(1 + next * 7919 % RULES)),
                Map.of("match", "ip,nw_src=10.0.0." + next % 251, "action", "drop"));
        declared = NetworkFile.read(files, declared);
        FlowProgram before = changed;
        changed = Apps.compile(view(declared), parts);
        return FlowDiff.between(changed, before);
    }

    private static SwitchView view(NetworkFile.Declared declared) {
        return Blueprint.view(
                declared.model(), declared.model().places().iterator().next(), Map.of(), Transition.NONE);
    }

    /** What is missing of them, which is nothing. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public FlowDiff diff() {
        return FlowDiff.between(program, observed);
    }

    /** A packet-in, read where it lies. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public long packetIn() {
        packet.wrap(message);
        return packet.ethSrc() ^ packet.metadata() ^ packet.inPort() ^ packet.senderIpv4();
    }

    /** A MAC of a million that moves. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public MacTable.Sighting move() {
        next = (next * 0x5851f42d4c957f2dL + 0x14057b7ef767814fL) & Long.MAX_VALUE;
        int port = 1 + (int) (next & 1);
        return macs.see(1, (next >>> 20) % MACS, port, port, 0, Integer.MAX_VALUE);
    }
}
