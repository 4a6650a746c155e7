package io.heddle.controller.api;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import io.heddle.controller.services.Services;
import io.heddle.tls.CertificateFiles;
import io.heddle.tls.Tls;
import io.heddle.tls.UserTrust;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Serves the admin API and the web page on addresses and a socket. {@link Contract} has the operations, {@link
 * ApiHandlers} their handlers. This class runs handlers off the event loop.
 */
public final class AdminApi implements AutoCloseable {
    /** Bytes; a file of 100,000 rules has half of it. */
    private static final int LARGEST_BODY = 16 << 20;

    private static final int CONNECTIONS = 2000;
    private static final int THREADS = 200;
    private static final int HEALTH_THREADS = 4;
    private static final int ISSUED_THREADS = 2;
    private static final int UNIX_THREADS = 4;
    private static final int HANDSHAKE_SECONDS = 5;
    private static final String HEALTH = "/health/";
    /** The operation that answers with a stream if the client accepts one: OpenAPI has one operation for both. */
    private static final String EVENTS = "listEvents";

    private static final Set<String> EVERYWHERE = Set.of("pretty");

    /** How long requests in progress may take when the controller ends. */
    private static final int DRAIN_MILLIS = 2000;

    private final Admission admission;
    private final Draining draining = new Draining();
    /** The same for all servers of a process: reading it takes longer than all the rest of their start. */
    private static final Supplier<Contract> CONTRACT = Suppliers.memoize(Contract::new);

    private final Contract contract = CONTRACT.get();
    private final Vertx vertx;
    private final Connections connections;
    private final Workers workers;
    private final Workers.Pool threads;
    private final Workers.Pool healthThreads;
    private final Workers.Pool issuedThreads;
    private final Workers.Pool unixThreads;
    private final ApiHandlers handlers;
    private final Access access;
    private final Optional<Tls> tls;
    private HttpServer secure;
    private SocketFile socketFile;

    public AdminApi(Services services) {
        this(services, ClientLimits.DEFAULT);
    }

    AdminApi(Services services, ClientLimits limits) {
        ConnectionLimit all = new ConnectionLimit(CONNECTIONS);
        this.vertx = Vertx.builder()
                .withTransport(new LimitedTransport(all))
                .with(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setMaxWorkerExecuteTime(ChangeRequests.LONGEST_WAIT + 60L)
                        .setMaxWorkerExecuteTimeUnit(TimeUnit.SECONDS)
                        .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)))
                .build();
        this.workers = new Workers(vertx);
        // A request that waits for switches blocks a thread; with many threads, others need not wait.
        this.threads = workers.pool("requests", THREADS);
        // Health has threads of its own: requests that wait for switches must not make the process look dead.
        this.healthThreads = workers.pool("health", HEALTH_THREADS);
        this.issuedThreads = workers.pool("issued", ISSUED_THREADS);
        this.unixThreads = workers.pool("unix", UNIX_THREADS);
        this.admission = new Admission(limits);
        this.connections = new Connections(vertx, limits, all);
        this.access = new Access(services);
        this.tls = services.tls();
        this.handlers = new ApiHandlers(services, vertx, contract, access);
    }

    /**
     * Starts to listen without TLS.
     *
     * @param names the names by which clients reach the address, besides those of this machine
     * @throws IOException if the address cannot be bound
     */
    public void listen(InetSocketAddress address, List<String> names) throws IOException {
        listen(address, names, options());
    }

    /** Likewise by HTTPS, with the key and the certificate in a folder, see {@link CertificateFiles}. */
    public void listen(InetSocketAddress address, List<String> names, Path folder) throws IOException {
        for (String file : List.of(CertificateFiles.API_KEY, CertificateFiles.API_CERTIFICATE)) {
            if (!Files.isReadable(folder.resolve(file))) {
                throw new IOException(folder.resolve(file) + " is missing, or cannot be read: --api-tls needs "
                        + CertificateFiles.API_KEY + " and " + CertificateFiles.API_CERTIFICATE
                        + " there; heddle pki init makes them");
            }
        }
        HttpServerOptions options = options()
                .setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(pair(folder))
                .setTrustOptions(trust())
                .setClientAuth(clientAuth())
                // Signatures would hold up everybody on the event loop.
                .setSslEngineOptions(new JdkSSLEngineOptions().setUseWorkerThread(true));
        options.getSslOptions().setSslHandshakeTimeout(HANDSHAKE_SECONDS).setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        options.getSslOptions().setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
        secure = listen(address, names, options);
    }

    /** Takes a new certificate for HTTPS, from the same folder; connections go on. */
    public void renew(Path folder, Consumer<String> failed) {
        if (secure != null) {
            secure.updateSSLOptions(new ServerSSLOptions()
                            .setKeyCertOptions(pair(folder))
                            .setTrustOptions(trust())
                            .setClientAuth(clientAuth()))
                    .onFailure(e -> failed.accept(e.getMessage()));
        }
    }

    private TrustOptions trust() {
        return users().map(u -> TrustOptions.wrap(u.manager())).orElse(null);
    }

    private ClientAuth clientAuth() {
        return users().isPresent() ? ClientAuth.REQUEST : ClientAuth.NONE;
    }

    private Optional<UserTrust> users() {
        return tls.flatMap(Tls::users);
    }

    private static PemKeyCertOptions pair(Path folder) {
        return new PemKeyCertOptions()
                .setKeyPath(folder.resolve(CertificateFiles.API_KEY).toString())
                .setCertPath(folder.resolve(CertificateFiles.API_CERTIFICATE).toString());
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions()
                .setCompressionSupported(true)
                .setCompressionLevel(1)
                .setHttp2ClearTextEnabled(false)
                .setTcpKeepAlive(true);
    }

    /**
     * Likewise by a Unix socket, whose users are admins.
     *
     * @throws IOException if there is something else, or somebody listens there
     */
    public void listen(Path socket) throws IOException {
        socketFile = SocketFile.make(
                socket, p -> listen(SocketAddress.domainSocketAddress(p.toString()), List.of(), options()));
    }

    private HttpServer listen(InetSocketAddress address, List<String> names, HttpServerOptions options)
            throws IOException {
        return listen(SocketAddress.inetSocketAddress(address.getPort(), address.getHostString()), names, options);
    }

    private HttpServer listen(SocketAddress address, List<String> names, HttpServerOptions options) throws IOException {
        try {
            return vertx.createHttpServer(options)
                    .connectionHandler(connections::connected)
                    .requestHandler(RequestTarget.checked(router(new Guard(names))))
                    .listen(address)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (ExecutionException | TimeoutException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new IOException("cannot listen for the admin API on " + address + ": " + why.getMessage(), e);
        }
    }

    private Router router(Guard guard) {
        Router router = Router.router(vertx);
        PageFiles page = new PageFiles();
        router.route().handler(r -> {
            r.response().putHeader("X-Content-Type-Options", "nosniff");
            connections.begun(r);
            Optional<String> refusal = guard.refusal(r);
            refusal.ifPresentOrElse(why -> problem(r, 403, why), () -> identify(r));
        });
        router.route().handler(this::admitBody);
        router.route()
                .handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY).setMergeFormAttributes(false));
        router.route().handler(r -> {
            connections.received(r);
            r.next();
        });
        Map<String, ApiHandlers.Handler> handlers = new HashMap<>(this.handlers.all());
        ApiHandlers.Handler follow = handlers.remove("followEvents");
        for (Contract.Operation o : contract.operations()) {
            ApiHandlers.Handler handler = handlers.remove(o.id());
            if (handler == null) {
                throw new IllegalStateException("the API has no handler for the operation " + o.id());
            }
            router.route(HttpMethod.valueOf(o.method()), o.path().replaceAll("\\{(\\w+)}", ":$1"))
                    .handler(r -> serve(r, o, o.id().equals(EVENTS) && EventStream.isWanted(r) ? follow : handler));
        }
        if (!handlers.isEmpty()) {
            throw new IllegalStateException("the API has no operations for the handlers " + handlers.keySet());
        }
        router.get().handler(page::answer);
        router.route()
                .failureHandler(r -> problem(
                        r,
                        r.statusCode() < 400 ? 500 : r.statusCode(),
                        r.failure() == null
                                ? "request refused"
                                : String.valueOf(r.failure().getMessage())));
        router.errorHandler(
                404, r -> problem(r, 404, "unknown path " + r.request().path() + ": see /openapi.yaml"));
        router.errorHandler(
                405,
                r -> problem(
                        r,
                        405,
                        r.request().method() + " is not allowed on "
                                + r.request().path()));
        return router;
    }

    /** Asks who makes a request before its body is read. */
    private void identify(RoutingContext request) {
        boolean isIssued = access.isIssued(request.request());
        boolean isNew = UnixUser.isToAsk(request.request());
        if (!isIssued && !isNew) {
            identified(request);
            return;
        }
        // Signatures, keys of the issuer and names of users would hold up everybody on the event loop.
        Callable<Void> work = () -> {
            if (isNew) {
                UnixUser.ask(request.request());
            }
            if (isIssued) {
                access.checkIssued(request);
            }
            return null;
        };
        request.request().pause();
        (isIssued ? issuedThreads : unixThreads).run(work).onComplete(done -> resumed(request, done.cause()));
    }

    /** @param why what is wrong; null if nothing is */
    private void resumed(RoutingContext request, Throwable why) {
        // The client may have left meanwhile: then nothing would give back what the request takes from here on.
        if (request.response().closed()) {
            return;
        }
        request.request().resume();
        if (why == null) {
            identified(request);
        } else {
            connections.leaveUnread(request);
            Failures.of(request, why).send(request);
        }
    }

    private void identified(RoutingContext request) {
        try {
            access.identify(request);
            request.next();
        } catch (BadRequest e) {
            connections.leaveUnread(request);
            problem(request, e.status(), e.getMessage());
        }
    }

    private void serve(RoutingContext request, Contract.Operation operation, ApiHandlers.Handler handler) {
        try {
            access.check(request, operation);
        } catch (BadRequest e) {
            threads.run(() -> {
                        access.recordRefusal(request, operation, e.getMessage());
                        return null;
                    })
                    .onComplete(done -> problem(request, e.status(), e.getMessage()));
            return;
        }
        Set<String> unknown = new TreeSet<>(request.queryParams().names());
        unknown.removeAll(operation.queries());
        unknown.removeAll(EVERYWHERE);
        if (!unknown.isEmpty()) {
            problem(
                    request,
                    400,
                    "unknown parameter " + String.join(", ", unknown)
                            + (operation.queries().isEmpty()
                                    ? ": this operation has no parameters"
                                    : ": expected one of " + String.join(", ", operation.queries())));
        } else if (handler instanceof ApiHandlers.Stream stream) {
            begin(request, operation, stream);
        } else {
            ask(request, operation, (ApiHandlers.Question) handler);
        }
    }

    private void begin(RoutingContext request, Contract.Operation operation, ApiHandlers.Stream stream) {
        try {
            Admission.Place place = admission.stream(operation.id());
            request.addEndHandler(ended -> place.run());
            connections.streaming(request, () -> access.isStillKnown(request));
            if (!Access.isRecorded(request, operation)) {
                start(request, stream);
                return;
            }
            threads.run(() -> {
                        access.recordBegin(request);
                        return null;
                    })
                    .onSuccess(recorded -> start(request, stream))
                    .onFailure(e -> problem(
                            request, 500, "nothing has begun, because the audit log cannot say so: " + e.getMessage()));
        } catch (Busy e) {
            busy(request, e);
        }
    }

    private static void start(RoutingContext request, ApiHandlers.Stream stream) {
        try {
            stream.begin(request);
        } catch (IllegalArgumentException e) {
            problem(request, 400, e.getMessage());
        }
    }

    /** Limits the memory of bodies. */
    private void admitBody(RoutingContext request) {
        if (Admission.length(request.request()) > LARGEST_BODY) {
            connections.leaveUnread(request);
            problem(request, 413, "a request may have " + (LARGEST_BODY >> 20) + " MB");
            return;
        }
        try {
            Admission.Place place = admission.body(request.request());
            request.addEndHandler(ended -> place.run());
            request.next();
        } catch (Busy e) {
            connections.leaveUnread(request);
            busy(request, e);
        }
    }

    /**
     * Runs a handler off the event loop: some read hosts and switches. Answers that wait for events hold no thread. A
     * request keeps its place until its work is done and its answer is read, since both cost memory.
     */
    private void ask(RoutingContext request, Contract.Operation operation, ApiHandlers.Question question) {
        boolean health = operation.path().startsWith(HEALTH);
        Admission.Place place;
        try {
            place = health ? () -> {} : admission.question(request.request());
        } catch (Busy e) {
            busy(request, e);
            return;
        }
        if (!draining.begin()) {
            place.run();
            request.response().putHeader("Retry-After", "1");
            problem(request, 503, "the controller ends, and nothing was changed: ask again");
            return;
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        request.addEndHandler(e -> ended.complete(null));
        Callable<Object> work = () -> {
            try {
                access.prepare(request, operation);
                Object found = question.ask(request, operation);
                access.record(request, operation, "done");
                return found instanceof CompletionStage<?>
                        ? found
                        : written(request, found instanceof List<?> l ? Lists.answer(request, operation, l) : found);
            } catch (Access.Unrecorded e) {
                return Failures.of(request, e);
            } catch (Exception e) {
                return refused(request, operation, e);
            }
        };
        (health ? healthThreads : threads)
                .run(work)
                .compose(f -> later(request, f, ended))
                .onComplete(done -> {
                    ended.thenRun(place);
                    Answer answer = done.succeeded() ? done.result() : Failures.of(request, done.cause());
                    answer.send(request);
                    // Once the answer is on its way, or the client is gone.
                    ended.thenRun(draining::end);
                });
    }

    /** The answer to a request that was refused. What the audit log cannot take must not hide the reason. */
    private Answer refused(RoutingContext request, Contract.Operation operation, Exception why) {
        try {
            access.recordRefusal(request, operation, String.valueOf(why.getMessage()));
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        return Failures.of(request, why);
    }

    private static Answer written(RoutingContext request, Object found) {
        return found instanceof Reply reply
                ? Answer.json(request, reply.status(), reply.headers(), reply.body())
                : found instanceof String text ? Answer.text(text) : Answer.json(request, 200, Map.of(), found);
    }

    /** The answer, once it is there. A client that goes away gives its place to others. */
    private Future<Answer> later(RoutingContext request, Object found, CompletableFuture<Void> ended) {
        if (!(found instanceof CompletionStage<?> stage)) {
            return Future.succeededFuture((Answer) found);
        }
        ended.thenRun(() -> stage.toCompletableFuture().cancel(false));
        return Future.fromCompletionStage(stage, vertx.getOrCreateContext())
                .compose(done -> threads.run(() -> written(request, done)));
    }

    private void busy(RoutingContext request, Busy why) {
        request.response().putHeader("Retry-After", "5");
        problem(request, 503, why.getMessage());
    }

    private static void problem(RoutingContext request, int status, String detail) {
        Failures.of(request, status, detail).send(request);
    }

    /** Begins no more requests, and waits a moment for the answers to those in progress. */
    public void drain() {
        draining.close(DRAIN_MILLIS);
    }

    @Override
    public void close() {
        if (socketFile != null) {
            socketFile.close();
        }
        drain();
        workers.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
