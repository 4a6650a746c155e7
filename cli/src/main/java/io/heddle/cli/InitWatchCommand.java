package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Brings the addresses of a host back to its NICs when the version of {@code heddle init} goes back. Runs apart from
 * the terminal, which the change may cut off. If the controller dies as well, it takes the NICs out of the bridge
 * itself.
 */
@Command(name = "init-watch", hidden = true, description = "Waits for the end of the trial of heddle init.")
final class InitWatchCommand implements Callable<Integer> {
    private static final Path LOG = Path.of("/run/heddle-init.log");
    private static final int PAUSE_MILLIS = 300;
    /** A controller that hangs must not keep this process from its work. */
    private static final int ANSWER_MILLIS = 3000;

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

    @Option(
            names = "--ovsdb",
            required = true,
            description = "where Open vSwitch dials the controller; it stops if the controller cannot go back")
    private String ovsdb;

    /**
     * Starts the process, and waits until it watches. @param words the options, and those that choose the controller
     */
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
        InitTrial trial = new InitTrial(base, seconds, System.nanoTime());
        say(WATCHING + " " + bridge);
        while (true) {
            JsonNode status = status();
            Optional<Boolean> isIn = LocalHost.bridgeOf(uplinks.get(0)).map(bridge::equals);
            switch (trial.look(System.nanoTime(), status, isIn)) {
                case WAIT -> TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                case GO_BACK -> {
                    goBack(lines);
                    return end("the change was not kept");
                }
                case FORCE_BACK -> {
                    takeAway();
                    goBack(lines);
                }
                case KEPT -> {
                    return end("version " + (base + 1) + " was confirmed: the addresses stay on " + bridge);
                }
                case KEPT_LATE -> {
                    return end("version " + (base + 1) + " was confirmed too late: the addresses are on the NIC, and"
                            + " Open vSwitch does not dial " + ovsdb + " any more; say heddle init again");
                }
                case IS_BACK -> {
                    LocalHost.letIn(ovsdb);
                    return end("the controller has gone back, too: Open vSwitch dials " + ovsdb + " again");
                }
                case OTHER -> {
                    return end("another version is in force: the addresses stay where they are");
                }
            }
        }
    }

    private JsonNode status() {
        try {
            return api.client(ANSWER_MILLIS).get("status");
        } catch (IOException | Heddle.Failure e) {
            return ApiClient.JSON.missingNode();
        }
    }

    /** The controller is away, or cannot go back. It made this bridge, and would make it again if it were let in. */
    private void takeAway() throws InterruptedException {
        say("the time is over and the controller has not gone back: " + bridge + " is taken away from it");
        LocalHost.keepOut(ovsdb);
        LocalHost.attempt(List.of("ovs-vsctl", "--timeout=10", "--if-exists", "del-br", bridge));
    }

    private void goBack(List<String> lines) throws IOException, InterruptedException {
        String wrong = LocalHost.ipBatch(lines);
        String nics = String.join(", ", uplinks);
        say(wrong.isEmpty() ? "the addresses are back on " + nics : "back on " + nics + ", but ip says: " + wrong);
    }

    private static void say(String text) {
        System.out.println("heddle init: " + text);
    }

    private Integer end(String text) throws IOException {
        Files.deleteIfExists(back);
        say(text);
        return 0;
    }
}
