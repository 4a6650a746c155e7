package io.heddle.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.check.Finding;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.Problem;
import io.heddle.controller.changes.Changes;
import io.heddle.controller.services.Services;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
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
    /** The operation that answers with a stream if the client accepts one: OpenAPI has one operation for both. */
    private static final String EVENTS = "listEvents";

    private static final Set<String> EVERYWHERE = Set.of("pretty");

    private final ObjectMapper json = new ObjectMapper();
    private final Contract contract = new Contract();
    private final Vertx vertx;
    private final ApiHandlers handlers;

    public AdminApi(Services services) {
        // A request that waits for switches blocks a worker thread; with many threads, others need not wait.
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(THREADS)
                .setMaxWorkerExecuteTime(ChangeRequests.LONGEST_WAIT + 60L)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.SECONDS)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)));
        this.handlers = new ApiHandlers(services, vertx, contract);
    }

    /** Starts to listen. @throws IOException if the address cannot be bound */
    public void listen(InetSocketAddress address) throws IOException {
        try {
            vertx.createHttpServer(new HttpServerOptions().setCompressionSupported(true))
                    .requestHandler(router(new Guard(address)))
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
            try {
                stream.begin(request);
            } catch (IllegalArgumentException e) {
                problem(request, 400, e.getMessage(), List.of());
            }
        } else {
            ask(request, operation, (ApiHandlers.Question) handler);
        }
    }

    /** Runs a handler off the event loop: some read hosts and switches. Answers that wait for events hold no thread. */
    private void ask(RoutingContext request, Contract.Operation operation, ApiHandlers.Question question) {
        Future<Object> answer = vertx.executeBlocking(
                () -> {
                    Object found = question.ask(request, operation);
                    return found instanceof List<?> rows ? Lists.answer(request, operation, rows) : found;
                },
                false);
        answer.compose(this::later).onComplete(done -> {
            if (!done.succeeded()) {
                failed(request, done.cause());
            } else if (done.result() instanceof Reply reply) {
                reply.headers().forEach((name, value) -> request.response().putHeader(name, value));
                respond(request, reply.status(), "application/json", reply.body());
            } else if (done.result() instanceof String text) {
                request.response()
                        .putHeader("Content-Type", "text/plain; charset=utf-8")
                        .end(text);
            } else {
                respond(request, 200, "application/json", done.result());
            }
        });
    }

    private Future<Object> later(Object answer) {
        return answer instanceof CompletionStage<?> stage
                ? Future.fromCompletionStage(stage, vertx.getOrCreateContext()).map(done -> (Object) done)
                : Future.succeededFuture(answer);
    }

    private void failed(RoutingContext request, Throwable why) {
        if (why instanceof InvalidNetworkException e) {
            problem(request, 422, "the network file is wrong", e.problems());
        } else if (why instanceof Changes.Unacceptable e) {
            respond(
                    request,
                    422,
                    "application/problem+json",
                    Row.of("type", "about:blank")
                            .and("status", 422)
                            .and("detail", e.getMessage())
                            .and(
                                    "findings",
                                    Finding.rows(e.findings(), e.declared().places()))
                            .map());
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

    private void respond(RoutingContext request, int status, String type, Object body) {
        if (request.response().ended() || request.response().closed()) {
            return;
        }
        request.response().setStatusCode(status);
        if (status == 304) {
            request.response().end();
            return;
        }
        try {
            boolean pretty = !"false".equals(request.request().getParam("pretty"));
            byte[] bytes = pretty
                    ? json.writerWithDefaultPrettyPrinter().writeValueAsBytes(body)
                    : json.writeValueAsBytes(body);
            request.response()
                    .putHeader("Content-Type", type)
                    .putHeader("Cache-Control", "no-cache")
                    .end(Buffer.buffer(bytes).appendString("\n"));
        } catch (JsonProcessingException e) {
            request.response().setStatusCode(500).end();
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
        respond(request, status, "application/problem+json", body);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
