package io.heddle.cli;

import picocli.CommandLine.Command;

/** {@code heddle status}: the network in a few lines. */
@Command(name = "status", description = "Shows the network in a few lines.", mixinStandardHelpOptions = true)
final class StatusCommand extends View {
    StatusCommand() {
        super("status");
    }
}
