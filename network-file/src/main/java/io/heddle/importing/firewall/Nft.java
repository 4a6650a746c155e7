package io.heddle.importing.firewall;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes tables of nft over: the chains of one hook, and the sets. */
final class Nft {
    private final Source source;
    private final Ruleset ruleset;
    private final Interfaces interfaces;

    private Nft(Source source, Ruleset ruleset, Interfaces interfaces) {
        this.source = source;
        this.ruleset = ruleset;
        this.interfaces = interfaces;
    }

    static void read(Source source, List<NftTable> tables, Ruleset ruleset, Interfaces interfaces)
            throws FirewallSyntaxException {
        Nft nft = new Nft(source, ruleset, interfaces);
        if (source.text().contains("managed by iptables-nft") || source.text().contains("xt match")) {
            ruleset.remark("iptables has put rules into " + source.name() + "; iptables-save and ip6tables-save say"
                    + " more of them than nft");
        }
        for (NftTable table : tables) {
            if (Set.of("ip", "ip6", "inet").contains(table.family())) {
                nft.table(table);
            } else {
                ruleset.remark("table " + table.family() + " " + table.name() + " of " + source.name()
                        + " was not read: stateful lists judge what passes ip, ip6 and inet");
            }
        }
    }

    /** By which name the rules of a table find a set. */
    static String key(NftTable table, String name) {
        return table.family() + " " + table.name() + " " + name;
    }

    private void table(NftTable table) throws FirewallSyntaxException {
        for (NftTable.NftSet set : table.sets().values()) {
            boolean v6 = set.type().contains("ipv6_addr") || set.type().startsWith("ip6 ");
            boolean addresses = set.type().matches("ipv[46]_addr|ip6? [sd]addr");
            Optional<Addresses> all = Values.addresses(set.elements());
            if (addresses
                    && (set.elements().isEmpty() || all.isPresent() && all.get().has(v6))) {
                Ruleset.AddressSet a = ruleset.set(key(table, set.name()), set.name(), !v6, v6);
                all.ifPresent(x -> a.prefixes().addAll(x.prefixes()));
            }
        }
        Map<String, Chain> chains = new LinkedHashMap<>();
        NftMeaning meaning = new NftMeaning(table, ruleset, interfaces);
        for (NftTable.NftChain c : table.chains().values()) {
            Chain chain = new Chain(c.name(), chains);
            for (NftRule rule : c.rules()) {
                chain.rules().addAll(meaning.rules(rule));
            }
            base(table, c, chain);
            if (!c.hook().isEmpty()
                    && ruleset.bases(false).stream().noneMatch(b -> b == chain)
                    && ruleset.bases(true).stream().noneMatch(b -> b == chain)) {
                // The chain of another hook has its own remark.
                chain.rules().clear();
            }
        }
    }

    private void base(NftTable table, NftTable.NftChain c, Chain chain) {
        chain.policy(c.policy().equals("drop") ? Rule.Verdict.DROP : Rule.Verdict.ACCEPT);
        if (c.type().equals("filter")
                && c.hook().equals(ruleset.direction().name().toLowerCase(Locale.ROOT))) {
            ruleset.base(chain, !table.family().equals("ip6"), !table.family().equals("ip"), c.priority());
        } else if (!c.hook().isEmpty()
                && !c.rules().isEmpty()
                && !(c.type().equals("filter") && c.hook().matches("input|output|forward"))) {
            ruleset.remark("chain " + c.name() + " of table " + table.family() + " " + table.name() + " in "
                    + source.name() + " (" + c.type() + ", hook " + c.hook() + ") was not read: access lists take the"
                    + " place of filter chains at input, output and forward");
        }
    }
}
