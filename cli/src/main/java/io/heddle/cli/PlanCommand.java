package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle plan}: what a file would change. It changes nothing itself. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description =
                "Shows what a network file would change on every host and switch, whom that disturbs, and what a check"
                        + " of the file finds. Nothing is changed. Exit code 1 when apply would refuse it.")
final class PlanCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Parameters(paramLabel = "FILE", description = "network file, or a folder of them")
    private Path file;

    @Option(
            names = "--save",
            paramLabel = "PLAN",
            description = "also write the plan to this file, for heddle apply PLAN")
    private Path save;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    @Override
    public Integer call() throws Exception {
        SavedPlan wanted = SavedPlan.of(file);
        JsonNode plan = api.client().post("plan", wanted.body());
        System.out.println(output.isForPeople() ? text(plan) : output.render(plan));
        if (save != null) {
            ObjectNode saved = ApiClient.JSON.createObjectNode().put("heddle", SavedPlan.FORMAT);
            saved.set("base", plan.path("base"));
            saved.set("fingerprint", plan.path("fingerprint"));
            saved.set("files", ApiClient.JSON.valueToTree(wanted.files()));
            saved.set("plan", plan);
            Files.writeString(
                    save, ApiClient.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(saved) + "\n");
        }
        return isAcceptable(plan) ? 0 : 1;
    }

    static boolean isAcceptable(JsonNode plan) {
        for (JsonNode f : plan.path("findings")) {
            if (f.path("severity").asText().equals("error")) {
                return false;
            }
        }
        return true;
    }

    /** The plan as a diff, coloured on a terminal. */
    static String text(JsonNode plan) {
        StringBuilder out = new StringBuilder();
        for (String part : new String[] {"hosts", "switches"}) {
            for (Iterator<Map.Entry<String, JsonNode>> i =
                            plan.path(part).properties().iterator();
                    i.hasNext(); ) {
                Map.Entry<String, JsonNode> e = i.next();
                if (!e.getValue().isEmpty()) {
                    out.append(part.equals("hosts") ? "host " : "flows on ")
                            .append(e.getKey())
                            .append('\n');
                    e.getValue()
                            .forEach(line -> out.append("  ")
                                    .append(colour(line.asText()))
                                    .append('\n'));
                }
            }
        }
        for (JsonNode note : plan.path("notes")) {
            out.append("note: ").append(note.asText()).append('\n');
        }
        out.append(findings(plan.path("findings")));
        for (JsonNode host : plan.path("pending")) {
            out.append("host ").append(host.asText()).append(" is not connected; it catches up when it returns\n");
        }
        for (JsonNode ask : plan.path("asks")) {
            out.append("mind: ").append(ask.asText()).append('\n');
        }
        if (plan.path("empty").asBoolean()) {
            return out.append("nothing to do").toString();
        }
        plan.path("disturbs")
                .forEach(d -> out.append("disturbs: ").append(d.asText()).append('\n'));
        return out.append(summary(plan))
                .append(plan.path("disturbs").isEmpty() ? "; no conversation is disturbed" : "")
                .toString();
    }

    static String findings(JsonNode findings) {
        StringBuilder out = new StringBuilder();
        for (JsonNode f : findings) {
            String place = f.path("place").asText();
            out.append(f.path("severity").asText())
                    .append(": ")
                    .append(place.isEmpty() ? "" : place + ": ")
                    .append(f.path("text").asText())
                    .append('\n');
        }
        return out.toString();
    }

    private static String summary(JsonNode plan) {
        int[] counts = new int[128];
        for (String part : new String[] {"hosts", "switches"}) {
            plan.path(part)
                    .forEach(lines -> lines.forEach(line -> counts[line.asText().charAt(0)]++));
        }
        return counts['+'] + " to add, " + counts['~'] + " to change, " + counts['-'] + " to remove";
    }

    static String colour(String line) {
        if (System.console() == null || System.getenv("NO_COLOR") != null || line.isEmpty()) {
            return line;
        }
        String code = switch (line.charAt(0)) {
            case '+' -> "32";
            case '-' -> "31";
            case '~' -> "33";
            default -> "0";
        };
        return "\033[" + code + "m" + line + "\033[0m";
    }
}
