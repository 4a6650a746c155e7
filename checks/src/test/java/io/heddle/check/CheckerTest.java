package io.heddle.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.NetworkFile;
import io.heddle.flows.program.Field;
import io.heddle.trace.KnownHosts;
import io.heddle.trace.Origin;
import io.heddle.trace.PlannedNetwork;
import io.heddle.trace.Station;
import io.heddle.trace.Trace;
import io.heddle.trace.Tracer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckerTest {
    private static final String HOSTS = """
            heddle: v1
            networks: {red: {vlan: 200, vni: 10200}, blue: {vlan: 300}, lan: {vlan: 10}}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                tunnel-ip: 192.0.2.1
                bridges:
                  br0:
                    ports:
                      vm1: {access: red}
                      vm2: {access: red}
                      b1: {access: blue}
                      up: {trunk: [lan, blue]}
              hv2:
                ovsdb: tcp:192.0.2.2:6640
                tunnel-ip: 192.0.2.2
                bridges:
                  br0:
                    ports:
                      vm3: {access: red}
                      b2: {access: blue}
                      l2: {access: lan}
                      up: {trunk: [blue]}
            """;

    private static Checker.Report check(String yaml) throws Exception {
        return Checker.check(NetworkFile.read(Map.of("n.yaml", yaml)));
    }

    private static List<String> texts(Checker.Report report, String kind) {
        return report.findings().stream()
                .filter(f -> f.kind().equals(kind))
                .map(Finding::text)
                .toList();
    }

    private static String rules(String... rules) {
        return "acls:\n  - name: x\n    on: {networks: [red]}\n    rules:\n"
                + List.of(rules).stream().map(r -> "      - " + r + "\n").collect(Collectors.joining());
    }

    @Test
    void reportsShadowedRulesWithTheRulesThatShadowThem() throws Exception {
        Checker.Report report = check(HOSTS
                + rules(
                        "{match: \"ip,nw_src=10.0.0.0/24\", action: drop}",
                        "{match: \"tcp,nw_src=10.0.0.7,tp_dst=80\", action: allow}",
                        "{match: \"udp,tp_dst=53\", action: drop}",
                        "{match: \"udp\", action: allow}",
                        "{match: \"udp,nw_src=10.9.9.9,tp_dst=53\", action: drop}"));
        assertEquals(
                List.of(
                        "acl x rule 2 never matches: acl x rule 1 takes all of its frames, and drops them",
                        "acl x rule 5 never matches: acl x rule 3 takes all of its frames"),
                texts(report, "shadowed"));
    }

    @Test
    void reportsRulesForPortsOfFragments() throws Exception {
        Checker.Report report = check(HOSTS
                + rules(
                        "{match: \"tcp,nw_frag=first,tp_dst=80\", action: drop}",
                        "{match: \"tcp,nw_frag=yes\", action: drop}"));
        assertEquals(
                List.of("acl x rule 1 never matches: Open vSwitch sees the ports of every fragment as 0"),
                texts(report, "shadowed"));
    }

    @Test
    void reportsRulesBehindPortSecurity() throws Exception {
        Checker.Report report =
                check(HOSTS.replace("vm1: {access: red}", "vm1: {access: red, source: [\"02:00:00:00:00:01\"]}")
                        + "acls: [{name: x, on: {ports: [vm1]}, rules: ["
                        + "{match: \"dl_src=02:00:00:00:00:02\", action: drop}]}]\n");
        assertEquals(
                List.of("acl x rule 1 never matches: port security drops all of its frames"),
                texts(report, "shadowed"));
    }

    @Test
    void severalRulesTogetherCanShadowARule() throws Exception {
        Checker.Report report = check(HOSTS
                + rules(
                        "{match: \"ip,nw_src=10.0.0.0/25\", action: drop}",
                        "{match: \"ip,nw_src=10.0.0.128/25\", action: drop}",
                        "{match: \"tcp,nw_src=10.0.0.0/24\", action: allow}",
                        "{match: \"tcp,nw_src=10.0.0.0/23\", action: allow}"));
        assertEquals(
                List.of("acl x rule 3 never matches: acl x rule 1,"
                        + " acl x rule 2 take all of its frames, and drops them"),
                texts(report, "shadowed"));
    }

    @Test
    void reportsARuleThatAppliesToNoPortAsIdle() throws Exception {
        Checker.Report report = check(HOSTS + """
                acls: [{name: x, on: {networks: [red], ports: [b1]}, rules: [{match: ip, action: drop}]}]
                """);
        assertEquals(List.of("acl x rule 1 holds for no port of this file"), texts(report, "idle"));
    }

    @Test
    void findsARuleWhoseNamesStandForNothing() throws Exception {
        Checker.Report report = check(HOSTS + """
                groups: {web: {labels: {app: web}}}
                acls: [{name: x, rules: [{match: {src: web}, action: drop}]}]
                """);
        assertEquals(
                List.of("acl x rule 1 matches nothing: the names in it stand for no addresses"), texts(report, "idle"));
    }

    @Test
    void findsVlansThatDifferBetweenTheEndsOfALink() throws Exception {
        Checker.Report report = check(HOSTS + "links: [[hv1/up, hv2/up]]\n");
        assertEquals(
                List.of("network lan leaves hv1/br0/up with VLAN 10, which hv2/br0/up at the other end does not carry:"
                        + " its frames are dropped there"),
                texts(report, "vlan-mismatch"));
        assertTrue(report.isAcceptable());
        Checker.Report mixed = check(HOSTS.replace("up: {trunk: [lan, blue]}", "up: {trunk: [lan], native: blue}")
                        .replace("up: {trunk: [blue]}", "up: {trunk: [blue], native: lan}")
                + "links: [[hv1/up, hv2/up]]\n");
        assertEquals(
                List.of("network blue leaves hv1/br0/up untagged, which is network lan at hv2/br0/up: the two are one"),
                texts(mixed, "vlan-leak"));
        assertTrue(!mixed.isAcceptable());
    }

    @Test
    void findsIslandsUnlessLinksJoinThem() throws Exception {
        String lan = HOSTS.replace("b1: {access: blue}", "b1: {access: blue}\n          l1: {access: lan}");
        assertEquals(
                List.of("network lan is in 2 parts that are not connected: hv1/br0 | hv2/br0;"
                        + " give it a vni, or an"
                        + " uplink on each host"),
                texts(check(lan), "island"));
        assertEquals(
                List.of(),
                texts(
                        check(lan.replace("up: {trunk: [blue]}", "up: {trunk: [blue, lan]}")
                                + "links: [[hv1/up, hv2/up]]\n"),
                        "island"));
    }

    @Test
    void findsLoops() throws Exception {
        String twice = HOSTS.replace("up: {trunk: [lan, blue]}", "up: {trunk: [red]}")
                .replace("up: {trunk: [blue]}", "up: {trunk: [red]}");
        Checker.Report linked = check(twice + "links: [[hv1/up, hv2/up]]\n");
        assertEquals(1, texts(linked, "loop").size());
        assertTrue(!linked.isAcceptable());
        Checker.Report guessed = check(twice.replace("trunk: [red]}", "trunk: [red], uplink: true}"));
        assertEquals(1, texts(guessed, "loop").size());
        assertTrue(guessed.isAcceptable(), "a loop through the network outside is expected to be a warning only");
        assertEquals(List.of(), texts(check(HOSTS), "loop"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "red cannot reach blue | ",
                "red can reach red | ",
                "any can reach vm3/53 | acl x rule 1 drops",
                "any can reach vm3/54 | ",
                "vm1 cannot reach vm3/53/udp | ",
                "vm1 cannot reach vm3/53 | ",
                "vm1 cannot reach vm3 | gets from hv1/br0/vm1 to hv2/br0/vm3",
                "red can reach blue | nothing joins",
                "hv1 can reach nowhere | unknown network, host, port or address \"nowhere\"",
                "red reaches blue | expected a sentence such as"
            })
    void provesOrRefutesExpectations(String sentence, String why) throws Exception {
        String file = HOSTS
                + rules(
                        "{match: {proto: udp, dst-port: 53}, action: drop}",
                        "{match: {proto: tcp, dst-port: 53}, action: drop}")
                + "expect:\n  - " + sentence + "\n";
        String found;
        try {
            found = String.join("; ", texts(check(file), "broken"));
        } catch (io.heddle.config.InvalidNetworkException e) {
            found = e.problems().toString();
        }
        assertTrue(why == null ? found.isEmpty() : found.contains(why), found);
    }

    /** Compares sets with single frames: the proof for a header agrees with the trace of a frame that has it. */
    @Test
    void proofsAgreeWithTracesOfThousandsOfFrames() throws Exception {
        Random random = new Random(11);
        int through = 0;
        int frames = 0;
        for (int n = 0; n < 400; n++) {
            String yaml = RandomNetwork.yaml(random);
            NetworkFile.Declared declared = NetworkFile.read(Map.of("n.yaml", yaml));
            if (!texts(Checker.check(declared), "loop").isEmpty()) {
                // In a loop, frames also come by paths that the proof leaves out. The checker reports the loop instead.
                continue;
            }
            Checker checker = new Checker(declared.model());
            Function<String, Station> stations = PlannedNetwork.stations(declared.model());
            KnownHosts known = KnownHosts.of(declared.model(), List.of());
            List<Checker.End> ends = checker.ends();
            for (int i = 0; i < 30; i++) {
                Checker.End from = ends.get(random.nextInt(ends.size()));
                Checker.End to = ends.get(random.nextInt(ends.size()));
                if (from.place().equals(to.place()) && from.port() == to.port()) {
                    continue;
                }
                Origin.Frame frame = Origin.frame(
                        declared.model(), known, from.toString(), to.toString(), RandomNetwork.header(random));
                Trace trace = new Tracer(declared, stations, known).follow(frame);
                boolean delivered = trace.ends().stream()
                        .anyMatch(e -> e.fate() == Trace.Fate.DELIVERED && e.at().equals(to.toString()));
                Checker.Reach reach = checker.reach(from, to);
                boolean proved = reach != null
                        && checker.space()
                                .contains(reach.passes(), frame.header().without(Field.VLAN_VID));
                assertEquals(proved, delivered, () -> yaml + "\n" + from + " → " + to + " " + trace);
                through += delivered ? 1 : 0;
                frames++;
            }
        }
        assertTrue(frames > 3000 && through > frames / 10 && through < frames * 9 / 10, through + " of " + frames);
    }

    /** A thousand ports on a hundred hosts and a thousand rules, most of them different. */
    @Test
    void checksAThousandPortsAndAThousandRulesWithinSeconds() throws Exception {
        StringBuilder yaml = new StringBuilder("heddle: v1\nnetworks:\n");
        for (int n = 0; n < 10; n++) {
            yaml.append("  n")
                    .append(n)
                    .append(": {vlan: ")
                    .append(100 + n)
                    .append(", vni: ")
                    .append(100 + n)
                    .append("}\n");
        }
        yaml.append("hosts:\n");
        for (int h = 0; h < 100; h++) {
            yaml.append("  h")
                    .append(h)
                    .append(":\n    ovsdb: tcp:192.0.2.1:")
                    .append(1000 + h)
                    .append("\n    tunnel-ip: 10.1.0.")
                    .append(h)
                    .append("\n    bridges:\n      br0:\n        ports:\n");
            for (int p = 0; p < 10; p++) {
                yaml.append("          p")
                        .append(p)
                        .append(": {access: n")
                        .append(p)
                        .append("}\n");
            }
        }
        yaml.append("acls:\n");
        Random random = new Random(3);
        for (int a = 0; a < 10; a++) {
            yaml.append("  - name: a")
                    .append(a)
                    .append("\n    on: {networks: [n")
                    .append(a)
                    .append("]}\n    rules:\n");
            for (int r = 0; r < 100; r++) {
                yaml.append("      - {match: \"tcp,nw_src=10.")
                        .append(random.nextInt(256))
                        .append('.')
                        .append(random.nextInt(256))
                        .append(".0/24,nw_dst=10.")
                        .append(random.nextInt(256))
                        .append(".0.0/16,tp_dst=")
                        .append(random.nextInt(1024))
                        .append("\", action: ")
                        .append(random.nextBoolean() ? "drop" : "allow")
                        .append("}\n");
            }
        }
        yaml.append("expect:\n  - n0 cannot reach n1\n  - n2 can reach n2\n");
        long begun = System.nanoTime();
        Checker.Report report = check(yaml.toString());
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf("measured: check of 1,000 ports and 1,000 rules: %.1f s%n", seconds);
        assertTrue(report.isAcceptable(), () -> report.findings().toString());
        assertEquals(
                99_000, report.lines().stream().mapToInt(Checker.Line::pairs).sum());
        assertTrue(seconds < 30, seconds + " s");
    }
}
