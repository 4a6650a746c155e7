package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.Sets;
import io.heddle.apps.Blueprint;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.FileEdit;
import io.heddle.config.NetworkFile;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Reason;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Rules from group to group: the programs after changes equal those of a full compilation, but share most parts. */
class ManyGroupsTest {
    private static final String FILE = "n.yaml";
    private static final int PORTS = 56;
    private static final int GROUPS = 8;
    private static final int RULES = 300;
    private static final int LIMITED = 100;

    private static Map<String, Object> port(int number, int group) {
        return Map.of(
                "access",
                "red",
                "mac",
                String.format("02:00:00:00:00:%02x", number),
                "address",
                number % 3 == 0 ? List.of("10.0.0." + number, "fd00::" + number) : List.of("10.0.0." + number),
                "labels",
                Map.of("in", "g" + group));
    }

    private static Map<String, String> files() {
        StringBuilder text = new StringBuilder("heddle: v1\nnetworks: {red: {vlan: 200}}\nhosts:\n");
        for (int h = 0; h < 2; h++) {
            text.append("  h" + h + ":\n    ovsdb: tcp:192.0.2." + (h + 1)
                    + ":6640\n    bridges:\n      br0:\n        ports:\n");
            for (int p = h; p < PORTS; p += 2) {
                text.append("          p" + p + ": {access: red}\n");
            }
        }
        text.append("groups:\n");
        for (int g = 0; g < GROUPS; g++) {
            text.append("  g" + g + ": {labels: {in: g" + g + "}}\n");
        }
        text.append("acls:\n");
        list(text, "connections", "    stateful: true\n    direction: both\n    helpers: [ftp]\n");
        list(text, "frames", "");
        Map<String, String> files = Map.of(FILE, text.toString());
        for (int p = 0; p < PORTS; p++) {
            files = FileEdit.put(files, path(p), port(p + 1, p % GROUPS));
        }
        return files;
    }

    private static List<String> path(int port) {
        return List.of("hosts", "h" + port % 2, "bridges", "br0", "ports", "p" + port);
    }

    private static void list(StringBuilder text, String name, String options) {
        text.append(
                "  - name: " + name + "\n    on: {networks: [red]}\n" + options + "    default: drop\n    rules:\n");
        for (int r = 0; r < RULES; r++) {
            String what = r % 7 == 3 ? "action: drop" : r % 11 == 5 ? "action: allow, rate: 5/s" : "action: allow";
            text.append("      - {match: {proto: tcp, src: g" + r % GROUPS + ", dst: g" + r / GROUPS % GROUPS
                    + ", dst-port: " + (1000 + r) + "}, " + what + "}\n");
        }
    }

    private static SwitchView view(NetworkModel model, int host) {
        return Blueprint.view(model, model.places().get(host), Map.of(), Transition.NONE);
    }

    private static Map<String, String> changed(Map<String, String> files, Random random) {
        int rule = 1 + random.nextInt(RULES - 20);
        List<String> rules = List.of("acls", random.nextBoolean() ? "connections" : "frames", "rules");
        List<String> path = List.of(rules.get(0), rules.get(1), rules.get(2), Integer.toString(rule));
        return switch (random.nextInt(6)) {
            case 0 -> FileEdit.remove(files, path);
            case 1 ->
                FileEdit.put(
                        files, path, Map.of("match", Map.of("src", "g" + random.nextInt(GROUPS)), "action", "allow"));
            case 2 -> {
                int port = random.nextInt(PORTS);
                yield FileEdit.put(files, path(port), port(100 + random.nextInt(50), random.nextInt(GROUPS)));
            }
            default -> {
                int port = random.nextInt(PORTS);
                yield FileEdit.put(files, path(port), port(port + 1, random.nextInt(GROUPS)));
            }
        };
    }

    @Property(tries = 8)
    void changesOneByOneComeToTheSameAsAllAtOnce(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        ProgramCache parts = new ProgramCache();
        Map<String, String> files = files();
        NetworkFile.Declared declared = NetworkFile.read(files);
        FlowProgram[] had = {
            Apps.compile(view(declared.model(), 0), parts), Apps.compile(view(declared.model(), 1), parts)
        };
        for (int i = 0; i < 4; i++) {
            files = changed(files, random);
            declared = NetworkFile.read(files, declared);
            NetworkModel afresh = NetworkFile.read(Map.of(FILE, files.get(FILE) + "# as if never seen\n"))
                    .after(declared)
                    .model();
            for (int h = 0; h < 2; h++) {
                FlowProgram has = Apps.compile(view(declared.model(), h), parts);
                FlowProgram whole = Apps.compile(view(afresh, h));
                assertEquals(whole, has);
                assertEquals(has.size(), has.byKey().size(), "no two entries for the same frames");
                for (FlowEntry e : has.entries()) {
                    assertEquals(whole.reason(e.cookie()), has.reason(e.cookie()));
                }
                assertEquals(
                        FlowDiff.between(has, had[h].entries()).changes(),
                        FlowDiff.between(has, had[h]).changes());
                had[h] = has;
            }
        }
    }

    private static void leaves(Collection<FlowProgram.Part> parts, Set<FlowProgram.Part> out) {
        parts.forEach(p -> {
            if (!p.own().isEmpty()) {
                out.add(p);
            }
            leaves(p.parts(), out);
        });
    }

    private static Set<FlowProgram.Part> leaves(FlowProgram program) {
        Set<FlowProgram.Part> out = Sets.newIdentityHashSet();
        leaves(program.parts(), out);
        return out;
    }

    @Test
    void aPortThatJoinsAGroupCostsTheRulesOfItsGroups() throws Exception {
        ProgramCache parts = new ProgramCache();
        Map<String, String> files = files();
        NetworkFile.Declared before = NetworkFile.read(files);
        Set<FlowProgram.Part> had = leaves(Apps.compile(view(before.model(), 0), parts));
        NetworkFile.Declared now = NetworkFile.read(FileEdit.put(files, path(0), port(1, 1)), before);
        Set<FlowProgram.Part> has = leaves(Apps.compile(view(now.model(), 0), parts));
        assertTrue(had.size() > 4 * RULES, had.size() + " parts, one for each rule and table");
        int made = Sets.difference(has, had).size();
        // 28 of 64 pairs of groups have one of the two. Among the others are some of which no port is on this host, and
        // so they have no part at all.
        assertTrue(made > 0 && made < has.size() * 2 / 3, made + " parts of " + has.size() + " were made");
    }

    /** Two apps give rules meters. With so many, hashes of names of both are the same. */
    @Test
    void noTwoRulesOfAllListsShareAMeter() throws Exception {
        StringBuilder text = new StringBuilder(
                "heddle: v1\nnetworks: {red: {vlan: 200}}\nhosts:\n  h0: {ovsdb: \"tcp:192.0.2.1:6640\", bridges: {br0:"
                        + " {ports: {p0: {access: red, mac: \"02:00:00:00:00:01\", address: [10.0.0.1]}}}}}\nacls:\n");
        for (String list : List.of("frames", "connections")) {
            text.append("  - name: " + list + "\n    stateful: " + list.equals("connections") + "\n    rules:\n");
            for (int i = 0; i < LIMITED; i++) {
                text.append("      - {match: {proto: udp, dst-port: " + (1000 + i) + "}, action: allow, rate: 5/s}\n");
            }
        }
        FlowProgram program = Apps.compile(
                view(NetworkFile.read(Map.of(FILE, text.toString())).model(), 0));
        Map<Integer, String> owners = new HashMap<>();
        for (FlowEntry e : program.entries()) {
            program.reason(e.cookie())
                    .filter(r -> e.instructions().meter() != 0 && r instanceof Reason.AclRule)
                    .ifPresent(r -> assertEquals(
                            r.text(), owners.computeIfAbsent(e.instructions().meter(), m -> r.text())));
        }
        assertEquals(2 * LIMITED, owners.size());
    }
}
