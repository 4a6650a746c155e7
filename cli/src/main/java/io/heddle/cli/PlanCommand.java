package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
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
                "Shows what a network file would change on every host and switch, which conversations that disturbs,"
                        + " and what a check of the file finds. Changes nothing."
                        + " Exit code 1 when apply would refuse the file.")
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

    @Option(names = "--rows", description = "show every row of the hosts' databases that changes")
    private boolean rows;

    @Option(names = "--flows", description = "show every flow entry that changes")
    private boolean flows;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    @Override
    public Integer call() throws Exception {
        SavedPlan wanted = SavedPlan.of(file);
        JsonNode plan = api.client().post("plan", wanted.body());
        System.out.println(output.isForPeople() ? new PlanText(rows, flows).of(plan) : output.render(plan));
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

    static String findings(JsonNode findings) {
        StringBuilder out = new StringBuilder();
        findings.forEach(f -> out.append(PlanText.finding(f)).append('\n'));
        return out.toString();
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
