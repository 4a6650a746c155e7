package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.FlowText;
import io.heddle.flows.simulate.FrameBytes;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Matches on rarely used fields: a real switch accepts them, reports them unchanged, and matches frames correctly. */
class MatchFieldsTest extends LabTest {
    private static final String NETWORK = """
            heddle: v1
            networks: {a: {vlan: 10}, b: {vlan: 20}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {vm1: {access: a}, vm2: {access: a}, vm3: {trunk: [a, b]}}}}
            """;

    /** A rule, with frames that must match it and frames that must not. @param from the sender of the frames */
    private record Rule(String match, String from, List<String> matching, List<String> others) {}

    private static final List<Rule> RULES = List.of(
            rule("ip,nw_frag=later", List.of("udp,nw_frag=later"), List.of("udp,nw_frag=no")),
            rule("udp,nw_frag=first", List.of("udp,nw_frag=first"), List.of("sctp,nw_frag=first")),
            rule("ipv6,nw_frag=later", List.of("ipv6,nw_proto=44,nw_frag=later"), List.of("udp6,nw_frag=first")),
            rule("tcp,nw_frag=yes", List.of("tcp,nw_frag=first"), List.of("tcp,nw_frag=no")),
            rule(
                    "tcp,tcp_flags=+rst-ack",
                    List.of("tcp,tcp_flags=rst", "tcp,tcp_flags=rst|fin"),
                    List.of("tcp,tcp_flags=rst|ack")),
            rule("tcp6,tcp_flags=urg|ns", List.of("tcp6,tcp_flags=urg|ns"), List.of("tcp6,tcp_flags=urg")),
            rule("ip,nw_ttl=7", List.of("udp,nw_ttl=7"), List.of("udp,nw_ttl=8")),
            rule("ipv6,nw_ttl=7", List.of("udp6,nw_ttl=7"), List.of("udp6,nw_ttl=8")),
            rule("ipv6,ipv6_label=0x00005", List.of("udp6,ipv6_label=5"), List.of("udp6,ipv6_label=6")),
            rule(
                    "ipv6,ipv6_label=0x10000/0xf0000",
                    List.of("udp6,ipv6_label=0x1abcd"),
                    List.of("udp6,ipv6_label=0x2abcd")),
            rule(
                    "mpls,mpls_label=5,mpls_tc=2,mpls_ttl=9,mpls_bos=1",
                    List.of("mpls,mpls_label=5,mpls_tc=2,mpls_ttl=9,mpls_bos=1"),
                    List.of(
                            "mpls,mpls_label=6,mpls_tc=2,mpls_ttl=9,mpls_bos=1",
                                    "mpls,mpls_label=5,mpls_tc=2,mpls_ttl=8,mpls_bos=1",
                            "mpls,mpls_label=5,mpls_tc=1,mpls_ttl=9,mpls_bos=1",
                                    "mpls,mpls_label=5,mpls_tc=2,mpls_ttl=9,mpls_bos=0")),
            rule("mplsm", List.of("mplsm,mpls_label=1"), List.of("mpls,mpls_label=1")),
            rule("rarp,arp_op=3", List.of("rarp,arp_op=3"), List.of("rarp,arp_op=4")),
            rule(
                    "ip,nw_tos=184,nw_ecn=1",
                    List.of("udp,nw_tos=184,nw_ecn=1"),
                    List.of("udp,nw_tos=184", "udp,nw_ecn=1")),
            new Rule(
                    "dl_vlan_pcp=5",
                    "vm3",
                    List.of("dl_vlan=10,dl_vlan_pcp=5,dl_type=0x88b5"),
                    List.of("dl_vlan=10,dl_type=0x88b5")),
            new Rule(
                    "dl_vlan=20,dl_vlan_pcp=6",
                    "vm3",
                    List.of("dl_vlan=20,dl_vlan_pcp=6,dl_type=0x88b5"),
                    List.of("dl_vlan=10,dl_vlan_pcp=6,dl_type=0x88b5")),
            rule("dl_type=0x05ff", List.of("dl_type=0x05ff"), List.of("dl_type=0x88b5")));

    private static Rule rule(String match, List<String> matching, List<String> others) {
        return new Rule(match, "vm1", matching, others);
    }

    private LabHost hv1;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        for (int n = 1; n <= 3; n++) {
            lab.machine(hv1, "vm" + n, "10.0.0." + n + "/24");
        }
        startController();
    }

    private static String acl(List<String> matches) {
        StringBuilder y = new StringBuilder(NETWORK + "acls:\n  - name: f\n    rules:\n");
        matches.forEach(m -> y.append("      - {match: \"").append(m).append("\", action: drop}\n"));
        return y.toString();
    }

    /** Sends the frames that match no rule, then each rule's own frames, {@link #copies} times. */
    private void sendAll(String from) {
        List<String> frames = new ArrayList<>();
        RULES.stream().filter(r -> r.from.equals(from)).forEach(r -> frames.addAll(r.others));
        for (int i = 0; i < RULES.size(); i++) {
            for (int n = 0; n < copies(i) && RULES.get(i).from.equals(from); n++) {
                frames.addAll(RULES.get(i).matching);
            }
        }
        String hex = String.join(
                " ",
                frames.stream()
                        .map(f -> FlowText.parseMatch("dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02," + f))
                        .map(header -> HexFormat.of().formatHex(FrameBytes.write(header, new byte[8])))
                        .toList());
        Shell.Result r = lab.machine(from)
                .script("/usr/bin/python3 -c 'import socket\n"
                        + "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)\ns.bind((\"eth0\", 0))\n"
                        + "for f in \"" + hex + "\".split(): s.send(bytes.fromhex(f))'");
        assertTrue(r.ok(), r.output());
    }

    /** Differs between adjacent rules, so that a test cannot confuse their counters. */
    private static int copies(int rule) {
        return 1 + rule % 5;
    }

    private String flows() {
        return hv1.ofctl("br0", "dump-flows", "table=10");
    }

    /** The packet counters of the access list's entries, in the order of the rules. */
    private List<Long> counts() {
        List<long[]> found = new ArrayList<>();
        Matcher m = Pattern.compile("n_packets=(\\d+).*?priority=(\\d+)").matcher(flows());
        while (m.find()) {
            found.add(new long[] {Long.parseLong(m.group(2)), Long.parseLong(m.group(1))});
        }
        return found.stream()
                .filter(f -> f[0] > 0)
                .sorted((a, b) -> Long.compare(b[0], a[0]))
                .map(f -> f[1])
                .toList();
    }

    @Test
    void matchesFramesByEveryField() {
        apply(acl(RULES.stream().map(Rule::match).toList()));
        String flows = flows();
        for (Rule rule : RULES) {
            // The VLAN of a rule becomes a match on the network in the metadata.
            String printed =
                    rule.match.equals("dl_vlan=20,dl_vlan_pcp=6") ? "/0xfffffff,dl_vlan_pcp=6" : "," + rule.match;
            assertTrue(flows.contains(printed + " actions="), printed + " in " + flows);
        }
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < RULES.size(); i++) {
            expected.add((long) copies(i) * RULES.get(i).matching.size());
        }
        sendAll("vm1");
        sendAll("vm3");
        long sum = expected.stream().mapToLong(n -> n).sum();
        ControllerProcess.until(
                10,
                "the switch counts the frames",
                () -> counts().stream().mapToLong(n -> n).sum() >= sum);
        assertEquals(expected, counts(), this::flows);
        // The restarted controller reads the entries as its own and changes none.
        controller.kill();
        restartController();
        apply(acl(RULES.stream().map(Rule::match).toList()));
        assertEquals(
                0,
                controller.counter("openflow_flow_mods_total"),
                () -> controller.get("events").toString());
    }

    @Test
    void dropsLaterFragmentsAndPassesSmallPings() {
        apply(acl(List.of("ip,nw_frag=later")));
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        assertFalse(lab.machine("vm1")
                .attempt("ping -c 2 -i 0.2 -W 1 -s 3000 10.0.0.2")
                .ok());
        assertTrue(drops("acl f rule 1") > 0, controller.get("drops").toString());
        apply(NETWORK);
        assertTrue(lab.machine("vm1").attempt("ping -c 1 -W 1 -s 3000 10.0.0.2").ok());
    }

    @Test
    void dropsNewConnectionsAndPassesAnswers() {
        apply(acl(List.of("in_port=vm1,tcp,tcp_flags=+syn-ack")));
        assertTrue(tcp("vm2", "vm1"));
        assertFalse(tcp("vm1", "vm2"));
        assertTrue(drops("acl f rule 1") > 0, controller.get("drops").toString());
    }

    private boolean tcp(String from, String to) {
        Process server = lab.machine(to)
                .start(hv1.folder().resolve("socat-" + to), "socat -u TCP4-LISTEN:2323,reuseaddr /dev/null");
        pause(200);
        boolean ok = lab.machine(from)
                .script("timeout 1 bash -c 'echo >/dev/tcp/10.0.0." + to.charAt(2) + "/2323'")
                .ok();
        server.destroy();
        return ok;
    }
}
