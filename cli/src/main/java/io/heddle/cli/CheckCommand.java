package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle check}: which ports can reach each other, and what in the file contradicts that. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description =
                "Proves over all ports and all headers who can reach whom, and finds rules that never match, broken"
                        + " expectations, VLANs that differ at two ends, islands and loops."
                        + " Exit code 1 when apply would refuse it.")
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description =
                    "network file, or a folder of them, which needs no controller; what is in force when left out")
    private Path file;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    @Override
    public Integer call() throws Exception {
        JsonNode report = file == null ? api.client().get("check") : LocalFile.check(file);
        System.out.println(output.isForPeople() ? text(report) : output.render(report));
        return report.path("acceptable").asBoolean() ? 0 : 1;
    }

    private static String text(JsonNode report) throws Exception {
        ArrayNode rows = ApiClient.JSON.createArrayNode();
        for (JsonNode line : report.path("reach")) {
            List<String> dropped = new ArrayList<>();
            line.path("dropped").fieldNames().forEachRemaining(dropped::add);
            rows.addObject()
                    .put("from", line.path("from").asText())
                    .put("to", line.path("to").asText())
                    .put("pairs", line.path("pairs").asInt())
                    .put("frames", line.path("frames").asText())
                    .put("dropped by", String.join(", ", dropped))
                    .put("such as", line.path("example").asText());
        }
        String findings = PlanCommand.findings(report.path("findings"));
        return Output.TABLE.render(rows) + "\n" + (findings.isEmpty() ? "no findings" : findings.stripTrailing());
    }
}
