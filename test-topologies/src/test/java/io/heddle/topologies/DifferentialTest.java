package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.simulate.Frame;
import io.heddle.flows.simulate.Simulator;
import io.heddle.flows.simulate.Tracked;
import io.heddle.topologies.lab.LabHost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sends random frames through the simulator and through the switch's own tracer. In both, the same entries must match
 * in the same order. The entries are those that the switch itself reports.
 */
class DifferentialTest extends LabTest {
    private static final int FRAMES = 500;
    private static final int FILES = 16;
    private static final int FRAMES_A_FILE = 60;
    /**
     * Least number of entries of {@link #ACL}'s table that the frames must match, counting the one for frames that no
     * rule decides.
     */
    private static final int LEAST_RULES_MET = 14;

    private static final Pattern STEP = Pattern.compile("^\\s*(\\d+)\\. .*priority (\\d+)");

    private static final String VLAN = """
            heddle: v1
            networks: {a: {vlan: 10}, b: {vlan: 20}, n: {vlan: 30}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {
                  vm1: {access: a}, vm2: {access: b}, vm3: {trunk: [a, b], native: n},
                  vm4: {trunk: [a], native: b, vlan-mode: native-tagged}}}}
            """;
    private static final String ACL = VLAN + """
            acls:
              - {name: x, on: {networks: [a]}, rules: [{match: "ip,nw_src=10.0.0.0/30", action: drop},
                 {match: {proto: tcp, dst-port: 80}, action: allow}, {match: arp, action: allow},
                 {match: mpls, action: allow}, {match: ipv6, action: allow}], default: drop}
              - {name: z, rules: [
                 {match: "ip,nw_frag=later", action: drop}, {match: "tcp,tcp_flags=+syn-ack", action: drop},
                 {match: "ip,nw_ttl=1", action: drop}, {match: "ipv6,ipv6_label=1/3", action: drop},
                 {match: rarp, action: drop}, {match: "mpls,mpls_label=5,mpls_bos=1", action: drop},
                 {match: "dl_vlan_pcp=3", action: drop},
                 {match: "tcp6,nw_frag=first", action: drop}, {match: "ipv6,nw_frag=later", action: drop},
                 {match: "tcp,nw_frag=not_later,tp_dst=0", action: drop}]}
              - {name: y, rules: [{match: "udp,tp_dst=53", action: drop},
                 {match: {vlan: 20, proto: icmp}, action: drop}]}
            """;
    private static final String OVERLAY = """
            heddle: v1
            networks: {a: {vlan: 10, vni: 10}, b: {vlan: 20, vni: 20}, n: {vlan: 30}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                tunnel-ip: 172.31.0.1
                bridges: {br0: {datapath: netdev, ports: {
                  vm1: {access: a}, vm2: {access: b}, vm3: {trunk: [a, b], native: n}, vm4: {access: n}}}}
              hv2:
                ovsdb: tcp:172.31.0.2:6640
                tunnel-ip: 172.31.0.2
                bridges: {br0: {datapath: netdev, ports: {
                  x: {type: internal, access: a}, y: {type: internal, access: b}}}}
            """;

    private static final String POLICIES = """
            heddle: v1
            networks: {a: {vlan: 10}, b: {vlan: 20}, n: {vlan: 30}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {
                  vm1: {access: a, macvlan: private, broadcast-limit: 10pps, unknown-unicast-limit: 10pps},
                  vm2: {access: a, macvlan: private, mac: "02:00:00:00:00:99", address: [10.0.0.2, "fe80::2"]},
                  vm3: {trunk: [a, b, 40-60]},
                  vm4: {access: a, ingress-rate: 1mbit, source: ["02:00:00:00:00:99"]}}}}
            """;

    private static final String ROUTER = """
            heddle: v1
            networks:
              a: {vlan: 10, subnet: [10.0.0.0/24, "fe80:a::/64"], gateway: [10.0.0.254, "fe80:a::fe"]}
              b: {vlan: 20, subnet: [10.0.1.0/24, "fd00:b::/64"], gateway: [10.0.1.254, "fd00:b::fe"]}
              n: {vlan: 30}
            routers:
              r: {networks: [a, b], routes: [{to: 10.0.2.0/24, via: 10.0.1.3}, {to: 10.0.2.128/25},
                {to: "fd00:c::/64", via: "fd00:b::3"}]}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {
                  vm1: {access: a}, vm3: {trunk: [a, b], native: n}, vm4: {access: n},
                  vm2: {access: b, mac: "02:00:00:00:00:99", address: [10.0.1.2, "fd00:b::2"]}}}}
            """;
    private static final String NAT = """
            heddle: v1
            networks:
              a: {vlan: 10, subnet: 10.0.0.0/24, gateway: 10.0.0.254}
              b: {vlan: 20, subnet: 10.0.1.0/24, gateway: 10.0.1.254}
              n: {vlan: 30}
              up: {vlan: 0}
            routers:
              r:
                networks: [a, b]
                routes: [{to: 10.0.2.0/24, via: 10.0.1.3}]
                outside: {network: up, addresses: [192.0.2.10/24], gateway: 192.0.2.1, hosts: [hv1]}
                nat:
                  - {snat: a}
                  - {dnat: "192.0.2.10:80", to: "10.0.1.2:8080"}
                  - {floating: 192.0.2.20, to: 10.0.1.2}
                  - {floating: 192.0.2.30, to: 10.0.0.7, at: way-out}
                services:
                  web: {address: "10.0.0.80:80", backends: ["10.0.1.2:8080", "10.0.1.3:8080"]}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {
                  vm1: {access: a}, vm3: {trunk: [a, b], native: n}, vm4: {access: up, uplink: true},
                  vm2: {access: b, mac: "02:00:00:00:00:99", address: [10.0.1.2]}}}}
            """;
    private static final List<String> OUTSIDE = List.of(
            "192.0.2.10",
            "192.0.2.10",
            "192.0.2.20",
            "192.0.2.30",
            "192.0.2.1",
            "192.0.2.99",
            "203.0.113.1",
            "10.0.0.80");
    private static final List<String> SENDERS =
            List.of("10.0.0.7", "10.0.0.9", "10.0.1.2", "198.51.100.9", "192.0.2.1");
    private static final List<String> ROUTED = List.of(
            "10.0.0.7",
            "10.0.1.2",
            "10.0.1.2",
            "10.0.1.2",
            "10.0.1.3",
            "10.0.1.9",
            "10.0.1.254",
            "10.0.0.254",
            "10.0.2.1",
            "10.0.2.129",
            "10.0.1.255",
            "203.0.113.1",
            "224.0.0.5");
    private static final List<String> ROUTED_6 =
            List.of("fd00:b::2", "fd00:b::9", "fd00:b::fe", "fd00:c::1", "2001:db8::1", "ff02::1", "fe80::1");

    @ParameterizedTest
    @ValueSource(strings = {"vlan", "acl", "overlay", "policies", "router", "nat"})
    void matchesTheSameEntriesAsTheSimulator(String scenario) {
        LabHost hv1 = lab.host("hv1");
        if (scenario.equals("overlay")) {
            lab.host("hv2");
        }
        for (int n = 1; n <= 4; n++) {
            lab.machine(hv1, "vm" + n, "10.0.0." + n + "/24");
        }
        startController();
        apply(
                switch (scenario) {
                    case "vlan" -> VLAN;
                    case "acl" -> ACL;
                    case "policies" -> POLICIES;
                    case "router" -> ROUTER;
                    case "nat" -> NAT;
                    default -> OVERLAY;
                });
        lab.machine("vm1").attempt("ping -c 2 -i 0.2 -W 1 10.0.0.2");
        lab.machine("vm4").attempt("ping -c 2 -i 0.2 -W 1 10.0.0.2");
        List<FlowEntry> entries = entries(hv1);
        Simulator simulator = new Simulator(entries);
        List<Long> macs = new ArrayList<>(List.of(0x0200_0000_0099L, 0xffff_ffff_ffffL, 0x0180_c200_000eL));
        entries.forEach(e -> e.match()
                .get(Field.ETH_SRC)
                .filter(m -> m.isExact(Field.ETH_SRC))
                .ifPresent(m -> macs.add(m.lo())));
        List<Integer> ports = new ArrayList<>();
        for (String device :
                scenario.equals("overlay") ? "vm1 vm2 vm3 vm4 vx-br0".split(" ") : "vm1 vm2 vm3 vm4".split(" ")) {
            ports.add(Integer.parseInt(
                    hv1.vsctl("get interface " + device + " ofport").strip()));
        }
        boolean routes = scenario.equals("router") || scenario.equals("nat");
        Random random = new Random(scenario.hashCode());
        long own = entries.stream()
                .flatMap(e -> e.match().get(Field.ETH_SRC).stream())
                .map(Masked::lo)
                .filter(m -> m >> 40 == 0x0e)
                .findFirst()
                .orElse(0L);
        Set<Integer> tables = new HashSet<>();
        Set<String> rules = new HashSet<>();
        for (int i = 0; i < FRAMES; i++) {
            Match some = frame(random, macs, ports);
            Match to = routes ? toGateway(random, some) : some;
            Match frame = scenario.equals("nat") ? byWayOut(random, to, ports, own) : to;
            if (routes && frame.get(Field.IP_FRAG).filter(f -> f.lo() != 0).isPresent()) {
                // The switch's tracer does not track fragments, of which it has only one.
                continue;
            }
            List<String> expected = simulator.send(Frame.of(frame)).path().stream()
                    .map(e -> e.table() + "/" + e.priority())
                    .toList();
            assertEquals(expected, trace(hv1, frame), () -> "for " + frame);
            expected.forEach(s -> tables.add(Integer.parseInt(s.split("/")[0])));
            expected.stream().filter(s -> s.startsWith("10/")).forEach(rules::add);
        }
        assertTrue(tables.containsAll(Set.of(0, 10, 16, 30)), "frames reached tables " + tables);
        assertTrue(!routes || tables.containsAll(Set.of(17, 18, 21, 24, 35)), "tables " + tables);
        assertTrue(!scenario.equals("nat") || tables.containsAll(Set.of(19, 20, 22, 23)), "tables " + tables);
        assertTrue(!scenario.equals("acl") || rules.size() >= LEAST_RULES_MET, "frames met the rules " + rules);
    }

    /**
     * Random files and random frames: the switch's own tracer must output each frame exactly where the controller's
     * trace says.
     */
    @Test
    void tracesToTheSamePortsAsTheSwitch() {
        LabHost hv1 = lab.host("hv1");
        for (int n = 1; n <= 5; n++) {
            lab.machine(hv1, "vm" + n, "10.0.0." + n + "/24").run("ip link set eth0 arp off");
        }
        startController();
        Random random = new Random(5);
        int frames = 0;
        int delivered = 0;
        for (int file = 0; file < FILES; file++) {
            String yaml = RandomFile.yaml(random);
            apply(yaml);
            Map<String, String> ports = new HashMap<>();
            Map<String, Long> numbers = new HashMap<>();
            for (int n = 1; n <= 5; n++) {
                Matcher m = Pattern.compile("vm" + n + " (\\d+)/(\\d+)").matcher(hv1.appctl("dpif/show"));
                assertTrue(m.find());
                ports.put(m.group(2), "hv1/br0/vm" + n);
                numbers.put("hv1/vm" + n, Long.parseLong(m.group(1)));
            }
            for (int i = 0; i < FRAMES_A_FILE; i++) {
                String from = "hv1/vm" + (1 + random.nextInt(5));
                JsonNode trace = controller.post(
                        "trace", "{\"from\": \"" + from + "\", \"match\": \"" + RandomFile.frame(random) + "\"}");
                Set<String> traced = new TreeSet<>();
                for (JsonNode end : trace.path("ends")) {
                    if (List.of("DELIVERED", "OUTSIDE")
                            .contains(end.path("fate").asText())) {
                        traced.add(end.path("at").asText());
                    } else if (end.path("fate").asText().equals("ANSWERED")) {
                        traced.add(from.replace("/", "/br0/"));
                    }
                }
                Match frame = FlowText.parseMatch(trace.path("frame").asText()).with(Field.IN_PORT, numbers.get(from));
                Set<String> sent = new TreeSet<>();
                Matcher out = Pattern.compile("Datapath actions: (.*)").matcher(switchTrace(hv1, frame));
                assertTrue(out.find());
                // Numbers at the top level are ports; those in brackets belong to other actions.
                for (String action : out.group(1)
                        .replaceAll("\\([^()]*(\\([^()]*\\)[^()]*)*\\)", "")
                        .split(",")) {
                    if (ports.containsKey(action.strip())) {
                        sent.add(ports.get(action.strip()));
                    }
                }
                assertEquals(sent, traced, () -> yaml + "\n" + trace.toPrettyString() + switchTrace(hv1, frame));
                frames++;
                delivered += sent.isEmpty() ? 0 : 1;
            }
        }
        System.out.println("measured: " + FILES + " files, " + frames + " frames traced alike, " + delivered
                + " of them delivered");
        assertTrue(delivered > frames / 5 && delivered < frames * 9 / 10, delivered + " of " + frames);
    }

    /** Random stateful lists, and packets that begin connections or answer them. */
    @Test
    void judgesConnectionsLikeTheSwitch() {
        LabHost hv1 = lab.host("hv1");
        for (int n = 1; n <= 4; n++) {
            lab.machine(hv1, "vm" + n, "10.0.0." + n + "/24").run("ip link set eth0 arp off");
        }
        startController();
        Random random = new Random(17);
        int packets = 0;
        int dropped = 0;
        for (int file = 0; file < FILES; file++) {
            String yaml = RandomFile.stateful(random);
            apply(yaml);
            List<Integer> numbers = hv1.vsctl("--bare --columns=ofport list interface vm1 vm2 vm3 vm4")
                    .lines()
                    .filter(l -> !l.isBlank())
                    .map(Integer::parseInt)
                    .toList();
            Simulator simulator = new Simulator(entries(hv1));
            for (int i = 0; i < FRAMES_A_FILE; i++) {
                boolean reply = random.nextBoolean();
                Match some = FlowText.parseMatch(RandomFile.packet(random, reply));
                int from = (int) (some.exact(Field.IPV4_SRC).orElseThrow() & 0xff);
                Match packet = some.with(Field.IN_PORT, numbers.get(from - 1));
                Simulator.Outcome outcome = simulator.send(Frame.of(packet), reply ? Tracked.REPLY : Tracked.NEW);
                List<String> expected = outcome.path().stream()
                        .map(e -> e.table() + "/" + e.priority())
                        .toList();
                String state = reply ? "trk,est,rpl" : "trk,new";
                String traced = switchTrace(hv1, packet, "--ct-next", state, "--ct-next", state);
                assertEquals(expected, steps(traced), () -> state + " of " + packet + " under\n" + yaml + traced);
                packets++;
                dropped += outcome.dropped() ? 1 : 0;
            }
        }
        System.out.println("measured: " + FILES + " files of stateful lists, " + packets + " packets judged alike, "
                + dropped + " of them dropped");
        assertTrue(dropped > packets / 10 && dropped < packets * 9 / 10, dropped + " of " + packets);
    }

    private static List<FlowEntry> entries(LabHost host) {
        List<FlowEntry> entries = new ArrayList<>();
        host.ofctl("br0", "dump-flows", "--no-names")
                .lines()
                .filter(l -> l.contains("actions="))
                .map(l -> l.replaceAll("(duration|n_packets|n_bytes|idle_age|hard_age)=[^,]*, ", ""))
                .forEach(l -> entries.add(FlowText.parseEntry(l)));
        return entries;
    }

    private static Match frame(Random r, List<Long> macs, List<Integer> ports) {
        Match m = FlowText.parseMatch(r.nextInt(2) == 0 ? plain(r) : special(r))
                .with(Field.ETH_SRC, r.nextInt(20) == 0 ? 0x0300_0000_0001L : macs.get(r.nextInt(macs.size())))
                .with(Field.ETH_DST, macs.get(r.nextInt(macs.size())));
        int port = r.nextInt(ports.size());
        m = m.with(Field.IN_PORT, ports.get(port));
        if (port == 4) {
            m = m.with(Field.TUN_ID, 10 * (1 + r.nextInt(3)))
                    .with(Field.TUN_SRC, 0xac1f0002L)
                    .with(Field.TUN_DST, 0xac1f0001L);
        }
        int[] vids = {0, 10, 20, 30, 40};
        int vid = r.nextInt(3) == 0 ? 0 : vids[r.nextInt(vids.length)];
        return vid == 0
                ? m.with(Field.VLAN_VID, Masked.exact(Field.VLAN_VID, 0))
                : m.with(Field.VLAN_VID, Field.VLAN_PRESENT | vid).with(Field.VLAN_PCP, r.nextInt(3) == 0 ? 3 : 0);
    }

    /** Two of three frames go to the gateway, if they are IP packets to somewhere else. */
    private static Match toGateway(Random r, Match some) {
        // Of a packet without a TTL, the tracer sees the end.
        Match frame = some.has(Field.IP_TTL) || !some.has(Field.IP_PROTO) ? some : some.with(Field.IP_TTL, 64);
        boolean v4 = frame.has(Field.IPV4_DST);
        boolean v6 = frame.has(Field.IPV6_DST) && !frame.has(Field.ND_TARGET);
        if (r.nextInt(3) == 0 || !v4 && !v6) {
            return frame;
        }
        List<String> to = v4 ? ROUTED : ROUTED_6;
        Field field = v4 ? Field.IPV4_DST : Field.IPV6_DST;
        Match out = frame.with(Field.ETH_DST, Gateways.MAC)
                .with(field, Masked.address(field, InetAddresses.forString(to.get(r.nextInt(to.size())))));
        return out;
    }

    /** Half of the IPv4 packets come from the outside or go there. @param own the MAC of the host's routers */
    private static Match byWayOut(Random r, Match frame, List<Integer> ports, long own) {
        if (!frame.has(Field.IPV4_DST) || r.nextInt(2) == 0) {
            return frame;
        }
        boolean comes = r.nextBoolean();
        List<String> from = comes ? List.of("198.51.100.9", "192.0.2.1", "10.0.0.9") : SENDERS;
        Masked sender = Masked.address(Field.IPV4_SRC, InetAddresses.forString(from.get(r.nextInt(from.size()))));
        Masked receiver =
                Masked.address(Field.IPV4_DST, InetAddresses.forString(OUTSIDE.get(r.nextInt(OUTSIDE.size()))));
        return frame.with(Field.IPV4_SRC, sender)
                .with(Field.IPV4_DST, receiver)
                .with(Field.IN_PORT, ports.get(comes ? 3 : r.nextInt(2)))
                .with(Field.ETH_DST, comes ? own : Gateways.MAC)
                .with(Field.VLAN_VID, Masked.exact(Field.VLAN_VID, 0))
                .without(Field.VLAN_PCP);
    }

    private static String plain(Random r) {
        List<String> kinds = List.of(
                "arp,arp_op=1",
                "arp,arp_op=1,arp_spa=10.0.0.9,arp_tpa=10.0.0.2",
                "icmp6,icmp_type=135,icmp_code=0,ipv6_src=fe80::1,ipv6_dst=ff02::1:ff00:2,nd_target=fe80::2",
                "icmp,icmp_type=8,icmp_code=0,nw_src=10.0.0.2,nw_dst=10.0.0.9",
                "tcp,nw_src=10.0.0.9,nw_dst=10.0.0.1,tp_src=5,tp_dst=80",
                "udp,nw_src=10.0.0.9,nw_dst=10.0.0.1,tp_src=9,tp_dst=53",
                "tcp6,ipv6_src=fe80::1,ipv6_dst=fe80::2,tp_src=1,tp_dst=80",
                "dl_type=0x88b5");
        return kinds.get(r.nextInt(kinds.size()));
    }

    /** Frames with fields that few rules match. Every field of their protocol is set. */
    private static String special(Random r) {
        String ttl = ",nw_ttl=" + (r.nextInt(4) == 0 ? 1 : 64);
        String v4 = ",nw_src=10.0.0." + r.nextInt(8) + ",nw_dst=10.0.0.1" + ttl;
        String v6 = ",ipv6_src=fe80::1,ipv6_dst=fe80::2,ipv6_label=" + r.nextInt(4) + ttl;
        String ports = ",tp_src=5,tp_dst=" + (r.nextBoolean() ? 80 : 0);
        String flags = ",tcp_flags=" + List.of("syn", "syn|ack", "ack", "rst").get(r.nextInt(4));
        return switch (r.nextInt(9)) {
            case 0 -> "tcp,nw_frag=no" + v4 + ports + flags;
            case 1 -> "tcp,nw_frag=first" + v4 + ports + flags;
            case 2 -> List.of("tcp", "udp", "icmp").get(r.nextInt(3)) + ",nw_frag=later" + v4;
            case 3 -> "tcp6,nw_frag=no" + v6 + ports + flags;
            case 4 -> "tcp6,nw_frag=first" + v6 + ports + flags;
            case 5 -> "ipv6,nw_proto=44,nw_frag=later" + v6;
            case 6 -> "mpls,mpls_label=" + (4 + r.nextInt(2)) + ",mpls_tc=1,mpls_ttl=3,mpls_bos=" + r.nextInt(2);
            case 7 -> "rarp,arp_op=3,arp_spa=0.0.0.0,arp_tpa=0.0.0.0";
            default -> "udp,nw_frag=first" + v4 + ports;
        };
    }

    /** The entries in the switch's trace, as {@code table/priority}, up to the next bridge. */
    private static List<String> trace(LabHost host, Match frame) {
        return steps(switchTrace(host, frame));
    }

    private static List<String> steps(String text) {
        List<String> steps = new ArrayList<>();
        int bridges = 0;
        for (String line : text.split("\n")) {
            // Behind connection tracking, the same bridge goes on.
            bridges = line.startsWith("recirc(") ? 0 : bridges;
            bridges += line.strip().startsWith("bridge(") ? 1 : 0;
            Matcher m = STEP.matcher(line);
            if (bridges == 1 && m.find()) {
                steps.add(m.group(1) + "/" + m.group(2));
            }
        }
        return steps;
    }

    private static String switchTrace(LabHost host, Match frame, String... options) {
        String flow = FlowText.match(frame).replace("vlan_tci=0x0000/0x1fff", "vlan_tci=0");
        // The tracer takes tp_src for a TCP port, whatever the protocol.
        flow = flow.startsWith("icmp6") ? flow.replace("icmp_", "icmpv6_") : flow;
        flow = flow.startsWith("udp") ? flow.replace("tp_", "udp_") : flow;
        List<String> args = new ArrayList<>(List.of("ofproto/trace", "br0", flow));
        args.addAll(List.of(options));
        return host.appctl(args.toArray(String[]::new));
    }
}
