package io.heddle.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.config.NetworkFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What to apply: network files, and where they come out of a saved plan, what that was made from.
 *
 * @param base the version that the plan was made from
 * @param fingerprint what the plan was to do
 */
record SavedPlan(Map<String, String> files, Optional<Integer> base, Optional<String> fingerprint) {
    /** What a saved plan's file says of itself. */
    static final String FORMAT = "plan-v1";

    /**
     * Reads a network file, a folder of them, or a saved plan.
     *
     * @throws IOException when there is none, saying so
     */
    static SavedPlan of(Path file) throws IOException {
        if (file.toString().endsWith(".json") && Files.isRegularFile(file)) {
            try {
                JsonNode plan = ApiClient.JSON.readTree(Files.readString(file));
                if (plan.path("heddle").asText().equals(FORMAT)) {
                    Map<String, String> files = new TreeMap<>();
                    plan.path("files")
                            .properties()
                            .forEach(f -> files.put(f.getKey(), f.getValue().asText()));
                    return new SavedPlan(
                            files,
                            Optional.of(plan.path("base").asInt()),
                            Optional.of(plan.path("fingerprint").asText()));
                }
            } catch (JsonProcessingException e) {
                throw new IOException(file + ": neither a saved plan nor a network file: " + e.getOriginalMessage(), e);
            }
        }
        return new SavedPlan(NetworkFile.load(file), Optional.empty(), Optional.empty());
    }

    /** As the admin API takes it. */
    String body() throws JsonProcessingException {
        return ApiClient.JSON.writeValueAsString(Map.of("files", files));
    }
}
