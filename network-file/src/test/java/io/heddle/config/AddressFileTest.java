package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heddle.flows.program.Match;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Address sets in files of their own. */
class AddressFileTest {
    private static final String NETWORK = """
            heddle: v1
            address-sets: {bad: {file: bad.txt}, more: [10.7.0.1]}
            acls: [{name: a, rules: [{match: {proto: ip, src: [bad, more]}, action: drop}]}]
            """;

    private static Map<String, String> files(String list) {
        return new TreeMap<>(Map.of("network.yaml", NETWORK, "bad.txt", list));
    }

    private static List<String> sources(NetworkFile.Declared declared) {
        Stream<Match> matches = declared.model().acls().get(0).rules().get(0).matches();
        return matches.map(Match::toString).toList();
    }

    @Test
    void aLineIsAnAddressAPrefixOrAComment() throws Exception {
        String list = "# from elsewhere\r\n\r\n10.8.0.0/16 # a network\r\n  10.9.0.1\n#10.0.0.1\n";
        assertEquals(
                List.of("ip,nw_src=10.7.0.1", "ip,nw_src=10.8.0.0/16", "ip,nw_src=10.9.0.1"),
                sources(NetworkFile.read(files(list))));
        NetworkFile.Declared empty = NetworkFile.read(files("# nothing yet\n"));
        assertEquals(List.of("ip,nw_src=10.7.0.1"), sources(empty));
        assertEquals(
                "bad.txt:1:1: address-sets.bad: has no addresses: rules with it match nothing",
                empty.notes().get(0).toString());
    }

    @Test
    void errorsNameTheFileAndTheLine() {
        String list = "10.8.0.0/16\n\n# two wrong ones\nadmins\n10.9.0.1/40, x: \"y\\\n";
        InvalidNetworkException e = assertThrows(InvalidNetworkException.class, () -> NetworkFile.read(files(list)));
        assertEquals(
                List.of("bad.txt:4", "bad.txt:5"),
                e.problems().stream().map(p -> p.file() + ":" + p.line()).toList(),
                e.problems().toString());
    }

    /** A changed list changes the rules that name its set, and only these. */
    @Test
    void aRuleFollowsTheFile() throws Exception {
        NetworkFile.Declared before = NetworkFile.read(files("10.8.0.1\n"));
        assertSame(
                before.model().acls().get(0).blocks().get(0),
                NetworkFile.read(files("10.8.0.1 # the same\n"), before)
                        .model()
                        .acls()
                        .get(0)
                        .blocks()
                        .get(0));
        assertEquals(
                List.of("ip,nw_src=10.7.0.1", "ip,nw_src=10.8.0.2"),
                sources(NetworkFile.read(files("10.8.0.2\n"), before)));
    }

    @Test
    void editsLeaveTheFileAloneWhileASetNamesIt() throws Exception {
        Map<String, String> edited = FileEdit.put(files("10.8.0.1\n"), List.of("networks", "red", "vlan"), 5);
        assertEquals("10.8.0.1\n", edited.get("bad.txt"));
        assertEquals(List.of("ip,nw_src=10.7.0.1", "ip,nw_src=10.8.0.1"), sources(NetworkFile.read(edited)));
        Map<String, String> replaced = FileEdit.put(edited, List.of("address-sets", "bad"), List.of("10.8.0.3"));
        assertEquals(Set.of("network.yaml"), replaced.keySet());
        assertEquals(List.of("ip,nw_src=10.7.0.1", "ip,nw_src=10.8.0.3"), sources(NetworkFile.read(replaced)));
    }

    @Test
    void theFileStandsBesideTheNetworkFile(@TempDir Path folder) throws Exception {
        Path network = Files.writeString(folder.resolve("network.yaml"), NETWORK);
        for (Path given : List.of(network, folder)) {
            IOException e = assertThrows(IOException.class, () -> NetworkFile.load(given));
            assertEquals(folder + "/bad.txt: no such file, but network.yaml:2 names it", e.getMessage());
        }
        Files.writeString(folder.resolve("bad.txt"), "10.8.0.1\n");
        Files.writeString(folder.resolve("other.txt"), "a letter\n");
        for (Path given : List.of(network, folder)) {
            assertEquals(files("10.8.0.1\n"), NetworkFile.load(given));
        }
        Path single = Files.writeString(folder.resolve("network.txt"), "heddle: v1\n");
        assertEquals(Map.of("network.txt", "heddle: v1\n"), NetworkFile.load(single));
    }
}
