package io.heddle.importing.firewall;

import io.heddle.config.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes the rules of a machine's own firewall as stateful access lists: what iptables-save, ip6tables-save, ipset, nft
 * and ufw print or keep, and Proxmox VE's files. The lists decide about each packet that begins a connection as the
 * input does. Whatever they cannot say stands as a comment at its place. Pure.
 */
public final class FirewallImport {
    private static final String HEAD = """
            # Access lists from %s, written by heddle import --firewall.
            # Behind each rule stands the line that it came from. A comment at the place of a rule says why it was left out.
            """;

    private final List<Source> sources;
    private final Options options;
    private final Set<String> remarks = new LinkedHashSet<>();
    private final Map<Item.Effect, Integer> left = new LinkedHashMap<>();
    private int rules;

    private FirewallImport(List<Source> sources, Options options) {
        this.sources = sources;
        this.options = options;
    }

    /**
     * A network file, and what people must know about it.
     *
     * @param report lines for the person who runs the import; among them how many rules were left out
     */
    public record Result(String text, List<String> report) {}

    /**
     * Writes access lists.
     *
     * @param sources together the rules of one machine, in any order
     * @throws FirewallSyntaxException if a text is in no known format, or wrong
     */
    public static Result read(List<Source> sources, Options options) throws FirewallSyntaxException {
        return new FirewallImport(sources, options).run();
    }

    private Result run() throws FirewallSyntaxException {
        StringBuilder lists = new StringBuilder();
        Set<String> used = new TreeSet<>();
        Set<String> visited = new LinkedHashSet<>();
        Map<String, Integer> chains = new LinkedHashMap<>();
        Map<String, Ruleset.AddressSet> sets = new LinkedHashMap<>();
        for (Direction direction : Direction.values()) {
            Ruleset ruleset = new Formats(direction, options.ownInterface()).read(sources);
            ruleset.sets().values().forEach(s -> sets.put(s.name(), s));
            if (!options.chains().contains(direction.name().toLowerCase(Locale.ROOT))) {
                unread(ruleset);
                continue;
            }
            remarks.addAll(ruleset.remarks());
            DirectionImport d = new DirectionImport(ruleset, options.name() + "-" + direction.suffix(), on());
            lists.append(d.write());
            remarks.addAll(d.remarks());
            d.visited().forEach(c -> visited.add(c.name()));
            ruleset.chains().forEach(c -> chains.put(c.name(), c.rules().size()));
            used.addAll(d.counts().sets());
            rules += d.counts().rules();
            for (Item.Effect e : Item.Effect.values()) {
                left.merge(e, d.counts().left(e), Integer::sum);
            }
        }
        chains.forEach((name, count) -> {
            if (count > 0 && !visited.contains(name) && !name.matches("INPUT|OUTPUT|FORWARD")) {
                remarks.add("chain " + name + " (" + rules(count) + ") was not read: no rule of those that were read"
                        + " leads to it");
            }
        });
        return new Result(file(sets, used, lists.toString()), report());
    }

    /** Says that there are rules about a direction that nobody wants here. */
    private void unread(Ruleset ruleset) {
        Set<Chain> chains = new LinkedHashSet<>(ruleset.bases(false));
        chains.addAll(ruleset.bases(true));
        int count = chains.stream().mapToInt(c -> c.rules().size()).sum();
        if (count > 0 || chains.stream().anyMatch(c -> c.policy() != Rule.Verdict.ACCEPT)) {
            String name = ruleset.direction().name();
            Rule.Verdict policy = chains.stream()
                    .map(Chain::policy)
                    .filter(v -> v != Rule.Verdict.ACCEPT)
                    .findFirst()
                    .orElse(Rule.Verdict.ACCEPT);
            remarks.add("chain " + name + " was not read (policy " + policy + ", " + rules(count) + "); --chain "
                    + name.toLowerCase(Locale.ROOT) + " reads it"
                    + (ruleset.direction() == Direction.FORWARD ? ", for ports of guests behind the machine" : ""));
        }
    }

    private String on() {
        return options.ports().isEmpty()
                ? "{ports: [PORT]} # write the ports that the rules are for"
                : YamlText.flow(Map.of("ports", options.ports()));
    }

    private String file(Map<String, Ruleset.AddressSet> sets, Set<String> used, String lists) {
        String from = sources.stream().map(Source::name).collect(Collectors.joining(", "));
        StringBuilder out = new StringBuilder();
        String.format(HEAD, from).lines().forEach(l -> out.append(ListText.comments("", l.substring(2))));
        remarks.forEach(r -> out.append(ListText.comments("", "Note: " + r)));
        out.append("heddle: v1\n");
        if (!used.isEmpty()) {
            Map<String, Object> texts = new LinkedHashMap<>();
            used.forEach(name -> texts.put(
                    name, sets.get(name).prefixes().stream().map(Prefix::text).toList()));
            out.append(YamlText.file(Map.of("address-sets", texts)));
        }
        boolean some = lists.lines().anyMatch(l -> l.startsWith("  - "));
        return out.append(some ? "acls:\n" : "").append(lists).toString();
    }

    private static String rules(int count) {
        return count + (count == 1 ? " rule" : " rules");
    }

    private List<String> report() {
        List<String> out = new ArrayList<>();
        out.add(rules(rules) + " written");
        remarks.forEach(r -> out.add("note: " + ListText.printable(r)));
        int stricter = left.getOrDefault(Item.Effect.STRICTER, 0);
        if (stricter > 0) {
            out.add("left out: " + rules(stricter) + (stricter == 1 ? " that accepts" : " that accept")
                    + ". The lists are stricter than the input; the file says where");
        }
        int open = left.getOrDefault(Item.Effect.MORE_OPEN, 0);
        if (open > 0) {
            out.add("LEFT OUT: " + rules(open) + (open == 1 ? " that drops" : " that drop")
                    + ". THE LISTS ARE MORE OPEN than the input; the file says where (\"more open\")");
        }
        return out;
    }
}
