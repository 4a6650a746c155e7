package io.heddle.ovsdb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.heddle.tls.PeerCertificate;
import io.heddle.tls.Tls;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.opendaylight.ovsdb.lib.jsonrpc.JsonRpcEndpoint;
import org.opendaylight.ovsdb.lib.message.TransactBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to one host's database: a live copy of it, and transactions. Runs on the connection's event loop;
 * thread-safe methods say so. Source: RFC 7047 §4.
 */
public final class OvsdbSession implements HostSession {
    private static final String NAME = "Open_vSwitch";
    /** A UUID that no row has. */
    private static final String NO_ROW = "00000000-0000-0000-0000-000000000000";

    private static final int ECHO_SECONDS = 5;
    private static final int RPC_TIMEOUT_MILLIS = 30_000;
    /** Open vSwitch's own are UUIDs. Thousands of sessions may be kept, each with its system-id. */
    private static final int LONGEST_SYSTEM_ID = 255;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(OvsdbSession.class);

    static {
        JsonRpcEndpoint.setReaperInterval(RPC_TIMEOUT_MILLIS);
    }

    /** Gets the events of a session. Called on its event loop. */
    public interface Listener {
        /**
         * A host that has connected to Heddle has introduced itself. Nothing else of it is read until {@link #begin}.
         *
         * @param systemId its {@code external_ids:system-id}; "" if it has none
         */
        default void introduced(OvsdbSession session, String systemId) {}

        /** The database has been read for the first time. */
        void ready(OvsdbSession session);

        /** Rows changed. */
        void changed(OvsdbSession session);

        /** The connection closed, even if the session was never ready. */
        void closed(OvsdbSession session, String why);
    }

    private final Channel channel;
    private final JsonRpcEndpoint rpc;
    private final Listener listener;
    private final Database database = new Database();
    private final CompletableFuture<OvsdbSession> read = new CompletableFuture<>();
    private volatile boolean introduced;
    private ScheduledFuture<?> introduction;
    private boolean begun;
    private boolean ready;
    private String why = "the host closed the connection";
    /** The lock under which this session writes, if it needs one. */
    private Optional<String> lock = Optional.empty();

    private Runnable stolen = () -> {};

    OvsdbSession(Channel channel, JsonRpcEndpoint rpc, Listener listener) {
        this.channel = channel;
        this.rpc = rpc;
        this.listener = listener;
    }

    /** The event loop of this session; any thread. */
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public Database database() {
        return database;
    }

    /** The host's {@code address:port}; any thread. */
    public String remote() {
        return String.valueOf(channel.remoteAddress()).replaceFirst("^/", "");
    }

    /** The host's address; any thread. */
    public InetAddress remoteAddress() {
        return ((InetSocketAddress) channel.remoteAddress()).getAddress();
    }

    /** The address at which the host sees Heddle; any thread. */
    public String localAddress() {
        return ((InetSocketAddress) channel.localAddress()).getAddress().getHostAddress();
    }

    /** The certificate that the host has proved to own; empty without TLS. Any thread. */
    public Optional<PeerCertificate> certificate() {
        return Tls.peer(channel);
    }

    @Override
    public boolean isReady() {
        return ready && channel.isActive();
    }

    /** Whether the connection is open; any thread. */
    public boolean isOpen() {
        return channel.isActive();
    }

    /** Closes the connection; any thread. */
    public void close(String reason) {
        why = reason;
        channel.close();
    }

    /** Whether Heddle knows the host, and has begun to read its database. */
    boolean hasBegun() {
        return begun;
    }

    /**
     * Asks a host that has connected to Heddle for its system-id. Any peer can connect that reaches the port, so until
     * the answer a session costs almost nothing.
     *
     * @param seconds how long the answer may take
     */
    void introduce(int seconds) {
        introduction = channel.eventLoop()
                .schedule(
                        () -> {
                            if (!introduced) {
                                close("the host has not introduced itself within " + seconds + " s");
                            }
                        },
                        seconds,
                        TimeUnit.SECONDS);
        transact(List.of(Operation.select(Database.OPEN_VSWITCH, "external_ids")), (results, error) -> {
            if (error != null) {
                close("the peer has no database " + NAME + ": " + error);
                return;
            }
            String systemId = Value.map(
                            Value.fromJson(results.get(0).path("rows").path(0).path("external_ids")))
                    .getOrDefault("system-id", "");
            if (systemId.length() > LONGEST_SYSTEM_ID) {
                close("the host's system-id has " + systemId.length() + " characters, and may have at most "
                        + LONGEST_SYSTEM_ID);
                return;
            }
            introduced = true;
            introduction.cancel(false);
            keepAlive();
            channel.pipeline().fireUserEventTriggered(Messages.INTRODUCED);
            listener.introduced(this, systemId);
        });
    }

    /** Whether the host has said who it is; any thread. */
    boolean isIntroduced() {
        return introduced;
    }

    /**
     * Reads the database, once; any thread.
     *
     * @return this session when it is ready; fails if it closes before
     */
    public CompletableFuture<OvsdbSession> begin() {
        loop().execute(this::start);
        return read;
    }

    /** Whether the host answers an echo request within some seconds; any thread. */
    public CompletableFuture<Boolean> answers(int seconds) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        loop().execute(() -> {
            if (channel.isActive()) {
                then(rpc.echo(), echoed -> answer.complete(true));
            } else {
                answer.complete(false);
            }
        });
        return answer.completeOnTimeout(false, seconds, TimeUnit.SECONDS);
    }

    /**
     * Takes a lock, even if another session has it (RFC 7047 §4.1.8). From now on, the database refuses all
     * transactions of this session while it does not have the lock. Only on the loop.
     *
     * @param lostIt called when another session has taken it
     */
    public void take(String name, Runnable lostIt) {
        lock = Optional.of(name);
        stolen = lostIt;
        then(rpc.steal(List.of(name)), answer -> {});
    }

    /** Another session has taken the lock. */
    void stolen() {
        stolen.run();
    }

    private void keepAlive() {
        channel.eventLoop().scheduleAtFixedRate(this::echo, ECHO_SECONDS, ECHO_SECONDS, TimeUnit.SECONDS);
    }

    /** Reads the database of a host that Heddle knows. */
    void start() {
        if (begun) {
            return;
        }
        begun = true;
        // A request to monitor a column that the database does not have would fail as a whole.
        transact(
                List.of(Operation.select(Database.CT_ZONE, NO_ROW, Database.LIMIT)),
                (results, error) -> monitor(error == null));
    }

    private void monitor(boolean zones) {
        then(rpc.monitor(() -> monitorRequest(zones)), initial -> {
            if (initial == null || !initial.has(NAME)) {
                close("the peer has no database " + NAME);
                return;
            }
            database.update(initial);
            ready = true;
            if (!introduced) {
                keepAlive();
            }
            listener.ready(this);
            read.complete(this);
        });
    }

    /** Applies an update of the monitor. */
    void update(JsonNode tables) {
        if (!begun) {
            return;
        }
        database.update(tables);
        if (ready) {
            listener.changed(this);
        }
    }

    private static List<Object> monitorRequest(boolean zones) {
        Map<String, List<String>> watched = new TreeMap<>();
        Database.WATCHED.forEach((table, columns) -> watched.put(table, new ArrayList<>(columns)));
        if (zones) {
            Database.WATCHED_ZONES.forEach((table, columns) ->
                    watched.computeIfAbsent(table, t -> new ArrayList<>()).addAll(columns));
        }
        Map<String, Object> tables = new LinkedHashMap<>();
        watched.forEach((table, columns) -> tables.put(table, Map.of("columns", columns)));
        return List.of(NAME, "heddle", tables);
    }

    private void echo() {
        if (channel.isActive()) {
            then(rpc.echo(), answer -> {});
        }
    }

    void ended() {
        ready = false;
        if (introduction != null) {
            // It would hold the session, with a half-sent message, until its time.
            introduction.cancel(false);
        }
        read.completeExceptionally(new IOException(why));
        listener.closed(this, why);
    }

    @Override
    public void failed(Throwable cause) {
        LOG.debug("closing the OVSDB session with {}", remote(), cause);
        close(Tls.reason(cause));
    }

    @Override
    public void schedule(Runnable task, long millis) {
        loop().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void transact(List<Operation> asked, BiConsumer<List<JsonNode>, String> done) {
        List<Operation> operations = new ArrayList<>();
        lock.ifPresent(name -> operations.add(Operation.requireLock(name)));
        int own = operations.size();
        operations.addAll(asked);
        TransactBuilder transaction = new TransactBuilder(null) {
            @Override
            public List<Object> params() {
                List<Object> params = new ArrayList<>(List.of(NAME));
                params.addAll(operations);
                return params;
            }
        };
        Futures.addCallback(
                rpc.transact(transaction),
                new FutureCallback<>() {
                    @Override
                    public void onSuccess(List<JsonNode> results) {
                        guarded(() -> {
                            String error = error(operations, results);
                            done.accept(error == null ? results.subList(own, results.size()) : null, error);
                        });
                    }

                    @Override
                    public void onFailure(Throwable cause) {
                        guarded(() ->
                                done.accept(null, cause.getMessage() == null ? cause.toString() : cause.getMessage()));
                    }
                },
                channel.eventLoop());
    }

    /**
     * The first failed operation and its error, or null; RFC 7047 §4.1.3 puts an error of the commit after the last
     * result.
     */
    private static String error(List<Operation> operations, List<JsonNode> results) {
        if (results == null) {
            return "the host refused the transaction as a whole";
        }
        for (int i = 0; i < results.size(); i++) {
            JsonNode r = results.get(i);
            if (r != null && r.hasNonNull("error")) {
                String details =
                        r.hasNonNull("details") ? ": " + r.get("details").asText() : "";
                String at = i < operations.size() ? " in " + JSON.valueToTree(operations.get(i)) : "";
                return r.get("error").asText() + details + at;
            }
        }
        return null;
    }

    /** Without this, the future would swallow exceptions of a callback, and the session would never become ready. */
    private void guarded(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private <T> void then(ListenableFuture<T> future, Consumer<T> next) {
        Futures.addCallback(
                future,
                new FutureCallback<T>() {
                    @Override
                    public void onSuccess(T result) {
                        guarded(() -> next.accept(result));
                    }

                    @Override
                    public void onFailure(Throwable cause) {
                        close("no answer within " + RPC_TIMEOUT_MILLIS / 1000 + " s");
                    }
                },
                channel.eventLoop());
    }
}
