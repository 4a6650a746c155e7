package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access lists on one bridge: order, scope, matches in words, defaults, IPv6. */
class AclTest extends LabTest {
    private static final String NETWORK = """
            heddle: v1
            networks: {a: {vlan: 10}, b: {vlan: 20}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {
                  vm1: {access: a}, vm2: {access: a}, vm3: {access: a}, vm4: {access: b}, vm5: {access: b}}}}
            """;

    @BeforeEach
    void build() {
        LabHost hv1 = lab.host("hv1");
        for (int n = 1; n <= 5; n++) {
            lab.machine(hv1, "vm" + n, "10.0.0." + n + "/24");
            lab.machine("vm" + n).run("sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0");
            lab.machine("vm" + n).run("ip -6 addr add 2001:db8::" + n + "/64 dev eth0 nodad");
        }
        startController();
    }

    private boolean tcp(String from, String to, int port) {
        Process server = lab.machine(to)
                .start(
                        lab.hosts().get("hv1").folder().resolve("nc-" + port),
                        "socat -u TCP6-LISTEN:" + port + ",ipv6only=0,reuseaddr /dev/null");
        pause(200);
        String address = "10.0.0." + to.charAt(2);
        boolean ok = lab.machine(from)
                .script("timeout 1 bash -c 'echo >/dev/tcp/" + address + "/" + port + "'")
                .ok();
        server.destroy();
        return ok;
    }

    @Test
    void appliesTheFirstMatchingRule() {
        apply(NETWORK + """
            acls:
              - name: order
                on: {networks: [a]}
                rules:
                  - {match: "icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2", action: allow}
                  - {match: {proto: icmp, src: 10.0.0.1}, action: drop}
            """);
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        assertFalse(lab.machine("vm1").pings("10.0.0.3"));
        assertTrue(lab.machine("vm4").pings("10.0.0.5"));
        assertTrue(drops("acl order rule 2") >= 3);
    }

    /** A list of 3,000 rules, of which the last drops a neighbour; {@code first} comes before them. */
    private static String longList(String first) {
        StringBuilder list = new StringBuilder(NETWORK + "acls:\n  - name: long\n    rules:\n" + first);
        for (int i = 0; i < 3000; i++) {
            list.append("      - {match: \"")
                    .append(i % 2 == 0 ? "udp,tp_dst=" : "tcp,tp_dst=")
                    .append(10_000 + i)
                    .append("\", action: drop}\n");
        }
        return list + "      - {match: \"icmp,nw_src=10.0.0.1,nw_dst=10.0.0.3\", action: drop}\n";
    }

    /** A rule at the top of a list leaves the entries of the others, their counters, and a restart alone. */
    @Test
    void anInsertedRuleCostsOnlyItsOwnEntry() {
        apply(longList(""));
        assertFalse(lab.machine("vm1").pings("10.0.0.3"));
        long counted = drops("acl long rule 3001");
        assertTrue(counted > 0);
        long sent = controller.counter("openflow_flow_mods_total");
        String first = "      - {match: \"icmp,nw_dst=10.0.0.2\", action: drop}\n";
        apply(longList(first));
        assertEquals(sent + 1, controller.counter("openflow_flow_mods_total"));
        assertFalse(lab.machine("vm1").pings("10.0.0.2"));
        assertTrue(drops("acl long rule 1") > 0);
        assertTrue(drops("acl long rule 3002") >= counted, "the last rule has another number and the same counter");
        controller.kill();
        restartController();
        ControllerProcess.until(
                20,
                "the bridge is in sync",
                () -> controller.get("status").path("bridges").path("inSync").asInt() == 1);
        assertEquals(0, controller.counter("openflow_flow_mods_total"));
        apply(longList(""));
        assertEquals(1, controller.counter("openflow_flow_mods_total"));
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        assertFalse(lab.machine("vm1").pings("10.0.0.3"));
    }

    @Test
    void matchesBothIpVersionsByWords() {
        apply(NETWORK + """
            acls:
              - {name: telnet, rules: [{match: {proto: tcp, dst-port: 2323}, action: drop}]}
            """);
        assertTrue(tcp("vm1", "vm2", 2324));
        assertFalse(tcp("vm1", "vm2", 2323));
        String flows = lab.hosts().get("hv1").ofctl("br0", "dump-flows", "table=10");
        assertTrue(flows.contains("tcp,tp_dst=2323") && flows.contains("tcp6,tp_dst=2323"), flows);
        assertTrue(lab.machine("vm1").pings("2001:db8::2"));
    }

    @Test
    void allowsOnlyListedTrafficWithDefaultDrop() {
        apply(NETWORK + """
            acls:
              - name: closed
                on: {ports: [vm1]}
                rules:
                  - {match: arp, action: allow}
                  - {match: {proto: icmp, dst: 10.0.0.2}, action: allow}
                default: drop
              - {name: v6, on: {bridges: [hv1/br0]}, rules: [{match: {src: "2001:db8::2/127"}, action: drop}]}
            """);
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        assertFalse(lab.machine("vm1").pings("10.0.0.3"));
        assertTrue(lab.machine("vm2").pings("10.0.0.3"));
        assertTrue(drops("acl closed default") > 0);
        assertFalse(lab.machine("vm3").pings("2001:db8::1"));
        assertTrue(drops("acl v6 rule 1") > 0);
        assertTrue(lab.machine("vm4").pings("2001:db8::5"));
    }

    @Test
    void matchesPortMacVlanAndArp() {
        apply(NETWORK + """
            acls:
              - name: mixed
                rules:
                  - {match: "in_port=vm3,icmp", action: drop}
                  - {match: {vlan: 20, proto: icmp, dst: 10.0.0.5}, action: drop}
                  - {match: "arp,arp_tpa=10.0.0.99", action: drop}
                  - {match: {dst-mac: "33:33:00:00:00:fb"}, action: drop}
            """);
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        assertFalse(lab.machine("vm3").pings("10.0.0.2"));
        assertFalse(lab.machine("vm4").pings("10.0.0.5"));
        lab.machine("vm1").attempt("ping -c 1 -W 1 10.0.0.99");
        assertTrue(
                drops("acl mixed rule 1") > 0 && drops("acl mixed rule 2") > 0 && drops("acl mixed rule 3") > 0,
                controller.get("drops").toString());
        assertEquals(4, controller.get("acls").size(), controller.get("acls").toString());
    }
}
