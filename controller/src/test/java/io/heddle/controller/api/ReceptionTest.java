package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections by real sockets to a server that needs two milliseconds for each, as the API does when it is cold. */
@Timeout(30)
class ReceptionTest {
    private static final int CROWD = 1000;
    private static final int EACH_MILLIS = 2;

    private final EventLoopGroup acceptor = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoopGroup api = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Socket> clients = new ArrayList<>();
    /** What the clients have sent, in the order in which it was served. */
    private final List<String> served = new CopyOnWriteArrayList<>();

    private final CountDownLatch inactive = new CountDownLatch(CROWD);
    private InetSocketAddress address;

    @BeforeEach
    void start() {
        Channel server = new ServerBootstrap()
                .group(acceptor, api)
                .channel(NioServerSocketChannel.class)
                .handler(new Reception(new ConnectionLimit(2 * CROWD)))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Slow());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        address = (InetSocketAddress) server.localAddress();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket c : clients) {
            c.close();
        }
        acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        api.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Slow extends ChannelInboundHandlerAdapter {
        private final StringBuilder text = new StringBuilder();
        private boolean active;

        @Override
        public void channelActive(ChannelHandlerContext ctx) throws InterruptedException {
            active = true;
            TimeUnit.MILLISECONDS.sleep(EACH_MILLIS);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            text.append(bytes.toString(StandardCharsets.US_ASCII));
            bytes.release();
            if (active && text.indexOf("\n") > 0) {
                served.add(text.toString().strip());
                ctx.writeAndFlush(ctx.alloc().buffer().writeByte('.'));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            inactive.countDown();
        }
    }

    private Socket client(String text) throws IOException {
        Socket client = new Socket();
        client.connect(address);
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        clients.add(client);
        return client;
    }

    private void crowd() throws IOException {
        for (int i = 0; i < CROWD; i++) {
            client("GET /" + i + "\n");
        }
    }

    private static void await(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        assertEquals('.', in.read());
    }

    @Test
    void whoAsksForHealthDoesNotWaitBehindACrowd() throws Exception {
        crowd();
        await(client("GET /health/live HTTP/1.1\n"));
        int before = served.indexOf("GET /health/live HTTP/1.1");
        assertTrue(before < CROWD * 3 / 4, before + " of " + CROWD + " were served before");
    }

    @Test
    void theOthersAreServedWholeAndAboutInTheOrderInWhichTheyCame() throws Exception {
        crowd();
        for (Socket c : clients) {
            await(c);
        }
        assertEquals(CROWD, Set.copyOf(served).size());
        for (int i = 0; i < CROWD; i++) {
            int overtaken = served.indexOf("GET /" + i) - i;
            assertTrue(overtaken < CROWD / 4, overtaken + " were served before " + i + " that came later");
        }
        for (Socket c : clients) {
            c.close();
        }
        assertTrue(inactive.await(5, TimeUnit.SECONDS), inactive.getCount() + " were not told that they are closed");
    }

    /** Also who sends a byte at a time, and who waits before the first. */
    @Test
    void nothingOfASlowClientIsLost() throws Exception {
        crowd();
        Socket silent = client("");
        Socket slow = client("GET ");
        for (char c : "/slow\n".toCharArray()) {
            TimeUnit.MILLISECONDS.sleep(1);
            slow.getOutputStream().write(c);
        }
        await(slow);
        TimeUnit.MILLISECONDS.sleep(300);
        silent.getOutputStream().write("GET /silent\n".getBytes(StandardCharsets.US_ASCII));
        await(silent);
        assertTrue(served.containsAll(List.of("GET /slow", "GET /silent")));
    }

    @Test
    void whoLeavesMakesRoom() throws Exception {
        for (int round = 0; round < 2; round++) {
            crowd();
            for (Socket c : clients) {
                c.close();
            }
            clients.clear();
        }
        await(client("GET /after\n"));
    }
}
