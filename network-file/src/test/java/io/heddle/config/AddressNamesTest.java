package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressNamesTest {
    private static final String HEAD = """
            heddle: v1
            networks:
              red: {vlan: 200, subnet: 10.0.200.0/24}
              blue: {vlan: 300}
              bare: {vlan: 400}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges:
                  br0:
                    ports:
                      web1: {access: red, address: [10.0.200.1/24, "fd00:200::1/64"], labels: {app: web, tier: front}}
                      web2: {access: red, address: [10.0.200.2/24], labels: {app: web, tier: back}}
                      web3: {access: blue, address: [10.0.44.3/24], labels: {app: web, tier: back}}
                      six: {access: blue, address: ["fd00:44::6"], labels: {app: six}}
                      silent: {access: bare, labels: {app: mute}}
                      up: {trunk: [red, blue, bare]}
            address-sets:
              admins: [10.0.0.0/24, 10.0.0.7, 10.9.0.3, 10.9.0.2, "fd00::/64", "fd00::1"]
              nobody: []
            """;

    private static final String GROUPS = """
            groups:
              web: {labels: {app: web}}
              front: {labels: {app: web, tier: front}}
              listed: {ports: [hv1/br0/web1, web3]}
              both: {ports: [web3], labels: {app: web}, networks: [red]}
              blues: {networks: [blue]}
              six: {ports: [six]}
              mute: {labels: {app: mute}}
              none: {labels: {app: none}}
            """;

    private static NetworkModel model(String lines) throws InvalidNetworkException {
        return NetworkFile.parse(Map.of("n.yaml", HEAD + GROUPS + lines));
    }

    private static String rule(String words) {
        return "acls: [{name: a, rules: [{match: {" + words + "}, action: drop}]}]\n";
    }

    private static void means(String words, String... matches) throws InvalidNetworkException {
        assertEquals(
                List.of(matches),
                model(rule(words))
                        .acls()
                        .get(0)
                        .rules()
                        .get(0)
                        .matches()
                        .map(Object::toString)
                        .toList(),
                words);
    }

    private static String problems(String text) {
        return assertThrows(InvalidNetworkException.class, () -> NetworkFile.parse(Map.of("n.yaml", text)))
                .problems()
                .toString();
    }

    @Test
    void aSetStandsForItsAddressesWithoutOverlap() throws Exception {
        means(
                "src: admins",
                "ip,nw_src=10.0.0.0/24",
                "ip,nw_src=10.9.0.2",
                "ip,nw_src=10.9.0.3",
                "ipv6,ipv6_src=fd00::/64");
        means("proto: icmp, dst: [admins, 10.9.0.0/16]", "icmp,nw_dst=10.0.0.0/24", "icmp,nw_dst=10.9.0.0/16");
        means("src: nobody");
        means("src: [nobody, 10.0.0.1]", "ip,nw_src=10.0.0.1");
    }

    @Test
    void anyStandsForAllAddresses() throws Exception {
        means("proto: tcp, src: any, dst: [10.0.0.1, any], dst-port: 80", "tcp,tp_dst=80", "tcp6,tp_dst=80");
    }

    @Test
    void aNetworkStandsForItsSubnetAndTheAddressesOfItsPorts() throws Exception {
        means("src: red", "ip,nw_src=10.0.200.0/24", "ipv6,ipv6_src=fd00:200::1");
        means("src: blue", "ip,nw_src=10.0.44.3", "ipv6,ipv6_src=fd00:44::6");
    }

    @Test
    void aGroupStandsForTheAddressesOfItsPorts() throws Exception {
        means("proto: ip, src: web", "ip,nw_src=10.0.44.3", "ip,nw_src=10.0.200.1", "ip,nw_src=10.0.200.2");
        means("src: front", "ip,nw_src=10.0.200.1", "ipv6,ipv6_src=fd00:200::1");
        means("proto: ip, src: listed", "ip,nw_src=10.0.44.3", "ip,nw_src=10.0.200.1");
        means("proto: ip, src: both", "ip,nw_src=10.0.44.3", "ip,nw_src=10.0.200.1", "ip,nw_src=10.0.200.2");
        means("proto: ip, src: blues", "ip,nw_src=10.0.44.3");
        means("src: none");
        means(
                "src: front, dst: [six, web]",
                "ip,nw_src=10.0.200.1,nw_dst=10.0.44.3",
                "ip,nw_src=10.0.200.1,nw_dst=10.0.200.1",
                "ip,nw_src=10.0.200.1,nw_dst=10.0.200.2",
                "ipv6,ipv6_src=fd00:200::1,ipv6_dst=fd00:44::6",
                "ipv6,ipv6_src=fd00:200::1,ipv6_dst=fd00:200::1");
    }

    @Test
    void aListHoldsForThePortsOfAGroup() throws Exception {
        NetworkModel model = model("acls: [{name: a, on: {groups: [web], ports: [up]}, default: drop}]\n");
        assertEquals(
                Set.of("up", "hv1/br0/web1", "hv1/br0/web2", "hv1/br0/web3"),
                model.acls().get(0).on().ports());
        model = model("acls: [{name: a, on: {groups: [none, mute]}, default: drop}]\n");
        assertEquals(Set.of("hv1/br0/silent"), model.acls().get(0).on().ports());
        model = model("acls: [{name: a, on: {groups: [blues]}, default: drop}]\n");
        assertEquals(
                Set.of("hv1/br0/web3", "hv1/br0/six"), model.acls().get(0).on().ports(), "without the uplink");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "src: wbe | unknown network, address set or group \"wbe\", did you mean web?",
                "src: mute | the addresses of group mute are not all known: give address to hv1/br0/silent",
                "src: bare | network bare has no known addresses: give it a subnet",
                "src: six, dst: 10.0.0.1 | two IP versions: no frame has both; six has only IPv6 addresses",
                "proto: icmp, src: six | six has only IPv6 addresses, and proto icmp is not: write icmp6",
                "src: [10.0.0.1, six], dst: 10.0.0.2 | six has only IPv6 addresses, and dst is not",
                "src: 10.0.0.1.5 | is not an IPv4 address",
            })
    void saysWhatIsWrongWithAName(String words, String expected) {
        String found = problems(HEAD + GROUPS + rule(words));
        assertTrue(found.contains(expected), found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groups: {red: {ports: [web1]}} | red is already the name of the network at n.yaml:3",
                "groups: {admins: {ports: [web1]}} | admins is already the name of the address set at n.yaml:19",
                "groups: {10.0.0.1: {ports: [web1]}} | means something else in src and dst",
                "groups: {any: {ports: [web1]}} | means something else in src and dst",
                "groups: {g: {ports: [wbe1]}} | unknown port \"wbe1\", did you mean web1?",
                "groups: {g: {networks: [rde]}} | unknown network \"rde\", did you mean red?",
                "groups: {g: } | names no ports: add ports, labels or networks",
                "groups: {g: {}} | names no ports: add ports, labels or networks",
                "groups: {g: {labels: {}}} | expected at least one label",
                "groups: {g: {labels: {app: 'a b'}}} | expected a label such as app: web",
                "groups: {g: {labels: {app: none}}} ~acls: [{name: a, on: {groups: [g]}, default: drop}]"
                        + " | no port is in g, so the list holds nowhere",
                "acls: [{name: a, on: {groups: [g]}, default: drop}] | unknown group \"g\", none is declared",
                "acls: [{name: a, on: {groups: []}, default: drop}] | found none",
            })
    void saysWhatIsWrongWithAGroup(String lines, String expected) {
        String found = problems(HEAD + lines.replace('~', '\n') + "\n");
        assertTrue(found.contains(expected), found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "admins: [10.0.0.1, admins] | a set holds only addresses and prefixes, not \"admins\"",
                "admins: [null] | expected an address or prefix, found nothing",
                "admins: ['10.0.0.1/32,ip'] | is not an IP address or prefix",
                "admins: [any] | a set holds only addresses and prefixes",
                "admins: [10.0.0.0/40] | prefix length 40 is over 32",
                "admins: {file: /etc/hosts} | expected the name of a file beside the network file",
                "admins: {file: a.txt} | there is no file a.txt among the network files",
                "admins: {files: a.txt} | is missing, expected the name of a file",
                "admins: yes | expected a list of addresses",
                "admins: [10.0.0] | is not an IPv4 address",
            })
    void saysWhatIsWrongWithASet(String set, String expected) {
        String found = problems("heddle: v1\naddress-sets: {" + set + "}\n");
        assertTrue(found.contains(expected), found);
    }

    @Test
    void emptyNamesAreNoted() throws Exception {
        List<String> notes = NetworkFile.read(Map.of("n.yaml", HEAD + GROUPS + rule("src: none"))).notes().stream()
                .map(Problem::toString)
                .filter(n -> n.contains("match nothing"))
                .toList();
        assertEquals(2, notes.size(), notes.toString());
        assertTrue(notes.get(0).contains("address-sets.nobody: has no addresses: rules with it match nothing"));
        assertTrue(notes.get(1).contains("groups.none: has no ports: rules with it match nothing"));
    }

    @Test
    void expectationsMayUseNames() throws Exception {
        NetworkModel model = model("expect: [{from: red, to: blue, match: {src: front, dst-port: ssh}}]\n");
        assertEquals(
                "[tcp,nw_src=10.0.200.1,tp_dst=22, tcp6,ipv6_src=fd00:200::1,tp_dst=22]",
                model.expectations().get(0).frames().toString());
        String found = problems(HEAD + GROUPS + "expect: [{from: red, to: blue, match: {src: none}}]\n");
        assertTrue(found.contains("matches nothing: the names in it stand for no addresses"), found);
    }

    /** A rule that stands as before is read again if a name in it has another meaning. */
    @Test
    void aRuleFollowsItsNames() throws Exception {
        String text = HEAD + "groups: {web: {labels: {app: web}}}\n" + """
                acls:
                - name: a
                  rules:
                  - {match: {proto: ip, src: web}, action: drop}
                  - {match: {src: 10.0.0.1}, action: drop}
                  - {match: {dst: [10.0.0.1, admins]}, action: drop}
                """;
        Map<String, String> files = Map.of("n.yaml", text);
        NetworkFile.Declared before = NetworkFile.read(files);
        files = FileEdit.put(files, List.of("networks", "bare", "vlan"), 401);
        NetworkFile.Declared same = NetworkFile.read(files, before);
        assertSame(
                before.model().acls().get(0).blocks().get(0),
                same.model().acls().get(0).blocks().get(0));
        assertEquals(List.of(3, 1, 4), sizes(same));
        List<String> ports = List.of("hosts", "hv1", "bridges", "br0", "ports");
        files = FileEdit.put(files, with(ports, "six", "address"), List.of("10.0.44.6"));
        files = FileEdit.put(files, with(ports, "six", "labels", "app"), "web");
        NetworkFile.Declared now = NetworkFile.read(files, same);
        assertEquals(List.of(4, 1, 4), sizes(now));
        assertSame(rule(same, 1), rule(now, 1));
        assertSame(rule(same, 2), rule(now, 2));
        files = FileEdit.put(files, List.of("address-sets", "admins"), List.of("10.9.0.2"));
        files = FileEdit.put(files, with(ports, "web1", "labels", "app"), "other");
        NetworkFile.Declared later = NetworkFile.read(files, now);
        assertEquals(List.of(3, 1, 2), sizes(later));
        assertEquals(
                NetworkFile.read(Map.of("n.yaml", files.get("n.yaml") + "# as if never seen\n"))
                        .model()
                        .acls()
                        .get(0)
                        .blocks(),
                later.model().acls().get(0).blocks());
        Map<String, String> wrong = FileEdit.put(files, with(ports, "silent", "labels", "app"), "web");
        InvalidNetworkException e = assertThrows(InvalidNetworkException.class, () -> NetworkFile.read(wrong, later));
        assertTrue(
                e.problems().toString().contains("give address to hv1/br0/silent"),
                e.problems().toString());
    }

    private static List<String> with(List<String> path, String... more) {
        return Stream.concat(path.stream(), Stream.of(more)).toList();
    }

    private static Acl.Rule rule(NetworkFile.Declared declared, int index) {
        return declared.model().acls().get(0).rules().get(index);
    }

    private static List<Integer> sizes(NetworkFile.Declared declared) {
        return declared.model().acls().get(0).rules().stream()
                .map(r -> (int) r.matches().count())
                .toList();
    }

    private static String set(int size) {
        return "heddle: v1\naddress-sets:\n  big: ["
                + IntStream.range(0, size)
                        .mapToObj(i -> "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255))
                        .collect(Collectors.joining(", "))
                + "]\n";
    }

    @Test
    void largeSetsAreReadAndLargerOnesRefused() throws Exception {
        String big = set(100_000);
        assertTimeout(Duration.ofSeconds(20), () -> NetworkFile.read(Map.of("n.yaml", big)));
        String found = problems(big + rule("src: big"));
        assertTrue(found.contains("stands for 100000 matches, and 4096 are possible in one rule"), found);
        found = problems(set(100_001));
        assertTrue(found.contains("is address number 100001: 100000 are possible in all sets together"), found);
        NetworkFile.parse(Map.of("n.yaml", big.replace("10.1.134.159]", "10.0.0.0/8]") + rule("src: big")));
    }

    /** Every rule may be large, but not all of them. */
    @Test
    void theMatchesOfAllRulesAreLimited() {
        StringBuilder text = new StringBuilder(set(4096)).append("acls:\n- name: a\n  rules:\n");
        for (int i = 0; i < 1000; i++) {
            text.append("  - {match: {src: big, dst: 10.1.0.").append(i & 255).append("}, action: drop}\n");
        }
        String found = problems(text.toString());
        assertTrue(found.contains("1000000 are possible in all"), found);
    }
}
