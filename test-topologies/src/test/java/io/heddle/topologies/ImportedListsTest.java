package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Lists made from the rules of a machine's own firewall let pass what the rules let pass, and nothing else: a guest
 * behind the lists answers exactly those who get an answer from a machine on which the kernel applies the rules.
 */
class ImportedListsTest extends LabTest {
    private static final Path RULES = Path.of("controller/src/test/resources/golden/firewall");
    private static final Path PROBES = Path.of("test-topologies/src/test/resources/probes");
    private static final List<String> OWN = List.of("10.0.200.1", "10.0.0.1");
    private static final String OWN6 = "fd00:200::1";
    private static final List<String> OTHERS = List.of(
            "10.0.200.3",
            "10.0.200.4",
            "10.0.0.9",
            "10.0.0.15",
            "10.0.5.5",
            "10.9.0.7",
            "10.10.0.4",
            "10.10.0.7",
            "10.77.0.1",
            "192.0.2.7",
            "198.51.100.1");
    private static final List<String> OTHERS6 = List.of("fd00:200::3", "2001:db8::5", "fd00:9::7");
    private static final List<Integer> TCP = List.of(22, 25, 53, 80, 443, 5353, 8000, 8050, 8101);
    private static final List<Integer> UDP = List.of(53, 514, 1023, 1024, 1194, 5353);
    /** GRE and ESP. */
    private static final List<Integer> FURTHER = List.of(47, 50);

    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      web: {access: red, mac: "02:00:00:00:08:01", source: ["02:00:00:00:08:01"], guard: []}
                      peer: {access: red, mac: "02:00:00:00:08:02", guard: []}
            """;

    private final List<Process> running = new ArrayList<>();

    @AfterEach
    void stop() {
        running.forEach(Process::destroyForcibly);
    }

    private static Path home(Path path) {
        return ControllerProcess.home().resolve(path);
    }

    private static String join(List<?> all) {
        return all.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    /** Gives two machines their addresses, and each the other's MAC. */
    private static void introduce(Node web, Node peer) {
        addresses(web, Stream.concat(OWN.stream(), Stream.of(OWN6)).toList());
        addresses(peer, Stream.concat(OTHERS.stream(), OTHERS6.stream()).toList());
        for (Node node : List.of(web, peer)) {
            node.run("ip route replace default dev eth0");
            node.run("ip -6 route replace default dev eth0");
        }
        for (String a : Stream.concat(OTHERS.stream(), OTHERS6.stream()).toList()) {
            web.run("ip neigh replace " + a + " lladdr 02:00:00:00:08:02 dev eth0 nud permanent");
        }
        for (String a : Stream.concat(OWN.stream(), Stream.of(OWN6)).toList()) {
            peer.run("ip neigh replace " + a + " lladdr 02:00:00:00:08:01 dev eth0 nud permanent");
        }
    }

    private static void addresses(Node node, List<String> addresses) {
        node.run("sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.eth0.disable_ipv6=0");
        addresses.forEach(
                a -> node.run("ip addr replace " + a + (a.contains(":") ? "/128 nodad" : "/32") + " dev eth0"));
    }

    private void answers(Node node, List<String> addresses) {
        Path log = Lab.FOLDER.resolve("answers-" + node.name());
        running.add(node.start(
                log,
                "/usr/bin/python3 " + home(PROBES) + "/answer.py " + join(addresses) + " " + join(TCP) + " " + join(UDP)
                        + " " + join(FURTHER)));
        ControllerProcess.until(10, node.name() + " listens", () -> read(log).contains("listening"));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Lets two machines talk: who answers whom, and on what. */
    private void talk(Node web, Node peer) {
        introduce(web, peer);
        answers(web, Stream.concat(OWN.stream(), Stream.of(OWN6)).toList());
        answers(peer, Stream.concat(OTHERS.stream(), OTHERS6.stream()).toList());
    }

    private static Map<String, String> ask(Node from, List<String> questions) throws IOException {
        Path file = Files.write(Lab.FOLDER.resolve("questions-" + from.name()), questions);
        Shell.Result result = from.script("/usr/bin/python3 " + home(PROBES) + "/ask.py < " + file);
        assertTrue(result.ok(), result.output());
        Map<String, String> out = new TreeMap<>();
        for (String line : result.output().lines().toList()) {
            String[] words = line.split(" ", 6);
            out.put(String.join(" ", List.of(words).subList(0, 5)), words[5]);
        }
        assertEquals(questions.size(), out.size(), result.output());
        return out;
    }

    /** All questions of some machines to others. @param sport a source port that rules ask for, 0 for any */
    private static List<String> questions(List<String> from, List<String> to, int sport) {
        List<String> out = new ArrayList<>();
        for (String source : from) {
            for (String destination : to) {
                TCP.forEach(p -> out.add("tcp " + source + " " + sport + " " + destination + " " + p));
                UDP.forEach(p -> out.add("udp " + source + " " + sport + " " + destination + " " + p));
                if (sport == 0) {
                    out.add("ping " + source + " 0 " + destination + " 0");
                    if (!source.contains(":")) {
                        FURTHER.forEach(n -> out.add(n + " " + source + " 0 " + destination + " 0"));
                    }
                }
            }
        }
        return out;
    }

    /** Both ask the same; a busy machine may be late, so what differs is asked again. */
    private static void compare(Node guest, Node reference, List<String> questions, List<String> results)
            throws IOException {
        List<String> left = questions;
        Map<String, String> kernel = Map.of();
        Map<String, String> lists = Map.of();
        for (int i = 0; i < 3 && !left.isEmpty(); i++) {
            kernel = ask(reference, left);
            lists = ask(guest, left);
            if (i == 0) {
                results.addAll(kernel.values());
            }
            List<String> different = new ArrayList<>();
            for (String q : left) {
                if (!kernel.get(q).equals(lists.get(q))) {
                    different.add(q);
                }
            }
            left = different;
        }
        StringBuilder all = new StringBuilder();
        for (String q : left) {
            all.append(q + ": the kernel says " + kernel.get(q) + ", the lists " + lists.get(q) + "\n");
        }
        assertEquals("", all.toString());
    }

    /**
     * @param replies whether the rules accept replies, as all lists do
     * @param six whether they are about IPv6, too
     */
    @ParameterizedTest
    @CsvSource({
        "iptables-chains, true, false",
        "iptables-ranges, false, false",
        "iptables-both, true, true",
        "ufw-running, true, false",
        "nft-inet, true, true"
    })
    void aGuestAnswersWhoTheRulesOfItsFirewallLetIn(String rules, boolean replies, boolean six) throws Exception {
        LabHost hv1 = lab.host("hv1");
        machine(hv1, "web", "08:01", "10.0.200.1/32", "");
        machine(hv1, "peer", "08:02", "10.0.200.3/32", "");
        Node web = lab.machine("web");
        Node peer = lab.machine("peer");
        talk(web, peer);
        lab.pair("kernelweb", "kernelpeer");
        Node kernelWeb = lab.machine("kernelweb");
        Node kernelPeer = lab.machine("kernelpeer");
        kernelWeb.run("ip link set eth0 address 02:00:00:00:08:01");
        kernelPeer.run("ip link set eth0 address 02:00:00:00:08:02");
        talk(kernelWeb, kernelPeer);
        List<Path> files = files(rules);
        files.forEach(f -> load(kernelWeb, f));
        startController();
        apply(NETWORK);
        String first = "tcp 10.0.5.5 0 10.0.200.1 8101";
        assertEquals(Map.of(first, "passes"), ask(peer, List.of(first)), "without lists");
        apply(NETWORK + lists(files));

        List<String> results = new ArrayList<>();
        compare(peer, kernelPeer, questions(OTHERS, OWN, 0), results);
        compare(peer, kernelPeer, questions(OTHERS.subList(0, 4), OWN.subList(0, 1), 53), results);
        if (replies) {
            compare(web, kernelWeb, questions(OWN.subList(0, 1), OTHERS, 0), results);
        }
        if (six) {
            compare(peer, kernelPeer, questions(OTHERS6, List.of(OWN6), 0), results);
            compare(web, kernelWeb, questions(List.of(OWN6), OTHERS6, 0), results);
        }
        assertTrue(results.contains("passes") && results.contains("silent"), results.toString());
    }

    /** The lists that heddle import makes, without the head of the file. */
    private static String lists(List<Path> files) throws IOException {
        Path file = Lab.FOLDER.resolve("lists.yaml");
        Shell.Result imported = ControllerProcess.heddle(
                "import --firewall " + join(files).replace(",", " ") + " --on web --output " + file);
        assertTrue(imported.ok(), imported.output());
        assertFalse(imported.output().toLowerCase(Locale.ROOT).contains("left out"), imported.output());
        return Files.readString(file).replaceFirst("(?m)^heddle: v1\n", "");
    }

    private static List<Path> files(String rules) throws IOException {
        try (Stream<Path> files = Files.list(home(RULES).resolve(rules))) {
            return files.filter(f -> !f.endsWith("access-lists.yaml") && !f.endsWith("options"))
                    .sorted()
                    .toList();
        }
    }

    /** Gives rules to the kernel of a machine. */
    private static void load(Node node, Path file) {
        String name = file.getFileName().toString();
        String command = name.endsWith(".nft")
                ? "nft -f " + file
                : (name.endsWith("v6") ? "ip6tables-nft-restore < " : "iptables-nft-restore < ") + file;
        Shell.Result result = node.script(command);
        assertTrue(result.ok(), result.output());
    }
}
