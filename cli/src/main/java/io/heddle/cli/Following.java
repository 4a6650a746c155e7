package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/**
 * Shared options and the loop of {@code heddle apply --watch}: puts network files in force whenever they change, and
 * reports when the network is not as they say. It ends by a signal alone, after the change that it is making.
 */
final class Following {
    private static final int SETTLE_MILLIS = 200;
    /** How long a signal waits for the change in progress. */
    private static final int STOP_SECONDS = 60;

    @Option(names = "--watch", description = "go on, and apply the files whenever they change, until a signal")
    private boolean watch;

    @Option(names = "--git", description = "with --watch: pull the folder's branch before each look, by git")
    private boolean pulls;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "with --watch: between two looks (default: ${DEFAULT-VALUE})")
    private int interval;

    @Option(
            names = "--enforce",
            description = "with --watch: apply the files again when somebody else has changed the network")
    private boolean enforces;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    private Path file;
    private Optional<GitFolder> git = Optional.empty();
    private ApiClient client;
    private Applying applying;
    private NetworkWatch network;

    /** The files that the controller has refused: they are not sent again. */
    private Map<String, String> refused = Map.of();
    /** Why it has refused them. */
    private String refusal = "";
    /** What went wrong last; told once. */
    private String trouble = "";

    boolean isWanted() {
        return watch;
    }

    /** @throws Heddle.Failure for options that only make sense with --watch */
    void refuseWithoutWatch() {
        if (pulls || enforces) {
            throw new Heddle.Failure((pulls ? "--git" : "--enforce") + " is for --watch only");
        }
    }

    /** Follows a file or folder until a signal. @return the exit code */
    int run(Path source, ApiClient controller, Applying change) throws InterruptedException {
        if (interval < 1) {
            throw new Heddle.Failure("--interval " + interval + ": expected seconds, 1 or more");
        }
        file = source;
        client = controller;
        applying = change;
        network = new NetworkWatch(controller);
        git = pulls ? Optional.of(new GitFolder(file)) : Optional.empty();
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "stop"));
        try {
            do {
                round();
            } while (!stop.await(interval, TimeUnit.SECONDS));
        } finally {
            System.out.println("stopped; " + network);
            ended.countDown();
        }
        return 0;
    }

    /** A signal: a change in progress is finished and reported first. */
    private void end() {
        stop.countDown();
        try {
            if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("heddle: stopped during a change: see heddle history");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() throws InterruptedException {
        try {
            if (git.isPresent()) {
                git.get().pull();
            }
            Map<String, String> files = settled();
            if (stop.getCount() == 0) {
                // These files may be half written.
                return;
            }
            if (files.equals(refused)) {
                network.report(network.isChangedByOthers());
                // Again if something else went wrong meanwhile and is over, such as an absence of the controller.
                tell(refusal);
                return;
            }
            refused = Map.of();
            look(files);
            if (!trouble.isEmpty()) {
                System.out.println("all is well again; " + network);
                trouble = "";
            }
        } catch (IOException | Heddle.Failure e) {
            tell(Heddle.explain(e));
        }
    }

    private void tell(String now) {
        if (!now.equals(trouble)) {
            System.err.println("heddle: " + now + "\nheddle: " + network);
            trouble = now;
        }
    }

    /** The files, when nobody writes them at this moment. */
    private Map<String, String> settled() throws IOException, InterruptedException {
        Map<String, String> files = read();
        for (Map<String, String> before = Map.of(); !files.equals(before) && stop.getCount() > 0; ) {
            before = files;
            Thread.sleep(SETTLE_MILLIS);
            files = read();
        }
        return files;
    }

    private Map<String, String> read() throws IOException {
        SavedPlan source = SavedPlan.of(file);
        if (source.base().isPresent()) {
            throw new Heddle.Failure(file + " is a saved plan: --watch follows a network file, or a folder of them");
        }
        return source.files();
    }

    private void look(Map<String, String> files) throws IOException, InterruptedException {
        boolean theirs = network.isChangedByOthers();
        if (!network.isKnown() || !network.follows(files) || theirs && enforces) {
            if (theirs || !network.takeOverIfSame(files)) {
                change(files);
            }
        } else {
            network.report(theirs);
        }
    }

    private void change(Map<String, String> files) throws IOException, InterruptedException {
        SavedPlan wanted = new SavedPlan(files, Optional.empty(), Optional.empty());
        try {
            JsonNode plan = client.post("plan", wanted.body());
            applying.show(plan);
            applying.run(
                    client, plan, "PUT", "network?base=" + plan.path("base").asInt(), wanted.body());
        } catch (ApiClient.Refusal e) {
            if (e.isWrong()) {
                refuse(files, e);
            }
            throw e;
        } catch (Applying.Unconfirmed e) {
            refuse(files, e);
            throw e;
        }
        network.takeOver(files, applying.version());
    }

    private void refuse(Map<String, String> files, Exception why) {
        refused = files;
        refusal = Heddle.explain(why);
    }

    /** Why this change is made, for the history, unless the command line says it. */
    Optional<String> reason() {
        try {
            return git.isPresent() ? Optional.of(git.get().commit()) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
