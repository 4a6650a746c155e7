package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heddle.apps.Blueprint;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.FileEdit;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.config.Problem;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** After a change of one rule of many, the result equals a full read and compilation, but most parts are reused. */
class OneRuleTest {
    private static final int RULES = 1000;
    private static final String FILE = "n.yaml";

    private static Map<String, String> files() {
        StringBuilder text = new StringBuilder("""
                heddle: v1
                networks:
                  red: {vlan: 200}
                  blue: {vlan: 300}
                hosts:
                  hv1:
                    ovsdb: tcp:127.0.0.1:6640
                    bridges:
                      br0:
                        ports:
                          vm1: {access: red}
                          vm2: {access: blue}
                acls:
                  - name: short
                    on: {networks: [red], ports: [vm1]}
                    rules:
                      - {match: "arp,dl_vlan=200", action: allow}
                    default: drop
                  - name: long   # one after the other
                    rules:
                """);
        for (int i = 0; i < RULES; i++) {
            text.append("      - {match: \"ip,nw_src=10.9.")
                    .append(i >> 8)
                    .append('.')
                    .append(i & 255)
                    .append("\", action: drop}\n");
        }
        return Map.of(FILE, text.append("expect: []\n").toString());
    }

    private static SwitchView view(NetworkModel model) {
        return Blueprint.view(model, model.places().get(0), Map.of(), Transition.NONE);
    }

    @Test
    void allBlocksButOneAreTheSameAndOneEntryIsSent() throws Exception {
        ProgramCache parts = new ProgramCache();
        NetworkFile.Declared before = NetworkFile.read(files());
        FlowProgram had = Apps.compile(view(before.model()), parts);
        Map<String, String> files = FileEdit.put(
                files(),
                List.of("acls", "long", "rules", "700"),
                Map.of("match", "ip,nw_src=10.8.0.1", "action", "drop"));
        NetworkFile.Declared now = NetworkFile.read(files, before);
        FlowProgram has = Apps.compile(view(now.model()), parts);
        List<Acl.Block> blocks = now.model().acls().get(1).blocks();
        for (int i = 0; i < blocks.size(); i++) {
            if (i != 699 / Acl.Block.SIZE) {
                assertSame(before.model().acls().get(1).blocks().get(i), blocks.get(i));
            }
        }
        FlowDiff diff = FlowDiff.between(has, had);
        assertEquals(List.of(1, 1), List.of(diff.add().size(), diff.remove().size()));
        Set<FlowProgram.Part> blocksBefore = blocks(had);
        assertEquals(
                1,
                blocks(has).stream()
                        .filter(p -> p.size() == Acl.Block.SIZE && !blocksBefore.contains(p))
                        .count());
        assertEquals(FILE + ":720", now.places().of("acl long rule 700").orElseThrow());
    }

    /** The parts of which the programs of apps consist. */
    private static Set<FlowProgram.Part> blocks(FlowProgram program) {
        return program.parts().stream().flatMap(app -> app.parts().stream()).collect(Collectors.toSet());
    }

    @Property(tries = 15)
    void changesOneByOneComeToTheSameAsAllAtOnce(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        ProgramCache parts = new ProgramCache();
        Map<String, String> files = files();
        NetworkFile.Declared declared = NetworkFile.read(files);
        FlowProgram program = Apps.compile(view(declared.model()), parts);
        for (int i = 0; i < 5; i++) {
            files = changed(files, random);
            declared = NetworkFile.read(files, declared);
            NetworkFile.Declared afresh = NetworkFile.read(Map.of(FILE, files.get(FILE) + "# as if never seen\n"));
            assertEquals(
                    unordered(afresh.model().acls()), unordered(declared.model().acls()), "but for the priorities");
            assertEquals(afresh.model().hosts(), declared.model().hosts());
            for (String name : List.of(
                    "acl short rule 1", "acl long", "acl long rule 255", "acl long rule 990", "port hv1/br0/vm2")) {
                assertEquals(afresh.places().of(name), declared.places().of(name));
            }
            FlowProgram now = Apps.compile(view(declared.model()), parts);
            assertEquals(Apps.compile(view(declared.model())).text(), now.text());
            assertEquals(
                    FlowDiff.between(now, program.entries()).changes(),
                    FlowDiff.between(now, program).changes());
            program = now;
        }
    }

    private static List<Acl> unordered(List<Acl> lists) {
        return lists.stream().map(l -> l.with(Acl.Order.NONE)).toList();
    }

    private static Map<String, String> changed(Map<String, String> files, Random random) {
        int rule = 1 + random.nextInt(RULES - 10);
        List<String> path = List.of("acls", "long", "rules", Integer.toString(rule));
        Map<String, Object> value = Map.of(
                "match",
                List.of(
                                "ip,nw_src=10.7.0." + random.nextInt(256),
                                "tcp,tp_dst=" + random.nextInt(9),
                                "dl_vlan=200",
                                "in_port=vm1")
                        .get(random.nextInt(4)),
                "action",
                random.nextBoolean() ? "drop" : "allow");
        return switch (random.nextInt(5)) {
            case 0 -> FileEdit.remove(files, path);
            case 1 ->
                FileEdit.put(
                        files,
                        List.of("hosts", "hv1", "bridges", "br0", "ports", "vm" + (3 + random.nextInt(3))),
                        Map.of("access", "red"));
            case 2 -> FileEdit.put(files, List.of("acls", "short", "rules", "1"), value);
            default -> FileEdit.put(files, path, value);
        };
    }

    @Test
    void aWrongRuleIsRefusedWhereItStands() throws Exception {
        NetworkFile.Declared before = NetworkFile.read(files());
        Map<String, String> files = FileEdit.put(
                files(),
                List.of("acls", "long", "rules", "300"),
                Map.of("match", "ip,nw_src=10.8.0", "action", "drip"));
        List<Problem> problems = assertThrows(InvalidNetworkException.class, () -> NetworkFile.read(files, before))
                .problems();
        assertEquals(List.of(320, 320), problems.stream().map(Problem::line).toList(), problems.toString());
        assertEquals(
                problems,
                assertThrows(InvalidNetworkException.class, () -> NetworkFile.read(files))
                        .problems());
    }
}
