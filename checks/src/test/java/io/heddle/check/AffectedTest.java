package io.heddle.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.Affected;
import io.heddle.apps.Blueprint;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.apps.router.RoutedNetworks;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A switch that a change does not concern has the same program under both networks. */
class AffectedTest {
    private int unconcerned;
    private int concerned;
    private int onlyByLists;
    private int onlyByOthers;

    private static Optional<NetworkModel> read(List<String> lines) {
        try {
            return Optional.of(
                    NetworkFile.read(Map.of("n.yaml", String.join("\n", lines))).model());
        } catch (InvalidNetworkException e) {
            return Optional.empty();
        }
    }

    private static List<Object> program(NetworkModel model, NetworkModel.Place place) {
        var view = Blueprint.view(model, place, Map.of(), Transition.NONE);
        List<FlowEntry> entries = new ArrayList<>();
        Apps.compile(view).entries().forEach(entries::add);
        return List.of(entries, Apps.compile(view).meters(), RoutedNetworks.of(view));
    }

    private void compare(NetworkModel before, NetworkModel after, String what) {
        Affected affected = Affected.between(before, after);
        for (NetworkModel.Place place : after.places()) {
            Optional<NetworkModel.Place> same = before.places().stream()
                    .filter(p -> p.toString().equals(place.toString()))
                    .findFirst();
            if (affected.concerns(after, place) || same.isEmpty()) {
                concerned++;
                if (same.isPresent() && !affected.concernsMoreThanLists(after, place)) {
                    onlyByLists++;
                    var was = Apps.compile(Blueprint.view(before, same.get(), Map.of(), Transition.NONE));
                    var view = Blueprint.view(after, place, Map.of(), Transition.NONE);
                    var now = Apps.compileLists(view, new ProgramCache(), was);
                    assertEquals(Apps.compile(view), now, what);
                    assertEquals(now.size(), now.byKey().size(), what + ": no two entries for the same frames");
                } else if (same.isPresent() && !affected.concernsItself(place)) {
                    byOthers(before, same.get(), after, place, what);
                }
            } else {
                unconcerned++;
                assertEquals(program(before, same.get()), program(after, place), what);
                LearningPorts.of(Blueprint.view(after, place, Map.of(), Transition.NONE));
            }
        }
    }

    /** A switch of which only other hosts have changed. */
    private void byOthers(
            NetworkModel before, NetworkModel.Place was, NetworkModel after, NetworkModel.Place now, String what) {
        SwitchView old = Blueprint.view(before, was, Map.of(), Transition.NONE);
        SwitchView view = Blueprint.view(after, now, Map.of(), Transition.NONE);
        if (old.ports().equals(view.ports())) {
            onlyByOthers++;
            assertEquals(Apps.compile(view), Apps.compileOthers(view, new ProgramCache(), Apps.compile(old)), what);
        }
    }

    /** Each file, and the same without one of its lines or with another digit in it. */
    private void change(List<String> lines, Random random, String name) {
        Optional<NetworkModel> whole = read(lines);
        for (int i = 0; whole.isPresent() && i < lines.size(); i++) {
            String line = lines.get(i);
            List<String> without = new ArrayList<>(lines);
            without.remove(i);
            read(without).ifPresent(m -> compare(whole.get(), m, name + " without " + line));
            List<String> other = new ArrayList<>(lines);
            other.set(i, line.replaceFirst("[0-9](?=[^0-9]*$)", Integer.toString(random.nextInt(10))));
            read(other).ifPresent(m -> compare(whole.get(), m, name + " with another " + line));
        }
    }

    @Test
    void programsOfSwitchesThatAreNotConcernedStay() throws IOException {
        Random random = new Random(20);
        try (Stream<Path> files = Files.list(Path.of("../docs/examples"))) {
            for (Path file : files.sorted().toList()) {
                change(Files.readAllLines(file), random, file.getFileName().toString());
            }
        }
        for (int i = 0; i < 40; i++) {
            change(RandomNetwork.yaml(random).lines().toList(), random, "random network " + i);
        }
        assertTrue(unconcerned > 300 && concerned > 300, unconcerned + " not concerned, " + concerned + " concerned");
        assertTrue(onlyByLists > 100, onlyByLists + " concerned only by lists");
        assertTrue(onlyByOthers > 100, onlyByOthers + " concerned only by other hosts");
    }
}
