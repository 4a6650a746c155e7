package io.heddle.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A verb that shows one answer of the admin API. */
abstract class View implements Callable<Integer> {
    private final String path;

    @Mixin
    private ApiOption api;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    View(String path) {
        this.path = path;
    }

    @Override
    public Integer call() throws Exception {
        System.out.println(output.render(api.client().get(path)));
        return 0;
    }
}
