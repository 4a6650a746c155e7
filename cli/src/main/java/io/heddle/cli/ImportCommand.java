package io.heddle.cli;

import io.heddle.importing.HostImport;
import io.heddle.ovsdb.OvsdbConnector;
import io.heddle.ovsdb.OvsdbSession;
import io.heddle.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle import}: writes the network file that describes a running host, or a firewall's access lists. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Writes the network file that describes a running host, from its OVSDB. Applied,"
                + " the file changes nothing; take its"
                + " controller: none out, and Heddle takes the bridges over. With --firewall, writes the rules of"
                + " iptables, nft, ufw or Proxmox VE as access lists instead. With --from or --root, reads the files by which"
                + " hosts configure their networks, and describes them on Open vSwitch.",
        footer = {
            "",
            "Examples:",
            "  heddle import > hv1.yaml                            this machine, by /run/openvswitch/db.sock",
            "  heddle import tcp:192.0.2.11:6640 --name hv2        another one,"
                    + " after ovs-vsctl set-manager ptcp:6640 there",
            "  heddle import --firewall rules.v4 rules.v6 --on web  access lists, from iptables-save and ip6tables-save",
            "  heddle import --from /etc/network/interfaces        a host on Linux bridges",
            "  heddle import --root pve1=a/etc --root pve2=b/etc   two hosts, from copies of their /etc"
        })
final class ImportCommand implements Callable<Integer> {
    private static final int SECONDS = 10;
    private static final Pattern REMOTE = Pattern.compile("(tcp|ssl):.+:\\d{1,5}");

    @Parameters(
            paramLabel = "OVSDB",
            arity = "0..1",
            defaultValue = "unix:/run/openvswitch/db.sock",
            description =
                    "the host's database, tcp:HOST:PORT, ssl:HOST:PORT or unix:SOCKET" + " (default: ${DEFAULT-VALUE})")
    private String ovsdb;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "what the file is to call the host (default: this machine's name, or HOST); with --firewall,"
                    + " how the names of the lists begin (default: the first port)")
    private String name;

    @Option(
            names = "--tls",
            paramLabel = "FOLDER",
            defaultValue = "/etc/heddle/pki",
            description = "the certificates for ssl: (default: ${DEFAULT-VALUE})")
    private Path tls;

    @Option(names = "--output", paramLabel = "FILE", description = "write it there rather than to standard output")
    private Path output;

    @ArgGroup(exclusive = false, heading = "A firewall:%n")
    private FirewallFiles firewall;

    @ArgGroup(exclusive = false, heading = "Hosts that are not on Open vSwitch yet:%n")
    private HostFileOptions hostFiles;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (firewall != null) {
            if (spec.commandLine().getParseResult().hasMatchedPositional(0)) {
                throw new Heddle.Failure("--firewall reads files, and no database: leave out " + ovsdb);
            }
            if (hostFiles != null) {
                throw new Heddle.Failure(
                        "--firewall reads a firewall's rules, --from and --root a host's network: import one"
                                + " after the other, and put both files into one folder");
            }
            write(firewall.lists(name));
            return 0;
        }
        if (hostFiles != null) {
            if (spec.commandLine().getParseResult().hasMatchedPositional(0)) {
                throw new Heddle.Failure("--from and --root read files, and no database: leave out " + ovsdb);
            }
            String file = hostFiles.file(name);
            write(file);
            return hostFiles.isCheck() && !file.isEmpty() ? 1 : 0;
        }
        Optional<Tls> certificates = ovsdb.startsWith("ssl:") ? Optional.of(certificates()) : Optional.empty();
        try (OvsdbConnector connector = new OvsdbConnector(() -> {})) {
            OvsdbSession s = session(connector, certificates).get(SECONDS, TimeUnit.SECONDS);
            String called = name != null
                    ? name
                    : REMOTE.matcher(ovsdb).matches()
                            ? ovsdb.replaceFirst("^(tcp|ssl):\\[?", "")
                                    .replaceFirst("]?:\\d+$", "")
                                    .replaceAll("[^A-Za-z0-9-]", "-")
                            : InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", "");
            boolean dialsIn =
                    ovsdb.startsWith("unix:") && !s.database().systemId().isEmpty();
            String file = HostImport.file(
                    s.database(),
                    called,
                    REMOTE.matcher(ovsdb).matches() ? ovsdb : dialsIn ? "" : "tcp:127.0.0.1:6640");
            write(file);
            return 0;
        } catch (ExecutionException | TimeoutException e) {
            throw new Heddle.Failure(ovsdb + " does not answer"
                    + (e.getCause() == null ? "" : ": " + e.getCause().getMessage())
                    + ": is Open vSwitch running there, and does it listen (ovs-vsctl set-manager "
                    + (certificates.isPresent() ? "pssl" : "ptcp") + ":6640)?");
        } finally {
            certificates.ifPresent(Tls::close);
        }
    }

    private void write(String file) throws IOException {
        if (output == null) {
            System.out.print(file);
            System.out.flush();
        } else {
            Files.writeString(output, file);
        }
    }

    private Tls certificates() {
        try {
            return Tls.open(tls, (kind, text) -> {});
        } catch (IOException e) {
            throw new Heddle.Failure(e.getMessage());
        }
    }

    private CompletableFuture<OvsdbSession> session(OvsdbConnector connector, Optional<Tls> certificates) {
        int colon = ovsdb.lastIndexOf(':');
        if (ovsdb.startsWith("unix:")) {
            return connector.look(Path.of(ovsdb.substring("unix:".length())));
        } else if (REMOTE.matcher(ovsdb).matches()) {
            String host = ovsdb.substring("tcp:".length(), colon).replaceAll("[\\[\\]]", "");
            return connector.look(
                    host,
                    Integer.parseInt(ovsdb.substring(colon + 1)),
                    certificates.map(
                            t -> channel -> t.dial(channel, name == null ? List.of(host) : List.of(name, host))));
        }
        throw new Heddle.Failure("expected tcp:HOST:PORT, ssl:HOST:PORT or unix:SOCKET, found \"" + ovsdb + "\"");
    }
}
