package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.Blueprint;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.FileEdit;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.simulate.Frame;
import io.heddle.flows.simulate.Simulator;
import io.heddle.flows.simulate.Tracked;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A switch has the rules that concern its own hosts, and judges their connections as if it had all of them. */
class LocalRulesTest {
    private static final int PORTS = 40;
    private static final int HERE = 5;
    private static final int GROUPS = 4;
    private static final int RULES = 40;
    private static final int FRAMES = 150;
    private static final Set<Integer> JUDGING = Stream.of(Table.FROM, Table.FROM_RELATED, Table.TO, Table.TO_RELATED)
            .map(Table::number)
            .collect(Collectors.toSet());
    private static final List<String> DIRECTIONS = List.of("from", "to", "both");

    /** @param guarded whether guards hold hosts to their addresses; otherwise each switch needs all rules */
    private static String hosts(boolean guarded, int ports) {
        StringBuilder out = new StringBuilder("heddle: v1\nnetworks: {red: {vlan: 200}}\nhosts:\n");
        for (int p = 0; p < ports; p++) {
            if (p == 0 || p == HERE) {
                out.append("  h" + p + ":\n    ovsdb: tcp:192.0.2." + (p + 1) + ":6640\n    bridges:\n      br0:\n"
                        + "        ports:\n          up: {trunk: [red], uplink: true}\n");
            }
            String mac = String.format("\"02:00:00:00:00:%02x\"", p);
            out.append("          p" + p + ": {access: red, mac: " + mac + ", address: [10.0.0." + p
                    + (p % 2 == 0 ? ", \"fd00::" + p + "\"" : "") + "], labels: {in: g" + p % GROUPS + "}"
                    + (guarded ? "" : ", guard: [], source: [" + mac + "]") + "}\n");
        }
        out.append("groups:\n");
        for (int g = 0; g < GROUPS; g++) {
            out.append("  g" + g + ": {labels: {in: g" + g + "}}\n");
        }
        return out.toString();
    }

    private static String lists(Random random) {
        StringBuilder out = new StringBuilder("acls:\n");
        for (int list = 0; list < 2; list++) {
            out.append("  - name: x" + list + "\n    stateful: true\n    on: {networks: [red]}\n    direction: "
                    + DIRECTIONS.get(random.nextInt(3)) + "\n    default: "
                    + (random.nextBoolean() ? "drop" : "allow") + "\n    rules:\n");
            for (int r = 0; r < RULES; r++) {
                out.append("      - {match: {proto: " + (random.nextBoolean() ? "tcp" : "udp") + ", src: " + end(random)
                        + ", dst: " + end(random) + ", dst-port: " + (1 + random.nextInt(3)) + "}, action: "
                        + (random.nextBoolean() ? "allow" : "drop") + "}\n");
            }
        }
        return out.toString();
    }

    private static String end(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> "any";
            case 1 -> "10.0.0." + random.nextInt(PORTS);
            case 2 -> "10.0.0.0/30";
            case 3 -> "[g" + random.nextInt(GROUPS) + ", 10.0.0.6]";
            default -> "g" + random.nextInt(GROUPS);
        };
    }

    private static SwitchView view(String file) throws InvalidNetworkException {
        NetworkModel model = NetworkFile.read(Map.of("n.yaml", file)).model();
        return Blueprint.view(model, model.places().get(0), Map.of(), Transition.NONE);
    }

    private static Match frame(Random random, SwitchView view) {
        int here = random.nextInt(HERE);
        int other = random.nextInt(PORTS);
        boolean comes = random.nextBoolean();
        boolean ipv6 = here % 2 == 0 && other % 2 == 0 && random.nextBoolean();
        int from = comes ? other : here;
        int to = comes ? here : other;
        int port = view.port(comes && other >= HERE ? "up" : "p" + from).orElseThrow();
        String address = ipv6 ? "fd00::" : "10.0.0.";
        String version = ipv6 ? "ipv6_" : "nw_";
        return FlowText.parseMatch((random.nextBoolean() ? "tcp" : "udp") + (ipv6 ? "6" : "") + ",in_port=" + port
                + (comes && other >= HERE ? ",dl_vlan=200" : ",vlan_tci=0x0000/0x1fff") + ",dl_src=" + mac(from)
                + ",dl_dst=" + mac(to) + "," + version + "src=" + address + from + "," + version
                + "dst=" + address + to + ",nw_ttl=64,nw_frag="
                + switch (random.nextInt(4)) {
                    // Only the first fragment has the ports.
                    case 0 -> "later";
                    case 1 -> "first,tp_src=" + random.nextInt(4) + ",tp_dst=" + random.nextInt(4);
                    default -> "no,tp_src=" + random.nextInt(4) + ",tp_dst=" + random.nextInt(4);
                });
    }

    private static String mac(int host) {
        return String.format("02:00:00:00:00:%02x", host);
    }

    private static List<String> judgements(FlowProgram program, Match frame, Tracked tracked) {
        return new Simulator(program.entries())
                .send(Frame.of(frame), tracked).path().stream()
                        .filter(e -> JUDGING.contains(e.table()))
                        .map(e -> e.table() + " "
                                + program.reason(e.cookie()).orElseThrow().text())
                        .toList();
    }

    @Property(tries = 15)
    void judgesLikeASwitchWithAllRules(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        String lists = lists(random);
        SwitchView view = view(hosts(true, PORTS) + lists);
        FlowProgram some = Apps.compile(view);
        FlowProgram all = Apps.compile(view(hosts(false, PORTS) + lists));
        int judged = 0;
        for (int i = 0; i < FRAMES; i++) {
            Match frame = frame(random, view);
            Tracked tracked = Tracked.values()[random.nextInt(Tracked.values().length)];
            List<String> expected = judgements(all, frame, tracked);
            assertEquals(expected, judgements(some, frame, tracked), () -> tracked + " of " + frame + "\n" + lists);
            judged += expected.isEmpty() ? 0 : 1;
        }
        assertTrue(judged > FRAMES / 2, judged + " frames were judged");
        assertTrue(
                some.entries().stream().anyMatch(e -> e.match().has(Field.CONJ_ID)), "groups of ten make conjunctions");
    }

    @Property(tries = 15)
    void changesOneByOneComeToTheSameAsAllAtOnce(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        ProgramCache parts = new ProgramCache();
        Map<String, String> files = Map.of("n.yaml", hosts(true, PORTS) + lists(random));
        NetworkFile.Declared declared = NetworkFile.read(files);
        Map<String, FlowProgram> programs = new HashMap<>();
        for (int i = 0; i < 8; i++) {
            for (NetworkModel.Place place : declared.model().places()) {
                SwitchView view = Blueprint.view(declared.model(), place, Map.of(), Transition.NONE);
                FlowProgram before = programs.get(place.toString());
                FlowProgram now = before == null ? Apps.compile(view, parts) : Apps.compileLists(view, parts, before);
                assertEquals(Apps.compile(view).text(), now.text());
                if (before != null) {
                    assertEquals(
                            FlowDiff.between(now, before.entries()).changes(),
                            FlowDiff.between(now, before).changes());
                }
                programs.put(place.toString(), now);
            }
            files = changed(files, random);
            declared = NetworkFile.read(files, declared);
        }
    }

    private static Map<String, String> changed(Map<String, String> files, Random random) {
        List<String> list = List.of("acls", "x" + random.nextInt(2), "rules", "" + (1 + random.nextInt(RULES - 10)));
        return switch (random.nextInt(4)) {
            case 0 -> FileEdit.remove(files, list);
            case 1 ->
                FileEdit.put(
                        files,
                        list,
                        Map.of(
                                "match",
                                Map.of("proto", "tcp", "src", "g" + random.nextInt(GROUPS), "dst", "any"),
                                "action",
                                random.nextBoolean() ? "drop" : "allow"));
            default -> {
                int port = random.nextInt(PORTS);
                yield FileEdit.put(
                        files,
                        List.of(
                                "hosts",
                                port < HERE ? "h0" : "h" + HERE,
                                "bridges",
                                "br0",
                                "ports",
                                "p" + port,
                                "labels",
                                "in"),
                        "g" + random.nextInt(GROUPS));
            }
        };
    }

    /** Of rules that differ only in addresses and ports, the first one has the entry for later fragments of all. */
    @Test
    void laterFragmentsPassThoughTheFirstRuleOfTheirKindIsForHostsElsewhere() throws Exception {
        String far = many(10, 20);
        String rules = "acls:\n  - name: x\n    stateful: true\n    on: {networks: [red]}\n    direction: to\n"
                + "    default: drop\n    rules:\n"
                + "      - {match: {proto: udp, src: " + far + ", dst: " + many(20, 30)
                + ", dst-port: 1}, action: allow}\n"
                + "      - {match: {proto: udp, src: " + far + ", dst: " + many(0, 10)
                + ", dst-port: 2}, action: allow}\n";
        SwitchView view = view(hosts(true, PORTS) + rules);
        FlowProgram some = Apps.compile(view);
        FlowProgram all = Apps.compile(view(hosts(false, PORTS) + rules));
        Match later = FlowText.parseMatch("udp,in_port=" + view.port("up").orElseThrow() + ",dl_vlan=200,dl_src="
                + mac(12) + ",dl_dst=" + mac(1)
                + ",nw_src=10.0.0.12,nw_dst=10.0.0.1,nw_ttl=64,nw_frag=later");
        for (Tracked tracked : Tracked.values()) {
            assertEquals(judgements(all, later, tracked), judgements(some, later, tracked), tracked.toString());
        }
        assertTrue(judgements(some, later, Tracked.NEW).toString().contains("later fragments"));
    }

    private static String many(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "10.0.0." + i).collect(Collectors.joining(", ", "[", "]"));
    }

    @Test
    void rulesForHostsElsewhereCostNothing() throws Exception {
        String rules =
                "acls:\n  - name: x\n    stateful: true\n    on: {networks: [red]}\n    default: drop\n    rules:\n"
                        + "      - {match: {proto: tcp, src: 10.0.0.7, dst: 10.0.0.1, dst-port: 1}, action: allow}\n";
        String elsewhere = "      - {match: {proto: tcp, src: 10.0.0.1, dst: 10.0.0.7, dst-port: 1}, action: allow}\n";
        int size = Apps.compile(view(hosts(true, PORTS) + rules)).size();
        assertEquals(
                size,
                Apps.compile(view(hosts(true, PORTS) + rules + elsewhere)).size(),
                "the rule is about another switch");
        String routed = "routers: {edge: {networks: [red], routes: [{to: 10.9.0.0/24, via: 10.0.0.2}]}}\n";
        String gateway = hosts(true, PORTS)
                .replace("red: {vlan: 200}", "red: {vlan: 200, subnet: 10.0.0.0/24, gateway: 10.0.0.254}");
        assertTrue(
                Apps.compile(view(gateway + routed + rules + elsewhere)).size()
                        > Apps.compile(view(gateway + routed + rules)).size(),
                "packets for others come to a next router");
        String unguarded = hosts(false, PORTS);
        assertTrue(Apps.compile(view(unguarded + rules + elsewhere)).size()
                > Apps.compile(view(unguarded + rules)).size());
    }
}
