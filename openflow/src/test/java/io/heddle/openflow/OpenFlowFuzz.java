package io.heddle.openflow;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.heddle.apps.SwitchView;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.apps.router.RoutedNetworks;
import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A switch that sends any bytes: they may end its connection, and nothing else. A fuzzer calls it with inputs that it
 * makes up; {@link OpenFlowFuzzTest} calls it with those that are kept.
 */
public final class OpenFlowFuzz {
    private static final Counters COUNTERS = new Counters();
    private static final LearningPorts PORTS =
            LearningPorts.of(new SwitchView(NetworkModel.EMPTY, Optional.empty(), Map.of()));
    private static final long ID = 7;
    private static final Journal JOURNAL = journal();

    private OpenFlowFuzz() {}

    private static Journal journal() {
        try {
            Path folder = Files.createTempDirectory("heddle-fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
                } catch (IOException e) {
                    // A few bytes in the temporary folder stay behind.
                }
            }));
            return new Journal(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param data what the switch sends; after a handshake if the first byte is odd */
    public static void fuzzerTestOneInput(byte[] data) {
        TestListener listener = new TestListener() {
            @Override
            public void connected(SwitchConnection connection) {
                connection.want(FlowProgram.EMPTY, PORTS, RoutedNetworks.NONE, new FlowSync.Listener() {
                    @Override
                    public void confirmed(FlowSync.State state) {}

                    @Override
                    public void answered(FlowSync.State state) {}
                });
            }
        };
        SwitchRegistry registry = new SwitchRegistry(listener, JOURNAL, COUNTERS, Limits.DEFAULT);
        SwitchConnection connection = new SwitchConnection(registry, COUNTERS);
        EmbeddedChannel channel = new EmbeddedChannel(connection);
        try {
            if (data.length > 0 && (data[0] & 1) == 1) {
                channel.writeInbound(Unpooled.wrappedBuffer(
                        RawPeer.message(0, 1, new byte[0]),
                        RawPeer.featuresReply(2, ID),
                        RawPeer.message(25, 3, ByteBuffer.allocate(16).putInt(2).array()),
                        RawPeer.ports(5, false, 1, "p1", "p2")));
                channel.runPendingTasks();
            }
            if (data.length > 1) {
                channel.writeInbound(Unpooled.copiedBuffer(data, 1, data.length - 1));
            }
            channel.runPendingTasks();
        } finally {
            channel.finishAndReleaseAll();
        }
        if (!registry.all().isEmpty()) {
            throw new AssertionError("a connection that has ended is still registered");
        }
    }
}
