package io.heddle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** One request to the admin API, and its answer. */
interface Exchange {
    /**
     * A way to the admin API.
     *
     * <p>If an answer pauses for too long, that is a {@link java.net.SocketTimeoutException}.
     */
    interface Way {
        /**
         * Sends a request and waits for the head of its answer.
         *
         * @param path with its query, such as {@code /api/v1/hosts}
         * @param body null for none
         * @param pauseMillis how long the answer may pause; 0 for as long as it likes
         */
        Exchange ask(String method, String path, Map<String, String> headers, byte[] body, int pauseMillis)
                throws IOException;
    }

    /** The answer's HTTP status. */
    int status();

    /** The answer's body, also that of an error. Closing it ends the exchange. */
    InputStream body() throws IOException;
}
