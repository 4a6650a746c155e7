package io.heddle.ovsdb;

import com.google.common.net.InetAddresses;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.opendaylight.ovsdb.lib.jsonrpc.JsonRpcEndpoint;

/**
 * Opens sessions: connects to hosts, and listens for hosts that connect to Heddle.
 *
 * <p>The RPC layer is OpenDaylight's. Heddle does not use its connection service: the service keeps static state,
 * blocks while it connects, and its decoder does not bound the size of a peer's messages.
 */
public final class OvsdbConnector implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5000;
    /** Read timeout: Heddle sends an echo every five seconds, so a peer that is silent for three of them is gone. */
    private static final int SILENCE_SECONDS = 16;
    /** The most connected hosts that have yet to introduce themselves. */
    private static final int MOST_NAMELESS = 500;

    private static final int INTRODUCTION_SECONDS = 20;
    private static final int CONNECTIONS_PER_SECOND = 200;
    private static final int CONNECTIONS_AT_ONCE = 3000;
    private static final int RESOLVERS = 4;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            // Behind the loops of the switches, which Netty's own threads would not be.
            2, new DefaultThreadFactory("ovsdb", Thread.NORM_PRIORITY), NioIoHandler.newFactory());
    /** Connected hosts that have not introduced themselves, and some that have. */
    private final Set<OvsdbSession> nameless = ConcurrentHashMap.newKeySet();

    private final ExecutorService resolvers =
            Executors.newFixedThreadPool(RESOLVERS, new DefaultThreadFactory("ovsdb-names", true));
    private final Runnable badConnection;
    private final int introductionSeconds;
    /** Connections that may come now, and the time of that count from {@link System#nanoTime}. */
    private double connections = CONNECTIONS_AT_ONCE;

    private long countedAt = System.nanoTime();
    private final List<Channel> servers = new ArrayList<>();

    /** @param badConnection called for every connection that ends because the peer does not speak JSON-RPC */
    public OvsdbConnector(Runnable badConnection) {
        this(badConnection, INTRODUCTION_SECONDS);
    }

    /** @param introductionSeconds how long a host that connects may take to say who it is */
    OvsdbConnector(Runnable badConnection, int introductionSeconds) {
        this.badConnection = badConnection;
        this.introductionSeconds = introductionSeconds;
    }

    /**
     * Connects to a host.
     *
     * @param secure makes the handler that secures the connection; empty for plain TCP
     * @param failed gets the error if the connection fails
     */
    public void dial(
            String address,
            int port,
            Optional<Function<Channel, ChannelHandler>> secure,
            OvsdbSession.Listener listener,
            Consumer<String> failed) {
        resolve(address).whenComplete((ip, unknown) -> {
            if (unknown != null) {
                failed.accept("cannot resolve " + address);
                return;
            }
            dial(
                    new Bootstrap()
                            .channel(NioSocketChannel.class)
                            .option(ChannelOption.TCP_NODELAY, true)
                            .remoteAddress(ip, port),
                    secure,
                    listener,
                    failed);
        });
    }

    /**
     * Resolves a name on a thread of its own: without a name server this takes long, and event loops serve all hosts.
     */
    private CompletableFuture<InetAddress> resolve(String address) {
        if (InetAddresses.isInetAddress(address)) {
            return CompletableFuture.completedFuture(InetAddresses.forString(address));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return InetAddress.getByName(address);
                    } catch (UnknownHostException e) {
                        throw new CompletionException(e);
                    }
                },
                resolvers);
    }

    /**
     * Connects to a host to read its database once; fails if it is unreachable, or closes before Heddle has its
     * database.
     */
    public CompletableFuture<OvsdbSession> look(
            String address, int port, Optional<Function<Channel, ChannelHandler>> secure) {
        CompletableFuture<OvsdbSession> session = new CompletableFuture<>();
        dial(address, port, secure, new FirstLook(session), why -> session.completeExceptionally(new IOException(why)));
        return session;
    }

    /** Likewise for this machine, by its database's socket, such as {@code /run/openvswitch/db.sock}. */
    public CompletableFuture<OvsdbSession> look(Path socket) {
        CompletableFuture<OvsdbSession> session = new CompletableFuture<>();
        dial(
                new Bootstrap().channel(NioDomainSocketChannel.class).remoteAddress(UnixDomainSocketAddress.of(socket)),
                Optional.empty(),
                new FirstLook(session),
                why -> session.completeExceptionally(new IOException(why)));
        return session;
    }

    private record FirstLook(CompletableFuture<OvsdbSession> session) implements OvsdbSession.Listener {
        @Override
        public void ready(OvsdbSession ready) {
            session.complete(ready);
        }

        @Override
        public void changed(OvsdbSession changed) {
            // One read is enough.
        }

        @Override
        public void closed(OvsdbSession closed, String why) {
            session.completeExceptionally(new IOException(why));
        }
    }

    private void dial(
            Bootstrap to,
            Optional<Function<Channel, ChannelHandler>> secure,
            OvsdbSession.Listener listener,
            Consumer<String> failed) {
        to.group(loops)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        secure.ifPresent(s -> channel.pipeline().addLast(s.apply(channel)));
                        pipeline(channel, listener, OvsdbSession::start);
                    }
                })
                .connect()
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        failed.accept(connected.cause().getMessage());
                    }
                });
    }

    /**
     * Listens for hosts that connect to Heddle, at one more address each time.
     *
     * @param secure makes the handler that secures a connection; empty for plain TCP
     * @throws IOException if it cannot bind the address, with the cause
     */
    public void listen(
            InetSocketAddress address,
            Optional<Function<Channel, ChannelHandler>> secure,
            OvsdbSession.Listener listener)
            throws IOException {
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        admit(channel, secure, listener);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen for OVSDB hosts on " + address + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        servers.add(bound.channel());
    }

    /** Takes in a host that connects, unless too many others have yet to introduce themselves. */
    private void admit(
            Channel channel, Optional<Function<Channel, ChannelHandler>> secure, OvsdbSession.Listener listener) {
        nameless.removeIf(s -> s.isIntroduced() || !s.isOpen());
        if (nameless.size() >= MOST_NAMELESS || !mayConnect()) {
            badConnection.run();
            channel.close();
            return;
        }
        secure.ifPresent(s -> channel.pipeline().addLast(s.apply(channel)));
        nameless.add(pipeline(channel, listener, s -> s.introduce(introductionSeconds)));
    }

    /** Whether to take another connection in: at most some thousands at once, and few for long. */
    private synchronized boolean mayConnect() {
        long now = System.nanoTime();
        connections = Math.min(CONNECTIONS_AT_ONCE, connections + (now - countedAt) / 1e9 * CONNECTIONS_PER_SECOND);
        countedAt = now;
        if (connections < 1) {
            return false;
        }
        connections--;
        return true;
    }

    private OvsdbSession pipeline(Channel channel, OvsdbSession.Listener listener, Consumer<OvsdbSession> connected) {
        JsonRpcEndpoint rpc = new JsonRpcEndpoint(channel);
        OvsdbSession session = new OvsdbSession(channel, rpc, listener);
        channel.pipeline()
                .addLast(
                        new ReadTimeoutHandler(SILENCE_SECONDS, TimeUnit.SECONDS),
                        new Messages(session),
                        rpc,
                        new SessionHandler(session, connected));
        return session;
    }

    @Override
    public void close() {
        resolvers.shutdownNow();
        servers.forEach(s -> s.close().awaitUninterruptibly());
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Passes the events of a connection to its session. */
    private final class SessionHandler extends ChannelInboundHandlerAdapter {
        private final OvsdbSession session;
        private final Consumer<OvsdbSession> connected;

        SessionHandler(OvsdbSession session, Consumer<OvsdbSession> connected) {
            this.session = session;
            this.connected = connected;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            connected.accept(session);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            session.ended();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            badConnection.run();
            session.failed(
                    cause instanceof ReadTimeoutException
                            ? new IOException(
                                    "silent for " + SILENCE_SECONDS + " s, although it was asked for an echo", cause)
                            : cause);
        }
    }
}
