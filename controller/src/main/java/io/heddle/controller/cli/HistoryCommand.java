package io.heddle.controller.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heddle history}: every accepted version, who and when. */
@Command(name = "history", description = "Lists every accepted version, who and when.", mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    @Override
    public Integer call() throws Exception {
        System.out.println(output.render(api.client().get("history")));
        return 0;
    }
}
