package io.heddle.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

    /** No host has these ports, and yet switches answer ARP for them, and routers know them. */
    @Test
    void portsWithoutAHostConcernTheSwitchesOfTheirNetworks() {
        List<String> lines = """
                heddle: v1
                networks:
                  red: {vlan: 200, vni: 10200, subnet: 10.0.0.0/24, gateway: 10.0.0.254}
                  blue: {vlan: 300, vni: 10300, subnet: 10.0.1.0/24, gateway: 10.0.1.254, dhcp: {}}
                  green: {vlan: 400, vni: 10400}
                routers: {r: {networks: [red, blue]}}
                ports:
                  web0: {iface-id: id0, access: red, mac: "02:00:00:00:0a:02", address: 10.0.0.12/24, labels: {a: b1}}
                  web1: {iface-id: id1, access: red, mac: "02:00:00:00:0a:01", address: 10.0.0.11/24}
                  db1: {iface-id: id2, mac: "02:00:00:00:0b:01", address: 10.0.1.11/24, access: blue}
                hosts:
                  hv1: {ovsdb: tcp:192.0.2.1:6640, tunnel-ip: 192.0.2.1, bridges: {br0: {ports: {p: {access: red}}}}}
                  hv2: {ovsdb: tcp:192.0.2.2:6640, tunnel-ip: 192.0.2.2, bridges: {br0: {ports: {p: {access: blue}}}}}
                  hv3: {ovsdb: tcp:192.0.2.3:6640, tunnel-ip: 192.0.2.3, bridges: {br0: {ports: {p: {access: green}}}}}
                """.lines().toList();
        NetworkModel whole = read(lines).orElseThrow();
        change(lines, new Random(20), "ports without a host");
        List<String> other = new ArrayList<>(lines);
        other.replaceAll(l -> l.replace("0a:01", "0a:07").replace("a: b1", "a: b2"));
        NetworkModel changed = read(other).orElseThrow();
        compare(whole, changed, "another MAC");
        Affected affected = Affected.between(whole, changed);
        assertTrue(affected.concerns(changed, changed.places().get(0)));
        assertFalse(affected.concerns(changed, changed.places().get(2)), "not in its network");
        Affected onlyLabels = Affected.between(whole, read(relabelled(lines)).orElseThrow());
        assertFalse(onlyLabels.concerns(whole, whole.places().get(0)), "labels");
    }

    private static List<String> relabelled(List<String> lines) {
        return lines.stream().map(l -> l.replace("a: b1", "a: b2")).toList();
    }
}
