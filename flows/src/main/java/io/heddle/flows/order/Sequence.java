package io.heddle.flows.order;

import io.heddle.flows.model.Acl;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Match;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules of all lists in the order of the network file. The drop of all other frames at the end of a list
 * ({@code default: drop}) counts as a rule. Neighbours of one list with one priority are a unit.
 */
final class Sequence {
    private final List<Acl> lists;
    /** By rule; null for the drop at the end of a list. */
    private final Acl.Rule[] rules;
    /** By rule, the index of its list. */
    private final int[] list;
    /** By list, the index of its first rule, and the end of the last list. */
    private final int[] starts;
    /** By rule, 0 for none yet. */
    final int[] priority;
    /** By rule, -1 for none yet. */
    final int[] number;

    private Sequence(List<Acl> lists) {
        this.lists = lists;
        starts = new int[lists.size() + 1];
        for (int i = 0; i < lists.size(); i++) {
            starts[i + 1] =
                    starts[i] + lists.get(i).rules().size() + (lists.get(i).dropRest() ? 1 : 0);
        }
        int size = starts[lists.size()];
        rules = new Acl.Rule[size];
        list = new int[size];
        priority = new int[size];
        number = new int[size];
        Arrays.fill(number, -1);
    }

    /** The rules of these lists, with the priorities that they have. */
    static Sequence of(List<Acl> lists) {
        Sequence out = new Sequence(lists);
        for (int l = 0; l < lists.size(); l++) {
            Acl acl = lists.get(l);
            Arrays.fill(out.list, out.starts[l], out.starts[l + 1], l);
            int at = out.starts[l];
            boolean ordered = !acl.order().equals(Acl.Order.NONE);
            for (int b = 0; b < acl.blocks().size(); b++) {
                List<Acl.Rule> block = acl.blocks().get(b).rules();
                for (int i = 0; i < block.size(); i++) {
                    out.rules[at] = block.get(i);
                    if (ordered) {
                        out.priority[at] = acl.order().blocks().get(b).priority(i);
                        out.number[at] = acl.order().blocks().get(b).number(i);
                    }
                    at++;
                }
            }
            if (acl.dropRest()) {
                out.priority[at] = acl.order().rest();
            }
        }
        return out;
    }

    int size() {
        return rules.length;
    }

    int lists() {
        return lists.size();
    }

    int start(int l) {
        return starts[l];
    }

    /** The end of a list's rules, without the drop at its end. */
    int end(int l) {
        return starts[l + 1] - (lists.get(l).dropRest() ? 1 : 0);
    }

    boolean isRest(int i) {
        return rules[i] == null;
    }

    /** The name of the list in which rule {@code i} is. */
    String name(int i) {
        return lists.get(list[i]).name();
    }

    /** What rule {@code i} is, by value. */
    Object content(int i) {
        return List.of(name(i), isRest(i) ? "" : rules[i]);
    }

    boolean isSame(int i, Sequence other, int j) {
        return (rules[i] == other.rules[j] || rules[i] != null && rules[i].equals(other.rules[j]))
                && name(i).equals(other.name(j));
    }

    /** Whether rules may be put in ahead of rule {@code i} by adding them at the end or at the top of a list. */
    boolean isBoundary(int i) {
        return i <= 0 || i >= size() || isRest(i) || list[i] != list[i - 1];
    }

    /** Gives rule {@code i} the number and the priority of a rule of an earlier sequence. */
    void take(int i, Sequence old, int j) {
        priority[i] = old.priority[j];
        number[i] = old.number[j];
    }

    /** The start of the unit of rule {@code i}, which has a priority. */
    int unitStart(int i) {
        int start = i;
        while (start > 0 && priority[start - 1] == priority[i]) {
            start--;
        }
        return start;
    }

    int unitEnd(int i) {
        int end = i + 1;
        while (end < size() && priority[end] == priority[i]) {
            end++;
        }
        return end;
    }

    /** The index of the nearest rule above {@code i} that has a priority, -1 for none. */
    int above(int i) {
        int at = i - 1;
        while (at >= 0 && priority[at] == 0) {
            at--;
        }
        return at;
    }

    /** The index of the nearest rule from {@code i} on that has a priority; the size for none. */
    int below(int i) {
        int at = i;
        while (at < size() && priority[at] == 0) {
            at++;
        }
        return at;
    }

    /** The end of the longest run of rules from {@code i} on, at most {@code cap}, that may share a priority. */
    int shareable(int i, int end, int cap) {
        Match like = null;
        Set<Match> taken = new HashSet<>();
        int at = i;
        while (at < end && at < i + cap && list[at] == list[i]) {
            Match first = shape(at);
            if (at > i && (first == null || like == null || !first.looksAtSameBits(like))) {
                break;
            }
            if (first != null) {
                List<Match> own = rules[at].matches().toList();
                if (own.stream().anyMatch(taken::contains)) {
                    break;
                }
                taken.addAll(own);
            }
            like = first;
            at++;
        }
        return at;
    }

    /**
     * Whether no frame can match two of these rules. That holds for matches that test the same bits of the same fields
     * for different values; other rules must not share a priority, because OpenFlow 1.3.5 §5.3 leaves open which of two
     * matching entries of one priority applies.
     */
    boolean isDisjoint(int from, int to) {
        return to - from == 1 || shareable(from, to, to - from) == to;
    }

    /**
     * A match that tests the same bits as all those of a rule; null if there is none. A VLAN in a match may stand for a
     * network, and then the entry tests other bits than the rule. The entries of a large product need a priority of
     * their own.
     */
    private Match shape(int i) {
        if (isRest(i) || rules[i].products().isEmpty() || rules[i].isLarge()) {
            return null;
        }
        List<Match> own = rules[i].matches().toList();
        Match first = own.isEmpty() ? null : own.get(0);
        return first != null && !first.has(Field.VLAN_VID) && own.stream().allMatch(first::looksAtSameBits)
                ? first
                : null;
    }

    /** Where rule {@code i} is. */
    RuleOrder.NoneLeft noneLeftAt(int i) {
        return new RuleOrder.NoneLeft(list[i], i - starts[list[i]]);
    }

    /** The lists with these priorities. Reuses equal slots of {@code before}. */
    List<Acl> placed(List<Acl> before) {
        List<Acl> out = new ArrayList<>();
        for (int l = 0; l < lists.size(); l++) {
            Acl acl = lists.get(l);
            List<Acl.Slots> had = l < before.size() ? before.get(l).order().blocks() : List.of();
            List<Acl.Slots> slots = new ArrayList<>();
            int at = starts[l];
            for (int b = 0; b < acl.blocks().size(); b++) {
                int end = at + acl.blocks().get(b).rules().size();
                Acl.Slots made =
                        new Acl.Slots(Arrays.copyOfRange(number, at, end), Arrays.copyOfRange(priority, at, end));
                slots.add(b < had.size() && had.get(b).equals(made) ? had.get(b) : made);
                at = end;
            }
            out.add(acl.with(new Acl.Order(slots, acl.dropRest() ? priority[at] : 0)));
        }
        return out;
    }
}
