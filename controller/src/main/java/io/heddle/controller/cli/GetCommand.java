package io.heddle.controller.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle get}: the network as it is, one kind of thing at a time. */
@Command(name = "get", description = "Shows the network as it is.", mixinStandardHelpOptions = true)
final class GetCommand implements Callable<Integer> {
    /** What can be asked for. */
    enum Kind { HOSTS, BRIDGES, PORTS, SWITCHES, MACS, FLOWS, TUNNELS, BONDS, ACLS, DROPS, EVENTS, HISTORY }

    @Mixin
    private ApiOption api;

    @Parameters(paramLabel = "KIND", description = "one of ${COMPLETION-CANDIDATES}")
    private Kind kind;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    @Override
    public Integer call() throws Exception {
        System.out.println(output.render(api.client().get(kind.name().toLowerCase(Locale.ROOT))));
        return 0;
    }
}
