package io.heddle.controller.api;

import io.heddle.check.Finding;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.Problem;
import io.heddle.controller.changes.Changes;
import io.heddle.controller.services.Services;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Serves the admin API and the web page on one address. {@link Contract} has the operations, {@link ApiHandlers} their
 * handlers. This class runs handlers off the event loop, and answers errors as RFC 9457 problems, with the same places
 * and remedies as the command's.
 */
public final class AdminApi implements AutoCloseable {
    private static final int LARGEST_BODY = 64 << 20;
    private static final int THREADS = 200;
    private static final int HEALTH_THREADS = 4;
    /** A client may be silent for longer than the longest wait that it can ask for. */
    private static final int IDLE_SECONDS = ChangeRequests.LONGEST_WAIT + 60;

    private static final int BODY_SECONDS = 60;
    private static final String HEALTH = "/health/";
    /** The operation that answers with a stream if the client accepts one: OpenAPI has one operation for both. */
    private static final String EVENTS = "listEvents";

    private static final Set<String> EVERYWHERE = Set.of("pretty");

    private final Admission admission = new Admission();
    private final Contract contract = new Contract();
    private final Vertx vertx;
    private final WorkerExecutor healthThreads;
    private final ApiHandlers handlers;

    public AdminApi(Services services) {
        // A request that waits for switches blocks a worker thread; with many threads, others need not wait.
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(THREADS)
                .setMaxWorkerExecuteTime(ChangeRequests.LONGEST_WAIT + 60L)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.SECONDS)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)));
        // Health has threads of its own: requests that wait for switches must not make the process look dead.
        this.healthThreads = vertx.createSharedWorkerExecutor("health", HEALTH_THREADS);
        this.handlers = new ApiHandlers(services, vertx, contract);
    }

    /**
     * Starts to listen.
     *
     * @param names the names by which clients reach the address, besides those of this machine
     * @throws IOException if the address cannot be bound
     */
    public void listen(InetSocketAddress address, List<String> names) throws IOException {
        try {
            vertx.createHttpServer(new HttpServerOptions()
                            .setCompressionSupported(true)
                            .setCompressionLevel(1)
                            .setHttp2ClearTextEnabled(false)
                            .setIdleTimeout(IDLE_SECONDS))
                    .connectionHandler(admission::connected)
                    .requestHandler(router(new Guard(names)))
                    .listen(address.getPort(), address.getHostString())
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
            Optional<String> refusal = guard.refusal(r.request());
            refusal.ifPresentOrElse(why -> problem(r, 403, why, List.of()), r::next);
        });
        router.route().handler(this::admitBody);
        router.route().handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY));
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
                                : String.valueOf(r.failure().getMessage()),
                        List.of()));
        router.errorHandler(
                404, r -> problem(r, 404, "unknown path " + r.request().path() + ": see /openapi.yaml", List.of()));
        router.errorHandler(
                405,
                r -> problem(
                        r,
                        405,
                        r.request().method() + " is not allowed on "
                                + r.request().path(),
                        List.of()));
        return router;
    }

    private void serve(RoutingContext request, Contract.Operation operation, ApiHandlers.Handler handler) {
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
                                    : ": expected one of " + String.join(", ", operation.queries())),
                    List.of());
        } else if (handler instanceof ApiHandlers.Stream stream) {
            begin(request, operation, stream);
        } else {
            ask(request, operation, (ApiHandlers.Question) handler);
        }
    }

    private void begin(RoutingContext request, Contract.Operation operation, ApiHandlers.Stream stream) {
        try {
            Admission.Place place = admission.stream(operation.id());
            try {
                stream.begin(request, place);
            } catch (IllegalArgumentException e) {
                place.run();
                problem(request, 400, e.getMessage(), List.of());
            }
        } catch (Busy e) {
            busy(request, e);
        }
    }

    /** Limits the memory of bodies, and how long a client may take to send one. */
    private void admitBody(RoutingContext request) {
        if (!Admission.hasBody(request.request())) {
            request.next();
            return;
        }
        Admission.Place place;
        try {
            place = admission.body(request.request());
        } catch (Busy e) {
            busy(request, e);
            return;
        }
        long late = vertx.setTimer(TimeUnit.SECONDS.toMillis(BODY_SECONDS), t -> {
            if (!request.request().isEnded()) {
                request.request().connection().close();
            }
        });
        request.addEndHandler(done -> {
            vertx.cancelTimer(late);
            place.run();
        });
        request.next();
    }

    /** Runs a handler off the event loop: some read hosts and switches. Answers that wait for events hold no thread. */
    private void ask(RoutingContext request, Contract.Operation operation, ApiHandlers.Question question) {
        boolean health = operation.path().startsWith(HEALTH);
        Admission.Place place;
        try {
            place = health ? () -> {} : admission.question(request.request());
        } catch (Busy e) {
            busy(request, e);
            return;
        }
        Callable<Object> work = () -> {
            Object found = question.ask(request, operation);
            return found instanceof CompletionStage<?>
                    ? found
                    : written(request, found instanceof List<?> rows ? Lists.answer(request, operation, rows) : found);
        };
        Future<Object> answer =
                health ? healthThreads.executeBlocking(work, false) : vertx.executeBlocking(work, false);
        answer.compose(found -> later(request, found, place)).onComplete(done -> {
            place.run();
            if (done.succeeded()) {
                done.result().send(request);
            } else {
                failed(request, done.cause());
            }
        });
    }

    private static Answer written(RoutingContext request, Object found) {
        return found instanceof Reply reply
                ? Answer.json(request, reply.status(), reply.headers(), reply.body())
                : found instanceof String text ? Answer.text(text) : Answer.json(request, 200, Map.of(), found);
    }

    /** The answer, once it is there. A client that goes away gives its place to others. */
    private Future<Answer> later(RoutingContext request, Object found, Admission.Place place) {
        if (!(found instanceof CompletionStage<?> stage)) {
            return Future.succeededFuture((Answer) found);
        }
        request.addEndHandler(ended -> {
            place.run();
            stage.toCompletableFuture().cancel(false);
        });
        return Future.fromCompletionStage(stage, vertx.getOrCreateContext()).map(done -> written(request, done));
    }

    private void busy(RoutingContext request, Busy why) {
        request.response().putHeader("Retry-After", "5");
        problem(request, 503, why.getMessage(), List.of());
    }

    private void failed(RoutingContext request, Throwable why) {
        if (why instanceof InvalidNetworkException e) {
            problem(request, 422, "the network file is wrong", e.problems());
        } else if (why instanceof Changes.Unacceptable e) {
            Answer.problem(
                            request,
                            422,
                            Row.of("type", "about:blank")
                                    .and("status", 422)
                                    .and("detail", e.getMessage())
                                    .and(
                                            "findings",
                                            Finding.rows(
                                                    e.findings(), e.declared().places()))
                                    .map())
                    .send(request);
        } else if (why instanceof BadRequest e) {
            problem(request, e.status(), e.getMessage(), List.of());
        } else if (why instanceof Changes.Overtaken || why instanceof Changes.PlanOutdated) {
            problem(request, 409, why.getMessage(), List.of());
        } else {
            problem(
                    request,
                    why instanceof IllegalArgumentException ? 400 : 500,
                    String.valueOf(why.getMessage()),
                    List.of());
        }
    }

    private void problem(RoutingContext request, int status, String detail, List<Problem> problems) {
        List<Map<String, Object>> errors = new ArrayList<>();
        problems.forEach(p -> errors.add(Row.of("file", p.file())
                .and("line", p.line())
                .and("column", p.column())
                .and("path", p.path())
                .and("detail", p.message())
                .map()));
        Map<String, Object> body = Row.of("type", "about:blank")
                .and("status", status)
                .and("detail", detail)
                .map();
        if (!errors.isEmpty()) {
            body.put("errors", errors);
        }
        Answer.problem(request, status, body).send(request);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
