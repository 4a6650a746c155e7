package io.heddle.config;

import io.heddle.flows.program.FlowSyntaxException;
import io.heddle.flows.program.Masked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses in a match in words.
 *
 * @param at the place of all of them
 * @param items one for each word
 * @param all of all words, without overlap
 */
record AddressWords(Yaml at, List<Item> items, List<Cidr> all) {
    /** One word. */
    private record Item(Yaml at, List<Cidr> addresses) {}

    /** Reads {@code src} or {@code dst}; empty if any address fits. */
    static Optional<AddressWords> read(Yaml match, String key, List<Problem> problems) {
        Optional<Yaml> given = match.get(key);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        List<Item> items = new ArrayList<>();
        List<Cidr> all = new ArrayList<>();
        for (Yaml y : given.get().isList() ? given.get().items() : List.of(given.get())) {
            List<Cidr> addresses = addresses(y, problems);
            items.add(new Item(y, addresses));
            all.addAll(addresses);
        }
        return Optional.of(new AddressWords(given.get(), items, all.size() > 1 ? Cidr.disjoint(all) : all));
    }

    private static List<Cidr> addresses(Yaml y, List<Problem> problems) {
        if (!y.isScalar() || y.isNull()) {
            // The schema check has reported it.
            return List.of();
        }
        try {
            return List.of(Cidr.parse(y.text()));
        } catch (FlowSyntaxException e) {
            problems.add(y.problem(e.getMessage()));
            return List.of();
        }
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
            boolean fits = item.addresses.stream().anyMatch(c -> c.v6() ? v6 : v4);
            if (!fits && !item.addresses.isEmpty()) {
                problems.add(item.at.problem(
                        item.at.text() + " is " + (item.addresses.get(0).v6() ? "IPv6" : "IPv4") + ", and " + why));
            }
        }
    }
}
