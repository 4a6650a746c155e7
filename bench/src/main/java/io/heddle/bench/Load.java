package io.heddle.bench;

import io.heddle.tls.Tls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Emulated switches on one event loop, each with a window of packet-ins, that load one controller. A packet-in counts
 * as answered when the PACKET_OUT with its sequence number arrives; FLOW_MODs are counted separately.
 */
final class Load implements AutoCloseable {
    private static final int QUIET_MILLIS = 300;
    private static final int SETTLE_SECONDS = 30;
    private static final int BUCKETS = 200_000;

    private final int window;
    private final long[][] sentAt;
    private final int[] latencies = new int[BUCKETS];
    private final List<EmulatedSwitch> switches = new ArrayList<>();
    private final List<Channel> channels = new ArrayList<>();
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final AtomicInteger inSync = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger commits = new AtomicInteger();
    private final ConcurrentLinkedQueue<Long> echoes = new ConcurrentLinkedQueue<>();
    private volatile long lastCommit;
    private long answers;
    private long flowMods;
    private long measuredBytes;
    private boolean measuring;

    /**
     * Results.
     *
     * @param perSecond packet-ins answered per second
     * @param flowModsPerAnswer FLOW_MODs per answered packet-in
     * @param bytesPerAnswer bytes received per answered packet-in
     * @param p50Micros median time from packet-in to answer
     * @param p99Micros 99th percentile of that time
     */
    record Result(
            double perSecond, double flowModsPerAnswer, double bytesPerAnswer, double p50Micros, double p99Micros) {}

    /** @param window outstanding packet-ins per switch */
    Load(int count, int window) {
        this(count, window, 1);
    }

    /** @param first the datapath id of the first switch; the others count up from it */
    Load(int count, int window, long first) {
        this.window = window;
        this.sentAt = new long[count][Math.max(2, Integer.highestOneBit(window) * 4)];
        for (int i = 0; i < count; i++) {
            switches.add(new EmulatedSwitch(i, first + i, this));
        }
    }

    int window() {
        return window;
    }

    List<EmulatedSwitch> switches() {
        return switches;
    }

    /** The event loop of all the switches. */
    EventLoopGroup loop() {
        return loop;
    }

    /** Sets the scheduling priority of the switches. @param nice -20 to 19, as in renice */
    void precede(int nice) throws IOException, InterruptedException {
        Path thread = loop.submit(() -> Files.readSymbolicLink(Path.of("/proc/thread-self")))
                .sync()
                .getNow();
        RealSwitch.run(
                "renice",
                "-n",
                Integer.toString(nice),
                "-p",
                thread.getFileName().toString());
    }

    /** Connects all switches without waiting for the handshakes. */
    Load connect(InetSocketAddress address) throws InterruptedException {
        return connect(address, Optional.empty());
    }

    /** Likewise. @param tls the certificates of the switches, if they connect by TLS */
    Load connect(InetSocketAddress address, Optional<Tls> tls) throws InterruptedException {
        List<ChannelFuture> pending = new ArrayList<>();
        for (EmulatedSwitch s : switches) {
            pending.add(new Bootstrap()
                    .group(loop)
                    .channel(EpollSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            tls.ifPresent(t -> channel.pipeline().addLast(t.dial(channel, List.of("heddle"))));
                            channel.pipeline().addLast(s);
                        }
                    })
                    .connect(address));
        }
        for (ChannelFuture p : pending) {
            channels.add(p.sync().channel());
        }
        return this;
    }

    /**
     * Waits until the controller has sent nothing for {@value #QUIET_MILLIS} ms, at most {@value #SETTLE_SECONDS} s.
     */
    Load settle() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        long before;
        do {
            before = bytes.get();
            Thread.sleep(QUIET_MILLIS);
        } while ((bytes.get() != before || before == 0) && System.nanoTime() < deadline);
        return this;
    }

    /** Waits until {@code count} switches have their entries. */
    void awaitSynced(int count, double longestSeconds) throws IOException, InterruptedException {
        Waiting.until(
                () -> inSync.get() >= count,
                longestSeconds,
                () -> inSync.get() + " of " + count + " switches are in sync");
    }

    /** Starts the load; warm-up and measurement follow. */
    Load begin() throws InterruptedException {
        loop.submit(() -> switches.forEach(EmulatedSwitch::begin)).sync();
        return this;
    }

    /** Measures for {@code seconds}. */
    Result measure(double seconds) throws InterruptedException {
        loop.submit(() -> {
                    answers = 0;
                    flowMods = 0;
                    measuredBytes = bytes.get();
                    Arrays.fill(latencies, 0);
                    measuring = true;
                })
                .sync();
        long start = System.nanoTime();
        Thread.sleep((long) (seconds * 1000));
        return loop.submit(() -> {
                    measuring = false;
                    double took = (System.nanoTime() - start) / 1e9;
                    double each = Math.max(1, answers);
                    return new Result(
                            answers / took,
                            flowMods / each,
                            (bytes.get() - measuredBytes) / each,
                            percentile(0.50),
                            percentile(0.99));
                })
                .sync()
                .getNow();
    }

    /** Connects, warms up, measures, and disconnects. */
    static Result run(Peer peer, int count, int window, double seconds) throws InterruptedException {
        try (Load load = new Load(count, window)) {
            load.connect(peer.address(), peer.tls()).settle().begin();
            Thread.sleep((long) (seconds * 1000 / 3));
            return load.measure(seconds);
        }
    }

    /** Interpolates linearly within a bucket of one microsecond. */
    private double percentile(double share) {
        double wanted = answers * share;
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            if (latencies[i] > 0 && seen + latencies[i] >= wanted) {
                return i + (wanted - seen) / latencies[i];
            }
            seen += latencies[i];
        }
        return BUCKETS;
    }

    void sent(int id, long sequence) {
        long[] slots = sentAt[id];
        slots[(int) sequence & slots.length - 1] = System.nanoTime();
    }

    /** @return false if the answer was already counted */
    boolean answered(int id, long sequence) {
        long[] slots = sentAt[id];
        int slot = (int) sequence & slots.length - 1;
        long at = slots[slot];
        if (at == 0) {
            return false;
        }
        slots[slot] = 0;
        if (measuring) {
            answers++;
            latencies[(int) Math.min(BUCKETS - 1, (System.nanoTime() - at) / 1000)]++;
        }
        return true;
    }

    void flowMod() {
        flowMods++;
    }

    void received(int count) {
        bytes.lazySet(bytes.get() + count);
    }

    void committed(boolean first) {
        lastCommit = System.nanoTime();
        commits.incrementAndGet();
        inSync.addAndGet(first ? 1 : 0);
    }

    void echoed(long nanos) {
        echoes.add(nanos);
    }

    /** The echo times in nanoseconds since the last call. */
    List<Long> echoes() {
        List<Long> seen = new ArrayList<>();
        for (Long nanos = echoes.poll(); nanos != null; nanos = echoes.poll()) {
            seen.add(nanos);
        }
        return seen;
    }

    /** The number of bundles that the switches have committed. */
    int commits() {
        return commits.get();
    }

    /** When a switch last committed a bundle, as {@link System#nanoTime()}. */
    long lastCommit() {
        return lastCommit;
    }

    /** The number of FLOW_MODs that the switches have had. */
    long flowMods() throws InterruptedException {
        return loop.submit(() -> flowMods).sync().getNow();
    }

    /** A connection has ended. */
    void lost(boolean wasInSync) {
        inSync.addAndGet(wasInSync ? -1 : 0);
    }

    @Override
    public void close() {
        loop.submit(() -> switches.forEach(EmulatedSwitch::stop)).syncUninterruptibly();
        channels.forEach(c -> c.close().syncUninterruptibly());
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
