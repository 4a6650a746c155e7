package io.heddle.cli;

import picocli.CommandLine.Command;

/** {@code heddle history}: every accepted version with its author and time. */
@Command(
        name = "history",
        description = "Lists every accepted version with its author and time.",
        mixinStandardHelpOptions = true)
final class HistoryCommand extends View {
    HistoryCommand() {
        super("history");
    }
}
