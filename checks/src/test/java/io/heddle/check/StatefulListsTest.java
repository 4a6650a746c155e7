package io.heddle.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.Blueprint;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Masked;
import io.heddle.flows.simulate.Frame;
import io.heddle.flows.simulate.Simulator;
import io.heddle.flows.simulate.Tracked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random stateful lists, judged by the entries that a switch would get and, independently, by their text. */
class StatefulListsTest {
    private static final int FILES = 60;
    private static final int FRAMES = 40;
    private static final List<String> PORTS = List.of("a", "b", "c");

    private static final String HOSTS = """
            heddle: v1
            networks: {red: {vlan: 200}}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges:
                  br0:
                    ports:
                      a: {access: red, mac: "02:00:00:00:00:01", source: ["02:00:00:00:00:01"], ofport-request: 1}
                      b: {access: red, mac: "02:00:00:00:00:02", source: ["02:00:00:00:00:02"], ofport-request: 2}
                      c: {access: red, mac: "02:00:00:00:00:03", source: ["02:00:00:00:00:03"], ofport-request: 3}
            """;

    /**
     * A rule.
     *
     * @param port a destination port, 0 for any
     * @param source a source host, 0 for any
     * @param large whether it also names many ports and hosts that no frame has, so that it becomes a conjunction
     */
    private record Rule(int protocol, int port, int source, boolean large, boolean drop) {
        static Rule random(Random random) {
            return new Rule(
                    random.nextInt(3) == 0 ? 17 : 6,
                    random.nextInt(4),
                    random.nextInt(4),
                    random.nextInt(3) == 0,
                    random.nextBoolean());
        }

        String text() {
            if (large) {
                return "      - {match: {proto: " + (protocol == 6 ? "tcp" : "udp") + ", dst-port: ["
                        + (port == 0 ? "1-4" : port) + ", 7, 9, 11, 13, 15, 17], src: [10.1.0.1, 10.1.0.3, 10.1.0.5, "
                        + (source == 0 ? "10.0.0.0/24" : "10.0.0." + source) + "]}, action: "
                        + action() + "}\n";
            }
            return "      - {match: \"" + (protocol == 6 ? "tcp" : "udp") + (port == 0 ? "" : ",tp_dst=" + port)
                    + (source == 0 ? "" : ",nw_src=10.0.0." + source) + "\", action: " + action() + "}\n";
        }

        /** A log and a rate change no verdict. */
        private String action() {
            return drop ? "drop" : port == 1 ? "allow, log: true" : port == 2 ? "allow, rate: 1000000/s" : "allow";
        }

        boolean takes(Connection c) {
            return c.protocol == protocol && (port == 0 || c.port == port) && (source == 0 || c.from + 1 == source);
        }
    }

    private record Acl(String name, List<String> ports, boolean to, boolean from, List<Rule> rules, boolean drop) {
        static Acl random(Random random, String name) {
            List<Rule> rules = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                rules.add(Rule.random(random));
            }
            int direction = random.nextInt(3);
            return new Acl(
                    name,
                    random.nextBoolean() ? PORTS.subList(0, 2) : List.of(PORTS.get(random.nextInt(PORTS.size()))),
                    direction != 1,
                    direction != 0,
                    rules,
                    random.nextInt(3) > 0);
        }

        String text() {
            return "  - name: " + name + "\n    on: {ports: [" + String.join(", ", ports)
                    + "]}\n    stateful: true\n    direction: "
                    + (to && from ? "both" : to ? "to" : "from") + "\n    default: "
                    + (drop ? "drop\n    log-default: true" : "allow")
                    + (rules.size() > 2 ? "\n    helpers: [ftp, tftp]\n    invalid: allow" : "")
                    + "\n    rules:\n" + rules.stream().map(Rule::text).collect(Collectors.joining());
        }
    }

    /** A connection between two ports. */
    private record Connection(int from, int to, int protocol, int port) {
        static Connection random(Random random) {
            int from = random.nextInt(PORTS.size());
            int to = (from + 1 + random.nextInt(PORTS.size() - 1)) % PORTS.size();
            return new Connection(from, to, random.nextBoolean() ? 6 : 17, 1 + random.nextInt(4));
        }

        Frame first() {
            return frame(from, to, "tp_src=999,tp_dst=" + port);
        }

        Frame reply() {
            return frame(to, from, "tp_src=" + port + ",tp_dst=999");
        }

        private Frame frame(int source, int destination, String ports) {
            return Frame.of(FlowText.parseMatch((protocol == 6 ? "tcp" : "udp") + ",in_port=" + (source + 1)
                    + ",dl_src=02:00:00:00:00:0" + (source + 1) + ",dl_dst=02:00:00:00:00:0" + (destination + 1)
                    + ",nw_src=10.0.0." + (source + 1) + ",nw_dst=10.0.0." + (destination + 1) + "," + ports));
        }

        /** The verdict by the text of the lists: the first rule decides, at each end. */
        boolean dropped(List<Acl> lists) {
            return dropped(
                            lists.stream()
                                    .filter(l -> l.from && l.ports.contains(PORTS.get(from)))
                                    .toList(),
                            this)
                    || dropped(
                            lists.stream()
                                    .filter(l -> l.to && l.ports.contains(PORTS.get(to)))
                                    .toList(),
                            this);
        }

        private static boolean dropped(List<Acl> lists, Connection c) {
            for (Acl list : lists) {
                for (Rule rule : list.rules) {
                    if (rule.takes(c)) {
                        return rule.drop;
                    }
                }
                if (list.drop) {
                    return true;
                }
            }
            return false;
        }
    }

    private static FlowProgram compile(List<Acl> lists) throws InvalidNetworkException {
        return compile(HOSTS
                + (lists.isEmpty() ? "" : "acls:\n")
                + lists.stream().map(Acl::text).collect(Collectors.joining()));
    }

    private static FlowProgram compile(String file) throws InvalidNetworkException {
        NetworkModel model = NetworkFile.read(Map.of("n.yaml", file)).model();
        return Apps.compile(Blueprint.view(model, model.places().iterator().next(), Map.of(), Transition.NONE));
    }

    @Test
    void entriesJudgeBothDirectionsAsTheTextSays() throws Exception {
        int drops = 0;
        int conjunctions = 0;
        int zones = 0;
        for (int seed = 0; seed < FILES; seed++) {
            Random random = new Random(seed);
            List<Acl> lists = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                lists.add(Acl.random(random, "l" + i));
            }
            // Where there are many lists, those of one port go by its zone.
            for (int i = 0; i < (seed % 3 == 0 ? 35 : 0); i++) {
                lists.add(new Acl("f" + i, List.of("c"), true, false, List.of(Rule.random(random)), false));
            }
            FlowProgram program = compile(lists);
            conjunctions += (int) program.entries().stream()
                    .filter(e -> e.match().has(Field.CONJ_ID))
                    .count();
            zones += (int) program.entries().stream()
                    .filter(e -> e.match().has(Field.CT_ZONE))
                    .count();
            Simulator network = new Simulator(program.entries());
            for (int i = 0; i < FRAMES; i++) {
                Connection c = Connection.random(random);
                boolean dropped = c.dropped(lists);
                drops += dropped ? 1 : 0;
                String what = "seed " + seed + ": " + c + " under " + lists;
                assertEquals(dropped, network.send(c.first(), Tracked.NEW).dropped(), what);
                assertEquals(dropped, network.send(c.reply(), Tracked.REPLY).dropped(), "reply, " + what);
            }
        }
        assertTrue(drops > FILES * FRAMES / 10 && drops < FILES * FRAMES * 9 / 10, drops + " drops");
        assertTrue(conjunctions > FILES, conjunctions + " conjunctions");
        assertTrue(zones > FILES, zones + " entries that go by a zone");
    }

    /** A switch sees no ports in later fragments: they pass where their first one may, and no rule for ports drops them. */
    @Test
    void laterFragmentsPassWhereTheirFirstOneMay() throws Exception {
        String file = HOSTS + """
                acls:
                  - name: web
                    on: {ports: [a]}
                    stateful: true
                    default: drop
                    rules:
                      - {match: "udp,tp_dst=0/0xff00", action: drop}
                      - {match: "udp,nw_src=10.0.0.3", action: drop}
                      - {match: "udp,tp_dst=5000", action: allow}
                      - {match: "udp,tp_dst=5001", action: allow}
                      - {match: "tcp,nw_src=10.0.0.2,tp_dst=80", action: allow}
                """;
        FlowProgram program = compile(file);
        List<FlowEntry> later = program.entries().stream()
                .filter(e -> e.match().get(Field.IP_FRAG).equals(Optional.of(Masked.exact(Field.IP_FRAG, 3))))
                .toList();
        assertEquals(4, later.size(), "to the port and answers of it, of two rules: " + later);
        assertEquals("", fate(program, "udp", 2));
        assertEquals("acl web rule 2", fate(program, "udp", 3));
        assertEquals("", fate(program, "tcp", 2));
        assertEquals("acl web default", fate(program, "tcp", 3));
        assertEquals("acl web default", fate(program, "icmp", 2));
    }

    /** Why a later fragment for a is dropped; "" if it passes. */
    private static String fate(FlowProgram program, String protocol, int source) {
        Simulator.Outcome out = new Simulator(program.entries())
                .send(Frame.of(
                        FlowText.parseMatch(protocol + ",nw_frag=later,in_port=" + source + ",dl_src=02:00:00:00:00:0"
                                + source + ",dl_dst=02:00:00:00:00:01,nw_dst=10.0.0.1,nw_src=10.0.0." + source)));
        FlowEntry last = out.path().get(out.path().size() - 1);
        return out.dropped() ? program.reason(last.cookie()).orElseThrow().text() : "";
    }

    /** Ports that come under a list cost the entries that find their connections, and the list's rules none. */
    @Test
    void aPortMoreOfAListChangesOnlyItsOwnEntries() throws Exception {
        Acl list = new Acl("one", List.of("a"), true, false, List.of(new Rule(6, 1, 0, true, false)), true);
        Acl other = new Acl("two", List.of("b"), true, true, List.of(new Rule(6, 2, 0, false, false)), true);
        FlowProgram before = compile(List.of(list, other));
        FlowProgram after = compile(
                List.of(new Acl(list.name, List.of("a", "b"), list.to, list.from, list.rules, list.drop), other));
        FlowDiff diff = FlowDiff.between(before, after);
        assertEquals(List.of(), diff.remove());
        assertEquals(
                Set.of(Table.TRACK_FROM.number(), Table.TRACK_TO.number()),
                diff.add().stream().map(FlowEntry::table).collect(Collectors.toSet()));
        assertTrue(diff.add().size() <= 6, "by IPv4 and IPv6, from, to, and to from nowhere: " + diff.add());
    }

    @Test
    void anotherListChangesNoOtherVerdictAndNoOtherEntry() throws Exception {
        for (int seed = 0; seed < FILES; seed++) {
            Random random = new Random(seed);
            List<Acl> before = new ArrayList<>(List.of(Acl.random(random, "one"), Acl.random(random, "two")));
            Acl more = new Acl("more", List.of("c"), true, true, List.of(Rule.random(random)), true);
            List<Acl> after = new ArrayList<>(before);
            after.add(more);
            FlowProgram was = compile(before);
            Simulator old = new Simulator(was.entries());
            Simulator now = new Simulator(compile(after).entries());
            for (int i = 0; i < FRAMES; i++) {
                Connection c = Connection.random(random);
                if (c.from != 2 && c.to != 2) {
                    assertEquals(
                            old.send(c.first(), Tracked.NEW).dropped(),
                            now.send(c.first(), Tracked.NEW).dropped(),
                            "seed " + seed + ": " + c);
                }
            }
        }
    }

    /** A list that goes leaves no trace: the entries are those from before it. */
    @Test
    void aListThatGoesLeavesTheEntriesOfBefore() throws Exception {
        assertTrue(FlowDiff.between(compile(List.of()), compile(List.of())).isEmpty());
        FlowProgram with = compile(List.of(Acl.random(new Random(1), "one")));
        List<FlowEntry> judged =
                with.entries().stream().filter(e -> e.match().has(Field.REG0)).toList();
        assertTrue(judged.size() >= 2, "entries for both stages");
        assertTrue(
                compile(List.of()).entries().stream().noneMatch(e -> e.match().has(Field.CT_STATE)));
    }

    /** A rule for one port takes no frames from a rule for another. */
    @Test
    void whatCoversARuleIsForTheSamePort() throws Exception {
        String file = HOSTS + """
                acls:
                  - {name: first, on: {ports: [a]}, stateful: true, rules: [{match: tcp, action: allow}]}
                  - name: second
                    on: {ports: [b]}
                    stateful: true
                    rules: [{match: "tcp,tp_dst=0/0xff00", action: drop}, {match: "tcp,tp_dst=80", action: allow}]
                """;
        assertEquals(
                List.of("acl second rule 2 never matches: acl second rule 1 takes all of its frames,"
                        + " and drops them"),
                Checker.check(NetworkFile.read(Map.of("n.yaml", file))).findings().stream()
                        .filter(f -> f.kind().equals("shadowed"))
                        .map(Finding::text)
                        .toList());
    }

    /** Where Open vSwitch forwards the frames of link protocols, IP in them would pass all lists. */
    @Test
    void ipToTheAddressOfALinkProtocolIsDropped() throws Exception {
        String list = HOSTS + "acls: [{name: x, on: {ports: [a]}, stateful: true, default: drop}]\n";
        Simulator network = new Simulator(compile(list).entries());
        String lldp = "in_port=2,dl_src=02:00:00:00:00:02,dl_dst=01:80:c2:00:00:0e,dl_type=";
        assertTrue(network.send(Frame.of(FlowText.parseMatch(lldp + "0x0800"))).dropped());
        assertTrue(network.send(Frame.of(FlowText.parseMatch(lldp + "0x86dd"))).dropped());
        assertFalse(network.send(Frame.of(FlowText.parseMatch(lldp + "0x88cc"))).dropped());
    }

    @Test
    void proposesAStatefulListWhereRepliesAreCutOff() throws Exception {
        String list = HOSTS
                + "acls:\n  - {name: out, on: {ports: [a]}, default: drop, rules: [{match: %s, action: allow}]}\n";
        String served = "expect: [{from: hv1/b, to: hv1/a, reach: true, match: \"tcp,tp_dst=443\"}]\n";
        String clients = String.format(list, "\"tcp,tp_dst=80\"");
        assertTrue(warned(clients + served));
        assertFalse(warned(clients), "nothing says that there are servers");
        assertFalse(warned(clients + served.replace("to: hv1/a", "to: hv1/c")), "a server elsewhere");
        assertFalse(warned(clients + served.replace("reach: true", "reach: false")));
        assertFalse(warned(clients + served.replace("tcp,tp_dst=443", "icmp")));
        assertTrue(
                warned(clients
                        + "  - {name: in, on: {ports: [a]}, stateful: true, rules: [{match: tcp, action: allow}]}\n"),
                "a list lets connections in");
        assertFalse(warned(String.format(list, "tcp") + served));
        assertFalse(warned(String.format(list, "\"tcp,tp_src=443\"") + served));
        assertFalse(
                warned(clients.replace(
                                "acls:\n",
                                "acls:\n  - {name: all, on: {ports: [a]}, rules: [{match: ip, action: allow},"
                                        + " {match: ipv6, action: allow}]}\n")
                        + served),
                "an earlier list lets them pass");
        assertFalse(warned(clients.replace("name: out", "name: out, stateful: true") + served));
    }

    private static boolean warned(String file) throws InvalidNetworkException {
        return Checker.check(NetworkFile.read(Map.of("n.yaml", file))).findings().stream()
                .anyMatch(f -> f.kind().equals("replies") && f.text().contains("stateful: true"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: x, on: {ports: [d]}, stateful: true, default: drop} | hv1/br0/d has no mac
            {name: x, on: {ports: [up]}, stateful: true, default: drop} | hv1/br0/up is an uplink
            {name: x, on: {ports: [q]}, stateful: true, default: drop} | hv1/br0/q carries frames with a second tag
            {name: x, on: {ports: [v]}, stateful: true, default: drop} | hv1/br0/v has shared-addresses
            {name: x, on: {ports: [m]}, stateful: true, default: drop} | hv1/br0/m admits any source MAC
            {name: x, on: {bridges: [br1]}, stateful: true, default: drop} | holds for no port of this file
            {name: x, on: {ports: [a]}, stateful: true, rules: [{match: "dl_src=02:00:00:00:00:01", action: drop}]} | matches dl_src, which connections do not have
            {name: x, on: {ports: [a]}, stateful: true, rules: [{match: arp, action: drop}]} | matches frames other than IP
            {name: x, on: {ports: [a]}, stateful: true, rules: [{match: {in-port: b}, action: drop}]} | matches in_port
            {name: x, on: {ports: [a]}, direction: to, default: drop} | needs stateful: true
            {name: x, on: {ports: [a]}, helpers: [ftp], default: drop} | needs stateful: true
            {name: x, on: {ports: [a]}, invalid: allow, default: drop} | needs stateful: true
            {name: x, on: {ports: [a]}, connection-limit: 9} | needs stateful: true
            {name: x, on: {ports: [a]}, stateful: true, connection-limit: 0} | 1 to 4294967295
            {name: x, on: {ports: [a]}, stateful: true, connection-limit: 4294967296} | 1 to 4294967295
            {name: x, on: {ports: [a]}, stateful: true, connection-limit: many} | 1 to 4294967295
            {name: x, on: {ports: [a]}, log-default: true, rules: [{match: arp, action: drop}]} | needs default: drop
            {name: x, on: {ports: [a]}, rules: [{match: arp, action: drop, rate: 5/s}]} | needs action: allow
            {name: x, on: {ports: [a]}, rules: [{match: arp, action: allow, rate: 5}]} | such as 50/s
            """)
    void refusesWhatItCannotKeep(String acl, String why) {
        String text = HOSTS
                + "          d: {access: red}\n          up: {trunk: [red], uplink: true}\n"
                + "          q: {dot1q-tunnel: red}\n"
                + "          v: {access: red, mac: \"02:00:00:00:00:09\", source: [\"02:00:00:00:00:09\"], shared-addresses: [10.0.0.9]}\n"
                + "          m: {access: red, mac: \"02:00:00:00:00:0a\"}\n"
                + "      br1: {}\nacls:\n  - " + acl + "\n";
        InvalidNetworkException e =
                assertThrows(InvalidNetworkException.class, () -> NetworkFile.read(Map.of("n.yaml", text)));
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }
}
