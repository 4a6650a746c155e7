package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes the access list of one direction. */
final class DirectionImport {
    private final Ruleset ruleset;
    private final String name;
    private final String on;
    private final ListText text = new ListText();
    private final List<String> remarks = new ArrayList<>();
    private final Set<Chain> visited = new LinkedHashSet<>();

    /**
     * @param name of the list
     * @param on the value of {@code on} in YAML
     */
    DirectionImport(Ruleset ruleset, String name, String on) {
        this.ruleset = ruleset;
        this.name = name;
        this.on = on;
    }

    ListText counts() {
        return text;
    }

    /** The chains that the list stands for. */
    Set<Chain> visited() {
        return visited;
    }

    /** What is to be said about the list as a whole. */
    List<String> remarks() {
        return remarks;
    }

    /**
     * The list in YAML, or comments that say why there is none.
     *
     * @throws FirewallSyntaxException if chains jump in a circle
     */
    String write() throws FirewallSyntaxException {
        ruleset.left().forEach(text::note);
        List<Chain> v4 = ruleset.bases(false);
        List<Chain> v6 = ruleset.bases(true);
        if (v4.isEmpty() && v6.isEmpty()) {
            return text.text();
        }
        FirstMatch.Result one = FirstMatch.of(v4.isEmpty() ? v6 : v4, v4.isEmpty());
        FirstMatch.Result two = v4.isEmpty() || v6.isEmpty() ? one : FirstMatch.of(v6, true);
        List<Item> items = one == two ? neutral(one.items()) : Merge.of(one.items(), two.items());
        if (one == two) {
            otherVersion(
                    v4.isEmpty(),
                    one.rest(),
                    items.stream().filter(Item.Entry.class::isInstance).toList());
        }
        items.forEach(text::item);
        visited.addAll(one.visited());
        visited.addAll(two.visited());
        if (two.rest().verdict() != one.rest().verdict()) {
            text.entry(
                    "{proto: ipv6}",
                    ListText.action(two.rest().verdict()),
                    two.rest().origins());
        }
        silent(one, two, items);
        return list(one.rest());
    }

    /** Items that need not say their IP version, because something else decides about the other one. */
    private static List<Item> neutral(List<Item> items) {
        return items.stream()
                .map(i ->
                        i instanceof Item.Entry e && MatchText.hasWord(e.when().proto()) ? e.from(e.origins()) : i)
                .toList();
    }

    /** Says what happens to packets of a version that the input says nothing about. */
    private void otherVersion(boolean isV4, FirstMatch.Rest rest, List<Item> one) {
        String other = isV4 ? "IPv4" : "IPv6";
        String missing = isV4 ? "iptables-save" : "ip6tables-save";
        boolean open = rest.verdict() == Rule.Verdict.ACCEPT;
        if (open && one.isEmpty()) {
            return;
        } else if (open) {
            remarks.add(name + ": the input has no rules for " + other + "; its rules hold for " + other + " too");
        } else {
            remarks.add(name + ": the input has no rules for " + other + ", so the list drops it. Give those rules as"
                    + " another FILE (" + missing + "), or change the first rule of the list");
            text.entry(
                    isV4 ? "{proto: ip}" : "{proto: ipv6}",
                    "drop",
                    List.of(new Origin("no rules for " + other + " were given", "", "")));
        }
    }

    /** Names rules that no packet reaches, and chains to which no rule leads. */
    private void silent(FirstMatch.Result one, FirstMatch.Result two, List<Item> items) {
        Set<Origin> said = new LinkedHashSet<>(ListText.origins(items));
        said.addAll(one.rest().origins());
        said.addAll(two.rest().origins());
        Set<Origin> silent = new LinkedHashSet<>(one.silent());
        silent.addAll(two.silent());
        silent.removeAll(said);
        silent.forEach(o -> text.note(new Item.Note(
                Item.Effect.NONE, 1, "no packet that begins a connection comes to it and matches", List.of(o))));
    }

    private String list(FirstMatch.Rest rest) {
        boolean open = rest.verdict() == Rule.Verdict.ACCEPT;
        StringBuilder out = new StringBuilder();
        if (open && text.rules() == 0) {
            return ListText.comments(
                            "  ",
                            name + " would be for " + ruleset.direction()
                                    + ", which accepts everything: no list is needed")
                    + text.text();
        } else if (!open && !ruleset.isAcceptingReplies()) {
            remarks.add(name + ": no rule of the input accepts replies (ESTABLISHED); a stateful list does");
        }
        out.append("  - name: ").append(name).append("\n    on: ").append(on).append("\n    stateful: true\n");
        out.append("    direction: ").append(ruleset.direction().word()).append("\n");
        // A list without rules has no key for them: comments alone would be a null.
        out.append(text.rules() == 0 ? text.text() : "    rules:\n" + text.text());
        out.append("    default: ").append(ListText.action(rest.verdict()));
        return out.append(rest.origins().isEmpty() ? "" : " # " + ListText.from(rest.origins()))
                .append('\n')
                .toString();
    }
}
