package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle trace}: the path of one frame, and why it ends where it does. */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = "Follows a frame through every table of every switch that it meets,"
                + " and says why it ends where it ends.",
        footer = {
            "",
            "Examples:",
            "  heddle trace --from hv1/vm1 icmp,nw_dst=10.0.200.7",
            "  heddle trace --from 10.0.200.66 --to hv2/r2 tcp,tp_dst=22",
            "  heddle trace --from hv1/vm1 --to hv2/web --reply tcp,tp_dst=80",
            "  heddle trace -f new.yaml --from vm1 --to vm2 icmp"
        })
final class TraceCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "WHO",
            description =
                    "where the frame comes in: a port (host/port), or a MAC or IP address that was seen or declared")
    private String from;

    @Option(
            names = "--to",
            defaultValue = "",
            paramLabel = "WHOM",
            description = "whom it is meant for, in the same words")
    private String to;

    @Parameters(
            paramLabel = "MATCH",
            arity = "0..1",
            defaultValue = "",
            description = "the frame, in ovs-ofctl match syntax")
    private String match;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "trace through what this network file would make; needs no controller")
    private Path file;

    @Option(names = "--reply", description = "also follow the answer to the frame")
    private boolean reply;

    @Option(names = "--real", description = "also send the frame, marked, and look where it comes out")
    private boolean real;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    @Override
    public Integer call() throws Exception {
        if (file != null && real) {
            throw new Heddle.Failure(
                    "--real sends a frame through the network that runs, and -f asks about one that does not");
        }
        JsonNode trace = file != null
                ? LocalFile.trace(file, from, to, match, reply)
                : api.client()
                        .post(
                                "trace",
                                ApiClient.JSON.writeValueAsString(
                                        Map.of("from", from, "to", to, "match", match, "reply", reply, "real", real)));
        System.out.println(output.isForPeople() ? text(trace) : output.render(trace));
        return trace.path("real").path("agrees").asBoolean(true) ? 0 : 1;
    }

    private static String text(JsonNode trace) {
        StringBuilder out = new StringBuilder(trace.path("frame").asText()).append('\n');
        trace.path("notes").forEach(n -> out.append("note: ").append(n.asText()).append('\n'));
        for (JsonNode hop : trace.path("hops")) {
            out.append(hop.path("at").asText())
                    .append(", in by ")
                    .append(hop.path("port").asText())
                    .append(
                            hop.path("via").asText().isEmpty()
                                    ? ""
                                    : ", " + hop.path("via").asText())
                    .append('\n');
            for (JsonNode step : hop.path("steps")) {
                String place = step.path("place").asText();
                out.append(String.format("  %-14s", step.path("table").asText()))
                        .append(step.path("flow").asText())
                        .append("  # ")
                        .append(step.path("reason").asText())
                        .append(place.isEmpty() ? "" : " (" + place + ")")
                        .append('\n');
            }
            out.append("  → ").append(hop.path("outcome").asText()).append('\n');
        }
        out.append(trace.path("sentence").asText());
        if (trace.has("reply")) {
            JsonNode reply = trace.path("reply");
            out.append("\n\nThe answer: ")
                    .append(
                            reply.path("hops").isEmpty()
                                    ? reply.path("sentence").asText()
                                    : text(reply));
        }
        if (trace.has("real")) {
            out.append('\n').append(trace.path("real").path("sentence").asText());
        }
        return out.toString();
    }
}
