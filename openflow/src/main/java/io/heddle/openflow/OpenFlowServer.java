package io.heddle.openflow;

import io.heddle.events.Counters;
import io.heddle.tls.Tls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Listens for switches. Uses Netty's epoll transport where it is available, otherwise Java NIO. Switches that come
 * before a controller leads wait in the {@link Lobby}.
 */
public final class OpenFlowServer implements AutoCloseable {
    /** Prefix of the names of the threads that serve switches. */
    public static final String THREADS = "openflow";

    private static final int IDLE_SECONDS = 5;
    private static final int LOBBY_IDLE_SECONDS = 10;
    /** The most switches that wait, and how many come in a second. */
    private static final int MOST_WAITING = 10_000;

    private static final int NEWCOMERS_PER_SECOND = 500;
    private static final int NEWCOMERS_AT_ONCE = 12_000;

    private static final int LEAST_READ = 64;
    private static final int FIRST_READ = 2048;
    private static final int MOST_READ = 16 << 10;

    private final EventLoopGroup loops;
    private final Class<? extends ServerChannel> channelType;
    private final List<Channel> servers = new ArrayList<>();
    private final Set<Lobby> waiting = ConcurrentHashMap.newKeySet();
    private final Rate newcomers = new Rate(NEWCOMERS_PER_SECOND, NEWCOMERS_AT_ONCE, System.nanoTime());
    private volatile Hall hall;

    /** Where switches are served. */
    private record Hall(SwitchRegistry registry, Counters counters, Leading leading) {
        void serve(ChannelPipeline pipeline, boolean greeted) {
            pipeline.addLast(
                    new IdleStateHandler(IDLE_SECONDS, 0, 0, TimeUnit.SECONDS),
                    new SwitchConnection(registry, counters, leading, greeted));
        }
    }

    /** Of a controller that is alone. */
    public OpenFlowServer(SwitchRegistry registry, Counters counters) {
        this();
        hall = new Hall(registry, counters, Leading.ALONE);
    }

    /** Of a controller that does not lead yet, see {@link #lead}. */
    public OpenFlowServer() {
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
                        receive(channel, tls);
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

    private void receive(Channel channel, Optional<Tls> tls) {
        Hall open = hall;
        if (open != null && !open.registry.mayConnect() || open == null && !mayWait()) {
            if (open != null) {
                open.counters.count("openflow_connections_refused_total");
            }
            channel.close();
            return;
        }
        tls.ifPresent(t -> channel.pipeline().addLast(t.accept(channel)));
        if (open != null) {
            open.serve(channel.pipeline(), false);
            return;
        }
        Lobby lobby = new Lobby(waiting::remove);
        channel.pipeline()
                .addLast(new IdleStateHandler(LOBBY_IDLE_SECONDS, 0, 0, TimeUnit.SECONDS), Lobby.splitter(), lobby);
        waiting.add(lobby);
        if (hall != null) {
            // The controller has come to lead meanwhile.
            send(lobby, hall);
        }
    }

    private boolean mayWait() {
        synchronized (newcomers) {
            return waiting.size() < MOST_WAITING && newcomers.tryTake(System.nanoTime());
        }
    }

    /** Serves all switches from now on: those that wait, and those that come. */
    public void lead(SwitchRegistry registry, Counters counters, Leading leading) {
        Hall opens = new Hall(registry, counters, leading);
        hall = opens;
        waiting.forEach(lobby -> send(lobby, opens));
    }

    private static void send(Lobby lobby, Hall to) {
        lobby.leave(context -> {
            context.pipeline().remove(IdleStateHandler.class);
            to.serve(context.pipeline(), true);
        });
    }

    /** The number of switches that wait for this controller to lead. */
    public int waiting() {
        return waiting.size();
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
