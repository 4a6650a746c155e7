package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code heddle apply --watch} knows of the network, and what of it it has reported. */
final class NetworkWatch {
    /** Kinds of events: somebody has changed a switch or a host, and Heddle has mended it. */
    private static final Set<String> DRIFT = Set.of("drifted", "healed");

    private static final String REMEDY = "they are applied when they change, or at once with --enforce";

    private final ApiClient client;
    /** The files that were put in force last, and their version; 0 before that. */
    private Map<String, String> files = Map.of();

    private int version;

    /** The version of somebody else that was reported; -1 for none. */
    private int foreignVersion = -1;

    private String state = "";
    private long lastEvent;

    NetworkWatch(ApiClient client) {
        this.client = client;
    }

    boolean isKnown() {
        return version > 0;
    }

    boolean follows(Map<String, String> others) {
        return files.equals(others);
    }

    /** These files are in force as this version. */
    void takeOver(Map<String, String> now, int number) throws IOException {
        if (lastEvent == 0) {
            lastEvent = newEvents().path("last").asLong();
        }
        files = now;
        version = number;
        foreignVersion = -1;
        state = state();
    }

    /** Takes over the version in force, if its files are these. */
    boolean takeOverIfSame(Map<String, String> wanted) throws IOException {
        JsonNode network = client.get("network");
        if (!texts(network).equals(wanted)) {
            return false;
        }
        int number = network.path("version").asInt();
        System.out.println("version " + number + " has these files");
        takeOver(wanted, number);
        return true;
    }

    private static Map<String, String> texts(JsonNode network) {
        Map<String, String> out = new TreeMap<>();
        network.path("files")
                .properties()
                .forEach(f -> out.put(f.getKey(), f.getValue().asText()));
        return out;
    }

    /** Whether another version is in force whose files are others. */
    boolean isChangedByOthers() throws IOException {
        if (!isKnown() || client.get("status").path("version").asInt() == version) {
            return false;
        }
        JsonNode network = client.get("network");
        if (texts(network).equals(files)) {
            // A rollback, or the same files by another way.
            version = network.path("version").asInt();
            return false;
        }
        return true;
    }

    /** Reports what is new: another version, another state of the version, drift of hosts and switches. */
    void report(boolean theirs) throws IOException {
        if (!isKnown()) {
            return;
        }
        if (theirs) {
            foreign();
        } else {
            String now = state();
            if (!now.equals(state)) {
                System.out.println("version " + version + ": " + now);
                state = now;
            }
        }
        JsonNode events = newEvents();
        events.path("rows").forEach(e -> {
            if (DRIFT.contains(e.path("kind").asText())) {
                System.out.println("drift: " + e.path("kind").asText() + " "
                        + e.path("subject").asText() + ": " + e.path("text").asText());
            }
        });
        lastEvent = events.path("last").asLong();
    }

    private void foreign() throws IOException {
        int number = client.get("status").path("version").asInt();
        if (number == foreignVersion) {
            return;
        }
        foreignVersion = number;
        if (number == 0) {
            System.out.println("drift: the controller has no network any more; " + REMEDY);
            return;
        }
        JsonNode newest = client.get("versions/" + number);
        String message = newest.path("message").asText();
        System.out.println("drift: version " + number + " by "
                + newest.path("author").asText() + (message.isEmpty() ? "" : " (" + message + ")")
                + " is in force, not these files; " + REMEDY);
    }

    private String state() throws IOException {
        JsonNode now = client.get("versions/" + version + "/state");
        StringBuilder errors = new StringBuilder();
        now.path("errors").forEach(e -> errors.append("; ").append(e.asText()));
        String late = now.path("parts").properties().stream()
                .filter(p -> !p.getValue().asText().equals("in-sync"))
                .map(p -> p.getKey() + " " + p.getValue().asText())
                .collect(Collectors.joining(", ", " (", ")"));
        return now.path("state").asText() + (late.equals(" ()") ? "" : late) + errors;
    }

    /** Events after the last one that was seen, as rows, and the id of the last one. */
    private JsonNode newEvents() throws IOException {
        JsonNode rows = client.get("events?since=" + lastEvent);
        long last = rows.isEmpty()
                ? lastEvent
                : rows.path(rows.size() - 1).path("id").asLong();
        return ApiClient.JSON.createObjectNode().put("last", last).set("rows", rows);
    }

    /** What is in force, as far as is known. */
    @Override
    public String toString() {
        return version == 0 ? "nothing was changed" : "version " + version + " stays in force";
    }
}
