package io.heddle.controller.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.Blueprint;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.check.Checker;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Reason;
import io.heddle.flows.program.Wording;
import io.heddle.trace.KnownHosts;
import io.heddle.trace.Origin;
import io.heddle.trace.PlannedNetwork;
import io.heddle.trace.Trace;
import io.heddle.trace.Tracer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No decision depends on the text of a reason: with all texts replaced, the network behaves and reports the same. */
class RewordingTest {
    private static final String FILE = """
            heddle: v1
            networks: {red: {vlan: 200, vni: 10200}, blue: {vlan: 300}}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                tunnel-ip: 192.0.2.1
                bridges:
                  br0:
                    ports:
                      vm1: {access: red, mac: 02:00:00:00:00:01, address: [10.0.0.1/24], broadcast-limit: 100pps}
                      vm2: {access: red, mac: 02:00:00:00:00:02, address: [10.0.0.2/24], macvlan: private}
                      vm3: {access: red, mac: 02:00:00:00:00:03, address: [10.0.0.66/24], macvlan: private}
                      up: {trunk: [blue]}
              hv2:
                ovsdb: tcp:192.0.2.2:6640
                tunnel-ip: 192.0.2.2
                bridges: {br0: {ports: {vm4: {access: red, mac: 02:00:00:00:00:04, address: [10.0.0.4/24]}}}}
            acls:
              - name: bad
                on: {networks: [red]}
                rules:
                  - {match: "ip,nw_src=10.0.0.66", action: drop}
                  - {match: "ip,nw_src=10.0.0.66,nw_dst=10.0.0.1", action: allow}
                  - {match: ip, action: allow}
                  - {match: arp, action: allow}
                default: drop
            """;

    @AfterEach
    void sayItAsBefore() {
        Wording.reword(UnaryOperator.identity());
    }

    /** All behaviour and reports of the network, without texts. */
    private static List<Object> behaviour() throws Exception {
        NetworkFile.Declared before = NetworkFile.read(Map.of("n.yaml", FILE));
        NetworkFile.Declared after = NetworkFile.read(Map.of(
                "n.yaml",
                FILE.replace("vni: 10200", "vni: 10201")
                        .replace("{match: arp, action: allow}", "{match: arp, action: drop}")));
        List<Object> out = new ArrayList<>();
        for (NetworkModel.Place place : after.model().places()) {
            FlowProgram given = program(before.model(), place);
            FlowProgram wanted = program(after.model(), place);
            out.add(List.copyOf(wanted.byKey().values()));
            wanted.entries()
                    .forEach(e -> out.add(
                            List.of(e.cookie(), wanted.reason(e.cookie()).map(Reason::kind))));
            List<FlowEntry> now = List.copyOf(given.entries());
            out.add(Disturbance.flows("x", wanted, given, io.heddle.flows.diff.FlowDiff.between(wanted, now))
                    .size());
        }
        Checker.check(before)
                .findings()
                .forEach(f ->
                        out.add(List.of(f.severity(), f.kind(), before.places().of(f.subject()))));
        Checker.check(before)
                .lines()
                .forEach(l -> out.add(List.of(
                        l.from(), l.to(), l.pairs(), l.frames(), l.dropped().size())));
        for (String[] pair :
                new String[][] {{"hv1/vm1", "hv2/vm4"}, {"hv1/vm3", "hv1/vm1"}, {"hv1/vm2", "hv1/vm3"}, {"hv1/up", ""}
                }) {
            KnownHosts known = KnownHosts.of(before.model(), List.of());
            Trace t = new Tracer(before, PlannedNetwork.stations(before.model()), known)
                    .follow(Origin.frame(before.model(), known, pair[0], pair[1], ""));
            t.hops()
                    .forEach(h -> out.add(List.of(
                            h.at(),
                            h.port(),
                            h.from(),
                            h.kind(),
                            h.steps().stream()
                                    .map(s -> List.of(s.table(), s.flow(), s.kind(), s.place()))
                                    .toList())));
            t.ends().forEach(e -> out.add(List.of(e.fate(), e.at(), e.kind(), e.place())));
        }
        return out;
    }

    private static FlowProgram program(NetworkModel model, NetworkModel.Place of) {
        NetworkModel.Place place = model.places().stream()
                .filter(p -> p.toString().equals(of.toString()))
                .findFirst()
                .orElseThrow();
        SwitchView view = Blueprint.view(model, place, Map.of(), Transition.NONE);
        return Apps.compile(view);
    }

    private static List<String> texts() throws Exception {
        NetworkFile.Declared declared = NetworkFile.read(Map.of("n.yaml", FILE));
        return program(declared.model(), declared.model().places().get(0))
                .text()
                .lines()
                .filter(l -> l.contains("  # "))
                .toList();
    }

    @Test
    void otherWordsChangeNothingButTheWords() throws Exception {
        List<String> words = texts();
        List<Object> usual = behaviour();
        assertTrue(
                usual.toString().contains("acl-rule") && usual.toString().contains("untagged-on-trunk"),
                usual.toString());
        Wording.reword(text -> "§" + Integer.toHexString(text.hashCode()));
        assertEquals(usual, behaviour());
        assertNotEquals(words, texts(), "the words themselves are other ones now");
    }

    /** Code must use the type of a reason and not parse its text. */
    @Test
    void noCodeLooksIntoTheWords() throws Exception {
        List<String> found = new ArrayList<>();
        try (var files = Files.walk(Path.of(".."))) {
            for (Path file : files.filter(f -> f.toString().matches(".*/src/main/(java|resources)/.*\\.(java|js)"))
                    .toList()) {
                String text = Files.readString(file);
                for (String taken : List.of(
                        "startsWith(\"acl ",
                        "startsWith(\"shaping: ",
                        "startsWith(\"drop: ",
                        "startsWith(\"untagged",
                        "compile(\"cookie=",
                        "via.includes(",
                        "exec(hop.via)")) {
                    Optional.of(file + ": " + taken)
                            .filter(f -> text.contains(taken))
                            .ifPresent(found::add);
                }
            }
        }
        assertFalse(Files.notExists(Path.of("../apps/src/main/java")));
        assertEquals(List.of(), found);
    }
}
