package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle get}: the network as it is, one kind of thing at a time. */
@Command(
        name = "get",
        description = "Shows the network as it is.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  heddle get ports host=hv1                what hv1's ports carry",
            "  heddle get drops -w                       what is dropped, as it changes",
            "  heddle get hosts state=pending -o name    the hosts that are away, for a script",
            "  heddle get events -f                      what happens, as it happens"
        })
final class GetCommand implements Callable<Integer> {
    private static final long PERIOD_MILLIS = 2000;
    private static final String CLEAR = "\u001b[H\u001b[J";

    @Mixin
    private ApiOption api;

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            converter = Kind.Reader.class,
            completionCandidates = Kind.Words.class,
            description = "one of ${COMPLETION-CANDIDATES}")
    private Kind kind;

    @Parameters(
            index = "1..*",
            paramLabel = "COLUMN=VALUE",
            description = "only rows that have this value, such as host=hv1")
    private Map<String, String> where = new TreeMap<>();

    @Option(
            names = "-o",
            paramLabel = "table|wide|name|json|yaml",
            defaultValue = "table",
            description = "form of the answer; a table fits the terminal, wide has every column whole")
    private Output output;

    @Option(names = "--limit", paramLabel = "N", description = "at most so many rows")
    private Integer limit;

    @Option(
            names = {"-w", "--watch"},
            description = "refresh every two seconds, until Ctrl-C")
    private boolean watch;

    @Option(
            names = {"-f", "--follow"},
            description = "follow new events until Ctrl-C; events only")
    private boolean follow;

    @Override
    public Integer call() throws Exception {
        if (follow) {
            return follow();
        }
        Terminal terminal = Terminal.here();
        String query = query();
        do {
            JsonNode rows = api.client().get(kind + query);
            System.out.println((watch && terminal.colours() ? CLEAR : "") + output.render(rows, kind, terminal));
            if (watch) {
                Thread.sleep(PERIOD_MILLIS);
            }
        } while (watch);
        return 0;
    }

    private String query() {
        Map<String, String> all = new TreeMap<>(where);
        if (limit != null) {
            all.put("limit", limit.toString());
        }
        return all.isEmpty()
                ? ""
                : all.entrySet().stream()
                        .map(e -> ApiClient.encode(e.getKey()) + "=" + ApiClient.encode(e.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    private Integer follow() throws IOException {
        if (kind != Kind.EVENTS) {
            throw new Heddle.Failure("only events can be followed: heddle get events --follow");
        }
        BufferedReader in = new BufferedReader(
                new InputStreamReader(api.client().stream("events", "text/event-stream"), StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("data: ")) {
                JsonNode e = ApiClient.JSON.readTree(line.substring(6));
                System.out.println(
                        output.isForPeople()
                                ? e.path("time").asText() + " " + e.path("kind").asText() + " "
                                        + e.path("subject").asText() + ": "
                                        + e.path("text").asText()
                                : e.toString());
            }
        }
        return 0;
    }
}
