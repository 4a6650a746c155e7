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

/**
 * Pairs of hosts with a router between two networks and a way out on the first host, which masquerades: one pair with
 * Heddle, one with OVN's distributed router and its gateway. All on one machine and the userspace datapath.
 *
 * <p>Network red has a client on each host; blue has a server on the first. A server outside is behind the first host's
 * uplink.
 */
final class RoutedLab implements AutoCloseable {
    private static final String RED = "10.0.1.";
    private static final String BLUE = "10.0.2.";
    private static final String SERVER = BLUE + 1;
    private static final int GATEWAY = 254;
    /** The number of OVN's router among the MACs of a network. */
    private static final int ROUTER = 9;

    private static final String ROUTER_OUTSIDE = "192.0.2.10";
    private static final String UPSTREAM = "192.0.2.1";
    /** The server outside: an address of the upstream router. */
    private static final String OUTSIDE = "203.0.113.5";

    private final Lab lab = new Lab();
    private final List<Way> ways = new ArrayList<>();
    private ControllerProcess heddle;

    RoutedLab() {
        try {
            LabHost[] ours = hosts("heddle");
            LabHost[] theirs = Ovn.isInstalled() ? hosts("ovn") : new LabHost[0];
            guests(ours, "h");
            if (theirs.length > 0) {
                guests(theirs, "o");
            }
            for (Target target : Target.values()) {
                for (boolean across : new boolean[] {false, true}) {
                    way(target, across, "heddle", ours, "h");
                    if (theirs.length > 0) {
                        way(target, across, "ovn", theirs, "o");
                    }
                }
            }
            lab.introduce();
            if (theirs.length > 0) {
                ovn(theirs);
            }
            heddle = new ControllerProcess(Lab.FOLDER.resolve("heddle"));
            heddle.apply(network(ours));
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** What clients connect to. */
    private enum Target {
        ROUTED("to another network", SERVER),
        OUT("to the outside", OUTSIDE);

        private final String title;
        private final String address;

        Target(String title, String address) {
            this.title = title;
            this.address = address;
        }
    }

    List<Way> ways() {
        return ways;
    }

    private LabHost[] hosts(String name) {
        return new LabHost[] {lab.host(name + "1"), lab.host(name + "2")};
    }

    /** Machines of a pair: clients red1 and red2, servers blue1 and isp. @param prefix of their names */
    private void guests(LabHost[] hosts, String prefix) {
        inside(hosts[0], prefix + "red1", RED, 1);
        inside(hosts[1], prefix + "red2", RED, 2);
        Traffic.serve(inside(hosts[0], prefix + "blue1", BLUE, 1), prefix + "blue1");
        Node isp = lab.machine(hosts[0], prefix + "isp", UPSTREAM + "/24");
        Traffic.prepare(isp, "02:00:00:00:09:01");
        isp.run("ip addr add " + OUTSIDE + "/32 dev lo");
        Traffic.serve(isp, prefix + "isp");
    }

    private Node inside(LabHost host, String name, String network, int number) {
        Node guest = lab.machine(host, name, network + number + "/24");
        Traffic.prepare(guest, mac(network, number));
        guest.run("ip route replace default via " + network + GATEWAY);
        return guest;
    }

    private static String mac(String network, int number) {
        return "02:00:00:00:0" + (network.equals(RED) ? 1 : 2) + ":0" + number;
    }

    /** Adds a way. Those that are compared are measured one after the other. */
    private void way(Target target, boolean across, String name, LabHost[] hosts, String prefix) {
        ways.add(new Way(
                ways.size(),
                target.title + (across ? " by a tunnel" : " on one host"),
                name,
                across ? List.of(hosts) : List.of(hosts[0]),
                lab.machine(prefix + (across ? "red2" : "red1")),
                target.address));
    }

    private static String network(LabHost[] hosts) {
        return """
                heddle: v1
                networks:
                  red: {vlan: 200, vni: 10200, subnet: 10.0.1.0/24, gateway: 10.0.1.254}
                  blue: {vlan: 300, vni: 10300, subnet: 10.0.2.0/24, gateway: 10.0.2.254}
                  uplink: {vlan: 0}
                routers:
                  edge:
                    networks: [red, blue]
                    outside: {network: uplink, addresses: [192.0.2.10/24], gateway: 192.0.2.1, host: %1$s}
                    nat: [{snat: red}]
                hosts:
                  %1$s:
                    ovsdb: tcp:%2$s:6640
                    tunnel-ip: %2$s
                    bridges:
                      br0:
                        datapath: netdev
                        ports:
                          hisp: {access: uplink, uplink: true}
                          hred1: {access: red, mac: "02:00:00:00:01:01", address: [10.0.1.1/24]}
                          hblue1: {access: blue, mac: "02:00:00:00:02:01", address: [10.0.2.1/24]}
                  %3$s:
                    ovsdb: tcp:%4$s:6640
                    tunnel-ip: %4$s
                    bridges:
                      br0:
                        datapath: netdev
                        ports:
                          hred2: {access: red, mac: "02:00:00:00:01:02", address: [10.0.1.2/24]}
                """.formatted(hosts[0].name(), hosts[0].address(), hosts[1].name(), hosts[1].address());
    }

    /** The same in OVN. Source: ovn-nbctl(8); ovn-architecture(7), "Distributed Gateway Ports". */
    private static void ovn(LabHost[] hosts) throws IOException {
        Ovn ovn = new Ovn(Files.createDirectories(Lab.FOLDER.resolve("ovn")));
        hosts[0].vsctl("add-br br-ex -- set bridge br-ex datapath_type=netdev -- add-port br-ex oisp"
                + " -- set Open_vSwitch . external_ids:ovn-bridge-mappings=outside:br-ex external_ids:system-id=ovn1");
        hosts[1].vsctl("set Open_vSwitch . external_ids:system-id=ovn2");
        for (LabHost host : hosts) {
            ovn.serve(host);
        }
        ovn.nbctl("lr-add", "edge");
        logicalSwitch(ovn, "red", RED);
        logicalSwitch(ovn, "blue", BLUE);
        port(ovn, hosts[0], "red", RED, 1);
        port(ovn, hosts[1], "red", RED, 2);
        port(ovn, hosts[0], "blue", BLUE, 1);
        ovn.nbctl("ls-add", "uplink");
        all(
                ovn,
                "lsp-add uplink localnet",
                "lsp-set-type localnet localnet",
                "lsp-set-addresses localnet unknown",
                "lsp-set-options localnet network_name=outside");
        join(ovn, "uplink", "02:00:00:00:03:fe", ROUTER_OUTSIDE + "/24");
        ovn.nbctl("lrp-set-gateway-chassis", "lr-uplink", "ovn1", "20");
        ovn.nbctl("lr-route-add", "edge", "0.0.0.0/0", UPSTREAM);
        ovn.nbctl("lr-nat-add", "edge", "snat", ROUTER_OUTSIDE, RED + "0/24");
    }

    private static void logicalSwitch(Ovn ovn, String name, String network) {
        ovn.nbctl("ls-add", name);
        join(ovn, name, mac(network, ROUTER), network + GATEWAY + "/24");
    }

    /** Joins a logical switch to the router. */
    private static void join(Ovn ovn, String name, String mac, String address) {
        ovn.nbctl("lrp-add", "edge", "lr-" + name, mac, address);
        String port = name + "-lr";
        all(
                ovn,
                "lsp-add " + name + " " + port,
                "lsp-set-type " + port + " router",
                "lsp-set-addresses " + port + " router",
                "lsp-set-options " + port + " router-port=lr-" + name);
    }

    private static void port(Ovn ovn, LabHost host, String name, String network, int number) {
        String device = "o" + name + number;
        host.vsctl("--may-exist add-br br-int -- set bridge br-int datapath_type=netdev fail_mode=secure"
                + " -- add-port br-int " + device + " -- set interface " + device + " external_ids:iface-id=" + device);
        ovn.nbctl("lsp-add", name, device);
        ovn.nbctl("lsp-set-addresses", device, mac(network, number) + " " + network + number);
        ovn.nbctl("lsp-set-port-security", device, mac(network, number));
    }

    private static void all(Ovn ovn, String... commands) {
        for (String command : commands) {
            ovn.nbctl(command.split(" "));
        }
    }

    @Override
    public void close() {
        if (heddle != null) {
            heddle.close();
        }
        lab.close();
    }
}
