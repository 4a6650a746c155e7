package io.heddle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlanTextTest {
    private static ObjectNode plan() {
        ObjectNode plan = ApiClient.JSON.createObjectNode().put("empty", false);
        for (String object : List.of("hosts", "switches")) {
            plan.putObject(object);
            plan.withObject("/counts").putObject(object);
        }
        for (String array : List.of("notes", "findings", "pending", "conflicts", "confirmations", "disturbs")) {
            plan.putArray(array);
        }
        return plan;
    }

    private static void change(ObjectNode plan, String kind, String part, String of, char sign, int times) {
        ObjectNode count = plan.withObject("/counts")
                .withObject("/" + kind)
                .withArray("/" + part.replace("/", "~1"))
                .addObject();
        count.put("of", of);
        count.put(sign == '+' ? "add" : sign == '~' ? "change" : "remove", times);
        ArrayNode lines = plan.withObject("/" + kind).withArray("/" + part.replace("/", "~1"));
        for (int i = 0; i < times; i++) {
            lines.add(sign + " " + of + " number " + i);
        }
    }

    @Test
    void showsFewRowsAndCountsFlowEntries() {
        ObjectNode plan = plan();
        change(plan, "hosts", "hv1", "port", '+', 2);
        change(plan, "switches", "hv1/br0", "acl web", '+', 3000);
        change(plan, "switches", "hv1/br0", "vlan", '-', 1);
        change(plan, "switches", "hv2/br0", "overlay", '~', 2);
        plan.withArray("/confirmations").add("bridge hv1/br0 gets its first controller");
        String text = new PlanText(false, false).of(plan);
        assertEquals("""
                host hv1
                  + port number 0
                  + port number 1
                flow entries (--flows shows each)
                  hv1/br0  acl web +3000, vlan -1
                  hv2/br0  overlay ~2
                needs confirmation: bridge hv1/br0 gets its first controller
                3002 to add, 2 to change, 1 to remove; no conversation is disturbed""", text);
    }

    @Test
    void countsManyRowsAndNamesThoseThatChangeAlikeInOneLine() {
        ObjectNode plan = plan();
        for (int i = 1; i <= 1000; i++) {
            change(plan, "hosts", "hv" + i, "port", '+', i == 7 ? 2 : 1);
        }
        plan.withArray("/disturbs")
                .add("one")
                .add("two")
                .add("three")
                .add("four")
                .add("five");
        assertEquals("""
                rows (--rows shows each)
                  hv1, hv2 and 997 more, each  port +1
                  hv7                          port +2
                disturbs: one
                disturbs: two
                disturbs: three
                and 2 more disturbances (-o json shows all)
                1001 to add, 0 to change, 0 to remove""", new PlanText(false, false).of(plan));
    }

    @Test
    void showsEverythingThatIsAskedFor() {
        ObjectNode plan = plan();
        change(plan, "hosts", "hv1", "port", '+', 100);
        change(plan, "switches", "hv1/br0", "acl web", '+', 100);
        assertEquals(
                1 + 100 + 3,
                new PlanText(true, false).of(plan).lines().count(),
                "rows, counts of entries, and the total");
        assertTrue(new PlanText(true, true).of(plan).contains("  + acl web number 99\n"));
        assertEquals(203, new PlanText(true, true).of(plan).lines().count());
    }

    @Test
    void errorsComeBeforeOtherFindings() {
        ObjectNode plan = plan();
        for (String severity : List.of("warning", "warning", "warning", "warning", "error")) {
            plan.withArray("/findings").addObject().put("severity", severity).put("text", "this");
        }
        assertTrue(new PlanText(false, false).of(plan).startsWith("error: this\nwarning: this\n"));
    }

    @Test
    void fitsOneScreenWhateverChanges() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            ObjectNode plan = plan();
            for (String kind : List.of("hosts", "switches")) {
                for (int part = random.nextInt(30); part > 0; part--) {
                    change(plan, kind, "part" + part, "of" + random.nextInt(3), '+', 1 + random.nextInt(4));
                }
            }
            for (String array : List.of("notes", "findings", "pending", "conflicts", "confirmations", "disturbs")) {
                for (int i = random.nextInt(9); i > 0; i--) {
                    if (array.equals("findings")) {
                        plan.withArray("/findings").addObject().put("severity", "error");
                    } else {
                        plan.withArray("/" + array).add("text " + i);
                    }
                }
            }
            String text = new PlanText(false, false).of(plan);
            assertTrue(text.lines().count() <= PlanText.MOST_LINES, text);
        }
    }
}
