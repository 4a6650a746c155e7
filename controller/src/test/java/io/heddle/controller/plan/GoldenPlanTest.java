package io.heddle.controller.plan;

import io.heddle.apps.Blueprint;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import io.heddle.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Golden plans: the flow entries that a change of the network file adds, changes and removes, and its disturbances, as
 * text that a reviewer can read. {@code -Dgolden.write=true} rewrites them.
 */
class GoldenPlanTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/plans");

    @ParameterizedTest
    @ValueSource(strings = {"a-rule-in-the-middle", "a-port-changes-its-network", "a-host-joins", "another-vni"})
    void aChangeIsPlannedAsInTheFileBeside(String name) throws Exception {
        NetworkFile.Declared declared = NetworkFile.read(text("before"));
        NetworkModel before = declared.model();
        NetworkModel after = NetworkFile.read(text(name), declared).model();
        StringBuilder out = new StringBuilder();
        List<String> disturbs = new ArrayList<>();
        for (NetworkModel.Place place : after.places()) {
            SwitchView view = Blueprint.view(after, place, Map.of(), Transition.NONE);
            FlowProgram given = Optional.ofNullable(
                            before.hosts().get(place.host().name()))
                    .map(h -> Apps.compile(Blueprint.view(
                            before,
                            new NetworkModel.Place(
                                    h, h.bridges().get(place.bridge().name())),
                            Map.of(),
                            Transition.NONE)))
                    .orElse(FlowProgram.EMPTY);
            out.append("flows on ").append(place).append('\n');
            Planner.part(place.toString(), view, Apps.compile(view), given, given.entries(), disturbs)
                    .lines()
                    .forEach(l -> out.append("  ").append(l).append('\n'));
        }
        new TreeSet<>(disturbs).forEach(d -> out.append("disturbs: ").append(d).append('\n'));
        Golden.check(FOLDER.resolve(name + ".plan"), out.toString());
    }

    private static Map<String, String> text(String name) throws IOException {
        return Map.of("n.yaml", Files.readString(FOLDER.resolve(name + ".yaml")));
    }
}
