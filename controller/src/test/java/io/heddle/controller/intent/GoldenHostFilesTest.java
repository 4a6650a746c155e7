package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.check.Checker;
import io.heddle.config.NetworkFile;
import io.heddle.golden.Golden;
import io.heddle.importing.host.HostFiles;
import io.heddle.importing.host.HostFilesImport;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Imports hosts' own files into network files that a reviewer can read, and checks these as {@code heddle check} does.
 * Each folder is one import, each folder in it one host. The file {@code options} says what people would say on the
 * command line.
 */
class GoldenHostFilesTest {
    static final Path FOLDER = Path.of("src/test/resources/golden/hosts");
    private static final String RESULT = "network.yaml";

    static List<Path> imports() throws IOException {
        return folders(FOLDER);
    }

    private static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> in = Files.list(folder)) {
            return in.filter(Files::isDirectory).sorted().toList();
        }
    }

    static List<HostFiles> hosts(Path folder) throws IOException {
        List<HostFiles> hosts = new ArrayList<>();
        for (Path host : folders(folder)) {
            Map<String, String> files = new LinkedHashMap<>();
            try (Stream<Path> all = Files.walk(host)) {
                for (Path f : all.filter(Files::isRegularFile).sorted().toList()) {
                    files.put(host.relativize(f).toString(), Files.readString(f));
                }
            }
            hosts.add(new HostFiles(host.getFileName().toString(), files));
        }
        return hosts;
    }

    static HostFilesImport.Wishes wishes(Path folder) throws IOException {
        Properties options = new Properties();
        Path file = folder.resolve("options");
        if (Files.exists(file)) {
            options.load(new StringReader(Files.readString(file)));
        }
        Map<String, String> outside = options.stringPropertyNames().stream()
                .filter(n -> n.startsWith("outside."))
                .collect(Collectors.toMap(n -> n.substring("outside.".length()), options::getProperty));
        return new HostFilesImport.Wishes(outside, options.containsKey("steps"));
    }

    @ParameterizedTest
    @MethodSource("imports")
    void importsTheFileBeside(Path folder) throws Exception {
        HostFilesImport.Result result = HostFilesImport.read(hosts(folder), wishes(folder));
        Golden.check(folder.resolve(RESULT), result.text());
        assertTrue(result.text().lines().allMatch(l -> l.length() <= 120), "a line is too long");
        Checker.Report report = Checker.check(NetworkFile.read(Map.of(RESULT, result.text())));
        assertTrue(report.isAcceptable(), report.findings().toString());
    }
}
