package io.heddle.controller.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Servers for which the host has no socket: it has no IPv6, or no file descriptor is left. */
class ForwarderTest {
    private static final InetSocketAddress V6 = new InetSocketAddress("::1", 9);

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private DatagramSocket server;

    @BeforeEach
    void listen() throws Exception {
        server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        server.setSoTimeout(5000);
    }

    @AfterEach
    void close() {
        server.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private static Channel onlyV4(SocketProtocolFamily family) {
        if (family == SocketProtocolFamily.INET6) {
            throw new ChannelException("no IPv6 here");
        }
        return new NioDatagramChannel(family);
    }

    private static Channel none(SocketProtocolFamily family) {
        throw new ChannelException("too many open files");
    }

    private Forwarder forwarder(Function<SocketProtocolFamily, Channel> sockets) {
        return new Forwarder(loop, new Resolvers(9), sockets);
    }

    private static Message query() throws Exception {
        Message query = new Message(1);
        query.getHeader().setFlag(Flags.RD);
        query.addRecord(Record.newRecord(Name.fromString("example.org."), Type.A, DClass.IN), Section.QUESTION);
        return query;
    }

    private CompletableFuture<Optional<Message>> ask(Forwarder forwarder, List<InetSocketAddress> servers) {
        CompletableFuture<Optional<Message>> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                if (!forwarder.ask(servers, query(), a -> {
                    assertTrue(loop.inEventLoop());
                    answer.complete(a);
                })) {
                    answer.completeExceptionally(new IllegalStateException("too many questions wait"));
                }
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    @Test
    void theNextServerIsAsked() throws Exception {
        InetSocketAddress v4 = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
        CompletableFuture<Optional<Message>> answer = ask(forwarder(ForwarderTest::onlyV4), List.of(V6, v4));
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        server.receive(packet);
        Message asked = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        asked.getHeader().setFlag(Flags.QR);
        byte[] bytes = asked.toWire();
        server.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
        assertTrue(answer.get(5, TimeUnit.SECONDS).isPresent());
    }

    @Test
    void nobodyWaitsForEver() throws Exception {
        Forwarder forwarder = forwarder(ForwarderTest::none);
        for (int i = 0; i < 2 * Forwarder.MOST_PENDING; i++) {
            assertEquals(Optional.empty(), ask(forwarder, List.of(V6)).get(5, TimeUnit.SECONDS));
        }
    }
}
