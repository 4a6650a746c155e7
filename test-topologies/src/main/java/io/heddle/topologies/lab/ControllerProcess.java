package io.heddle.topologies.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The finished program, started as a user would start it, in the middle of the lab's underlay. */
public final class ControllerProcess implements AutoCloseable {
    /** The base URL of its admin API. */
    public static final String API = "http://127.0.0.1:8080/api/v1/";

    private static final int READY_SECONDS = 30;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Longer than any operation waits by itself. */
    private static final Duration ANSWER = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String api;
    private final Path log;
    private final Process process;
    /** By which requests prove who makes them, "" if they need not. */
    private volatile String token = "";

    /** Starts a controller that keeps its state in {@code folder}, and waits until it is ready. */
    public ControllerProcess(Path folder, String... moreArgs) {
        this(folder, Map.of(), moreArgs);
    }

    /** Likewise. @param environment variables of its environment */
    public ControllerProcess(Path folder, Map<String, String> environment, String... moreArgs) {
        this(List.of(home().resolve("heddle").toString()), API, folder, environment, moreArgs);
    }

    /**
     * Likewise.
     *
     * @param heddle the launcher of the Heddle to start, behind a command that runs it elsewhere or with another clock
     * @param api the base URL of its admin API, which the arguments say
     */
    ControllerProcess(
            List<String> heddle, String api, Path folder, Map<String, String> environment, String... moreArgs) {
        this.api = api;
        Lab.makeFolder(folder);
        log = folder.resolve("controller.log");
        List<String> command = new ArrayList<>(heddle);
        command.addAll(List.of("controller", "--state", folder.resolve("state").toString()));
        command.addAll(List.of(moreArgs));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // The lab must not read the configuration of an installed service.
            builder.environment().put("HEDDLE_CONTROLLER_CONF", "/dev/null");
            // The tests have Netty track every buffer; a user's controller does not pay for that.
            Optional.ofNullable(System.getProperty("heddle.controller.options"))
                    .ifPresent(o -> builder.environment().put("JDK_JAVA_OPTIONS", o));
            builder.environment().putAll(environment);
            process = builder.start();
            int before = countReady();
            until(
                    READY_SECONDS,
                    "the controller is ready",
                    () -> !process.isAlive() || countReady() > before || heddle.size() == 1 && answers());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!process.isAlive()) {
            throw new IllegalStateException("the controller ended at once:\n" + log());
        }
    }

    private int countReady() {
        return log().split("heddle ready", -1).length;
    }

    private boolean answers() {
        try {
            return get("status").has("version");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** The time for which it has used a processor. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The folder of the project, which contains the launcher. */
    public static Path home() {
        return Path.of(System.getProperty("heddle.home", System.getProperty("user.dir")))
                .toAbsolutePath();
    }

    /** The output of the controller. */
    public String log() {
        try {
            // Without the JVM's note about the options that the tests pass.
            return Files.exists(log)
                    ? Files.readString(log).replaceAll("(?m)^NOTE: Picked up JDK_JAVA_OPTIONS.*\\R", "")
                    : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code heddle} with these arguments, separated by spaces. */
    public static Shell.Result heddle(String args) {
        List<String> command = new ArrayList<>(List.of(home().resolve("heddle").toString()));
        command.addAll(List.of(args.trim().split("\\s+")));
        return Shell.attempt(command);
    }

    /** Sends a GET request to the admin API. */
    public JsonNode get(String path) {
        return send(HttpRequest.newBuilder(URI.create(api + path)).GET());
    }

    /** Applies a network file and waits for confirmation. */
    public JsonNode apply(String yaml) {
        return apply(yaml, "");
    }

    /** Applies a network file. @param query the request's query, such as {@code base=1&wait=0} */
    public JsonNode apply(String yaml, String query) {
        return send(HttpRequest.newBuilder(URI.create(api + "network?" + query))
                .header("Content-Type", "application/yaml")
                .PUT(HttpRequest.BodyPublishers.ofString(yaml)));
    }

    /** Sends JSON to the admin API in a POST request. */
    public JsonNode post(String path, String json) {
        return send(HttpRequest.newBuilder(URI.create(api + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Sends JSON to the admin API in a PUT request. */
    public JsonNode put(String path, String json) {
        return send(HttpRequest.newBuilder(URI.create(api + path))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Has each request prove by a token who makes it. */
    void authenticate(String by) {
        token = by;
    }

    private JsonNode send(HttpRequest.Builder request) {
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return JSON.readTree(http.send(request.timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A counter of the controller, from its status. */
    public long counter(String name) {
        return get("status").path("counters").path(name).asLong();
    }

    /** Whether the controller has not ended. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** Kills the controller at once, as a crash would. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Stops the controller without a word, or lets it go on. */
    public void freeze(boolean stop) {
        Shell.run("kill -" + (stop ? "STOP" : "CONT") + " " + process.pid());
    }

    /** The number of its process. */
    public long pid() {
        return process.pid();
    }

    /** Stops the controller as a service manager would. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the condition holds. @throws IllegalStateException when it does not within {@code seconds} */
    public static void until(int seconds, String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within " + seconds + " s: " + what);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
