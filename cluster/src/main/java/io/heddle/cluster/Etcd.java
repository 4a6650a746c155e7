package io.heddle.cluster;

import com.google.common.base.Throwables;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.heddle.cluster.Keys.Entry;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a controller needs of etcd, with a deadline for each question. Safe from any thread. */
final class Etcd implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Etcd.class);
    /** gRPC tells by java.util.logging what nobody asks for. Kept here, or the level would be forgotten. */
    private static final java.util.logging.Logger GRPC = java.util.logging.Logger.getLogger("io.grpc");

    static {
        GRPC.setLevel(java.util.logging.Level.WARNING);
    }

    /** How long a question may take. */
    static final int SECONDS = 3;

    private static final int RETRY_MILLIS = 500;
    private static final int LARGEST_ANSWER = 256 << 20;
    private static final Set<ErrorCode> REFUSALS = EnumSet.of(
            ErrorCode.INVALID_ARGUMENT,
            ErrorCode.NOT_FOUND,
            ErrorCode.PERMISSION_DENIED,
            ErrorCode.UNAUTHENTICATED,
            ErrorCode.RESOURCE_EXHAUSTED,
            ErrorCode.FAILED_PRECONDITION,
            ErrorCode.OUT_OF_RANGE,
            ErrorCode.UNIMPLEMENTED);

    private final EtcdAddress address;
    private final EtcdPulse pulse;
    private final Client client;

    /**
     * For callers that do not need to know how etcd answers.
     *
     * @throws IOException if a file of its certificates cannot be used
     */
    Etcd(EtcdAddress address) throws IOException {
        this(address, new EtcdPulse());
    }

    /** @param pulse told of all answers @throws IOException if a file of its certificates cannot be used */
    Etcd(EtcdAddress address, EtcdPulse pulse) throws IOException {
        this.address = address;
        this.pulse = pulse;
        ClientBuilder builder = Client.builder()
                .endpoints(address.endpoints())
                .maxInboundMessageSize(LARGEST_ANSWER)
                .keepaliveTime(Duration.ofSeconds(2))
                .keepaliveTimeout(Duration.ofSeconds(5))
                .keepaliveWithoutCalls(true)
                .connectTimeout(Duration.ofSeconds(2))
                .retryMaxAttempts(0)
                .waitForReady(false);
        address.user().ifPresent(u -> builder.user(bytes(u)));
        address.password().ifPresent(p -> builder.password(bytes(p)));
        if (address.isTls()) {
            Path authority = address.file("ca.pem");
            boolean own = Files.exists(address.tls().orElseThrow().resolve("cert.pem"));
            Path certificate = own ? address.file("cert.pem") : null;
            Path key = own ? address.file("key.pem") : null;
            try {
                builder.sslContext((SslContextBuilder ssl) -> {
                    ssl.trustManager(authority.toFile());
                    if (own) {
                        ssl.keyManager(certificate.toFile(), key.toFile());
                    }
                });
            } catch (IllegalArgumentException e) {
                throw new IOException("cannot use the certificates for etcd in "
                        + address.tls().get() + ": " + e.getMessage());
            }
        }
        client = builder.build();
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    /** All entries below a prefix, in the order of their keys. @param revision at which they were so */
    record Snapshot(List<Entry> entries, long revision) {}

    /** @throws IOException if etcd does not answer, or has no majority */
    Snapshot read(String prefix) throws IOException {
        GetOption all = GetOption.builder()
                .isPrefix(true)
                .withSortField(GetOption.SortTarget.KEY)
                .withSortOrder(GetOption.SortOrder.ASCEND)
                .build();
        GetResponse answer = await(client.getKVClient().get(bytes(prefix), all));
        return new Snapshot(
                answer.getKvs().stream().map(Etcd::entry).toList(),
                answer.getHeader().getRevision());
    }

    static Entry entry(KeyValue kv) {
        return new Entry(
                kv.getKey().toString(StandardCharsets.UTF_8), kv.getValue().getBytes(), kv.getModRevision());
    }

    /** A condition of a transaction: a key's entry is that of a revision, or there is none, for 0. */
    static Cmp unchanged(String key, long revision) {
        return new Cmp(bytes(key), Cmp.Op.EQUAL, CmpTarget.modRevision(revision));
    }

    static Op put(String key, byte[] value) {
        return Op.put(bytes(key), ByteSequence.from(value), PutOption.DEFAULT);
    }

    /** @param lease with which the entry ends */
    static Op put(String key, byte[] value, long lease) {
        return Op.put(
                bytes(key),
                ByteSequence.from(value),
                PutOption.builder().withLeaseId(lease).build());
    }

    /** What says that there is a state. */
    static List<Op> begin() {
        String now = Long.toString(System.currentTimeMillis());
        return List.of(
                put(Keys.BEGUN, now.getBytes(StandardCharsets.UTF_8)),
                put(Keys.FORMAT, Keys.FORMAT_NUMBER.getBytes(StandardCharsets.UTF_8)));
    }

    static Op delete(String key) {
        return Op.delete(bytes(key), DeleteOption.DEFAULT);
    }

    /** Deletes all keys from one on, before another. */
    static Op delete(String from, String before) {
        return Op.delete(
                bytes(from), DeleteOption.builder().withRange(bytes(before)).build());
    }

    /** The condition that a key's entry was written before a revision, if there is one. */
    static Cmp before(String key, long revision) {
        return new Cmp(bytes(key), Cmp.Op.LESS, CmpTarget.modRevision(revision));
    }

    /** The answer to a transaction. @param done whether its conditions held */
    record Committed(boolean done, long revision) {}

    /** etcd has refused: it is certain that nothing happened. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** @throws Refused if it did not happen @throws IOException if it is not known whether it happened, or yet may */
    Committed commit(List<Cmp> conditions, List<Op> ops) throws IOException {
        TxnResponse answer = await(client.getKVClient()
                .txn()
                .If(conditions.toArray(Cmp[]::new))
                .Then(ops.toArray(Op[]::new))
                .commit());
        return new Committed(answer.isSucceeded(), answer.getHeader().getRevision());
    }

    /** Forgets what was before a revision, without waiting. */
    void compact(long revision) {
        client.getKVClient().compact(revision);
    }

    /** Grants a lease. @return its id */
    long lease(int seconds) throws IOException {
        return await(client.getLeaseClient().grant(seconds)).getID();
    }

    /** Ends a lease, and all entries with it, if etcd answers. */
    void revoke(long lease) {
        try {
            await(client.getLeaseClient().revoke(lease));
        } catch (IOException e) {
            LOG.debug("the lease {} ends by itself: {}", lease, e.getMessage());
        }
    }

    /** Keeps a lease alive, over the ends of connections. @param kept called each time that etcd has prolonged it */
    Keeping keep(long lease, Runnable kept) {
        return new Keeping(client.getLeaseClient(), lease, () -> {
            pulse.heard();
            kept.run();
        });
    }

    /** Does something after a pause, on a thread of its own. */
    static void later(Runnable task) {
        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS).execute(task);
    }

    /** What one revision has changed below a prefix. @param removed the keys that are gone */
    record Change(List<Entry> put, List<String> removed, long revision) {}

    /** Gets what changes. Called by one thread at a time, which must not wait. */
    interface Follower {
        /** Something has changed. */
        void changed(Change change);

        /** The connection has ended, and is being made anew; "" when it is there again. */
        void interrupted(String why);

        /** It cannot go on, because etcd has forgotten some changes. */
        void failed(String why);
    }

    /**
     * Tells of all changes below a prefix, in their order and each once, over the ends of connections.
     *
     * @param from the first revision to tell of
     */
    Following watch(String prefix, long from, Follower follower) {
        return new Following(client.getWatchClient(), prefix, from, follower);
    }

    private <T> T await(CompletableFuture<T> answer) throws IOException {
        long begun = System.nanoTime();
        boolean answered = false;
        try {
            T value = answer.get(SECONDS, TimeUnit.SECONDS);
            answered = true;
            pulse.answered(begun);
            return value;
        } catch (ExecutionException e) {
            String why = "etcd at " + address + ": " + reason(e.getCause());
            throw isRefusal(e.getCause()) ? new Refused(why, e) : new IOException(why, e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("etcd at " + address + " has not answered within " + SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            if (!answered) {
                pulse.failed();
            }
        }
    }

    /** Whether etcd has looked at a request and refused it; a new connection would not help. */
    private static boolean isRefusal(Throwable why) {
        return Throwables.getCausalChain(why).stream()
                .anyMatch(e -> e instanceof EtcdException etcd && REFUSALS.contains(etcd.getErrorCode()));
    }

    /** The deepest reason of a failure, for people. */
    static String reason(Throwable why) {
        Throwable deepest = why;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    }

    @Override
    public void close() {
        client.close();
    }
}
