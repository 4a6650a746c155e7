package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.NetworkFile;
import io.heddle.golden.Golden;
import io.heddle.importing.firewall.FirewallImport;
import io.heddle.importing.firewall.Options;
import io.heddle.importing.firewall.Source;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Imports the rules of firewalls into access lists that a reviewer can read, and reads these as a network file. Each
 * folder is one machine; the file {@code options} in it says what people would say on the command line.
 */
class GoldenFirewallTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/firewall");
    private static final String RESULT = "access-lists.yaml";
    /** The port that the lists are for. */
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

    static List<Path> machines() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("machines")
    void importsTheListsInTheFileBeside(Path machine) throws Exception {
        Properties options = new Properties();
        List<Source> sources = new ArrayList<>();
        try (Stream<Path> files = Files.list(machine)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.equals("options")) {
                    options.load(new StringReader(Files.readString(file)));
                } else if (!name.equals(RESULT)) {
                    sources.add(new Source(name, Files.readString(file)));
                }
            }
        }
        FirewallImport.Result result = FirewallImport.read(
                sources,
                new Options(
                        "web",
                        List.of("web"),
                        options.getProperty("interface", ""),
                        Set.of(options.getProperty("chain", "input,output").split(","))));
        String report = result.report().stream().map(l -> "# " + l + "\n").collect(Collectors.joining());
        Golden.check(machine.resolve(RESULT), result.text() + "\n# On standard error:\n" + report);
        assertTrue(result.text().lines().allMatch(l -> l.length() <= 120), "a line is too long");
        NetworkFile.read(Map.of("network.yaml", NETWORK, RESULT, result.text()));
    }
}
