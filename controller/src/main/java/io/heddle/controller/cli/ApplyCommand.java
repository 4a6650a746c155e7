package io.heddle.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle apply}: makes a file the network in force, and waits until hosts and switches confirm. */
@Command(name = "apply", description = "Applies a network file and waits until hosts and switches confirm.",
        mixinStandardHelpOptions = true)
final class ApplyCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Parameters(paramLabel = "FILE", description = "network file, or a folder of them")
    private Path file;

    @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "30",
            description = "how long to wait for confirmation (default: ${DEFAULT-VALUE})")
    private int wait;

    @Option(names = {"-m", "--message"}, defaultValue = "", description = "why, for the history")
    private String message;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    @Override
    public Integer call() throws Exception {
        String query = "network?wait=" + wait + "&author=" + encode(System.getProperty("user.name"))
                + "&message=" + encode(message);
        JsonNode answer = api.client().send("PUT", query, file);
        String state = answer.path("state").asText();
        if (output == Output.TABLE) {
            System.out.println(PlanCommand.text(answer.path("plan")));
            answer.path("parts").fields().forEachRemaining(p ->
                    System.out.println(p.getKey() + ": " + p.getValue().asText()));
            System.out.println("version " + answer.path("version").asInt() + ": " + state);
        } else {
            System.out.println(output.render(answer));
        }
        answer.path("errors").forEach(e -> System.err.println("heddle: " + e.asText()));
        return state.equals("in-sync") || state.equals("pending") ? 0 : 1;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
