package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.apps.Blueprint;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Reason;
import io.heddle.golden.Golden;
import io.heddle.trace.PortNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documentation agrees with the examples, the schema and the compiler. The system tests run the same examples. */
class DocumentationTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Pattern EXAMPLE = Pattern.compile("\\.\\./examples/([a-z0-9-]+\\.yaml)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void everyLineOfFromLinuxStandsInItsExample() throws IOException {
        List<String> missing = new ArrayList<>();
        int lines = 0;
        for (String row : Files.readAllLines(DOCS.resolve("linux/README.md"))) {
            String[] cells = row.split("(?<!\\\\)\\|");
            Matcher example = cells.length < 4 ? EXAMPLE.matcher("") : EXAMPLE.matcher(cells[3]);
            if (!example.find()) {
                continue;
            }
            String text = squeezed(Files.readString(DOCS.resolve("examples").resolve(example.group(1))));
            for (Matcher code = CODE.matcher(cells[2]); code.find(); ) {
                lines++;
                if (!text.contains(squeezed(code.group(1)))) {
                    missing.add(example.group(1) + ": " + code.group(1));
                }
            }
        }
        assertTrue(lines > 30, "only " + lines + " lines found");
        assertEquals(List.of(), missing);
    }

    /** Text without comments and blanks: a flow mapping may span several lines. */
    private static String squeezed(String text) {
        return text.replaceAll("#.*", "").replaceAll("\\s+", "");
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        try (Stream<Path> pages = Files.walk(DOCS)) {
            for (Path page : pages.filter(p -> p.toString().endsWith(".md")).toList()) {
                for (Matcher m = Pattern.compile("\\]\\(([^)#:]+)[^):]*\\)").matcher(Files.readString(page));
                        m.find(); ) {
                    if (!Files.exists(page.resolveSibling(m.group(1)))) {
                        broken.add(page + ": " + m.group(1));
                    }
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    /** The reference is generated from the schema. After an intended change run with {@code -Dgolden.write=true}. */
    @Test
    void theReferenceIsTheSchema() throws IOException {
        StringBuilder out = new StringBuilder("# Reference of the network file\n\nGenerated from the schema. "
                + "The last column names the OVSDB column that receives the setting unchanged.\n");
        table(out, "The file", SchemaCheck.SCHEMA);
        SchemaCheck.SCHEMA.get("$defs").properties().forEach(d -> {
            if (d.getValue().has("properties")) {
                table(out, d.getKey(), d.getValue());
            }
        });
        Golden.check(DOCS.resolve("reference.md"), out.toString());
    }

    private static void table(StringBuilder out, String name, JsonNode definition) {
        out.append("\n## ")
                .append(name)
                .append('\n')
                .append(sentence(definition))
                .append("\n\n| key | meaning | default | OVSDB |\n" + "|---|---|---|---|\n");
        definition.get("properties").properties().forEach(p -> {
            JsonNode s = p.getValue();
            String words = s.has("enum")
                    ? ": "
                            + s.get("enum")
                                    .toString()
                                    .replaceAll("[\\[\\]\"]", "")
                                    .replace(",", ", ")
                    : "";
            out.append("| `")
                    .append(p.getKey())
                    .append("` | ")
                    .append(s.has("description") ? s.get("description").asText() : sentence(SchemaCheck.resolve(s)))
                    .append(words)
                    .append(" | ")
                    .append(s.path("default").asText())
                    .append(" | ")
                    .append(s.path("x-ovsdb").asText())
                    .append(" |\n");
        });
    }

    private static String sentence(JsonNode node) {
        return node.path("description").asText();
    }

    /** The tables and entries of a demo switch. After an intended change run with {@code -Dgolden.write=true}. */
    @Test
    void theFlowsOfThePipelineAreThoseThatAreCompiled() throws Exception {
        Path network = Path.of("../test-topologies/networks/demo.yaml");
        NetworkModel model = NetworkFile.parse(Map.of("demo.yaml", Files.readString(network)));
        NetworkModel.Place place = model.places().stream()
                .filter(p -> p.toString().equals("hv1/br0"))
                .findFirst()
                .orElseThrow();
        SwitchView view = Blueprint.view(model, place, Map.of(), Transition.NONE);
        FlowProgram program = Apps.compile(view);
        Map<String, String> names = new HashMap<>();
        view.ports().forEach((name, number) -> names.put(Integer.toUnsignedString(number), name));
        StringBuilder out = new StringBuilder("# The flow entries of one switch\n\n"
                + "This page shows bridge br0 of hv1 in the demo's network, "
                + "[demo.yaml](../test-topologies/networks/demo.yaml):\n"
                + "two tenants, a bond, a bad neighbour. Each entry has its reason above it, "
                + "which names its counter and explains\n"
                + "it in plans and traces. Learnt entries, which come and go, and cookies are left out. "
                + "[Pipeline](pipeline.md)\n"
                + "explains the tables. A test generates this page.\n");
        for (Table table : Table.values()) {
            out.append("\n## ")
                    .append(table.number())
                    .append(' ')
                    .append(Table.label(table.number()))
                    .append("\n```\n");
            String reason = "";
            for (FlowEntry e : program.entries().stream()
                    .filter(e -> e.table() == table.number())
                    .sorted(Comparator.comparing(FlowEntry::priority)
                            .reversed()
                            .thenComparing(e -> program.reason(e.cookie())
                                    .map(Reason::label)
                                    .orElse(""))
                            .thenComparing(FlowEntry::toString))
                    .toList()) {
                String why = program.reason(e.cookie()).map(Reason::label).orElse("");
                out.append(why.equals(reason) ? "" : "# " + why + "\n");
                out.append(PortNames.named(e.toString(), names).replaceFirst("cookie=0x[0-9a-f]+, table=\\d+, ", ""))
                        .append('\n');
                reason = why;
            }
            out.append("```\n");
        }
        Golden.check(DOCS.resolve("pipeline-flows.md"), out.toString());
    }
}
