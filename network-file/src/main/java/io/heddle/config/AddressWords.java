package io.heddle.config;

import io.heddle.flows.program.FlowSyntaxException;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The addresses in a match in words: {@code any}, an address, a prefix, the name of a network, an address set or a
 * group, or a list of them.
 *
 * @param items one for each word
 * @param all of all words, without overlap
 */
record AddressWords(List<Item> items, List<Cidr> all) {
    /** Stands for all addresses. */
    static final String ANY = "any";

    private static final Pattern ADDRESS = Pattern.compile("[0-9]+\\.[0-9.]*|.*[:/].*");
    /** A message names no more ports than these. */
    private static final int MOST_NAMED = 3;

    /** One word. @param named whether it is a name */
    private record Item(Yaml at, boolean named, List<Cidr> addresses) {
        String version() {
            return (named ? " has only " : " is ")
                    + (addresses.get(0).v6() ? "IPv6" : "IPv4")
                    + (named ? " addresses" : "");
        }

        boolean isOnly(boolean v6) {
            return !addresses.isEmpty() && addresses.stream().allMatch(c -> c.v6() == v6);
        }
    }

    /** Whether a word is meant as an address or prefix, right or wrong, and cannot be a name. */
    static boolean isAddress(String word) {
        return ADDRESS.matcher(word).matches();
    }

    /** Reads {@code src} or {@code dst}; empty if any address fits. */
    static Optional<AddressWords> read(Yaml match, String key, AddressNames names, List<Problem> problems) {
        Optional<Yaml> given = match.get(key);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        List<Item> items = new ArrayList<>();
        List<Cidr> all = new ArrayList<>();
        boolean any = false;
        for (Yaml y : words(given.get())) {
            if (y.isNull()) {
                problems.add(y.problem("expected an address, a prefix or a name, found nothing"));
                continue;
            }
            any |= y.text().equals(ANY);
            List<Cidr> addresses = addresses(y, names, problems);
            items.add(new Item(y, !isAddress(y.text()), addresses));
            all.addAll(addresses);
        }
        return any
                ? Optional.empty()
                : Optional.of(new AddressWords(items, items.size() > 1 ? Cidr.disjoint(all) : all));
    }

    /** The words; without what the schema check has refused. */
    private static List<Yaml> words(Yaml given) {
        return given.itemsOrSelf().stream().filter(Yaml::isScalar).toList();
    }

    private static List<Cidr> addresses(Yaml y, AddressNames names, List<Problem> problems) {
        String word = y.text();
        if (word.equals(ANY)) {
            return List.of();
        } else if (!isAddress(word)) {
            return named(y, names, problems);
        }
        try {
            return List.of(Cidr.parse(word));
        } catch (FlowSyntaxException e) {
            problems.add(y.problem(e.getMessage()));
            return List.of();
        }
    }

    private static List<Cidr> named(Yaml y, AddressNames names, List<Problem> problems) {
        Optional<AddressNames.Named> named = names.use(y.text());
        if (named.isEmpty()) {
            problems.add(y.problem(Nearest.unknown("network, address set or group", y.text(), names.all())));
            return List.of();
        }
        List<String> without = named.get().without();
        if (!without.isEmpty()) {
            String more = without.size() > MOST_NAMED ? " and " + (without.size() - MOST_NAMED) + " more" : "";
            problems.add(y.problem("the addresses of " + named.get().what() + " are not all known: give address to "
                    + String.join(", ", without.subList(0, Math.min(MOST_NAMED, without.size()))) + more));
        } else if (named.get().addresses().isEmpty() && named.get().what().startsWith("network")) {
            problems.add(y.problem(named.get().what() + " has no known addresses: give it a subnet"));
        }
        return named.get().addresses();
    }

    /** Whether a rule, as written, uses one of these names. */
    static boolean mentions(YamlNode rule, Set<String> names) {
        int at = names.isEmpty() ? -1 : rule.find("match");
        if (at < 0) {
            return false;
        }
        YamlNode match = rule.child(at);
        for (String key : new String[] {"src", "dst"}) {
            int i = match.find(key);
            YamlNode words = i < 0 ? null : match.child(i);
            if (words != null && names.contains(words.text())) {
                return true;
            }
            for (int w = 0; words != null && w < words.size(); w++) {
                if (names.contains(words.child(w).text())) {
                    return true;
                }
            }
        }
        return false;
    }

    boolean has(boolean v6) {
        return all.stream().anyMatch(c -> c.v6() == v6);
    }

    List<Masked> of(boolean v6) {
        return all.stream().filter(c -> c.v6() == v6).map(Cidr::bits).toList();
    }

    /** Refuses words that stand only for addresses of an IP version that the match cannot have. */
    void check(boolean v4, boolean v6, String why, List<Problem> problems) {
        for (Item item : items) {
            if (!v4 && item.isOnly(false) || !v6 && item.isOnly(true)) {
                problems.add(item.at.problem(item.at.text() + item.version() + ", and " + why));
            }
        }
    }

    /** What is known of the names among the words that stand for addresses of only one IP version. */
    List<String> versions() {
        return items.stream()
                .filter(i -> i.named && (i.isOnly(true) || i.isOnly(false)))
                .map(i -> i.at.text() + i.version())
                .toList();
    }
}
