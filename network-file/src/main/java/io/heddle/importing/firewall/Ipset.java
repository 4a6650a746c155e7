package io.heddle.importing.firewall;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what {@code ipset save} prints: sets of addresses and networks. See ipset(8). */
final class Ipset {
    static final Pattern SHAPE = Pattern.compile("(?m)^create \\S+ (hash|bitmap|list):");

    private Ipset() {}

    static void read(Source source, Ruleset ruleset) throws FirewallSyntaxException {
        List<String> lines = source.text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            List<String> words = Words.of(source, i + 1, lines.get(i));
            if (words.isEmpty() || words.get(0).startsWith("#")) {
                continue;
            } else if (words.size() < 3) {
                throw source.error(
                        i + 1, "expected create NAME TYPE or add NAME ADDRESS, found \"" + lines.get(i) + "\"");
            }
            String name = words.get(1);
            if (words.get(0).equals("create")) {
                boolean v6 = words.contains("inet6");
                if (words.get(2).matches("(hash|bitmap):(ip|net)")) {
                    ruleset.set(name, name, !v6, v6);
                } else {
                    ruleset.remark("set " + name + " at " + source.place(i + 1) + " is " + words.get(2)
                            + ", and was not read: address sets hold addresses and prefixes");
                }
            } else if (words.get(0).equals("add") && ruleset.sets().containsKey(name)) {
                add(source, i + 1, words, ruleset.sets().get(name));
            } else if (!words.get(0).equals("add")) {
                throw source.error(i + 1, "expected create or add, found \"" + words.get(0) + "\"");
            }
        }
    }

    private static void add(Source source, int line, List<String> words, Ruleset.AddressSet set)
            throws FirewallSyntaxException {
        Optional<Addresses> a = Values.addresses(List.of(words.get(2)));
        if (a.isEmpty() || !a.get().has(set.v6()) || words.contains("nomatch")) {
            throw source.error(
                    line,
                    "expected " + (set.v6() ? "an IPv6" : "an IPv4") + " address or prefix without nomatch, found \""
                            + String.join(" ", words) + "\"");
        }
        set.prefixes().addAll(a.get().prefixes());
    }
}
