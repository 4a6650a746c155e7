package io.heddle.importing.firewall;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A table of nft as it was read, from text or from JSON. */
final class NftTable {
    /**
     * A chain.
     *
     * @param hook where packets begin; "" for a chain that is only jumped to
     * @param policy accept or drop
     */
    record NftChain(String name, String type, String hook, int priority, String policy, List<NftRule> rules) {}

    /** @param type such as ipv4_addr */
    record NftSet(String name, String type, List<String> elements) {}

    private final String family;
    private final String name;
    private final Map<String, NftChain> chains = new LinkedHashMap<>();
    private final Map<String, NftSet> sets = new LinkedHashMap<>();
    private final Map<String, Map<String, NftRule.Decision>> maps = new LinkedHashMap<>();

    NftTable(String family, String name) {
        this.family = family;
        this.name = name;
    }

    String family() {
        return family;
    }

    String name() {
        return name;
    }

    Map<String, NftChain> chains() {
        return chains;
    }

    Map<String, NftSet> sets() {
        return sets;
    }

    /** The verdict maps by name. */
    Map<String, Map<String, NftRule.Decision>> maps() {
        return maps;
    }

    /** The number of a priority such as "filter - 1". Empty if it is none. See nft(8), "Standard priority names". */
    static OptionalInt priority(String text) {
        String[] words = text.strip().split("\\s+");
        Map<String, Integer> names =
                Map.of("raw", -300, "mangle", -150, "dstnat", -100, "filter", 0, "security", 50, "srcnat", 100);
        Integer base = names.get(words[0]);
        String number = base == null
                ? text.strip()
                : text.strip().substring(words[0].length()).replaceAll("\\s", "");
        if (!number.matches("[+-]?\\d{1,9}") && !(base != null && number.isEmpty())) {
            return OptionalInt.empty();
        }
        int more = number.isEmpty() ? 0 : Integer.parseInt(number);
        return OptionalInt.of((base == null ? 0 : base) + more);
    }
}
