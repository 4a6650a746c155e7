package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Console;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Shared by the verbs that change the network: asks for confirmation, sends the change, and waits with progress. */
final class Applying {
    private static final int BAR = 40;
    /** The longest time in seconds that the controller delays an answer. */
    private static final int LONGEST_WAIT = 600;

    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "wait until hosts and switches confirm, or do not (default: wait)")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "how long to wait (default: ${DEFAULT-VALUE})")
    private int timeout;

    @Option(
            names = {"-y", "--yes"},
            description = "accept what the plan needs confirmation for")
    private boolean yes;

    @Option(
            names = {"-m", "--message"},
            defaultValue = "",
            description = "why, for the history")
    private String message;

    @Option(
            names = "--confirm",
            paramLabel = "SECONDS",
            description = "go back to the version before, unless heddle confirm follows in time; asks on a terminal")
    private Integer trial;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    /** Nobody is there who could answer. */
    private boolean unattended;

    private Supplier<Optional<String>> reason = Optional::empty;
    private int version;

    private final Map<String, String> reported = new HashMap<>();

    /** What happens once hosts and switches have confirmed, before anybody is asked to keep the version. */
    interface Settled {
        void done(JsonNode state) throws IOException, InterruptedException;
    }

    /** A change on trial, as for a verb that offers fewer options. */
    static Applying onTrial(int seconds, String message) {
        Applying a = new Applying();
        a.wait = true;
        a.timeout = 30;
        a.yes = true;
        a.message = message;
        a.trial = seconds;
        a.output = Output.TABLE;
        return a;
    }

    /** The plan needs confirmation, and nobody has given it. Nothing was changed. */
    static final class Unconfirmed extends Heddle.Failure {
        private static final long serialVersionUID = 1L;

        Unconfirmed() {
            super("nothing was changed: the plan needs confirmation; pass --yes to accept");
        }
    }

    /**
     * Asks nobody from now on.
     *
     * @param why the reason of a change, for the history, if the command line has none
     */
    void unattended(Supplier<Optional<String>> why) {
        if (trial != null) {
            throw new Heddle.Failure("--confirm waits for somebody, who is not there with --watch");
        }
        unattended = true;
        reason = why;
    }

    /** The version that was made last. */
    int version() {
        return version;
    }

    void show(JsonNode plan) {
        if (output.isForPeople()) {
            System.out.println(new PlanText(false, false).of(plan));
        }
    }

    /** Sends a change and waits. @return the exit code */
    int run(ApiClient client, JsonNode plan, String method, String path, String body)
            throws IOException, InterruptedException {
        return run(client, plan, method, path, body, state -> {});
    }

    /** Likewise. */
    int run(ApiClient client, JsonNode plan, String method, String path, String body, Settled settled)
            throws IOException, InterruptedException {
        if (!plan.path("confirmations").isEmpty() && !yes && (unattended || !confirms())) {
            throw new Unconfirmed();
        }
        reported.clear();
        String why = message.isEmpty() ? reason.get().orElse("") : message;
        JsonNode answer = client.send(
                method,
                path + (trial == null ? "" : "&trial=" + trial) + "&wait=0&author="
                        + ApiClient.encode(System.getProperty("user.name")) + "&message=" + ApiClient.encode(why),
                body);
        version = answer.path("version").asInt();
        JsonNode state = wait ? await(client, version) : answer;
        if (!output.isForPeople()) {
            ObjectNode all = ((ObjectNode) state).set("plan", plan);
            System.out.println(output.render(all));
        } else {
            System.out.println("version " + version + ": " + state.path("state").asText());
            state.path("waiting").forEach(w -> System.out.println("waiting for " + w.asText()));
        }
        state.path("errors").forEach(e -> System.err.println("heddle: " + e.asText()));
        settled.done(state);
        if (state.path("trial").isObject() && output.isForPeople()) {
            trial(client, state.path("trial"));
        }
        return exit(state);
    }

    /** Says how to keep a version on trial. Asks on a terminal: whoever can answer has not cut himself off. */
    private static void trial(ApiClient client, JsonNode trial) throws IOException, InterruptedException {
        int version = trial.path("version").asInt();
        int before = trial.path("before").asInt();
        System.out.println("on trial until " + trial.path("until").asText() + ": heddle confirm keeps it, otherwise "
                + (before == 0 ? "the network becomes empty again" : "version " + before + " comes back"));
        if (System.console() != null && accepts("Keep version " + version + "? [y/N] ")) {
            ConfirmCommand.confirm(client, version);
        }
    }

    private static boolean confirms() {
        return accepts("Accept? [y/N] ");
    }

    static boolean accepts(String question) {
        Console console = System.console();
        String answer = console == null ? "" : console.readLine(question);
        return answer != null && answer.matches("(?i)y(es)?");
    }

    private JsonNode await(ApiClient client, int version) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeout);
        JsonNode state = client.get("versions/" + version + "/state");
        for (long left = timeout;
                state.path("state").asText().equals("changing") && left > 0;
                left = TimeUnit.NANOSECONDS.toSeconds(deadline - System.nanoTime())) {
            progress(state, false);
            state = client.get("versions/" + version + "/state?wait=" + Math.min(left, LONGEST_WAIT) + "&after="
                    + state.path("step").asLong());
        }
        progress(state, true);
        return state;
    }

    /** Shows a bar on a terminal. Elsewhere prints a line for each part that is done. */
    private void progress(JsonNode state, boolean last) {
        if (!output.isForPeople()) {
            return;
        }
        int done = 0;
        int all = 0;
        for (Iterator<Map.Entry<String, JsonNode>> i =
                        state.path("parts").properties().iterator();
                i.hasNext(); ) {
            Map.Entry<String, JsonNode> part = i.next();
            String how = part.getValue().asText();
            all++;
            done += how.equals("changing") ? 0 : 1;
            boolean line = last || System.console() == null && !how.equals("changing");
            if (line && !how.equals(reported.put(part.getKey(), how))) {
                System.out.println((System.console() == null ? "" : "\r\033[K") + part.getKey() + ": " + how);
            }
        }
        if (System.console() != null && !last && all > 0) {
            int full = BAR * done / all;
            System.out.print(
                    "\r[" + "#".repeat(full) + ".".repeat(BAR - full) + "] " + done + " of " + all + " confirmed");
            System.out.flush();
        }
    }

    private int exit(JsonNode state) {
        List<String> late = new ArrayList<>();
        state.path("parts").properties().forEach(p -> {
            if (p.getValue().asText().equals("changing")) {
                late.add(p.getKey());
            }
        });
        String how = state.path("state").asText();
        if (wait && how.equals("changing")) {
            System.err.println("heddle: not confirmed within " + timeout + " s: " + String.join(", ", late)
                    + "; the version stays in force, and Heddle goes on applying it");
        }
        return how.equals("in-sync") || how.equals("pending") || !wait && how.equals("changing") ? 0 : 1;
    }
}
