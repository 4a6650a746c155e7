package io.heddle.controller.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.xbill.DNS.Message;

/**
 * Forwards queries to other servers. Each attempt has a socket of its own, so its port is as hard to guess as its id,
 * and the kernel accepts datagrams only from the server that was asked. Confined to one event loop.
 *
 * <p>Source: RFC 5452 §9.
 */
final class Forwarder {
    /** The most queries that wait for an answer. */
    static final int MOST_PENDING = 1024;

    private static final int ATTEMPTS = 2;
    private static final long ATTEMPT_MILLIS = 2500;
    private static final int IDS = 1 << 16;

    private final EventLoop loop;
    private final Resolvers resolvers;
    private final SecureRandom random = new SecureRandom();
    private final Function<SocketProtocolFamily, Channel> sockets;
    private int pending;

    Forwarder(EventLoop loop, Resolvers resolvers) {
        this(loop, resolvers, NioDatagramChannel::new);
    }

    /** Likewise. @param sockets makes a socket of an IP version, or throws a {@code ChannelException} */
    Forwarder(EventLoop loop, Resolvers resolvers, Function<SocketProtocolFamily, Channel> sockets) {
        this.loop = loop;
        this.resolvers = resolvers;
        this.sockets = sockets;
    }

    /**
     * Forwards a query, and waits at most {@code ATTEMPTS * ATTEMPT_MILLIS} for the answer.
     *
     * @param servers one or more, in the order in which they are asked
     * @param done gets the answer, or nothing if no server gives one
     * @return false if too many queries wait already; then no server is asked
     */
    boolean ask(List<InetSocketAddress> servers, Message query, Consumer<Optional<Message>> done) {
        if (pending >= MOST_PENDING) {
            return false;
        }
        pending++;
        new Asked(servers, query, done).next();
        return true;
    }

    /** A query and its current attempt. */
    @ChannelHandler.Sharable
    private final class Asked extends SimpleChannelInboundHandler<DatagramPacket> {
        private final List<InetSocketAddress> servers;
        private final Message query;
        private final Consumer<Optional<Message>> done;
        private int attempt;
        private int id;
        private Channel channel;
        private ScheduledFuture<?> timeout;

        Asked(List<InetSocketAddress> servers, Message query, Consumer<Optional<Message>> done) {
            this.servers = servers;
            this.query = query;
            this.done = done;
        }

        private InetSocketAddress server() {
            return servers.get(attempt % servers.size());
        }

        void next() {
            boolean v4 = server().getAddress() instanceof Inet4Address;
            ChannelFuture connecting = new Bootstrap()
                    .group(loop)
                    .channelFactory(() -> sockets.apply(v4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6))
                    .handler(this)
                    .connect(server());
            Channel opened = connecting.channel();
            channel = opened;
            id = random.nextInt(IDS);
            timeout = loop.schedule(() -> failed(opened), ATTEMPT_MILLIS, TimeUnit.MILLISECONDS);
            // Without a socket, Netty reports the failure on another thread.
            connecting.addListener(c -> loop.execute(() -> connected(opened, c.isSuccess())));
        }

        private void connected(Channel to, boolean success) {
            if (to != channel) {
                return;
            }
            if (!success) {
                failed(to);
                return;
            }
            byte[] bytes = Messages.question(query, id).toWire();
            to.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(w -> {
                if (!w.isSuccess()) {
                    failed(to);
                }
            });
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            if (context.channel() != channel) {
                return;
            }
            // Anybody may send to the port who fakes the server's address: what answers nothing is left aside.
            Messages.read(ByteBufUtil.getBytes(packet.content()))
                    .filter(m -> Messages.isAnswer(m, id, query.getQuestion()))
                    .ifPresent(m -> end(Optional.of(m)));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // The server's host says that nobody listens there.
            failed(context.channel());
        }

        private void failed(Channel of) {
            if (of != channel) {
                return;
            }
            resolvers.silent(server());
            close();
            if (++attempt < ATTEMPTS) {
                next();
            } else {
                end(Optional.empty());
            }
        }

        private void close() {
            timeout.cancel(false);
            Channel open = channel;
            channel = null;
            // Otherwise there is no socket: the host has no IPv6, or no file descriptor left.
            if (open.isRegistered()) {
                open.close();
            }
        }

        private void end(Optional<Message> answer) {
            if (channel != null) {
                close();
            }
            pending--;
            done.accept(answer);
        }
    }
}
