package io.heddle.cli;

import io.heddle.importing.HostImport;
import io.heddle.ovsdb.OvsdbConnector;
import io.heddle.ovsdb.OvsdbSession;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle import}: writes the network file that describes a running host. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Writes the network file that describes a running host, from its OVSDB. Applied,"
                + " the file changes nothing; take its"
                + " controller: none out, and Heddle takes the bridges over.",
        footer = {
            "",
            "Examples:",
            "  heddle import > hv1.yaml                            this machine, by /run/openvswitch/db.sock",
            "  heddle import tcp:192.0.2.11:6640 --name hv2        another one,"
                    + " after ovs-vsctl set-manager ptcp:6640 there"
        })
final class ImportCommand implements Callable<Integer> {
    private static final int SECONDS = 10;

    @Parameters(
            paramLabel = "OVSDB",
            arity = "0..1",
            defaultValue = "unix:/run/openvswitch/db.sock",
            description = "the host's database, tcp:HOST:PORT or unix:SOCKET (default: ${DEFAULT-VALUE})")
    private String ovsdb;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "what the file is to call the host (default: this machine's name, or HOST)")
    private String name;

    @Option(names = "--output", paramLabel = "FILE", description = "write it there rather than to standard output")
    private Path output;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (OvsdbConnector connector = new OvsdbConnector(() -> {})) {
            OvsdbSession s = session(connector).get(SECONDS, TimeUnit.SECONDS);
            String called = name != null
                    ? name
                    : ovsdb.startsWith("tcp:")
                            ? ovsdb.replaceFirst("^tcp:\\[?", "")
                                    .replaceFirst("]?:\\d+$", "")
                                    .replaceAll("[^A-Za-z0-9-]", "-")
                            : InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", "");
            boolean dialsIn =
                    ovsdb.startsWith("unix:") && !s.database().systemId().isEmpty();
            String file = HostImport.file(
                    s.database(), called, ovsdb.startsWith("tcp:") ? ovsdb : dialsIn ? "" : "tcp:127.0.0.1:6640");
            if (output == null) {
                System.out.print(file);
            } else {
                Files.writeString(output, file);
            }
            return 0;
        } catch (ExecutionException | TimeoutException e) {
            throw new Heddle.Failure(ovsdb + " does not answer"
                    + (e.getCause() == null ? "" : ": " + e.getCause().getMessage())
                    + ": is Open vSwitch running there, and does it listen (ovs-vsctl set-manager ptcp:6640)?");
        }
    }

    private CompletableFuture<OvsdbSession> session(OvsdbConnector connector) {
        int colon = ovsdb.lastIndexOf(':');
        if (ovsdb.startsWith("unix:")) {
            return connector.look(Path.of(ovsdb.substring("unix:".length())));
        } else if (ovsdb.matches("tcp:.+:\\d{1,5}")) {
            return connector.look(
                    ovsdb.substring("tcp:".length(), colon).replaceAll("[\\[\\]]", ""),
                    Integer.parseInt(ovsdb.substring(colon + 1)));
        }
        throw new Heddle.Failure("expected tcp:HOST:PORT or unix:SOCKET, found \"" + ovsdb + "\"");
    }
}
