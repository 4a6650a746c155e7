package io.heddle.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Emulated switches on one event loop, with a window of packet-ins each, against one controller. An answer counts
 * when the PACKET_OUT with a packet-in's own sequence number comes back; FLOW_MODs are counted beside it.
 */
final class Load {
    private static final int SETTLE_MILLIS = 500;
    private static final int BUCKETS = 200_000;

    private final int switches;
    private final int window;
    private final long[][] sentAt;
    private final int[] latencies = new int[BUCKETS];
    private long answers;
    private long flowMods;
    private boolean measuring;

    /**
     * What was seen.
     *
     * @param perSecond packet-ins answered a second
     * @param flowModsPerAnswer FLOW_MODs for each of them
     * @param p50Micros median time from packet-in to answer
     * @param p99Micros 99th percentile of it
     */
    record Result(double perSecond, double flowModsPerAnswer, int p50Micros, int p99Micros) {
    }

    private Load(int switches, int window) {
        this.switches = switches;
        this.window = window;
        this.sentAt = new long[switches][window * 2];
    }

    int window() {
        return window;
    }

    /** Loads the controller at {@code address}. @param seconds how long to measure, after a third of it to warm up */
    static Result run(InetSocketAddress address, int switches, int window, double seconds) throws InterruptedException {
        Load load = new Load(switches, window);
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            return load.measure(loop, address, seconds);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }

    private Result measure(EventLoopGroup loop, InetSocketAddress address, double seconds)
            throws InterruptedException {
        List<EmulatedSwitch> all = new ArrayList<>();
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i < switches; i++) {
            EmulatedSwitch s = new EmulatedSwitch(i, this);
            all.add(s);
            channels.add(new Bootstrap().group(loop).channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(s);
                        }
                    }).connect(address).sync().channel());
        }
        Thread.sleep(SETTLE_MILLIS);
        loop.submit(() -> all.forEach(EmulatedSwitch::begin)).sync();
        Thread.sleep((long) (seconds * 1000 / 3));
        loop.submit(() -> measuring = true).sync();
        long start = System.nanoTime();
        Thread.sleep((long) (seconds * 1000));
        loop.submit(() -> {
            measuring = false;
            all.forEach(EmulatedSwitch::stop);
        }).sync();
        double took = (System.nanoTime() - start) / 1e9;
        channels.forEach(c -> c.close().syncUninterruptibly());
        return new Result(answers / took, answers == 0 ? 0 : (double) flowMods / answers, percentile(0.50),
                percentile(0.99));
    }

    private int percentile(double share) {
        long wanted = (long) (answers * share);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += latencies[i];
            if (seen >= wanted) {
                return i;
            }
        }
        return BUCKETS;
    }

    void sent(int id, long sequence) {
        sentAt[id][(int) (sequence % sentAt[id].length)] = System.nanoTime();
    }

    /** @return false for an answer that was counted before */
    boolean answered(int id, long sequence) {
        int slot = (int) (sequence % sentAt[id].length);
        long at = sentAt[id][slot];
        if (at == 0) {
            return false;
        }
        sentAt[id][slot] = 0;
        if (measuring) {
            answers++;
            latencies[(int) Math.min(BUCKETS - 1, (System.nanoTime() - at) / 1000)]++;
        }
        return true;
    }

    void flowMod() {
        flowMods += measuring ? 1 : 0;
    }
}
