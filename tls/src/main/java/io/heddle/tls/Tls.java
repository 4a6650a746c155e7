package io.heddle.tls;

import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * TLS with certificates on both sides, by the files of one folder: {@code controller-privkey.pem}, {@code
 * controller-cert.pem} (with its authority, for switches that take it from there), {@code hosts-cacert.pem}, and {@code
 * crl.pem} if there is one. Reads the files again when they change. If they cannot be used, the old ones stay in force.
 * Connections of peers that are no longer trusted are closed.
 */
public final class Tls implements AutoCloseable {
    /** Receives what operators should know; any thread. */
    public interface Listener {
        /** Something about Heddle's certificates. @param kind {@code failed} or {@code changed} or {@code expires} */
        void told(String kind, String text);
    }

    /** A connected peer. @param client whether it is the client, and Heddle the server */
    private record Peer(X509Certificate[] chain, boolean client) {}

    static {
        // A client that renegotiates without end would keep a thread busy; read when Java first uses TLS.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private static final AttributeKey<PeerCertificate> PEER = AttributeKey.valueOf(Tls.class, "peer");
    private static final int LOOK_SECONDS = 3;
    private static final int HANDSHAKE_SECONDS = 10;
    private static final int HANDSHAKE_THREADS = 2;
    private static final long[] WARN_DAYS = {30, 7, 0};

    private final Path folder;
    private final Listener listener;
    /** Signatures and key agreements, which would hold up other peers on an event loop. */
    private final ExecutorService handshakes =
            Executors.newFixedThreadPool(HANDSHAKE_THREADS, new DefaultThreadFactory("tls", true));

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("tls-files", true));
    private final Map<Channel, Peer> peers = new ConcurrentHashMap<>();
    private volatile Material material;
    private volatile Runnable changed = () -> {};
    /** Of the files in force, and of the files at the last look. */
    private String fingerprint;

    private String seen;
    private long warned = Long.MAX_VALUE;
    private Instant checked = Instant.now();

    private Tls(Path folder, Listener listener, Material material, String fingerprint) {
        this.folder = folder;
        this.listener = listener;
        this.material = material;
        this.fingerprint = fingerprint;
        this.seen = fingerprint;
    }

    /** Reads the files. @throws IOException with the file, what is wrong with it and what would be right */
    public static Tls open(Path folder, Listener listener) throws IOException {
        String fingerprint = Material.fingerprint(folder);
        Tls tls = new Tls(folder, listener, Material.load(folder), fingerprint);
        tls.warn();
        tls.timer.scheduleWithFixedDelay(tls::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        return tls;
    }

    /** A handler for a peer that has connected to Heddle; the first of its pipeline. */
    public SslHandler accept(Channel channel) {
        return handler(channel, material, true, List.of());
    }

    /** A handler for a peer that Heddle connects to. @param names the peer's certificate must have one of them */
    public SslHandler dial(Channel channel, Collection<String> names) {
        return handler(channel, material, false, names);
    }

    /**
     * Secures a connected socket, and shakes hands. Blocks.
     *
     * @param names the peer's certificate must have one of them
     * @throws IOException if the peer is not trusted, or not the right one
     */
    public Socket dial(Socket connected, Collection<String> names) throws IOException {
        SSLSocket socket = (SSLSocket) ((JdkSslContext) material.dial())
                .context()
                .getSocketFactory()
                .createSocket(connected, connected.getInetAddress().getHostAddress(), connected.getPort(), true);
        socket.setUseClientMode(true);
        socket.startHandshake();
        PeerCertificate peer =
                PeerCertificate.of((X509Certificate) socket.getSession().getPeerCertificates()[0]);
        if (!isOneOf(peer, names)) {
            throw wrong(peer, names);
        }
        return socket;
    }

    private static boolean isOneOf(PeerCertificate peer, Collection<String> names) {
        return names.stream().anyMatch(peer::isFor);
    }

    private static SSLPeerUnverifiedException wrong(PeerCertificate peer, Collection<String> names) {
        return new SSLPeerUnverifiedException(
                "expected a certificate of " + String.join(" or ", names) + ", found " + peer);
    }

    private SslHandler handler(Channel channel, Material used, boolean client, Collection<String> names) {
        SslHandler handler = (client ? used.accept() : used.dial()).newHandler(channel.alloc(), handshakes);
        handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                shaken(channel, handler, used, client, names);
            }
        });
        return handler;
    }

    private void shaken(Channel channel, SslHandler handler, Material used, boolean client, Collection<String> names) {
        X509Certificate[] chain;
        try {
            chain = (X509Certificate[]) handler.engine().getSession().getPeerCertificates();
        } catch (SSLPeerUnverifiedException e) {
            channel.pipeline().fireExceptionCaught(e);
            return;
        }
        PeerCertificate peer = PeerCertificate.of(chain[0]);
        if (!client && !isOneOf(peer, names)) {
            channel.pipeline().fireExceptionCaught(wrong(peer, names));
            return;
        }
        channel.attr(PEER).set(peer);
        Peer known = new Peer(chain, client);
        peers.put(channel, known);
        channel.closeFuture().addListener(closed -> peers.remove(channel));
        if (material != used) {
            // The files have changed since the handshake began, which has checked the peer by the old ones.
            check(channel, known);
        }
    }

    /** Sets what to do when the files have changed and are in force. */
    public void whenChanged(Runnable task) {
        changed = task;
    }

    /** The certificate of a connection's peer; empty without TLS, and before the handshake is done. Any thread. */
    public static Optional<PeerCertificate> peer(Channel channel) {
        return Optional.ofNullable(channel.attr(PEER).get());
    }

    /** The reason why a connection failed, for people. */
    public static String reason(Throwable failure) {
        Throwable cause = failure instanceof DecoderException && failure.getCause() instanceof SSLException
                ? failure.getCause()
                : failure;
        String message = cause.getMessage();
        String text = message == null ? cause.toString() : message.replaceFirst("^[a-zA-Z.]+Exception: ", "");
        return cause instanceof SSLException ? "no connection by TLS: " + text : text;
    }

    /** When the first of Heddle's certificates expires. */
    public Instant end() {
        return material.end();
    }

    /** Trust in users of the admin API by the files in force; empty if they have no certificates. */
    public Optional<UserTrust> users() {
        return material.users();
    }

    private void look() {
        try {
            String now = Material.fingerprint(folder);
            // Files are replaced one after the other: wait until they stay as they are.
            if (!now.equals(fingerprint) && now.equals(seen)) {
                fingerprint = now;
                material = Material.load(folder);
                warned = Long.MAX_VALUE;
                listener.told("changed", "certificates read again from " + folder);
                checkPeers();
                changed.run();
            }
            seen = now;
            if (Duration.between(checked, Instant.now()).toHours() >= 1) {
                checkPeers();
            }
            warn();
        } catch (IOException | RuntimeException e) {
            listener.told("failed", e.getMessage() + "; the certificates read before stay in force");
        }
    }

    /** Closes connections of peers whose certificate has ended, was revoked, or has lost its authority. */
    private void checkPeers() {
        checked = Instant.now();
        peers.forEach(this::check);
    }

    private void check(Channel channel, Peer peer) {
        try {
            material.trust().check(peer.chain, peer.client);
        } catch (CertificateException e) {
            channel.pipeline()
                    .fireExceptionCaught(new SSLPeerUnverifiedException(
                            PeerCertificate.of(peer.chain[0]) + " is no longer trusted: " + e.getMessage()));
        }
    }

    /** Tells of the end of the certificate once for each of some numbers of days. */
    private void warn() {
        long days = Duration.between(Instant.now(), end()).toDays();
        long reached = Arrays.stream(WARN_DAYS).filter(d -> days <= d).min().orElse(Long.MAX_VALUE);
        if (reached < warned) {
            warned = reached;
            listener.told(
                    "expires",
                    end().isBefore(Instant.now())
                            ? "a certificate of Heddle expired on " + end() + ": peers refuse it; heddle pki rotate"
                            : "a certificate of Heddle expires in " + days + " days, on " + end()
                                    + ": heddle pki rotate");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        handshakes.shutdownNow();
    }
}
