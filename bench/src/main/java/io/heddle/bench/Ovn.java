package io.heddle.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * OVN to compare with: its two databases and ovn-northd in the middle of the lab, and ovn-controller on each of its
 * hosts. All sockets are in the lab's folders, which the lab sweeps. Sources: ovn-northd(8), ovn-controller(8).
 */
final class Ovn {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The highest priority of a rule. */
    static final int HIGHEST = 30_000;

    private static final String SCHEMAS = "/usr/share/ovn/";

    private final Path folder;

    /** Whether the programs are there. */
    static boolean isInstalled() {
        return Files.exists(Path.of("/usr/bin/ovn-northd")) && Files.exists(Path.of("/usr/bin/ovn-controller"));
    }

    /** Starts the databases and ovn-northd. @param folder an existing folder of the lab */
    Ovn(Path folder) {
        this.folder = folder;
        for (String db : List.of("nb", "sb")) {
            Shell.run("ovsdb-tool create " + folder + "/" + db + ".db " + SCHEMAS + "ovn-" + db + ".ovsschema");
            Shell.run("ovsdb-server " + folder + "/" + db + ".db --remote=punix:" + folder + "/" + db + ".sock"
                    + unixctl(db) + daemon(folder, db));
        }
        Shell.run("ovn-northd --ovnnb-db=" + database("nb") + " --ovnsb-db=" + database("sb") + unixctl("northd")
                + daemon(folder, "northd"));
        // As a daemon, ovn-nbctl keeps its copy of the database: a command need not read it all, nor start a process.
        Shell.run("ovn-nbctl --db=" + database("nb") + unixctl("nbctl") + daemon(folder, "nbctl"));
    }

    private String database(String name) {
        return "unix:" + folder + "/" + name + ".sock";
    }

    private String unixctl(String name) {
        return " --unixctl=" + folder + "/" + name + ".ctl";
    }

    private static String daemon(Path folder, String name) {
        return " --pidfile=" + folder + "/" + name + ".pid --log-file=" + folder + "/" + name + ".log --detach";
    }

    /** Has ovn-controller serve a host. Its ports are those with an {@code iface-id}. */
    void serve(LabHost host) {
        host.vsctl("set Open_vSwitch . external_ids:ovn-remote=" + database("sb")
                + " external_ids:ovn-encap-type=geneve external_ids:ovn-encap-ip=" + host.address()
                + " external_ids:ovn-bridge-datapath-type=netdev");
        host.run("env OVS_RUNDIR=" + host.folder() + " OVN_RUNDIR=" + host.folder() + " ovn-controller unix:"
                + host.folder() + "/db.sock" + daemon(host.folder(), "ovn-controller"));
    }

    /** Runs ovn-nbctl with these words, and waits until all hosts have what they ask for. */
    void nbctl(String... words) {
        List<String> params = new ArrayList<>(List.of("--wait=hv"));
        params.addAll(List.of(words));
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("nbctl.ctl")))) {
            ByteBuffer request =
                    ByteBuffer.wrap(JSON.writeValueAsBytes(Map.of("id", 0, "method", "run", "params", params)));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            JsonNode answer = JSON.readTree(Channels.newInputStream(channel));
            if (!answer.path("error").isNull()) {
                throw new IllegalStateException(
                        "ovn-nbctl: " + answer.path("error").asText());
            }
        } catch (IOException e) {
            throw new IllegalStateException("ovn-nbctl " + String.join(" ", words), e);
        }
    }

    /** Runs ovn-nbctl as a process of its own, as people do. */
    void nbctlProcess(List<String> words) {
        List<String> command = new ArrayList<>(List.of("ovn-nbctl", "--db=" + database("nb"), "--wait=hv"));
        command.addAll(words);
        Shell.Result r = Shell.attempt(command);
        if (!r.ok()) {
            throw new IllegalStateException(String.join(" ", command) + ": " + r.output());
        }
    }

    /**
     * Adds the rules to a port group, in one transaction: the first has the highest priority, and what none allows is
     * dropped.
     *
     * @param matches of connections that begin on their way to the ports, in OVN's language
     */
    void allowOnly(String group, List<String> matches) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < matches.size(); i++) {
            words.addAll(acl(group, HIGHEST - i, matches.get(i), "allow-related"));
            words.add("--");
        }
        words.addAll(acl(group, 1, "ip", "drop"));
        nbctl(words.toArray(String[]::new));
    }

    static List<String> acl(String group, int priority, String match, String verdict) {
        return List.of(
                "--type=port-group",
                "acl-add",
                group,
                "to-lport",
                Integer.toString(priority),
                "outport == @" + group + " && " + match,
                verdict);
    }
}
