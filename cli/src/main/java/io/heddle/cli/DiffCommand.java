package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle diff}: what differs between the files of two versions. */
@Command(
        name = "diff",
        description = "Shows what differs between the files of two versions.",
        mixinStandardHelpOptions = true)
final class DiffCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Parameters(index = "0", paramLabel = "FROM", description = "the earlier version's number")
    private int from;

    @Parameters(index = "1", paramLabel = "TO", description = "the later version's number")
    private int to;

    @Override
    public Integer call() throws Exception {
        JsonNode lines = api.client().get("diff?from=" + from + "&to=" + to).path("lines");
        lines.forEach(l -> System.out.println(PlanCommand.colour(l.asText())));
        if (lines.isEmpty()) {
            System.out.println("no difference");
        }
        return 0;
    }
}
