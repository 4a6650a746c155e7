package io.heddle.controller.api;

import static io.heddle.controller.api.Views.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.controller.Core;
import io.heddle.controller.check.Checker;
import io.heddle.controller.config.InvalidNetworkException;
import io.heddle.controller.config.NetworkFile;
import io.heddle.controller.config.Problem;
import io.heddle.controller.events.Journal;
import io.heddle.controller.store.VersionStore;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The admin API, {@code /api/v1}: what is, what would change, and the change itself. Errors are RFC 9457 problems with
 * the same places and remedies as the command's.
 */
public final class AdminApi implements AutoCloseable {
    private static final int LARGEST_BODY = 64 << 20;

    private final Core core;
    private final Views views;
    private final FlowViews flows;
    private final Changes changes;
    private final TraceView traces;
    private final ObjectMapper json = new ObjectMapper();
    private final Vertx vertx;
    private final CaptureStream captures;

    /** Answers a question with something that Jackson can write. */
    private interface Question {
        Object ask(RoutingContext request) throws Exception;
    }

    public AdminApi(Core core) {
        this.core = core;
        this.views = new Views(core);
        this.flows = new FlowViews(core.fleet());
        this.changes = new Changes(core, views);
        this.traces = new TraceView(core.fleet());
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)));
        this.captures = new CaptureStream(vertx, core.fleet());
    }

    /** Starts to answer. @throws IOException when the address cannot be had */
    public void listen(InetSocketAddress address) throws IOException {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setCompressionSupported(true))
                .requestHandler(router());
        try {
            server.listen(address.getPort(), address.getHostString()).toCompletionStage().toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (ExecutionException | TimeoutException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new IOException("cannot listen for the admin API on " + address + ": " + why.getMessage(), e);
        }
    }

    private Router router() {
        Router router = Router.router(vertx);
        router.route().handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY));
        get(router, "status", r -> views.status());
        get(router, "hosts", r -> views.hosts());
        get(router, "bridges", r -> views.bridges());
        get(router, "ports", r -> views.ports());
        get(router, "switches", r -> views.switches());
        get(router, "macs", r -> views.macs());
        get(router, "flows", r -> flows.flows());
        get(router, "drops", r -> flows.drops());
        get(router, "acls", r -> flows.acls());
        get(router, "tunnels", r -> views.tunnels());
        get(router, "bonds", r -> views.bonds());
        get(router, "events", this::events);
        get(router, "history", r -> changes.history());
        get(router, "versions/:version", changes::show);
        get(router, "versions/:version/state", changes::state);
        get(router, "diff", changes::diff);
        get(router, "check", r -> check(core.fleet().declared()));
        get(router, "network", r -> core.store().latest().map(VersionStore.Version::files).orElse(Map.of()));
        router.get("/api/v1/capture").handler(r -> {
            try {
                captures.answer(r);
            } catch (IllegalArgumentException e) {
                problem(r, 400, e.getMessage(), List.of());
            }
        });
        router.get("/api/v1/events/stream").handler(new EventStream(vertx, core.journal())::answer);
        router.post("/api/v1/plan").handler(r -> serve(r, changes::plan));
        router.post("/api/v1/check").handler(r -> serve(r, q -> check(NetworkFile.read(changes.files(q)))));
        router.post("/api/v1/trace").handler(r -> serve(r, traces::trace));
        router.put("/api/v1/network").handler(r -> serve(r, changes::apply));
        router.post("/api/v1/rollback/:version").handler(r -> serve(r, changes::rollback));
        router.get("/metrics").handler(r -> r.response().putHeader("Content-Type", "text/plain; version=0.0.4")
                .end(Metrics.text(core)));
        router.get("/").handler(r -> r.response().putHeader("Content-Type", "text/plain")
                .end("Heddle. The admin API is at /api/v1/status.\n"));
        router.route().failureHandler(r -> problem(r, r.statusCode() < 400 ? 500 : r.statusCode(),
                r.failure() == null ? "request refused" : String.valueOf(r.failure().getMessage()), List.of()));
        router.errorHandler(404, r -> problem(r, 404, "there is nothing at " + r.request().path(), List.of()));
        router.errorHandler(405, r -> problem(r, 405, r.request().method() + " is not possible here", List.of()));
        return router;
    }

    private void get(Router router, String name, Question question) {
        router.get("/api/v1/" + name).handler(r -> serve(r, question));
    }

    /** Runs a question off the event loop: some wait for switches. */
    private void serve(RoutingContext request, Question question) {
        vertx.executeBlocking(() -> question.ask(request), false).onComplete(answer -> {
            if (answer.succeeded()) {
                respond(request, 200, "application/json", answer.result());
            } else if (answer.cause() instanceof InvalidNetworkException e) {
                problem(request, 422, "the network file is wrong", e.problems());
            } else if (answer.cause() instanceof Changes.Unacceptable e) {
                respond(request, 422, "application/problem+json", row("type", "about:blank", "status", 422,
                        "detail", e.getMessage(), "findings", e.findings()));
            } else if (answer.cause() instanceof BadRequest e) {
                problem(request, e.status(), e.getMessage(), List.of());
            } else if (answer.cause() instanceof Core.Overtaken e) {
                problem(request, 409, e.getMessage(), List.of());
            } else if (answer.cause() instanceof IllegalArgumentException e) {
                problem(request, 400, e.getMessage(), List.of());
            } else {
                problem(request, 500, String.valueOf(answer.cause().getMessage()), List.of());
            }
        });
    }

    private void respond(RoutingContext request, int status, String type, Object body) {
        try {
            request.response().setStatusCode(status).putHeader("Content-Type", type)
                    .end(json.writerWithDefaultPrettyPrinter().writeValueAsString(body) + "\n");
        } catch (JsonProcessingException e) {
            request.response().setStatusCode(500).end();
        }
    }

    private void problem(RoutingContext request, int status, String detail, List<Problem> problems) {
        List<Map<String, Object>> errors = new ArrayList<>();
        problems.forEach(p -> errors.add(row("file", p.file(), "line", p.line(), "column", p.column(),
                "path", p.path(), "detail", p.message())));
        Map<String, Object> body = row("type", "about:blank", "status", status, "detail", detail);
        if (!errors.isEmpty()) {
            body.put("errors", errors);
        }
        respond(request, status, "application/problem+json", body);
    }

    private static Map<String, Object> check(NetworkFile.Declared declared) {
        return Checker.check(declared).answer(declared.places());
    }

    private Object events(RoutingContext request) throws BadRequest {
        return core.journal().since(EventStream.since(request)).stream().map(Journal.Event::row).toList();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
