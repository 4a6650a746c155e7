package io.heddle.controller.api;

import com.google.common.base.Throwables;
import io.heddle.check.Finding;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.Problem;
import io.heddle.controller.changes.Changes;
import io.heddle.store.Unavailable;
import io.vertx.ext.web.RoutingContext;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Answers errors as RFC 9457 problems, with the same places and remedies as the command's. */
final class Failures {
    /** A file of 16 MB may have millions of errors. */
    private static final int MOST_ERRORS = 1000;

    private Failures() {}

    /** The answer to a request whose handler failed. */
    static Answer of(RoutingContext request, Throwable why) {
        if (why instanceof InvalidNetworkException e) {
            return wrongFile(request, e.problems());
        } else if (why instanceof Changes.Unacceptable e) {
            Row body = body(422, e.getMessage())
                    .and("findings", Finding.rows(e.findings(), e.declared().places()));
            return Answer.problem(request, 422, body.map());
        }
        Failure failure = failure(why);
        return of(request, failure.status, failure.detail);
    }

    /** A failure that has no fields of its own. @param status of HTTP */
    record Failure(int status, String detail) {}

    static Failure failure(Throwable why) {
        if (why instanceof Changes.OutOfScope) {
            return new Failure(403, why.getMessage());
        } else if (why instanceof BadRequest e) {
            return new Failure(e.status(), e.getMessage());
        } else if (why instanceof Changes.Overtaken
                || why instanceof Changes.PlanOutdated
                || why instanceof Changes.OnTrial
                || why instanceof Changes.NotOnTrial) {
            return new Failure(409, why.getMessage());
        } else if (why instanceof Access.Unrecorded) {
            // Its message says what is done. Its cause may be the end of the controller, of which less is known.
            boolean later = why.getCause() instanceof Unavailable || isEnd(why.getCause());
            return new Failure(later ? 503 : 500, why.getMessage());
        } else if (why instanceof Workers.Ended
                || Throwables.getCausalChain(why).stream().anyMatch(Unavailable.class::isInstance)) {
            return new Failure(503, why.getMessage());
        } else if (Throwables.getCausalChain(why).stream().anyMatch(Failures::isEnd)) {
            return new Failure(503, "the controller is stopping, and may have changed something: see heddle history");
        }
        return new Failure(why instanceof IllegalArgumentException ? 400 : 500, String.valueOf(why.getMessage()));
    }

    /** Whether work was interrupted because the controller ends, or what it needs is closed already. */
    private static boolean isEnd(Throwable why) {
        return why instanceof InterruptedException || why instanceof ClosedChannelException;
    }

    static Answer of(RoutingContext request, int status, String detail) {
        return Answer.problem(request, status, body(status, detail).map());
    }

    private static Answer wrongFile(RoutingContext request, List<Problem> problems) {
        List<Map<String, Object>> errors = new ArrayList<>();
        problems.stream()
                .limit(MOST_ERRORS)
                .forEach(p -> errors.add(Row.of("file", p.file())
                        .and("line", p.line())
                        .and("column", p.column())
                        .and("path", p.path())
                        .and("detail", p.message())
                        .map()));
        String detail = "the network file is wrong"
                + (problems.size() > MOST_ERRORS
                        ? "; these are the first " + MOST_ERRORS + " of " + problems.size() + " errors"
                        : "");
        return Answer.problem(
                request, 422, body(422, detail).and("errors", errors).map());
    }

    private static Row body(int status, String detail) {
        return Row.of("type", "about:blank").and("status", status).and("detail", detail);
    }
}
