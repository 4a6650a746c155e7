package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.apps.SwitchView;
import io.heddle.apps.all.Apps;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.WayOutProbe;
import io.heddle.flows.program.FlowText;
import io.heddle.golden.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiles each network file into the flow entries of every switch, as text that a reviewer can read. After an intended
 * change run the tests with {@code -Dgolden.write=true} and review the difference.
 */
class GoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden");

    static List<Path> files() throws Exception {
        try (Stream<Path> files = Files.list(FOLDER);
                Stream<Path> examples = Files.list(Path.of("../docs/examples"))) {
            return Stream.concat(files, examples)
                    .filter(f -> f.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void compilesToTheFlowsInTheFileBeside(Path file) throws Exception {
        NetworkModel model = NetworkFile.parse(Map.of("net.yaml", Files.readString(file)));
        StringBuilder out = new StringBuilder();
        for (Host h : model.hosts().values()) {
            for (Bridge b : h.bridges().values()) {
                out.append("== ").append(h.name()).append('/').append(b.name()).append('\n');
                out.append(
                        text(new SwitchView(model, Optional.of(new NetworkModel.Place(h, b)), numbers(model, h, b))));
            }
        }
        out.append("== a switch that the network file does not name\n");
        out.append(text(new SwitchView(model, Optional.empty(), Map.of("s1-eth1", 1))));
        Golden.check(FOLDER.resolve(file.getFileName().toString().replace(".yaml", ".flows")), out.toString());
        out.toString()
                .lines()
                .filter(l -> !l.startsWith("==") && !l.startsWith("meter="))
                .forEach(l -> {
                    String flow = l.replaceFirst("  #.*", "");
                    assertEquals(flow, FlowText.entry(FlowText.parseEntry(flow)));
                });
    }

    private static String text(SwitchView view) {
        return Apps.compile(view).text();
    }

    /** Port numbers from 1 in the order of the file; the tunnel port is last. */
    private static Map<String, Integer> numbers(NetworkModel model, Host h, Bridge b) {
        Map<String, Integer> numbers = new HashMap<>();
        for (Port p : b.ports().values()) {
            p.interfaces().forEach(i -> numbers.put(i, numbers.size() + 1));
        }
        if (!model.overlays(h, b).isEmpty()) {
            numbers.put(model.tunnelPort(b), numbers.size() + 1);
            if (model.tunnels().bfd()) {
                model.peers(h, b).forEach(p -> numbers.put(NetworkModel.probePort(p), numbers.size() + 1));
            }
            WayOutProbe.from(model, h, b).forEach(p -> numbers.put(p.port(), numbers.size() + 1));
        }
        return numbers;
    }
}
