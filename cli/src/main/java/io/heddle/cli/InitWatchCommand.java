package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Brings the addresses of a host back to its NICs when the version of {@code heddle init} goes back. Runs apart from
 * the terminal, which the change may cut off. If the controller dies as well, it takes the NICs out of the bridge itself.
 */
@Command(name = "init-watch", hidden = true, description = "Waits for the end of the trial of heddle init.")
final class InitWatchCommand implements Callable<Integer> {
    private static final Path LOG = Path.of("/run/heddle-init.log");
    private static final int PAUSE_MILLIS = 300;
    /** How long the controller may take to go back after the time of the trial. */
    private static final int GRACE_SECONDS = 15;
    /** How long the version may take to be accepted. */
    private static final int START_SECONDS = 60;
    /** How often in a row a NIC must be away: Heddle puts a port that somebody takes out back in. */
    private static final int SURE = 2;

    private static final String WATCHING = "watching";
    private static final int POLL_MILLIS = 50;
    private static final int READY_POLLS = 400;

    @Mixin
    private ApiOption api;

    @Option(names = "--base", required = true)
    private int base;

    @Option(names = "--seconds", required = true)
    private int seconds;

    @Option(names = "--bridge", required = true)
    private String bridge;

    @Option(names = "--uplink", required = true)
    private List<String> uplinks;

    @Option(names = "--back", required = true)
    private Path back;

    private long deadline;
    private boolean wasIn;
    private int away;

    /** Starts the process, and waits until it watches. @param words the options, and those that choose the controller */
    static void start(List<String> words) throws IOException, InterruptedException {
        // A session of its own: the terminal's hang-up does not reach it.
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.heddle.cli.Heddle",
                "init-watch"));
        command.addAll(words);
        Process p = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(LOG.toFile())
                .start();
        for (int i = 0; i < READY_POLLS; i++) {
            if (Files.readString(LOG).contains(WATCHING)) {
                return;
            }
            if (p.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        throw new Heddle.Failure("nothing was changed: what would bring the addresses back does not start, see " + LOG);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> lines = Files.readAllLines(back);
        deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        System.out.println("heddle init: " + WATCHING + " " + bridge);
        boolean onTrial = false;
        while (true) {
            JsonNode status = status();
            int version = status.path("version").asInt(-1);
            if (!onTrial && status.path("trial").path("version").asInt() == base + 1) {
                onTrial = true;
                deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds + GRACE_SECONDS);
            }
            if (version == base + 1 && !status.has("trial")) {
                return end("version " + version + " was confirmed: the addresses stay on " + bridge);
            }
            if (hasLeft()) {
                return goBack(lines);
            }
            if (System.nanoTime() > deadline) {
                boolean isDecided = version >= 0 && version != base + 1;
                if (isDecided) {
                    return end("another version is in force: the addresses stay where they are");
                }
                // The controller is away. It made this bridge, and finds it gone when it returns.
                LocalHost.attempt(List.of("ovs-vsctl", "--timeout=10", "--if-exists", "del-br", bridge));
                return goBack(lines);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private JsonNode status() {
        try {
            return api.client().get("status");
        } catch (IOException | Heddle.Failure e) {
            return ApiClient.JSON.missingNode();
        }
    }

    /** Whether the NICs were in the bridge, and are not any more. */
    private boolean hasLeft() throws IOException, InterruptedException {
        boolean isIn = LocalHost.bridgeOf(uplinks.get(0)).equals(bridge);
        wasIn |= isIn;
        away = isIn ? 0 : away + 1;
        return wasIn && away >= SURE;
    }

    private Integer goBack(List<String> lines) throws IOException, InterruptedException {
        LocalHost.ipBatch(lines);
        return end("the change was not kept: the addresses are back on " + String.join(", ", uplinks));
    }

    private Integer end(String text) throws IOException {
        Files.deleteIfExists(back);
        System.out.println("heddle init: " + text);
        return 0;
    }
}
