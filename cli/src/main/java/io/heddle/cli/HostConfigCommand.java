package io.heddle.cli;

import io.heddle.config.HostConfig;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle host-config}: what a host needs so that its own ports have their addresses after a reboot. */
@Command(
        name = "host-config",
        mixinStandardHelpOptions = true,
        description = "Prints the configuration by which a host gives its own ports (type: internal) the addresses,"
                + " the MTU and the default route that the file declares. Heddle makes the ports; the host assigns the"
                + " addresses. Changes nothing.",
        footer = {"", "Example:", "  heddle host-config hv1 --for netplan -f network.yaml"})
final class HostConfigCommand implements Callable<Integer> {
    @Parameters(paramLabel = "HOST", description = "a host of the network file")
    private String host;

    @Option(
            names = "--for",
            required = true,
            paramLabel = "netplan|ifupdown|networkd|nmcli",
            description = "the program that configures the host's addresses")
    private String program;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "network file, or a folder of them")
    private Path file;

    @Override
    public Integer call() throws Exception {
        HostConfig.Form form;
        try {
            form = HostConfig.Form.valueOf(program.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new Heddle.Failure("--for " + program + ": expected netplan, ifupdown, networkd or nmcli");
        }
        System.out.print(LocalFile.hostConfig(file, host, form));
        return 0;
    }
}
