package io.heddle.cli;

import io.heddle.importing.host.HostFileException;
import io.heddle.importing.host.HostFileReader;
import io.heddle.importing.host.HostFiles;
import io.heddle.importing.host.HostFilesImport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of {@code heddle import --from} and {@code --root}. */
final class HostFileOptions {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";
    private static final String ADDRESS = "\\d{1,3}(\\.\\d{1,3}){3}(/\\d{1,2})?";

    @Option(
            names = "--from",
            paramLabel = "FILE",
            arity = "1..*",
            description = "files of one host, or folders of them: /etc/network/interfaces, netplan, systemd-networkd,"
                    + " NetworkManager, ifcfg, libvirt's networks, Proxmox VE's guests and SDN, what ip -j link, addr, route"
                    + " and bridge -j vlan print")
    private List<Path> files = List.of();

    @Option(
            names = "--root",
            paramLabel = "[NAME=]FOLDER",
            description = "a copy of a host's /etc; several hosts become one file")
    private List<String> roots = List.of();

    @Option(names = "--check", description = "only warn of faults in the hosts' files; exit code 1 if there are any")
    private boolean check;

    @Option(names = "--steps", description = "end the file with the steps of the move, and the way back")
    private boolean steps;

    @Option(
            names = "--outside",
            paramLabel = "[HOST=]ADDRESS",
            description = "for hosts that translate addresses: a free address outside, for Heddle's router")
    private List<String> outside = List.of();

    /**
     * Writes the network file, and says on standard error what people must know about it.
     *
     * @return the file, or with --check the faults
     */
    String file(String name) throws IOException {
        if (name != null && !name.matches(NAME)) {
            throw new Heddle.Failure("--name: expected letters, digits, '.', '_' and '-', found \"" + name + "\"");
        }
        try {
            List<HostFiles> hosts = hosts(name);
            HostFilesImport.Result result =
                    HostFilesImport.read(hosts, new HostFilesImport.Wishes(addresses(hosts), steps));
            if (check) {
                return String.join("\n", result.warnings()) + (result.warnings().isEmpty() ? "" : "\n");
            }
            result.warnings().forEach(w -> System.err.println("warning: " + w));
            result.left().forEach(l -> System.err.println("not taken over: " + l));
            return result.text();
        } catch (HostFileException e) {
            throw new Heddle.Failure(e.getMessage());
        }
    }

    boolean isCheck() {
        return check;
    }

    private List<HostFiles> hosts(String name) throws IOException, HostFileException {
        List<HostFiles> hosts = new ArrayList<>();
        if (!files.isEmpty()) {
            hosts.add(HostFileReader.files(files, name == null ? "hv1" : name));
        }
        for (String root : roots) {
            int equals = root.indexOf('=');
            String host = equals < 0 ? "" : root.substring(0, equals);
            if (equals >= 0 && !host.matches(NAME)) {
                throw new Heddle.Failure(
                        "--root: expected NAME=FOLDER, such as hv1=copies/hv1, found \"" + root + "\"");
            }
            boolean only = roots.size() == 1 && files.isEmpty() && name != null;
            hosts.add(HostFileReader.root(Path.of(root.substring(equals + 1)), host.isEmpty() && only ? name : host));
        }
        if (hosts.isEmpty()) {
            throw new Heddle.Failure("--check, --steps and --outside need the files of a host: add --from or --root");
        }
        Set<String> names = new HashSet<>();
        for (HostFiles h : hosts) {
            if (!names.add(h.name())) {
                throw new Heddle.Failure("two hosts are called " + h.name() + ": write --root NAME=FOLDER");
            }
        }
        return hosts;
    }

    private Map<String, String> addresses(List<HostFiles> hosts) {
        Map<String, String> out = new HashMap<>();
        for (String o : outside) {
            int equals = o.indexOf('=');
            String host = equals < 0 ? hosts.get(0).name() : o.substring(0, equals);
            String address = o.substring(equals + 1);
            if (hosts.stream().noneMatch(h -> h.name().equals(host))
                    || !address.matches(ADDRESS)
                    || equals < 0 && hosts.size() > 1) {
                throw new Heddle.Failure("--outside: expected HOST=ADDRESS, such as "
                        + hosts.get(0).name() + "=192.0.2.11, found \"" + o + "\"");
            }
            out.put(host, address);
        }
        return out;
    }
}
