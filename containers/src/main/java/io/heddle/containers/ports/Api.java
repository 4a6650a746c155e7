package io.heddle.containers.ports;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** The controller's admin API. Any thread. */
public interface Api {
    /** An answer. @param status of HTTP @param body null if the answer has none */
    record Answer(int status, JsonNode body) {}

    /**
     * Sends a request and waits for its answer.
     *
     * @param path below {@code /api/v1/}, encoded
     * @param body null for none
     * @throws IOException if no controller answers
     */
    Answer ask(String method, String path, JsonNode body) throws IOException;
}
