package io.heddle.controller.cluster;

import io.heddle.cli.ControllerProgram;
import io.heddle.cluster.Cluster;
import io.heddle.cluster.Member;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin API of a controller that does not lead: passes connections on to the leader's, byte by byte, except what it
 * {@linkplain OwnAnswers answers itself}.
 */
public final class ApiRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiRelay.class);
    /** The most clients at once. */
    private static final int MOST = 1000;

    private static final int CONNECT_MILLIS = 1000;
    /** Until a client has said something, and until it has said more. */
    private static final int FIRST_SECONDS = 10;

    private static final int IDLE_SECONDS = 600;
    /** Bytes of a request's head to look at. The leader answers longer ones. */
    private static final int HEAD = 8192;

    /** How long clients may wait for answers when the controller ends. */
    private static final int DRAIN_MILLIS = 2000;
    /** A leader that has been silent for so long has sent the whole answer. */
    private static final int QUIET_MILLIS = 100;

    private static final int LOOK_MILLIS = 20;

    private final Supplier<Optional<Member>> leading;
    private final OwnAnswers own;
    private final EventLoopGroup loop;
    /** Reads files, for which no event loop may wait. */
    private final ExecutorService answering = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST),
            new DefaultThreadFactory("api-own-answers", true));

    private final List<Channel> servers = new ArrayList<>();
    /** The connections of clients; those that come while it closes are closed, too. */
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    /** @param loop outlives the relay @throws IOException if it cannot listen */
    public ApiRelay(ControllerProgram.Options options, Cluster cluster, EventLoopGroup loop) throws IOException {
        this(
                options.api(),
                new OwnAnswers(options, cluster),
                () -> cluster.roster().leader(),
                loop);
    }

    ApiRelay(ControllerProgram.Door door, OwnAnswers own, Supplier<Optional<Member>> leader, EventLoopGroup loop)
            throws IOException {
        this.own = own;
        leading = leader;
        this.loop = loop;
        try {
            if (door.plain().isPresent()) {
                listen(door.plain().get(), false);
            }
            if (door.tls().isPresent()) {
                listen(door.tls().get(), true);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void listen(InetSocketAddress address, boolean tls) throws IOException {
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (clients.size() >= MOST) {
                            channel.close();
                            return;
                        }
                        channel.pipeline().addLast(new IdleStateHandler(0, 0, FIRST_SECONDS), new Front(tls));
                        clients.add(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen for the API on " + address + ": "
                    + bound.cause().getMessage());
        }
        servers.add(bound.channel());
    }

    /** A connection whose bytes go to another one, and which ends with it. */
    private abstract static class Side extends ChannelInboundHandlerAdapter {
        /** Null until there is one. */
        private Channel other;

        final Channel other() {
            return other;
        }

        final void joins(Channel channel) {
            other = channel;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (other != null && other.isActive()) {
                other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /** The side of a client. */
    private final class Front extends Side {
        private final boolean tls;
        /** What has come of the first request, until it is clear who answers it. */
        private ByteBuf first = Unpooled.EMPTY_BUFFER;

        private boolean begun;
        /** Whether the client has sent something since the leader did. */
        private volatile boolean isAsking;
        /** When the leader has last sent something, by the clock of {@link System#nanoTime}. */
        private volatile long answered = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(QUIET_MILLIS);

        Front(boolean tls) {
            this.tls = tls;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            isAsking = true;
            if (begun) {
                forward(ctx.channel(), other(), in);
                return;
            }
            in = Unpooled.wrappedBuffer(first, in);
            first = Unpooled.EMPTY_BUFFER;
            String head = in.toString(0, Math.min(in.readableBytes(), HEAD), StandardCharsets.ISO_8859_1);
            if (!tls && head.length() < HEAD && OwnAnswers.needsMore(head)) {
                first = in;
                ctx.read();
            } else {
                begin(ctx, in, head);
            }
        }

        private void begin(ChannelHandlerContext ctx, ByteBuf in, String head) {
            begun = true;
            ctx.pipeline().replace(IdleStateHandler.class, "idle", new IdleStateHandler(0, 0, IDLE_SECONDS));
            if (tls) {
                connect(ctx, in);
                return;
            }
            InetAddress at = ((InetSocketAddress) ctx.channel().localAddress()).getAddress();
            try {
                answering.execute(() -> {
                    Optional<OwnAnswers.Answer> answer = ownAnswer(head, at);
                    ctx.executor().execute(() -> take(ctx, in, answer));
                });
            } catch (RejectedExecutionException e) {
                // It leads now, or too many ask at once.
                in.release();
                ctx.close();
            }
        }

        private Optional<OwnAnswers.Answer> ownAnswer(String head, InetAddress at) {
            try {
                return own.to(head, at);
            } catch (RuntimeException e) {
                // Such as tokens of a later Heddle.
                LOG.warn("cannot answer a request", e);
                return Optional.of(OwnAnswers.Answer.problem(
                        503, "Service Unavailable", "this controller cannot answer: " + e.getMessage()));
            }
        }

        /** The leader has sent something. */
        void hear() {
            answered = System.nanoTime();
            isAsking = false;
        }

        boolean isWaiting() {
            return isAsking || System.nanoTime() - answered < TimeUnit.MILLISECONDS.toNanos(QUIET_MILLIS);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            first.release();
            first = Unpooled.EMPTY_BUFFER;
            super.channelInactive(ctx);
        }

        private void take(ChannelHandlerContext ctx, ByteBuf in, Optional<OwnAnswers.Answer> answer) {
            if (answer.isEmpty()) {
                connect(ctx, in);
            } else {
                in.release();
                answer(ctx, answer.get());
            }
        }

        private void connect(ChannelHandlerContext ctx, ByteBuf first) {
            Optional<Member> found = leading.get();
            int port = found.map(m -> tls ? m.apiTls() : m.api()).orElse(0);
            if (port == 0) {
                first.release();
                refuse(ctx, found.map(ApiRelay::elsewhere).orElseGet(own::nobody));
                return;
            }
            Member leader = found.orElseThrow();
            new Bootstrap()
                    .group(ctx.channel().eventLoop())
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                    .option(ChannelOption.AUTO_READ, false)
                    .handler(new Back(ctx.channel(), this))
                    .connect(leader.host(), port)
                    .addListener((ChannelFutureListener) connected -> {
                        if (connected.isSuccess() && !ctx.channel().isActive()) {
                            first.release();
                            connected.channel().close();
                        } else if (connected.isSuccess()) {
                            joins(connected.channel());
                            forward(ctx.channel(), other(), first);
                        } else {
                            first.release();
                            refuse(ctx, elsewhere(leader));
                        }
                    });
        }

        private void refuse(ChannelHandlerContext ctx, String why) {
            if (tls) {
                ctx.close();
            } else {
                answer(ctx, OwnAnswers.Answer.problem(503, "No controller answers", why));
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof IdleStateEvent) {
                ctx.close();
            }
        }
    }

    /** The side of the leader. */
    private static final class Back extends Side {
        private final Front client;

        Back(Channel front, Front client) {
            joins(front);
            this.client = client;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            client.hear();
            forward(ctx.channel(), other(), (ByteBuf) message);
        }
    }

    /** Passes bytes on, and reads more when they are sent. */
    private static void forward(Channel from, Channel to, ByteBuf bytes) {
        to.writeAndFlush(bytes).addListener(sent -> {
            if (sent.isSuccess()) {
                from.read();
            } else {
                from.close();
            }
        });
    }

    private static String elsewhere(Member leader) {
        return "the controller " + leader.name() + " at " + leader.host()
                + " leads, and its API cannot be reached from here: ask it directly";
    }

    private static void answer(ChannelHandlerContext ctx, OwnAnswers.Answer answer) {
        String head = "HTTP/1.1 " + answer.status() + " " + answer.reason() + "\r\nContent-Type: " + answer.type()
                + "\r\nContent-Length: " + answer.body().length + "\r\nConnection: close\r\n\r\n";
        ctx.writeAndFlush(Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), answer.body()))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Accepts no more connections, and waits until the clients have the answers to what they sent, but for at most two
     * seconds. So each client learns whether its change was made.
     */
    public void drain() {
        stopListening();
        long begun = System.nanoTime();
        try {
            while (clients.stream().anyMatch(ApiRelay::isWaiting)
                    && System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS)) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isWaiting(Channel client) {
        Front front = client.pipeline().get(Front.class);
        return front != null && front.isWaiting();
    }

    private void stopListening() {
        servers.forEach(s -> s.close().awaitUninterruptibly());
    }

    /** Frees the addresses, and ends all connections: clients ask again. */
    @Override
    public void close() {
        stopListening();
        clients.close();
        answering.shutdown();
    }
}
