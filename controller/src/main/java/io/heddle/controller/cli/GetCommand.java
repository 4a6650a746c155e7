package io.heddle.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle get}: the network as it is, one kind of thing at a time. */
@Command(name = "get", description = "Shows the network as it is.", mixinStandardHelpOptions = true)
final class GetCommand implements Callable<Integer> {
    /** What can be asked for. */
    enum Kind { HOSTS, BRIDGES, PORTS, SWITCHES, MACS, FLOWS, TUNNELS, BONDS, ACLS, DROPS, EVENTS, HISTORY }

    @Mixin
    private ApiOption api;

    @Parameters(paramLabel = "KIND", description = "one of ${COMPLETION-CANDIDATES}")
    private Kind kind;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    @Option(names = {"-f", "--follow"}, description = "go on with what happens, until Ctrl-C; events only")
    private boolean follow;

    @Override
    public Integer call() throws Exception {
        if (follow) {
            return follow();
        }
        System.out.println(output.render(api.client().get(kind.name().toLowerCase(Locale.ROOT))));
        return 0;
    }

    private Integer follow() throws IOException, InterruptedException {
        if (kind != Kind.EVENTS) {
            throw new Heddle.Failure("only events can be followed: heddle get events --follow");
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(api.client().stream("events", "text/event-stream"), StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("data: ")) {
                JsonNode e = ApiClient.JSON.readTree(line.substring(6));
                System.out.println(output == Output.TABLE ? e.path("time").asText() + " " + e.path("kind").asText() + " "
                        + e.path("subject").asText() + ": " + e.path("text").asText() : e.toString());
            }
        }
        return 0;
    }
}
