package io.heddle.importing.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ufw prints of its rules, and what it keeps of the same rules in files, become the same lists. */
class UfwStatusTest {
    private static final Path CASES = Path.of("../controller/src/test/resources/golden/firewall");
    private static final Options OPTIONS = new Options("web", List.of("web"), "eth0", Set.of("input", "output"));

    /** The rules of the lists, without comments. */
    private static List<String> rules(Path folder, String... files) throws IOException, FirewallSyntaxException {
        List<Source> sources = new ArrayList<>();
        for (String f : files) {
            sources.add(new Source(f, Files.readString(CASES.resolve(folder).resolve(f))));
        }
        return FirewallImport.read(sources, OPTIONS)
                .text()
                .lines()
                .map(l -> l.replaceFirst("#.*", "").strip())
                .filter(l -> !l.isEmpty())
                .toList();
    }

    @Test
    void theStatusSaysTheSameAsTheFiles() throws Exception {
        List<String> status = rules(Path.of("ufw-status"), "status");
        assertTrue(status.size() > 20, status.toString());
        assertEquals(rules(Path.of("ufw-status-files"), "user.rules", "user6.rules", "default"), status);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Status: inactive | status:1: ufw is inactive, so it prints no rules; /etc/ufw/user.rules has them
            22/tcp LETS IN Anywhere | status:5: expected a line of ufw status such as 22/tcp ALLOW IN Anywhere, found
            22/tpc ALLOW IN Anywhere | status:5: unknown protocol "tpc"
            70000/tcp ALLOW IN Anywhere | status:5: expected ports, found "70000/tcp"
            """)
    void saysWhatIsWrongWhere(String line, String message) {
        String head = "Status: active\n\nTo       Action    From\n--       ------    ----\n";
        String text = line.startsWith("Status") ? line : head + line + "\n";
        FirewallSyntaxException e = assertThrows(
                FirewallSyntaxException.class, () -> FirewallImport.read(List.of(new Source("status", text)), OPTIONS));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }
}
