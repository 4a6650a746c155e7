package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class FileEditTest {
    private static final String FILE = """
            heddle: v1          # the format
            networks:
              red:  {vlan: 200, vni: 10200}   # tenants
              # the guests'
              blue: {vlan: 300}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges:
                  br0:
                    ports:
                      vm1: {access: red}   # the shop

                      vm2:
                        access: blue
                        mac: "52:54:00:00:00:02"
              # not yet bought
              hv2: {ovsdb: "tcp:172.31.0.2:6640", bridges: {br0: {ports: {vm3: {access: red}}}}}
            acls:
              - name: web
                on: {networks: [red]}
                rules:
                  - {match: "tcp,tp_dst=80", action: allow}
                  - {match: ip, action: drop}   # the rest
            """;

    private static String put(String path, Object value) {
        return FileEdit.put(Map.of("network.yaml", FILE), List.of(path.split("/")), value)
                .get("network.yaml");
    }

    private static String remove(String path) {
        return FileEdit.remove(Map.of("network.yaml", FILE), List.of(path.split("/")))
                .get("network.yaml");
    }

    private static void assertOnly(String before, String after, String changed) {
        assertTrue(FILE.contains(before), before);
        assertEquals(FILE.replace(before, after), changed);
    }

    @Test
    void addsANewPortBelowTheOthersAndChangesNothingElse() {
        assertOnly(
                "        mac: \"52:54:00:00:00:02\"\n",
                "        mac: \"52:54:00:00:00:02\"\n          vm17: {access: red, trunk: [blue, 200-299]}\n",
                put(
                        "hosts/hv1/bridges/br0/ports/vm17",
                        new java.util.TreeMap<>(Map.of("access", "red", "trunk", List.of("blue", "200-299")))));
    }

    @Test
    void changesValuesInPlace() {
        assertOnly(
                "vm1: {access: red}",
                "vm1: {access: blue}",
                put("hosts/hv1/bridges/br0/ports/vm1", Map.of("access", "blue")));
        assertOnly("access: blue\n", "access: red\n", put("hosts/hv1/bridges/br0/ports/vm2/access", "red"));
        assertOnly(
                "vm1: {access: red}",
                "vm1: {access: red, mtu-request: 9000}",
                put("hosts/hv1/bridges/br0/ports/vm1/mtu-request", 9000));
        assertOnly(
                "{vm3: {access: red}}",
                "{vm3: {access: red}, vm4: {access: blue}}",
                put("hosts/hv2/bridges/br0/ports/vm4", Map.of("access", "blue")));
    }

    @Test
    void removesOnlyTheRemovedValue() {
        assertOnly("          vm1: {access: red}   # the shop\n", "", remove("hosts/hv1/bridges/br0/ports/vm1"));
        assertOnly("      - {match: ip, action: drop}   # the rest\n", "", remove("acls/web/rules/2"));
        assertOnly("{vm3: {access: red}}", "{}", remove("hosts/hv2/bridges/br0/ports/vm3"));
        assertOnly("{vlan: 200, vni: 10200}", "{vni: 10200}", remove("networks/red/vlan"));
        assertOnly("{vlan: 200, vni: 10200}", "{vlan: 200}", remove("networks/red/vni"));
        assertTrue(remove("acls/web").contains("acls: []"));
    }

    @Test
    void findsListItemsByName() {
        assertOnly(
                "    on: {networks: [red]}\n",
                "    on: {networks: [blue]}\n",
                put("acls/web/on", Map.of("networks", List.of("blue"))));
        String more = put("acls/guests", new java.util.TreeMap<>(Map.of("default", "drop", "name", "guests")));
        assertTrue(more.endsWith("  - {default: drop, name: guests}\n"), more);
    }

    @Test
    void appendsToAListOnlyAtTheNextNumber() {
        assertTrue(put("acls/web/rules/3", Map.of("action", "drop")).contains("      - {action: drop}\n"));
        assertThrows(IllegalArgumentException.class, () -> put("acls/web/rules/9", Map.of("action", "drop")));
        assertThrows(IllegalArgumentException.class, () -> put("acls/guests", Map.of("name", "others")));
    }

    @Test
    void addsMissingLists() {
        Map<String, Object> drop = new java.util.TreeMap<>(Map.of("action", "drop", "match", "ip"));
        for (String none : List.of("heddle: v1\n", "heddle: v1\nacls:\n", "heddle: v1\nacls: []\n")) {
            Map<String, String> files = Map.of("network.yaml", none);
            String web = FileEdit.put(files, List.of("acls", "web"), Map.of("name", "web"))
                    .get("network.yaml");
            assertEquals("heddle: v1\nacls:\n  - {name: web}\n", web);
            assertEquals(
                    Optional.of(List.of(Map.of("name", "web", "rules", List.of(drop)))),
                    FileEdit.get(
                            FileEdit.put(Map.of("network.yaml", web), List.of("acls", "web", "rules", "1"), drop),
                            List.of("acls")));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> FileEdit.put(files, List.of("acls", "web", "rules", "1"), drop));
        }
    }

    @Test
    void addsMissingSections() {
        assertTrue(put("tunnels", Map.of("type", "geneve")).endsWith("\ntunnels: {type: geneve}\n"));
        assertEquals(
                "heddle: v1\nnetworks:\n  red: {vlan: 7}\n",
                FileEdit.put(Map.of(), List.of("networks", "red"), Map.of("vlan", 7))
                        .get("network.yaml"));
    }

    @Test
    void splitsAMapThatOutgrowsItsLine() {
        Map<String, String> files = Map.of("f", FILE);
        for (int i = 10; i < 16; i++) {
            files = FileEdit.put(
                    files, List.of("hosts", "hv2", "bridges", "br0", "ports", "vm" + i), Map.of("access", "red"));
        }
        assertTrue(files.get("f").lines().allMatch(l -> l.length() <= YamlText.WIDTH), files.get("f"));
        assertTrue(files.get("f").contains("# not yet bought"));
    }

    @Test
    void changesTheFileThatHasTheLongestPartOfThePath() {
        Map<String, String> files = Map.of("a.yaml", "heddle: v1\nnetworks:\n  red: {vlan: 1}\n", "b.yaml", FILE);
        Map<String, String> after = FileEdit.put(files, List.of("hosts", "hv2", "tunnel-ip"), "172.31.0.2");
        assertEquals(files.get("a.yaml"), after.get("a.yaml"));
        assertTrue(after.get("b.yaml").contains("tunnel-ip: 172.31.0.2"));
    }

    @Test
    void expandsAnAliasBeforeItChangesOneCopy() {
        String shared = "heddle: v1\nnetworks:\n  red: &r {vlan: 1}\n  blue: *r\n";
        String after = FileEdit.put(Map.of("f", shared), List.of("networks", "blue", "vlan"), 2)
                .get("f");
        assertEquals(Optional.of(1), FileEdit.get(Map.of("f", after), List.of("networks", "red", "vlan")));
        assertEquals(Optional.of(2), FileEdit.get(Map.of("f", after), List.of("networks", "blue", "vlan")));
    }

    @Property(tries = 2000)
    void getReturnsAPutValueUntilItIsRemoved(@ForAll("paths") List<String> path, @ForAll("values") Object value) {
        Map<String, String> files = Map.of("network.yaml", FILE);
        Map<String, String> after = FileEdit.put(files, path, value);
        assertEquals(Optional.of(value), FileEdit.get(after, path));
        assertTrue(after.get("network.yaml").contains("# not yet bought") || path.equals(List.of("hosts")));
        Map<String, String> gone = FileEdit.remove(after, path);
        assertEquals(Optional.empty(), FileEdit.get(gone, path));
    }

    @Provide
    Arbitrary<List<String>> paths() {
        return Arbitraries.of(
                        "networks/red",
                        "networks/green",
                        "networks/9 lives",
                        "hosts",
                        "hosts/hv1/bridges/br0/ports/vm1",
                        "hosts/hv1/bridges/br0/ports/tap0: x",
                        "hosts/hv3/bridges/br-int/ports/p",
                        "hosts/hv2/bridges/br0",
                        "tunnels",
                        "hosts/hv2/bridges/br1/ports/\"",
                        "hosts/hv1/description")
                .map(p -> List.of(p.split("/")));
    }

    @Provide
    Arbitrary<Object> values() {
        Arbitrary<Object> leaf = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(12).map(s -> (Object) s.replaceAll("[\\p{Cs}\\p{Cn}\\p{Co}]", "")),
                Arbitraries.of(
                        "yes",
                        "true",
                        "1e3",
                        "0x10",
                        "10.0.0.1",
                        "# no",
                        "a: b",
                        "- x",
                        "tcp:1.2.3.4:5",
                        "0.5",
                        ".5",
                        "-",
                        "null",
                        "1_0",
                        "12:30",
                        "1d",
                        "0o7",
                        "é☃"),
                Arbitraries.integers().map(i -> i),
                Arbitraries.of(true, false));
        Arbitrary<Object> list = leaf.list().ofMaxSize(3).map(l -> l);
        Arbitrary<Object> map = Arbitraries.maps(
                        Arbitraries.of("access", "trunk", "mac", "a b", "1"), Arbitraries.oneOf(leaf, list))
                .ofMaxSize(4)
                .map(m -> m);
        return Arbitraries.oneOf(
                leaf,
                list,
                map,
                Arbitraries.maps(Arbitraries.of("br0", "x"), map).ofMaxSize(2).map(m -> m));
    }
}
