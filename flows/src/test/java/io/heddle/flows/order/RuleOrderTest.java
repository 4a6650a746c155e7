package io.heddle.flows.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.model.Acl;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Product;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RuleOrderTest {
    private static Acl.Rule rule(String match) {
        return new Acl.Rule(List.of(Product.of(FlowText.parseMatch(match))), null, Acl.Verdict.DROP, false, 0);
    }

    /** A rule that tests other bits than its neighbours, so that it needs a priority of its own. */
    private static Acl.Rule mixed(int i) {
        return rule(List.of("ip,nw_src=10.", "ip,nw_dst=10.", "arp,arp_spa=10.").get(i % 3) + (i >> 16) + "."
                + (i >> 8 & 255) + "." + (i & 255));
    }

    private static Acl.Rule source(int i) {
        return rule("ip,nw_src=10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255));
    }

    private static Acl list(String name, List<Acl.Rule> rules, boolean dropRest) {
        List<Acl.Block> blocks = new ArrayList<>();
        for (int from = 0; from < rules.size(); from += Acl.Block.SIZE) {
            blocks.add(new Acl.Block(rules.subList(from, Math.min(rules.size(), from + Acl.Block.SIZE))));
        }
        return Acl.stateless(name, Acl.Scope.ALL, blocks, dropRest ? Acl.Verdict.DROP : Acl.Verdict.ALLOW);
    }

    /** The entries of lists, by list, number and priority, as a switch to which all apply has them. */
    private static Set<List<Object>> entries(List<Acl> lists) {
        Sequence s = Sequence.of(lists);
        Set<List<Object>> out = new HashSet<>();
        for (int i = 0; i < s.size(); i++) {
            assertTrue(out.add(List.of(s.content(i), s.number[i], s.priority[i])), "unlike");
        }
        return out;
    }

    private static int changes(List<Acl> before, List<Acl> after) {
        return changes(entries(before), entries(after));
    }

    private static int changes(Set<List<Object>> had, Set<List<Object>> has) {
        long kept = has.stream().filter(had::contains).count();
        return (int) (had.size() + has.size() - 2 * kept);
    }

    private static boolean mayMeet(Acl.Rule a, Acl.Rule b) {
        Match x = a.products().get(0).base();
        Match y = b.products().get(0).base();
        return !x.looksAtSameBits(y) || x.equals(y);
    }

    /** Holds for every order: what comes first, and may match the same frames, has the higher priority. */
    private static void assertOrdered(List<Acl> lists) {
        List<Acl.Rule> rules = new ArrayList<>();
        List<Integer> priorities = new ArrayList<>();
        int above = RuleOrder.TOP;
        for (Acl acl : lists) {
            Set<Integer> numbers = new HashSet<>();
            for (int b = 0; b < acl.blocks().size(); b++) {
                for (int i = 0; i < acl.blocks().get(b).rules().size(); i++) {
                    rules.add(acl.blocks().get(b).rules().get(i));
                    priorities.add(acl.order().blocks().get(b).priority(i));
                    assertTrue(numbers.add(acl.order().blocks().get(b).number(i)), "two rules of one number");
                }
            }
            if (acl.dropRest()) {
                rules.add(null);
                priorities.add(acl.order().rest());
            }
        }
        for (int i = 0; i < rules.size(); i++) {
            assertTrue(priorities.get(i) <= above && priorities.get(i) > 0 && priorities.get(i) < RuleOrder.TOP);
            above = priorities.get(i);
            for (int j = Math.max(0, i - 300); j < i; j++) {
                boolean meet = rules.get(i) == null || rules.get(j) == null || mayMeet(rules.get(i), rules.get(j));
                assertTrue(!meet || priorities.get(j) > priorities.get(i), j + " and " + i);
            }
        }
    }

    /** Some lists that are edited at random. */
    private static final class Edited {
        private final Random random;
        private final int kinds;
        private final TreeMap<String, List<Acl.Rule>> lists = new TreeMap<>();
        private final Set<String> dropRest = new HashSet<>();

        Edited(Random random, int kinds) {
            this.random = random;
            this.kinds = kinds;
        }

        private Acl.Rule any() {
            return random.nextBoolean() ? mixed(random.nextInt(kinds)) : source(random.nextInt(kinds));
        }

        void fill(String name, int size) {
            List<Acl.Rule> rules = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                rules.add(any());
            }
            lists.put(name, rules);
            if (random.nextBoolean()) {
                dropRest.add(name);
            }
        }

        void edit() {
            List<Acl.Rule> rules = List.copyOf(lists.values()).get(random.nextInt(lists.size()));
            int at = random.nextInt(rules.size() + 1);
            int what = rules.size() < 2 ? 0 : random.nextInt(5);
            if (what == 0) {
                rules.add(at, any());
            } else if (what == 1) {
                rules.add(random.nextBoolean() ? 0 : rules.size(), any());
            } else if (what == 2) {
                rules.remove(at % rules.size());
            } else if (what == 3) {
                rules.set(at % rules.size(), any());
            } else {
                Acl.Rule moved = rules.remove(at % rules.size());
                rules.add(random.nextInt(rules.size() + 1), moved);
            }
        }

        List<Acl> acls() {
            List<Acl> out = new ArrayList<>();
            lists.forEach((name, rules) -> out.add(list(name, rules, dropRest.contains(name))));
            return out;
        }
    }

    /** 40 times 100 edits; the lists are small and of few rules, so that equal ones and units are common. */
    @Property(tries = 40)
    void anyEditsKeepTheOrder(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        Edited edited = new Edited(random, 30);
        for (String name : List.of("a", "b", "c")) {
            edited.fill(name, random.nextInt(40));
        }
        List<Acl> before = RuleOrder.assign(edited.acls(), List.of());
        int dear = 0;
        for (int round = 0; round < 100; round++) {
            int edits = random.nextInt(8) == 0 ? random.nextInt(30) : 1;
            for (int e = 0; e < edits; e++) {
                edited.edit();
            }
            if (random.nextInt(40) == 0) {
                edits = 0;
                edited.fill(List.of("a", "b", "bb").get(random.nextInt(3)), random.nextInt(60));
            }
            List<Acl> after = RuleOrder.assign(edited.acls(), before);
            assertOrdered(after);
            assertEquals(Optional.of(after), OrderText.read(edited.acls(), OrderText.of(after)));
            dear += edits == 1 && changes(before, after) > RuleOrder.FEW_CHANGES ? 1 : 0;
            before = after;
        }
        assertTrue(dear <= 2, dear + " of 100 changes cost more than " + RuleOrder.FEW_CHANGES + " entries");
    }

    /** The same where rules are so many that they share priorities, and gaps are used up. */
    @Property(tries = 3)
    void editsOfCrowdedListsKeepTheOrder(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        Edited edited = new Edited(random, 1 << 20);
        edited.lists.put("long", new ArrayList<>());
        for (int i = 0; i < 40_000; i++) {
            edited.lists.get("long").add(i % 20 == 0 ? mixed(i) : source(i));
        }
        List<Acl> before = RuleOrder.assign(edited.acls(), List.of());
        assertOrdered(before);
        Set<List<Object>> had = entries(before);
        int most = 0;
        for (int round = 0; round < 60; round++) {
            edited.edit();
            List<Acl> after = RuleOrder.assign(edited.acls(), before);
            Set<List<Object>> has = entries(after);
            most = Math.max(most, changes(had, has));
            before = after;
            had = has;
        }
        assertOrdered(before);
        assertEquals(Optional.of(before), OrderText.read(edited.acls(), OrderText.of(before)));
        assertTrue(most <= 60, "at most " + most + " changes");
    }

    /** Thousands of edits of a list of 3,000 rules, each at one kind of place. */
    @Test
    void oneEditCostsFewEntries() throws Exception {
        Map<String, Integer> worst = new TreeMap<>();
        Map<String, Double> mean = new TreeMap<>();
        for (String where : List.of("top", "end", "anywhere", "before the last", "after the last")) {
            Random random = new Random(1);
            List<Acl.Rule> rules = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                rules.add(mixed(i));
            }
            List<Acl> before = RuleOrder.assign(List.of(list("l", rules, true)), List.of());
            Set<List<Object>> had = entries(before);
            int sum = 0;
            for (int i = 0; i < 1000; i++) {
                int at = switch (where) {
                    case "top" -> 0;
                    case "end" -> rules.size();
                    case "before the last" -> 1500;
                    case "after the last" -> 1500 + i;
                    default -> random.nextInt(rules.size());
                };
                rules.add(at, mixed(10_000 + i));
                List<Acl> after = RuleOrder.assign(List.of(list("l", rules, true)), before);
                Set<List<Object>> has = entries(after);
                int cost = changes(had, has);
                worst.merge(where, cost, Math::max);
                sum += cost;
                before = after;
                had = has;
            }
            assertOrdered(before);
            mean.put(where, sum / 1000.0);
        }
        System.out.println("measured: FLOW_MODs of one inserted rule: at most " + worst + ", mean " + mean);
        assertTrue(worst.get("top") <= 20 && worst.get("end") <= 20 && worst.get("anywhere") <= 20, worst.toString());
        assertTrue(mean.get("before the last") <= 6 && mean.get("after the last") <= 6, mean.toString());
    }

    @Test
    void anEditInPlaceKeepsThePriority() throws Exception {
        List<Acl.Rule> rules = new ArrayList<>(List.of(mixed(0), mixed(1), mixed(2)));
        List<Acl> before = RuleOrder.assign(List.of(list("l", rules, false)), List.of());
        rules.set(1, mixed(7));
        List<Acl> after = RuleOrder.assign(List.of(list("l", rules, false)), before);
        assertEquals(before.get(0).order(), after.get(0).order());
        assertNotEquals(before.get(0).rules(), after.get(0).rules());
    }

    @Test
    void aMovedRuleCostsTwoChanges() throws Exception {
        List<Acl.Rule> rules = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rules.add(mixed(i));
        }
        List<Acl> before = RuleOrder.assign(List.of(list("l", rules, false)), List.of());
        rules.add(10, rules.remove(200));
        assertEquals(2, changes(before, RuleOrder.assign(List.of(list("l", rules, false)), before)));
    }

    @Test
    void listsThatAreMovedRenamedOrRemovedLeaveTheOthers() throws Exception {
        Map<String, Acl> lists = new HashMap<>();
        for (String name : List.of("a", "b", "c")) {
            lists.put(name, list(name, List.of(mixed(1), mixed(2), mixed(4)), true));
        }
        List<Acl> before = RuleOrder.assign(List.of(lists.get("a"), lists.get("b"), lists.get("c")), List.of());
        List<Acl> after = RuleOrder.assign(List.of(lists.get("c"), lists.get("a")), before);
        assertOrdered(after);
        assertEquals(before.get(0).order(), after.get(1).order());
    }

    /**
     * 100,000 rules share priorities; with more of their own than there are, the first for which none is left is named.
     */
    @Test
    void tooManyRulesAreRefusedAtTheFirstThatDoesNotFit() throws Exception {
        List<Acl.Rule> many = new ArrayList<>();
        List<Acl.Rule> tooMany = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            many.add(source(i));
            tooMany.add(mixed(i));
        }
        assertTrue(OrderText.isOrdered(Sequence.of(RuleOrder.assign(List.of(list("l", many, true)), List.of()))));
        RuleOrder.NoneLeft none = assertThrows(
                RuleOrder.NoneLeft.class,
                () -> RuleOrder.assign(
                        List.of(list("k", many.subList(0, 1), false), list("l", tooMany, true)), List.of()));
        assertEquals(List.of(1, 59_998), List.of(none.list(), none.rule()));
    }

    @Test
    void damagedOrdersAreNotTaken() throws Exception {
        List<Acl> lists = List.of(list("l", List.of(mixed(0), mixed(1)), true));
        for (String text : List.of(
                "",
                "/",
                "0+2",
                "0+2/1:5*2",
                "0+2/1:0*3",
                "0+2/1:5*4",
                "0+1/1:5*3",
                "0+2/2:5*1 1:5*1",
                "x+2/1:5*3",
                "0+2/1:5*2 1:70000*1",
                "0+1 0+1/1:5*3",
                "0+2/1:-5*3",
                "0+2/0:1*9 1:5*3",
                "300000+2/1:5*3")) {
            assertEquals(Optional.empty(), OrderText.read(lists, Map.of("l", text)), text);
        }
        assertTrue(OrderText.read(lists, Map.of("l", "0+2/1:5*3")).isPresent());
        assertEquals(Optional.empty(), OrderText.read(lists, Map.of()));
    }
}
