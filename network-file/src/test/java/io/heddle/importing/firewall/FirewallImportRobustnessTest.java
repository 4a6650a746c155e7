package io.heddle.importing.firewall;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong rules of firewalls get an error with a place, or become a network file that can be read. */
class FirewallImportRobustnessTest {
    private static final Path CASES = Path.of("../controller/src/test/resources/golden/firewall");
    private static final Options OPTIONS = new Options("web", List.of("web"), "eth0", Set.of("input", "output"));
    private static final int MUTATIONS = 60;
    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200}}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges:
                  br0:
                    ports:
                      web: {access: red, mac: "02:00:00:00:00:01", source: ["02:00:00:00:00:01"]}
            """;
    private static final String[] PIECES = {
        "",
        " ",
        "!",
        "{",
        "}",
        "\"",
        "-",
        ",",
        ":",
        "/",
        "0",
        "99999999999",
        "\n",
        "@x",
        "ACCEPT",
        " -j ",
        "::",
        "é",
        "[",
        "|"
    };

    private static List<Path> inputs() throws IOException {
        try (Stream<Path> files = Files.walk(CASES)) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> !f.endsWith("options") && !f.endsWith("access-lists.yaml"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyBeginningAndEveryMutationIsReadOrRefusedWithItsPlace() throws Exception {
        Random random = new Random(1);
        List<Path> inputs = inputs();
        assertTrue(inputs.size() >= 25, "inputs are missing in " + CASES);
        int refused = 0;
        int all = 0;
        for (Path input : inputs) {
            String text = Files.readString(input);
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < MUTATIONS; i++) {
                texts.add(text.substring(0, random.nextInt(text.length())));
                int from = random.nextInt(text.length());
                int to = Math.min(text.length(), from + random.nextInt(4));
                texts.add(text.substring(0, from) + PIECES[random.nextInt(PIECES.length)] + text.substring(to));
                List<String> lines = new ArrayList<>(text.lines().toList());
                lines.remove(random.nextInt(lines.size()));
                texts.add(String.join("\n", lines) + "\n");
            }
            for (String t : texts) {
                all++;
                refused += refuses(input.getFileName().toString(), t) ? 1 : 0;
            }
        }
        assertTrue(refused > all / 10 && refused < all * 9 / 10, refused + " of " + all + " were refused");
    }

    private static boolean refuses(String name, String text) throws InvalidNetworkException {
        String lists;
        try {
            lists = FirewallImport.read(List.of(new Source(name, text)), OPTIONS)
                    .text();
        } catch (FirewallSyntaxException e) {
            assertTrue(e.getMessage().matches("(?s)" + name + ":(\\d+|handle \\d*): .+"), e.getMessage());
            return true;
        } catch (RuntimeException e) {
            throw new AssertionError(name + " failed with " + e + ":\n" + text, e);
        }
        try {
            NetworkFile.read(Map.of("a.yaml", NETWORK, "b.yaml", lists));
        } catch (InvalidNetworkException e) {
            throw new AssertionError(e.getMessage() + "\n" + lists + "\nfrom\n" + text, e);
        }
        return false;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            -A INPUT -p tcp --dport | rules:5: --dport needs a value
            -A INPUT -p tcp --dport 70000 -j DROP | rules:5: --dport 70000: expected ports such as 22 or 8000:8100
            -A INPUT -s 10.0.0.300 -j DROP | rules:5: -s 10.0.0.300: expected IPv4 addresses or prefixes such as 10.0.0.0/24
            -A INPUT -s fd00::1 -d 10.0.0.1 -j DROP | rules:5: -d 10.0.0.1: expected IPv6 addresses or prefixes such as fd00::/64
            -A INPT -j DROP | rules:5: there is no chain INPT before this line
            -A INPUT -m comment --comment "open -j DROP | rules:5: a " has no end
            -A INPUT -j DROP ! | rules:5: ends after !
            -A INPUT -p tpc -j DROP | rules:5: unknown protocol "tpc": write its number
            -A INPUT DROP | rules:5: expected an option such as --dport, found "DROP"
            -B INPUT -j DROP | rules:5: expected a line of iptables-save such as -A INPUT -j DROP
            *nat | rules:5: the table filter has no COMMIT before this one
            """)
    void saysWhatIsWrongWhere(String line, String message) {
        String text =
                "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" + line + "\nCOMMIT\n";
        FirewallSyntaxException e = assertThrows(
                FirewallSyntaxException.class, () -> FirewallImport.read(List.of(new Source("rules", text)), OPTIONS));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }

    @Test
    void refusesWhatIsNoFirewall() {
        FirewallSyntaxException e = assertThrows(
                FirewallSyntaxException.class,
                () -> FirewallImport.read(List.of(new Source("x.txt", "hello\n")), OPTIONS));
        assertTrue(e.getMessage().startsWith("x.txt:1: expected the output of iptables-save"), e.getMessage());
    }

    @Test
    void refusesChainsInACircle() {
        String text =
                "*filter\n:INPUT ACCEPT [0:0]\n:a - [0:0]\n:b - [0:0]\n-A INPUT -j a\n-A a -j b\n-A b -j a\nCOMMIT\n";
        FirewallSyntaxException e = assertThrows(
                FirewallSyntaxException.class, () -> FirewallImport.read(List.of(new Source("rules", text)), OPTIONS));
        assertTrue(e.getMessage().contains("is jumped to in a circle"), e.getMessage());
    }

    /** What nft prints of rules of iptables may be less than these say. */
    @Test
    void leavesOutWhatNftDoesNotShow() throws Exception {
        String text = """
                table ip filter {
                	chain INPUT {
                		type filter hook input priority filter; policy accept;
                		tcp dport 22 # recent: UPDATE seconds: 60 counter packets 0 bytes 0 drop
                		tcp dport 23 xt match "recent" counter packets 0 bytes 0 drop
                	}
                }
                """;
        FirewallImport.Result result = FirewallImport.read(List.of(new Source("r.nft", text)), OPTIONS);
        assertTrue(
                result.report()
                        .contains("LEFT OUT: 2 rules that drop. THE LISTS ARE MORE OPEN than the input; the"
                                + " file says where (\"more open\")"),
                result.report().toString());
    }
}
