package io.heddle.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.tls.pki.Authority;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real handshakes over loopback. */
class TlsTest {
    private static final int SECONDS = 15;

    @TempDir
    private Path folder;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> faults = new LinkedBlockingQueue<>();
    private final BlockingQueue<PeerCertificate> welcomed = new LinkedBlockingQueue<>();
    private EventLoopGroup loops;
    private Path pki;
    private Authority authority;
    private Tls controller;
    private Channel server;

    @BeforeEach
    void start() throws Exception {
        pki = folder.resolve("pki");
        authority = Authority.init(pki, List.of("localhost"));
        controller = Tls.open(pki, (kind, text) -> told.add(kind + ": " + text));
        loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(controller.accept(channel), new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                welcomed.add(Tls.peer(ctx.channel()).orElseThrow());
                                ctx.writeAndFlush(message);
                            }

                            @Override
                            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                                faults.add(Tls.reason(cause));
                                ctx.close();
                            }
                        });
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    @AfterEach
    void stop() {
        server.close();
        controller.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** The certificates of a host, in the form in which this test's other end reads them. */
    private Path host(Authority from, String name, Path trusts) throws Exception {
        Authority.HostFiles files = from.host(name, List.of());
        Path home = Files.createDirectories(folder.resolve("as-" + name + System.nanoTime()));
        Files.copy(files.key(), home.resolve(CertificateFiles.KEY));
        Files.copy(files.certificate(), home.resolve(CertificateFiles.CERTIFICATE));
        Files.copy(trusts, home.resolve(CertificateFiles.PEERS));
        return home;
    }

    private Path controllers() {
        return pki.resolve("controllers-cacert.pem");
    }

    /** Connects, and sends a byte, which the server sends back. */
    private Socket connect(Path as) throws IOException {
        Tls tls = Tls.open(as, (kind, text) -> {});
        try {
            Socket plain =
                    new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.localAddress()).getPort());
            plain.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
            Socket socket = tls.dial(plain, List.of("heddle"));
            socket.getOutputStream().write('x');
            assertEquals('x', socket.getInputStream().read());
            return socket;
        } finally {
            tls.close();
        }
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        return String.valueOf(queue.poll(SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void knowsWhoAPeerIs() throws Exception {
        connect(host(authority, "hv1", controllers())).close();
        assertEquals("a certificate of hv1", welcomed.take().toString());
    }

    @Test
    void refusesPeersOfAnotherAuthorityAndPeersWithoutCertificate() throws Exception {
        Authority other = Authority.init(folder.resolve("other"), List.of("localhost"));
        Path stranger = host(other, "hv1", controllers());
        assertThrows(IOException.class, () -> connect(stranger));
        assertEquals("no connection by TLS: Empty client certificate chain", next(faults));
        try (Socket plain =
                new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.localAddress()).getPort())) {
            plain.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
            String fault = next(faults);
            assertTrue(fault.startsWith("no connection by TLS: not an SSL/TLS record"), fault);
        }
        assertTrue(welcomed.isEmpty());
    }

    /** Hosts trust only the authority of controllers: no host can be the controller of another. */
    @Test
    void noHostPassesForAController() throws Exception {
        Path victim = host(authority, "hv1", controllers());
        Path thief = host(authority, "hv2", pki.resolve(CertificateFiles.PEERS));
        controller.close();
        controller = Tls.open(thief, (kind, text) -> {});
        assertThrows(IOException.class, () -> connect(victim));
    }

    @Test
    void closesTheConnectionOfARevokedPeerOnly() throws Exception {
        Path first = host(authority, "hv1", controllers());
        try (Socket revoked = connect(first);
                Socket other = connect(host(authority, "hv2", controllers()))) {
            authority.revoke("hv1");
            assertEquals(-1, revoked.getInputStream().read());
            assertTrue(next(faults).contains("a certificate of hv1 is no longer trusted"));
            other.getOutputStream().write('y');
            assertEquals('y', other.getInputStream().read());
        }
        assertThrows(IOException.class, () -> connect(first));
    }

    @Test
    void takesANewCertificateWithoutARestart() throws Exception {
        Path host = host(authority, "hv1", controllers());
        try (Socket before = connect(host)) {
            authority.controller();
            assertTrue(next(told).startsWith("changed"));
            before.getOutputStream().write('y');
            assertEquals('y', before.getInputStream().read());
        }
        connect(host).close();
    }

    @Test
    void keepsTheOldPairIfTheNewOneCannotBeUsed() throws Exception {
        Path host = host(authority, "hv1", controllers());
        Authority other = Authority.init(folder.resolve("other"), List.of("localhost"));
        Files.copy(
                folder.resolve("other").resolve(CertificateFiles.KEY),
                pki.resolve(CertificateFiles.KEY),
                StandardCopyOption.REPLACE_EXISTING);
        String event = next(told);
        assertTrue(event.startsWith("failed") && event.contains("is not the certificate of the key"), event);
        connect(host).close();
        assertFalse(other.certificates().containsKey("hv1"));
    }

    @Test
    void saysWhichFileIsWrong() throws Exception {
        Files.writeString(pki.resolve(CertificateFiles.PEERS), "nothing");
        String why = assertThrows(IOException.class, () -> Tls.open(pki, (kind, text) -> {}))
                .getMessage();
        assertTrue(why.endsWith("hosts-cacert.pem: expected certificates in PEM form"), why);
        Files.delete(pki.resolve(CertificateFiles.KEY));
        why = assertThrows(IOException.class, () -> Tls.open(pki, (kind, text) -> {}))
                .getMessage();
        assertTrue(why.endsWith("controller-privkey.pem is missing: heddle pki init makes it"), why);
        why = assertThrows(IOException.class, () -> Authority.init(pki, List.of("localhost")))
                .getMessage();
        assertTrue(why.contains("has an authority already"), why);
    }

    @Test
    void aUserIsNoHost() throws Exception {
        Authority.HostFiles files = authority.user("hv1");
        Path home = Files.createDirectories(folder.resolve("as-user"));
        Files.copy(files.key(), home.resolve(CertificateFiles.KEY));
        Files.copy(files.certificate(), home.resolve(CertificateFiles.CERTIFICATE));
        Files.copy(controllers(), home.resolve(CertificateFiles.PEERS));
        assertThrows(IOException.class, () -> connect(home).close());
        String fault = next(faults);
        assertTrue(fault.startsWith("no connection by TLS: "), fault);
        assertTrue(welcomed.isEmpty());
    }

    /** An authority of hosts among those of users would let each host pass for a user. */
    @Test
    void refusesTheAuthorityOfHostsForUsers() throws Exception {
        for (String other : List.of(CertificateFiles.PEERS, "controllers-cacert.pem")) {
            Files.copy(pki.resolve(other), pki.resolve(CertificateFiles.USERS), StandardCopyOption.REPLACE_EXISTING);
            IOException refused = assertThrows(
                    IOException.class, () -> Tls.open(pki, (kind, text) -> {}).close());
            assertTrue(refused.getMessage().contains("they could pass for users"), refused.getMessage());
        }
    }

    /** The file may have the controller's certificate alone. */
    @Test
    void refusesTheAuthorityOfACertificateThatComesAlone() throws Exception {
        Files.copy(pki.resolve("controllers-cacert.pem"), pki.resolve(CertificateFiles.USERS));
        for (String file : List.of(CertificateFiles.CERTIFICATE, CertificateFiles.API_CERTIFICATE)) {
            Path chain = pki.resolve(file);
            String end = "-----END CERTIFICATE-----\n";
            String all = Files.readString(chain);
            Files.writeString(chain, all.substring(0, all.indexOf(end) + end.length()));
            IOException refused = assertThrows(
                    IOException.class, () -> Tls.open(pki, (kind, text) -> {}).close());
            assertTrue(refused.getMessage().contains("they could pass for users"), refused.getMessage());
        }
    }
}
