package io.heddle.openflow;

import io.heddle.events.Counters;
import io.heddle.tls.Tls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Listens for switches. Uses Netty's epoll transport where it is available, otherwise Java NIO. */
public final class OpenFlowServer implements AutoCloseable {
    /** Prefix of the names of the threads that serve switches. */
    public static final String THREADS = "openflow";

    private static final int IDLE_SECONDS = 5;
    private static final int LEAST_READ = 64;
    private static final int FIRST_READ = 2048;
    private static final int MOST_READ = 16 << 10;

    private final EventLoopGroup loops;
    private final Class<? extends ServerChannel> channelType;
    private final SwitchRegistry registry;
    private final Counters counters;
    private final List<Channel> servers = new ArrayList<>();

    public OpenFlowServer(SwitchRegistry registry, Counters counters) {
        this.registry = registry;
        this.counters = counters;
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handler = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        loops = new MultiThreadIoEventLoopGroup(
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                new DefaultThreadFactory(THREADS, Thread.MAX_PRIORITY),
                handler);
        channelType = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /**
     * Starts to listen, for one more address each time.
     *
     * @param tls for switches that connect by TLS
     * @throws IOException when it cannot bind the address, with a message for people
     */
    public void bind(InetSocketAddress address, Optional<Tls> tls) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(channelType)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                // However much one switch sends, others wait at most as long as one read of 16 KiB takes.
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(LEAST_READ, FIRST_READ, MOST_READ).maxMessagesPerRead(1))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Outbox.WATER_MARKS)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (!registry.mayConnect()) {
                            counters.count("openflow_connections_refused_total");
                            channel.close();
                            return;
                        }
                        tls.ifPresent(t -> channel.pipeline().addLast(t.accept(channel)));
                        channel.pipeline()
                                .addLast(
                                        new IdleStateHandler(IDLE_SECONDS, 0, 0, TimeUnit.SECONDS),
                                        new SwitchConnection(registry, counters));
                    }
                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen for switches on " + address + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        servers.add(bound.channel());
    }

    /** The address that the server listens on first. */
    public InetSocketAddress address() {
        return (InetSocketAddress) servers.get(0).localAddress();
    }

    @Override
    public void close() {
        servers.forEach(s -> s.close().awaitUninterruptibly());
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
