package io.heddle.controller.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.NetworkFile;
import io.heddle.flows.model.NetworkModel;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TouchedTest {
    private static final String FILE = """
            heddle: v1
            networks: {red: {vlan: 200}, blue: {vlan: 300}, red-2: {vlan: 201}}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges:
                  br0:
                    ports:
                      red-vm: {access: red}
                      blue-vm: {access: blue}
                      up: {trunk: [red, blue]}
              hv2:
                ovsdb: tcp:192.0.2.2:6640
                bridges: {br0: {ports: {red-far: {access: red}}}}
            acls:
              - {name: for-red, on: {networks: [red]}, rules: [{match: ip, action: drop}]}
              - {name: for-all, rules: [{match: arp, action: allow}]}
            """;

    private static final Scope RED = new Scope(List.of("red"), List.of(), List.of());
    private static final Scope RED_PORTS = new Scope(List.of("red*"), List.of(), List.of("red-*"));
    private static final Scope HV2 = new Scope(List.of(), List.of("hv2"), List.of());

    private static NetworkModel model(String file) {
        try {
            return NetworkFile.read(Map.of("n.yaml", file)).model();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> outside(Scope scope, String from, String to) {
        return Touched.outside(model(FILE), model(FILE.replace(from, to)), scope);
    }

    private static final Set<String> NOTHING = Set.of();

    /** Where such a port is, hosts say: a scope of networks or hosts does not reach so far. */
    @Test
    void noScopeCoversPortsWithoutAHost() {
        String more = "ports: {red-x: {iface-id: a, access: red}}\nhosts:\n  hv1:";
        for (Scope scope : new Scope[] {RED, RED_PORTS, HV2}) {
            assertEquals(Set.of("ports"), outside(scope, "hosts:\n  hv1:", more));
        }
        assertEquals(NOTHING, outside(Scope.ALL, "hosts:\n  hv1:", more));
    }

    @Test
    void aScopeOfNetworksCoversTheirPortsAndLists() {
        assertEquals(NOTHING, outside(RED, "red-vm: {access: red}", "red-vm: {access: red, ingress-rate: 5mbit}"));
        assertEquals(NOTHING, outside(RED, "          red-vm: {access: red}\n", ""), "removes its port");
        assertEquals(NOTHING, outside(RED, "{match: ip, action: drop}", "{match: udp, action: drop}"));
        assertEquals(NOTHING, outside(RED, "red: {vlan: 200}", "red: {vlan: 200, subnet: 10.0.0.0/24}"));
    }

    @Test
    void whatConcernsOthersIsOutside() {
        assertEquals(
                Set.of("port hv1/br0/blue-vm"),
                outside(RED, "blue-vm: {access: blue}", "blue-vm: {access: blue, ingress-rate: 5mbit}"));
        assertEquals(
                Set.of("port hv1/br0/red-vm"),
                outside(RED, "red-vm: {access: red}", "red-vm: {access: blue}"),
                "a port that moves to another network concerns both");
        assertEquals(
                Set.of("port hv1/br0/up"),
                outside(RED, "up: {trunk: [red, blue]}", "up: {trunk: [red]}"),
                "an uplink concerns every network");
        assertEquals(
                Set.of("network blue"), outside(RED, "blue: {vlan: 300}", "blue: {vlan: 300, subnet: 10.0.0.0/24}"));
        assertEquals(
                Set.of("VLAN or VNI of network red"),
                outside(RED, "red: {vlan: 200}", "red: {vlan: 210}"),
                "another VLAN may be that of somebody else on the wire");
        assertEquals(Set.of("access list for-all"), outside(RED, "match: arp", "match: ip"));
        assertEquals(
                Set.of("access list for-red"),
                outside(RED, "name: for-red, on: {networks: [red]},", "name: for-red,"),
                "a list that then applies to all");
        assertEquals(
                Set.of("bridge hv1/br0"),
                outside(RED, "    ports:\n          red-vm", "    mac-limit: 9\n        ports:\n          red-vm"));
        assertEquals(Set.of("how host hv2 is reached"), outside(RED, "192.0.2.2", "192.0.2.3"));
        assertEquals(
                Set.of("host hv2"),
                outside(RED, "ovsdb: tcp:192.0.2.2:6640", "ovsdb: tcp:192.0.2.2:6640\n    underlay-mtu: 9000"));
        assertEquals(Set.of("tunnels"), outside(RED, "acls:", "tunnels: {type: geneve}\nacls:"));
    }

    /** A device of the host may be the host's own: its NIC in a tenant's network would cut the host off. */
    @Test
    void onlyAScopeOfPortsOrHostsTakesInADevice() {
        String more = "red-vm: {access: red}\n          red-new: {access: red}";
        assertEquals(Set.of("port hv1/br0/red-new"), outside(RED, "red-vm: {access: red}", more));
        assertEquals(NOTHING, outside(RED_PORTS, "red-vm: {access: red}", more));
        assertEquals(
                Set.of("port hv1/br0/eth0"),
                outside(RED_PORTS, "red-vm: {access: red}", "red-vm: {access: red}\n          eth0: {access: red}"));
        assertEquals(
                Set.of("port hv1/br0/red-bond"),
                outside(
                        RED_PORTS,
                        "red-vm: {access: red}",
                        "red-vm: {access: red}\n          red-bond: {bond: {members: [eth0, eth1], mode:"
                                + " active-backup}, access: red, uplink: false}"),
                "the members of a bond are devices too");
        assertEquals(
                Set.of("port hv1/br0/red-new"),
                outside(new Scope(List.of("red"), List.of("hv1"), List.of()), "red-vm: {access: red}", more));
    }

    @Test
    void aScopeOfHostsCoversAllOfThem() {
        assertEquals(
                NOTHING,
                outside(HV2, "ovsdb: tcp:192.0.2.2:6640", "ovsdb: tcp:192.0.2.2:6640\n    underlay-mtu: 9000"));
        assertEquals(
                Set.of("how host hv2 is reached"),
                outside(HV2, "192.0.2.2", "192.0.2.3"),
                "else it could become another machine");
        assertEquals(NOTHING, outside(HV2, "red-far: {access: red}", "red-far: {access: blue}, new: {access: red}"));
        assertEquals(Set.of("how host hv1 is reached"), outside(HV2, "192.0.2.1", "192.0.2.9"));
        assertEquals(Set.of("network red"), outside(HV2, "red: {vlan: 200}", "red: {vlan: 200, subnet: 10.0.0.0/24}"));
    }

    /** To reserve and to free addresses is a setting of the network. */
    @Test
    void onlyAScopeOfNetworksReservesAddresses() {
        assertTrue(RED.coversNetwork("red"));
        assertTrue(Scope.ALL.coversNetwork("red"));
        assertFalse(RED.coversNetwork("blue"));
        assertFalse(RED_PORTS.coversNetwork("red"), "no settings");
        assertFalse(HV2.coversNetwork("red"), "no network");
        assertFalse(new Scope(List.of(), List.of(), List.of("red-*")).coversNetwork("red"));
        assertFalse(new Scope(List.of("red"), List.of("hv2"), List.of()).coversNetwork("red"));
    }

    @Test
    void patternsMatchWholeNames() {
        Scope stars = new Scope(List.of("r*d"), List.of(), List.of());
        String more = ", subnet: 10.0.0.0/24}";
        assertEquals(NOTHING, outside(stars, "red: {vlan: 200}", "red: {vlan: 200" + more));
        assertEquals(Set.of("network red-2"), outside(stars, "red-2: {vlan: 201}", "red-2: {vlan: 201" + more));
        assertEquals(
                Set.of("network red"),
                outside(new Scope(List.of("r.d"), List.of(), List.of()), "red: {vlan: 200}", "red: {vlan: 200" + more));
    }

    /** Open vSwitch takes whatever comes with a tunnel port's key from its far end, whoever else uses that key. */
    @Test
    void noTenantHasATunnel() {
        assertEquals(
                Set.of("port hv1/br0/red-t"),
                outside(
                        RED_PORTS,
                        "red-vm: {access: red}",
                        "red-vm: {access: red}\n          red-t: {type: vxlan, uplink: false, access: red, remote-ip:"
                                + " 192.0.2.9, key: \"7\"}"));
    }

    /** The first rule that matches decides, so a list before others could let through what they drop. */
    @Test
    void newListsComeBehindAllOthers() {
        String list = "  - {name: more, on: {networks: [red]}, rules: [{match: ip, action: allow}]}\n";
        assertEquals(Set.of("the order of access lists"), outside(RED, "acls:\n", "acls:\n" + list));
        assertEquals(NOTHING, outside(RED, "action: allow}]}\n", "action: allow}]}\n" + list));
    }

    /** Bridges answer ARP by what the file declares, for everybody in the network. */
    @Test
    void whoeverIsBoundToNetworksDeclaresNoAddresses() {
        String declared = "red-vm: {access: red, mac: \"02:00:00:00:00:01\", address: [10.0.0.1]}";
        Set<String> outside = Set.of("the addresses and guards of port hv1/br0/red-vm");
        assertEquals(outside, outside(RED, "red-vm: {access: red}", declared));
        assertEquals(outside, outside(RED_PORTS, "red-vm: {access: red}", declared));
        assertEquals(
                NOTHING, outside(new Scope(List.of(), List.of("hv1"), List.of()), "red-vm: {access: red}", declared));
    }

    private static final String NAMES = """
            heddle: v1
            networks: {red: {vlan: 200, subnet: 10.0.0.0/24}, blue: {vlan: 300}}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges:
                  br0:
                    ports:
                      red-vm: {access: red, address: [10.0.0.1]}
                      red-2: {access: red, address: [10.0.0.2]}
                      blue-vm: {access: blue, address: [10.0.1.1], labels: {app: web}}
            address-sets: {admins: [10.9.0.0/24], mine: [10.7.0.0/24], theirs: [10.8.0.0/24]}
            groups: {web: {labels: {app: web}}, own: {ports: [red-vm]}}
            acls:
              - {name: for-red, on: {networks: [red]}, rules: [{match: {src: [mine, own]}, action: drop}]}
              - {name: by-set, on: {networks: [blue]}, rules: [{match: {src: [admins, red]}, action: allow}]}
              - {name: by-group, on: {networks: [blue]}, rules: [{match: {dst: web}, action: allow}]}
              - {name: on-group, on: {groups: [web]}, default: drop}
            """;

    private static Set<String> named(Scope scope, String from, String to) {
        assertTrue(NAMES.contains(from), from);
        return Touched.outside(model(NAMES), model(NAMES.replace(from, to)), scope);
    }

    /** A set or a group is part of every list that uses it. */
    @Test
    void whoeverChangesANameChangesTheListsThatUseIt() {
        assertEquals(NOTHING, named(RED, "mine: [10.7.0.0/24]", "mine: [10.7.0.0/16]"));
        assertEquals(NOTHING, named(RED, "own: {ports: [red-vm]}", "own: {ports: [red-vm, red-2]}"));
        assertEquals(NOTHING, named(RED, "src: [mine, own]", "src: [admins, web]"), "all may use what is declared");
        assertEquals(Set.of("access list by-set"), named(RED, "admins: [10.9.0.0/24]", "admins: [0.0.0.0/0]"));
        assertEquals(
                Set.of("access list by-set"),
                named(RED, "subnet: 10.0.0.0/24", "subnet: 0.0.0.0/0"),
                "a network's name stands for addresses too");
        Set<String> lists = Set.of("access list by-group", "access list on-group");
        assertEquals(
                lists,
                named(
                        RED,
                        "red-vm: {access: red, address: [10.0.0.1]",
                        "red-vm: {access: red, address: [10.0.0.1]," + " labels: {app: web}"));
        assertEquals(lists, named(RED, "web: {labels: {app: web}}", "web: {ports: [blue-vm, red-vm]}"));
    }

    @Test
    void aLabelBelongsToItsPort() {
        assertEquals(
                Set.of("port hv1/br0/blue-vm"),
                named(RED, "labels: {app: web}}\naddress-sets", "labels: {app: web, more: x}}\naddress-sets"));
        assertEquals(
                NOTHING,
                named(
                        RED,
                        "red-2: {access: red, address: [10.0.0.2]",
                        "red-2: {access: red, address: [10.0.0.2]," + " labels: {app: db}"));
    }

    private static final String ROUTED = """
            heddle: v1
            networks:
              red: {vlan: 200, subnet: 10.0.1.0/24, gateway: 10.0.1.254, dns: {domain: red.example, forward: []}}
              blue: {vlan: 300, subnet: 10.0.2.0/24, gateway: 10.0.2.254, dns: {domain: blue.example}}
              alone: {vlan: 400, subnet: 10.0.1.0/24, gateway: 10.0.1.254}
              wan: {vlan: 0}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges: {br0: {ports: {vm: {access: red}, db: {access: blue}, isp: {access: wan}}}}
            routers:
              edge:
                networks: [red, blue]
                outside: {network: wan, addresses: [198.51.100.2/24], gateway: 198.51.100.1, host: hv1}
                nat: [{snat: red}]
            """;

    private static Set<String> routed(Scope scope, String from, String to) {
        assertTrue(ROUTED.contains(from), from);
        return Touched.outside(model(ROUTED), model(ROUTED.replace(from, to)), scope);
    }

    /** A router joins networks and leads outside: what it does concerns more than one tenant. */
    @Test
    void noTenantChangesRouters() {
        Set<String> edge = Set.of("router edge");
        Scope both = new Scope(List.of("red", "blue"), List.of(), List.of());
        Scope hv1 = new Scope(List.of(), List.of("hv1"), List.of());
        for (Scope scope : List.of(RED, both, RED_PORTS, hv1)) {
            assertEquals(edge, routed(scope, "networks: [red, blue]", "networks: [red]"));
            assertEquals(edge, routed(scope, "{snat: red}", "{snat: red}, {snat: blue}"));
            String more = "{snat: red}, {dnat: \"198.51.100.2:22\", to: \"10.0.2.1:22\"}";
            assertEquals(edge, routed(scope, "{snat: red}", more));
        }
        assertEquals(
                Set.of("router mine"),
                routed(
                        new Scope(List.of("alone"), List.of(), List.of()),
                        "routers:",
                        "routers:\n  mine: {networks: [alone]}"),
                "also one of its own networks");
    }

    /** Its subnet and gateway are routes of the router, its domain takes names away from the other networks. */
    @Test
    void whatARoutedNetworkTellsTheOthersIsTheirsToo() {
        Set<String> outside = Set.of("what network red shares with others by router edge: subnet, gateway, dns domain");
        assertEquals(
                outside, routed(RED, "red: {vlan: 200, subnet: 10.0.1.0/24", "red: {vlan: 200, subnet: 10.0.0.0/23"));
        assertEquals(outside, routed(RED, "domain: red.example", "domain: example"));
        assertEquals(outside, routed(RED, ", dns: {domain: red.example, forward: []}", ""), "its names vanish");
        assertEquals(NOTHING, routed(RED, "red: {vlan: 200,", "red: {vlan: 200, mtu: 1400, dhcp: {},"));
        assertEquals(NOTHING, routed(RED, "forward: []", "ttl: 9, forward: []"));
        Scope all = new Scope(List.of("red", "blue", "wan"), List.of(), List.of());
        assertEquals(NOTHING, routed(all, "domain: red.example", "domain: example"));
        Scope alone = new Scope(List.of("alone"), List.of(), List.of());
        String changed = "alone: {vlan: 400, subnet: 10.0.0.0/16";
        assertEquals(NOTHING, routed(alone, "alone: {vlan: 400, subnet: 10.0.1.0/24", changed));
    }

    /** The controller asks these, from its own address. */
    @Test
    void noTenantChoosesWhomTheControllerAsks() {
        Set<String> outside = Set.of("the name servers that Heddle asks for network red");
        assertEquals(outside, routed(RED, "forward: []", "forward: [127.0.0.1]"));
        assertEquals(outside, routed(RED, "red.example, forward: []", "red.example"), "those of the controller's host");
        Scope blue = new Scope(List.of("blue"), List.of(), List.of());
        assertEquals(NOTHING, routed(blue, "domain: blue.example", "domain: blue.example, forward: []"), "nobody");
        Scope alone = new Scope(List.of("alone"), List.of(), List.of());
        String gateway = "10.0.1.0/24, gateway: 10.0.1.254}";
        assertEquals(
                NOTHING, routed(alone, gateway, gateway.replace("}", ", dns: {domain: alone.example, forward: []}}")));
        assertEquals(
                Set.of("the name servers that Heddle asks for network alone"),
                routed(alone, gateway, gateway.replace("}", ", dns: {domain: alone.example}}")));
    }

    /**
     * Every part of the network is compared. Who adds one to the model adds it to the parts; then no tenant changes it,
     * unless {@link Touched} says what is whose.
     */
    @Test
    void noPartOfTheNetworkIsForgotten() {
        int declared = Arrays.stream(NetworkModel.class.getConstructors())
                .mapToInt(Constructor::getParameterCount)
                .max()
                .orElseThrow();
        assertEquals(declared, NetworkModel.EMPTY.parts().size(), "NetworkModel.parts() lacks something");
        String rest = FILE + "links: [[hv1/br0/red-vm, hv2/br0/red-far]]\nexpect: [red can reach red]\n"
                + "tunnels: {type: geneve}\nports: {web1: {iface-id: one, access: red}}\n";
        Set<String> named = new HashSet<>(model(rest).parts().keySet());
        named.removeAll(Set.of("networks", "hosts", "acls", "routers"));
        assertEquals(named, Touched.outside(model(FILE), model(rest), RED));
    }
}
