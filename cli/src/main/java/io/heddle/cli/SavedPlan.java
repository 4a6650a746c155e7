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
 * The network files to apply. From a saved plan also its base and fingerprint.
 *
 * @param base the version from which the plan starts
 * @param fingerprint identifies the changes of the plan
 */
record SavedPlan(Map<String, String> files, Optional<Integer> base, Optional<String> fingerprint) {
    /** The name of the format in the file of a saved plan. */
    static final String FORMAT = "plan-v1";

    /**
     * Reads a network file, a folder of them, or a saved plan.
     *
     * @throws IOException when there is no such file, or it is none of these; the message names it
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

    /** The files in the form of the admin API. */
    String body() throws JsonProcessingException {
        return ApiClient.JSON.writeValueAsString(Map.of("files", files));
    }
}
