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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The finished program, started as a user would start it, in the lab's middle. */
public final class ControllerProcess implements AutoCloseable {
    /** Where its admin API answers. */
    public static final String API = "http://127.0.0.1:8080/api/v1/";

    private static final int READY_SECONDS = 30;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path log;
    private final Process process;

    /** Starts a controller that keeps its state in {@code folder}, and waits until it is ready. */
    public ControllerProcess(Path folder, String... moreArgs) {
        Lab.makeFolder(folder);
        log = folder.resolve("controller.log");
        List<String> command = new ArrayList<>(List.of(
                home().resolve("heddle").toString(),
                "controller",
                "--state",
                folder.resolve("state").toString()));
        command.addAll(List.of(moreArgs));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // What somebody has set for a service of theirs is no concern of a lab's.
            builder.environment().put("HEDDLE_CONTROLLER_CONF", "/dev/null");
            // Tests let Netty watch every buffer; a user's controller does not pay for that.
            Optional.ofNullable(System.getProperty("heddle.controller.options"))
                    .ifPresent(o -> builder.environment().put("JDK_JAVA_OPTIONS", o));
            process = builder.start();
            int before = countReady();
            until(
                    READY_SECONDS,
                    "the controller is ready",
                    () -> !process.isAlive() || countReady() > before || answers());
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

    /** The folder of the project, in which the launcher stands. */
    public static Path home() {
        return Path.of(System.getProperty("heddle.home", System.getProperty("user.dir")))
                .toAbsolutePath();
    }

    /** Everything that it printed itself. */
    public String log() {
        try {
            // Not what the virtual machine says of the options that tests give it.
            return Files.exists(log)
                    ? Files.readString(log).replaceAll("(?m)^NOTE: Picked up JDK_JAVA_OPTIONS.*\\R", "")
                    : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code heddle} with these words, separated by spaces. */
    public static Shell.Result heddle(String args) {
        List<String> command = new ArrayList<>(List.of(home().resolve("heddle").toString()));
        command.addAll(List.of(args.trim().split("\\s+")));
        return Shell.attempt(command);
    }

    /** Asks the admin API. */
    public JsonNode get(String path) {
        return send(HttpRequest.newBuilder(URI.create(API + path)).GET());
    }

    /** Applies a network file and waits for confirmation. */
    public JsonNode apply(String yaml) {
        return apply(yaml, "");
    }

    /** Applies a network file. @param query of the request, such as {@code base=1&wait=0} */
    public JsonNode apply(String yaml, String query) {
        return send(HttpRequest.newBuilder(URI.create(API + "network?" + query))
                .header("Content-Type", "application/yaml")
                .PUT(HttpRequest.BodyPublishers.ofString(yaml)));
    }

    /** Sends JSON to the admin API. */
    public JsonNode post(String path, String json) {
        return send(HttpRequest.newBuilder(URI.create(API + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            return JSON.readTree(http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A counter of the controller's. */
    public long counter(String name) {
        return get("status").path("counters").path(name).asLong();
    }

    /** Kills it at once, as a crash would. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Stops it as a service manager would. */
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

    /** Waits until something is so. @throws IllegalStateException when it is not within {@code seconds} */
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
