package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.topologies.lab.LabHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Makes and reverts every kind of change during three pings at 20 a second: within a bridge, through a tunnel, over a
 * bond. A change must lose no frame of the pings that it does not concern; each change lists those it concerns.
 */
class ChangeTest extends LabTest {
    private static final String LOCAL = "local";
    private static final String TUNNEL = "tunnel";
    private static final String BOND = "bond";
    private static final String BASE = """
            heddle: v1
            networks: {a: {vlan: 10}, red: {vlan: 200, vni: 10200}, t: {vlan: 30}, q: {vlan: 900}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                tunnel-ip: 172.31.0.1
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      vm1: {access: a}
                      vm2: {access: a}
                      x1: {access: a}
                      r1: {access: red}
                      t1: {access: t}
                      bond0: {bond: {members: [nic1, nic2], mode: active-backup}, trunk: [t]}
              hv2:
                ovsdb: tcp:172.31.0.2:6640
                tunnel-ip: 172.31.0.2
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      r2: {access: red}
                      t2: {access: t}
                      p1: {trunk: [t]}
                      p2: {trunk: [t]}
            acls:
              - name: l
                rules:
                  - {match: "udp,tp_dst=7", action: drop}
                  - {match: "udp,tp_dst=9", action: drop}
                  - {match: "tcp,tp_dst=9", action: drop}
            """;

    /** @param concerned the pings that the change may disturb */
    private record Change(String name, UnaryOperator<String> make, Set<String> concerned) {}

    private static Change change(String name, String from, String to, String... concerned) {
        return new Change(
                name,
                y -> {
                    if (!y.contains(from)) {
                        throw new IllegalArgumentException(name + ": no \"" + from + "\"");
                    }
                    return y.replace(from, to);
                },
                Set.of(concerned));
    }

    private static final String BRIDGE = "br0:\n        datapath: netdev\n        ports:\n          vm1";

    private static Change bridge(String name, String setting, String... concerned) {
        return change(
                name, BRIDGE, BRIDGE.replace("        ports", "        " + setting + "\n        ports"), concerned);
    }

    private static final List<Change> CHANGES = List.of(
            change("a port is added", "x1: {access: a}", "x1: {access: a}\n          x2: {access: a}"),
            change("another port: access to trunk", "x1: {access: a}", "x1: {trunk: [a, t]}"),
            change(
                    "another port: rates and storm limits",
                    "x1: {access: a}",
                    "x1: {access: a, ingress-rate: 5mbit, egress-rate: 5mbit, broadcast-limit: 10pps}"),
            change(
                    "another port: private, listed sources",
                    "x1: {access: a}",
                    "x1: {access: a, macvlan: private, source: [\"02:00:00:00:00:99\"]}"),
            change("another port: its description", "x1: {access: a}", "x1: {access: a, description: robot 7}"),
            change("another port: MTU", "x1: {access: a}", "x1: {access: a, mtu-request: 1400}"),
            change(
                    "the port itself: rates",
                    "vm1: {access: a}",
                    "vm1: {access: a, ingress-rate: 5mbit, egress-rate: 9mbit}"),
            change(
                    "the port itself: MAC and address",
                    "vm1: {access: a}",
                    "vm1: {access: a, mac: \"02:00:00:00:00:98\", address: [10.0.10.1/24]}"),
            bridge("mirror of the port itself", "mirrors: {m: {select-src: [vm1], output-port: x1}}"),
            bridge(
                    "sFlow and IPFIX",
                    "sflow: {targets: [\"172.31.0.254:6343\"]}\n        ipfix: {targets: [\"172.31.0.254:4739\"]}"),
            bridge("multicast snooping", "mcast-snooping: true"),
            bridge("MAC ageing time and table size", "mac-aging-time: 60\n        mac-table-size: 100"),
            change("a QinQ port is added", "x1: {access: a}", "x1: {dot1q-tunnel: q}"),
            change(
                    "a bridge is joined by a patch",
                    BRIDGE,
                    "br1: {datapath: netdev, ports: {pb: {type: patch, "
                            + "peer: pa, trunk: [a]}}}\n      "
                            + BRIDGE.replace("vm1", "pa: {type: patch, peer: pb, trunk: [a]}" + "\n          vm1")),
            change(
                    "an access list",
                    "acls:",
                    "acls:\n  - {name: n, rules: [{match: \"ip,nw_src=10.0.0.66\", action: drop}]}"),
            change(
                    "an ACL rule in the middle",
                    "      - {match: \"udp,tp_dst=9\"",
                    "      - {match: \"udp,tp_dst=8\", action: drop}\n" + "      - {match: \"udp,tp_dst=9\""),
            change("a tunnel's address", "tunnel-ip: 172.31.0.2", "tunnel-ip: 172.31.0.12", TUNNEL),
            change("paths are watched by BFD", "hosts:", "tunnels: {bfd: true}\nhosts:"),
            change("tunnels: TOS and checksum", "hosts:", "tunnels: {tos: inherit, csum: true}\nhosts:", TUNNEL),
            change("tunnels: another UDP port", "hosts:", "tunnels: {dst-port: 4790}\nhosts:", TUNNEL),
            change("tunnels: Geneve", "hosts:", "tunnels: {type: geneve}\nhosts:", TUNNEL),
            change("a network's VNI", "vni: 10200", "vni: 10201", TUNNEL),
            change("a network's VLAN", "t: {vlan: 30}", "t: {vlan: 31}", BOND),
            change("bond: active-backup to balance-slb", "mode: active-backup", "mode: balance-slb", BOND),
            change(
                    "bond: a primary, delays",
                    "mode: active-backup",
                    "mode: active-backup, bond-primary: nic2, bond-updelay: 100",
                    BOND),
            change(
                    "RSTP on the other host's bridge",
                    "ports:\n          r2",
                    "rstp: true\n        ports:\n          r2",
                    TUNNEL,
                    BOND));

    @Test
    void doesNotDisturbUnrelatedTraffic() {
        LabHost hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        for (String[] vm : new String[][] {
            {"vm1", "10.0.10.1"},
            {"vm2", "10.0.10.2"},
            {"x1", "10.0.10.3"},
            {"x2", "10.0.10.4"},
            {"r1", "10.0.200.1"},
            {"t1", "10.0.30.1"}
        }) {
            lab.machine(hv1, vm[0], vm[1] + "/24");
        }
        lab.machine("vm1").run("ip link set eth0 address 02:00:00:00:00:98");
        lab.machine(hv2, "r2", "10.0.200.2/24");
        lab.machine(hv2, "t2", "10.0.30.2/24");
        lab.cable(hv1, "nic1", hv2, "p1");
        lab.cable(hv1, "nic2", hv2, "p2");
        hv2.run("ip addr add 172.31.0.12/24 dev " + LabHost.UNDERLAY_BRIDGE);
        lab.introduce();
        hv1.appctl("tnl/neigh/set", LabHost.UNDERLAY_BRIDGE, "172.31.0.12", "02:00:ac:1f:00:02");
        startController();
        apply(BASE);
        List<String> wrong = new ArrayList<>();
        for (Change c : CHANGES) {
            Map<String, Pings> pings = Map.of(
                    LOCAL, ping("vm1", "10.0.10.2"), TUNNEL, ping("r1", "10.0.200.2"), BOND, ping("t1", "10.0.30.2"));
            pause(200);
            long mods = controller.counter("openflow_flow_mods_total");
            long rows = controller.counter("ovsdb_rows_total");
            apply(c.make.apply(BASE));
            mods = controller.counter("openflow_flow_mods_total") - mods;
            rows = controller.counter("ovsdb_rows_total") - rows;
            pause(400);
            apply(BASE);
            pause(400);
            StringBuilder line =
                    new StringBuilder("measured: " + c.name + ": " + rows + " rows, " + mods + " FLOW_MODs:");
            new TreeMap<>(pings).forEach((name, p) -> {
                int lost = p.lost();
                line.append(' ')
                        .append(name)
                        .append(c.concerned.contains(name) ? " (concerned) " : " ")
                        .append(lost);
                if (lost > 0 && !c.concerned.contains(name)) {
                    wrong.add(c.name + ": " + name + " lost " + lost);
                }
            });
            System.out.println(line);
        }
        assertEquals(List.of(), wrong);
    }
}
