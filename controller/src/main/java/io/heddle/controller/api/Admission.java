package io.heddle.controller.api;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many requests of each kind may be in progress, so that many cost a bounded amount. Thread-safe. */
final class Admission {
    private static final int EVENT_STREAMS = 100;
    private static final int CAPTURES = 16;
    private static final int LARGE_BODIES = 4;
    private static final int WAITS = 100;
    /** Bytes of a body that counts as large. */
    private static final long LARGE = 1 << 20;

    /** Gives a place back; harmless when called again. */
    interface Place extends Runnable {}

    private static final class Kind {
        private final int most;
        private final String what;
        private final Semaphore left;

        private Kind(int most, String what) {
            this.most = most;
            this.what = what;
            this.left = new Semaphore(most);
        }

        private Place enter() throws Busy {
            if (!left.tryAcquire()) {
                throw new Busy(most, what);
            }
            AtomicBoolean inside = new AtomicBoolean(true);
            return () -> {
                if (inside.getAndSet(false)) {
                    left.release();
                }
            };
        }
    }

    private final Kind eventStreams = new Kind(EVENT_STREAMS, "event streams");
    private final Kind captures = new Kind(CAPTURES, "captures");
    private final Kind largeBodies = new Kind(LARGE_BODIES, "requests with large bodies");
    private final Kind questions;
    private final Kind waits = new Kind(WAITS, "requests that wait for a change");

    Admission(ClientLimits limits) {
        questions = new Kind(limits.questions(), "requests in progress");
    }

    /** @param operation the name of the operation, such as {@code capture} */
    Place stream(String operation) throws Busy {
        return (operation.equals("capture") ? captures : eventStreams).enter();
    }

    /** A request that gets one answer. */
    Place question(HttpServerRequest request) throws Busy {
        boolean waits = request.getParam("wait") != null && !"0".equals(request.getParam("wait"));
        return (waits ? this.waits : questions).enter();
    }

    /** A request whose body may be large; others get a place that costs nothing. */
    Place body(HttpServerRequest request) throws Busy {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean unknown = length == null && hasBody(request);
        boolean large = length != null && (!length.matches("\\d{1,18}") || Long.parseLong(length) > LARGE);
        return unknown || large ? largeBodies.enter() : () -> {};
    }

    /** Whether the request has a body. */
    static boolean hasBody(HttpServerRequest request) {
        return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
                || request.version() == HttpVersion.HTTP_2 && !request.isEnded()
                || request.getHeader(HttpHeaders.CONTENT_LENGTH) != null
                        && !"0".equals(request.getHeader(HttpHeaders.CONTENT_LENGTH));
    }
}
