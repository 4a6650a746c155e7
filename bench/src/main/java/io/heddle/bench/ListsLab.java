package io.heddle.bench;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Pairs of hosts with guests, on one machine and all on the userspace datapath: one pair with NORMAL alone, one with
 * Heddle, one with OVN. The guests of Heddle and OVN are in two networks: in one, a list allows what its last rules
 * say; the other has no list. Ports admit the MAC of their guest alone, with any address.
 */
final class ListsLab implements AutoCloseable {
    /** A port that no rule allows. */
    static final int FORBIDDEN = 5203;

    /** The port group of OVN that has the ACLs. */
    static final String GROUP = "listed";
    /** The list of Heddle. */
    static final String LIST = "listed";

    private final Lab lab = new Lab();
    private final int rules;
    private final List<Way> ways = new ArrayList<>();
    private final ControllerProcess heddle;
    private final Ovn ovn;

    /** Sets everything up. @param rules of each list */
    ListsLab(int rules) {
        this.rules = rules;
        try {
            LabHost[] plain = hosts("plain");
            LabHost[] ours = hosts("heddle");
            LabHost[] theirs = Ovn.isInstalled() ? hosts("ovn") : new LabHost[0];
            way("NORMAL", 0, plain, "n");
            way("heddle, no list", 1, ours, "hb");
            way("heddle", 2, ours, "hr");
            if (theirs.length > 0) {
                way("ovn, no acl", 3, theirs, "ob");
                way("ovn", 4, theirs, "or");
            }
            lab.introduce();
            normal(plain);
            heddle = new ControllerProcess(Lab.FOLDER.resolve("heddle"));
            ovn = theirs.length > 0 ? ovn(theirs) : null;
            heddle.apply(network(ours));
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    List<Way> ways() {
        return ways;
    }

    ControllerProcess heddle() {
        return heddle;
    }

    /** OVN; null where it is not installed. */
    Ovn ovn() {
        return ovn;
    }

    private LabHost[] hosts(String name) {
        return new LabHost[] {lab.host(name + "1"), lab.host(name + "2")};
    }

    /** Adds three guests of a network: two on the first host, one on the second. */
    private void way(String name, int network, LabHost[] hosts, String guests) {
        for (int i = 0; i < 3; i++) {
            Node guest = lab.machine(hosts[i / 2], guests + i, "10.0.200." + (i + 1) + "/24");
            Traffic.prepare(guest, mac(network, i));
        }
        Node server = lab.machine(guests + 0);
        server.run("ip route add " + Connections.SOURCES + " via 10.0.200.2");
        lab.machine(guests + 1).run("ip route add local " + Connections.SOURCES + " dev lo");
        Traffic.serve(server, guests);
        ways.add(new Way(ways.size(), "on one host", name, List.of(hosts[0]), lab.machine(guests + 1), "10.0.200.1"));
        ways.add(new Way(ways.size(), "by a tunnel", name, List.of(hosts), lab.machine(guests + 2), "10.0.200.1"));
    }

    /** Whether a list judges the way. */
    static boolean isListed(Way way) {
        return way.name().equals("heddle") || way.name().equals("ovn");
    }

    private static String mac(int network, int guest) {
        return String.format(Locale.ROOT, "02:00:00:00:%02x:%02x", network, guest + 1);
    }

    private static void normal(LabHost[] hosts) {
        for (int i = 0; i < hosts.length; i++) {
            hosts[i].vsctl("add-br br0 -- set bridge br0 datapath_type=netdev"
                    + (i == 0 ? " -- add-port br0 n0 -- add-port br0 n1" : " -- add-port br0 n2")
                    + " -- add-port br0 vx -- set interface vx type=vxlan options:key=1 options:remote_ip="
                    + hosts[1 - i].address());
        }
    }

    private static String network(LabHost[] hosts, String rules) {
        StringBuilder out = new StringBuilder("""
                heddle: v1
                networks:
                  red: {vlan: 200, vni: 10200}
                  blue: {vlan: 300, vni: 10300}
                hosts:
                """);
        int first = 0;
        for (LabHost host : hosts) {
            out.append("""
                      %1$s:
                        ovsdb: tcp:%2$s:6640
                        tunnel-ip: %2$s
                        bridges:
                          br0:
                            datapath: netdev
                            ports:
                    """.formatted(host.name(), host.address()));
            for (int i = first; i < first + 2 && i < 3; i++) {
                port(out, "hb" + i, "blue", mac(1, i));
                port(out, "hr" + i, "red", mac(2, i));
            }
            first = 2;
        }
        return out + rules;
    }

    private static void port(StringBuilder out, String name, String network, String mac) {
        out.append(String.format(
                Locale.ROOT, "          %s: {access: %s, mac: \"%3$s\", source: [\"%3$s\"]}%n", name, network, mac));
    }

    private String network(LabHost[] hosts) {
        StringBuilder out = new StringBuilder("acls:\n  - name: " + LIST
                + "\n    on: {networks: [red]}\n    stateful: true\n    default: drop\n    rules:\n");
        for (int i = 0; i < rules - 2; i++) {
            out.append(String.format(
                    Locale.ROOT,
                    "      - {match: {proto: tcp, src: %s, dst-port: %d}, action: allow}%n",
                    source(i),
                    1000 + i));
        }
        for (int port : new int[] {Traffic.IPERF, Traffic.CONNECTIONS}) {
            out.append("      - {match: {proto: tcp, dst-port: " + port + "}, action: allow}\n");
        }
        return network(hosts, out.toString());
    }

    private static String source(int rule) {
        return "100.64." + (rule >> 8) + "." + (rule & 0xff);
    }

    private Ovn ovn(LabHost[] hosts) {
        try {
            Ovn ovn = new Ovn(Files.createDirectories(Lab.FOLDER.resolve("ovn")));
            for (LabHost host : hosts) {
                ovn.serve(host);
            }
            logicalSwitch(ovn, "or", 4);
            logicalSwitch(ovn, "ob", 3);
            for (int i = 0; i < 3; i++) {
                for (String guest : List.of("or" + i, "ob" + i)) {
                    hosts[i / 2].vsctl("--may-exist add-br br-int -- set bridge br-int datapath_type=netdev "
                            + "fail_mode=secure -- add-port br-int " + guest + " -- set interface " + guest
                            + " external_ids:iface-id=" + guest);
                }
            }
            ovn.nbctl("pg-add", GROUP, "or0", "or1", "or2");
            List<String> matches = new ArrayList<>(IntStream.range(0, rules - 2)
                    .mapToObj(i -> "ip4.src == " + source(i) + " && tcp.dst == " + (1000 + i))
                    .toList());
            matches.addAll(List.of("tcp.dst == " + Traffic.IPERF, "tcp.dst == " + Traffic.CONNECTIONS));
            ovn.allowOnly(GROUP, matches);
            return ovn;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void logicalSwitch(Ovn ovn, String name, int network) {
        ovn.nbctl("ls-add", name);
        for (int i = 0; i < 3; i++) {
            String addresses = mac(network, i) + " 10.0.200." + (i + 1);
            ovn.nbctl(
                    "lsp-add",
                    name,
                    name + i,
                    "--",
                    "lsp-set-addresses",
                    name + i,
                    addresses,
                    "--",
                    "lsp-set-port-security",
                    name + i,
                    mac(network, i));
        }
    }

    @Override
    public void close() {
        heddle.close();
        lab.close();
    }
}
