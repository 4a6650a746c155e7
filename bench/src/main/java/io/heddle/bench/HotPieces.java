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

/** JMH benchmarks of the hot paths: {@code heddle bench pieces}. */
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
    /** The program of the switch after the last rule change. */
    private FlowProgram changed;

    private SwitchView view;
    private FlowProgram program;
    private List<FlowEntry> observed;
    private final PacketIn packet = new PacketIn();
    private final ByteBuf message = Unpooled.directBuffer().writeBytes(EmulatedSwitch.packetIn());
    private final MacTable macs = new MacTable();
    private long next;

    /** Sets up a switch with a long rule list, and a full MAC table. */
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

    /** Compiles the entries of a switch with 100,000 rules. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public FlowProgram compile() {
        return Apps.compile(view);
    }

    /** Changes one rule in the file and computes the flow difference, without disk and switch. */
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

    /** Compares a program with the same entries: no difference. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public FlowDiff diff() {
        return FlowDiff.between(program, observed);
    }

    /** Reads the fields of a packet-in in place. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public long packetIn() {
        packet.wrap(message);
        return packet.ethSrc() ^ packet.metadata() ^ packet.inPort() ^ packet.senderIpv4();
    }

    /** Moves one of a million MACs. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public MacTable.Sighting move() {
        next = (next * 0x5851f42d4c957f2dL + 0x14057b7ef767814fL) & Long.MAX_VALUE;
        int port = 1 + (int) (next & 1);
        return macs.see(1, (next >>> 20) % MACS, port, port, 0, Integer.MAX_VALUE);
    }
}
