package io.heddle.controller.api;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many requests of each kind may be in progress, so that many cost a bounded amount. Thread-safe. */
final class Admission {
    private static final int EVENT_STREAMS = 100;
    private static final int CAPTURES = 16;
    /** MiB of bodies in progress. While a file is read, it takes some times its length. */
    private static final int BODIES = 16;

    private static final int WAITS = 100;
    /** Bytes of a body that is too small to count. */
    private static final long SMALL = 1 << 20;

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
            return enter(1);
        }

        private Place enter(int places) throws Busy {
            if (!left.tryAcquire(places)) {
                throw new Busy(most, what);
            }
            AtomicBoolean inside = new AtomicBoolean(true);
            return () -> {
                if (inside.getAndSet(false)) {
                    left.release(places);
                }
            };
        }
    }

    private final Kind eventStreams = new Kind(EVENT_STREAMS, "event streams");
    private final Kind captures = new Kind(CAPTURES, "captures");
    private final Kind bodies = new Kind(BODIES, "MiB of request bodies");
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

    /** A request whose body may be large: it takes a place for each MiB. A small one takes none. */
    Place body(HttpServerRequest request) throws Busy {
        long bytes = length(request);
        if (bytes < 0) {
            return hasBody(request) ? bodies.enter(BODIES) : () -> {};
        }
        return bytes <= SMALL ? () -> {} : bodies.enter((int) Math.min(BODIES, (bytes >> 20) + 1));
    }

    /** Bytes of a request's body; negative if the request does not say. */
    static long length(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null || !length.matches("\\d{1,18}") ? -1 : Long.parseLong(length);
    }

    /** Whether the request has a body. */
    static boolean hasBody(HttpServerRequest request) {
        return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
                || request.getHeader(HttpHeaders.CONTENT_LENGTH) != null
                        && !"0".equals(request.getHeader(HttpHeaders.CONTENT_LENGTH));
    }
}
