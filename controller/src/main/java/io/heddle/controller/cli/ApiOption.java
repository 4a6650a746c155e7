package io.heddle.controller.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code --api URL}, before or after the verb, for the verbs that ask a controller. */
final class ApiOption {
    @ParentCommand
    private Heddle heddle;

    @Option(names = "--api", paramLabel = "URL", description = "the controller's admin API (default: http://127.0.0.1:8080)")
    private String url;

    ApiClient client() {
        return new ApiClient(url == null ? heddle.api() : url);
    }
}
