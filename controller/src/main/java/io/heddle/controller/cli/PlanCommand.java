package io.heddle.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle plan}: what a file would change, before anything does. */
@Command(name = "plan", description = "Shows what a network file would change on every host and switch.",
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Parameters(paramLabel = "FILE", description = "network file, or a folder of them")
    private Path file;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    @Override
    public Integer call() throws Exception {
        JsonNode plan = api.client().send("POST", "plan", file);
        System.out.println(output == Output.TABLE ? text(plan) : output.render(plan));
        return 0;
    }

    /** The plan as a diff, coloured on a terminal. */
    static String text(JsonNode plan) {
        StringBuilder out = new StringBuilder();
        for (String part : new String[] {"hosts", "switches"}) {
            for (Iterator<Map.Entry<String, JsonNode>> i = plan.path(part).fields(); i.hasNext();) {
                Map.Entry<String, JsonNode> e = i.next();
                if (!e.getValue().isEmpty()) {
                    out.append(part.equals("hosts") ? "host " : "flows on ").append(e.getKey()).append('\n');
                    e.getValue().forEach(line -> out.append("  ").append(colour(line.asText())).append('\n'));
                }
            }
        }
        for (JsonNode note : plan.path("notes")) {
            out.append("note: ").append(note.asText()).append('\n');
        }
        for (JsonNode host : plan.path("pending")) {
            out.append("host ").append(host.asText()).append(" is not connected; it catches up when it returns\n");
        }
        return out.append(plan.path("empty").asBoolean() ? "nothing to do" : summary(plan)).toString();
    }

    private static String summary(JsonNode plan) {
        int[] counts = new int[128];
        for (String part : new String[] {"hosts", "switches"}) {
            plan.path(part).forEach(lines -> lines.forEach(line -> counts[line.asText().charAt(0)]++));
        }
        return counts['+'] + " to add, " + counts['~'] + " to change, " + counts['-'] + " to remove";
    }

    private static String colour(String line) {
        if (System.console() == null || System.getenv("NO_COLOR") != null) {
            return line;
        }
        String code = switch (line.charAt(0)) {
            case '+' -> "32";
            case '-' -> "31";
            default -> "33";
        };
        return "\033[" + code + "m" + line + "\033[0m";
    }
}
