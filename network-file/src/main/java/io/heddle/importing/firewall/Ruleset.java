package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that was read about one direction, whatever the format. */
final class Ruleset {
    /** A chain where packets begin. Those with a lower priority come first. */
    private record Base(Chain chain, boolean v4, boolean v6, int priority) {}

    /** @param v4 whether it may hold IPv4 addresses; likewise for IPv6 */
    record AddressSet(String name, boolean v4, boolean v6, List<Prefix> prefixes) {
        Addresses addresses() {
            return new Addresses(name, v4, v6, Prefix.disjoint(prefixes));
        }
    }

    /** The longest name of a set, without a number that keeps it apart from others. */
    private static final int MOST_NAME = 56;

    private final Direction direction;
    private final List<Base> bases = new ArrayList<>();
    private final Map<String, AddressSet> sets = new LinkedHashMap<>();
    private final Set<String> remarks = new LinkedHashSet<>();
    private final List<Item.Note> left = new ArrayList<>();
    private boolean replies;
    private Rule.Verdict ufwPolicy;

    Ruleset(Direction direction) {
        this.direction = direction;
    }

    Direction direction() {
        return direction;
    }

    void base(Chain chain, boolean v4, boolean v6, int priority) {
        bases.add(new Base(chain, v4, v6, priority));
        bases.sort(Comparator.comparingInt(Base::priority));
    }

    /** The chains that packets of an IP version pass, in order. */
    List<Chain> bases(boolean v6) {
        return bases.stream().filter(b -> v6 ? b.v6 : b.v4).map(Base::chain).toList();
    }

    /** All chains in the tables of the base chains. Base chains of nft that another hook has are not among them. */
    Set<Chain> chains() {
        Set<Chain> all = new LinkedHashSet<>();
        bases.forEach(b -> b.chain.others().forEach(all::add));
        return all;
    }

    /** The address sets by the names that rules use. */
    Map<String, AddressSet> sets() {
        return sets;
    }

    /**
     * Adds a set.
     *
     * @param key by which rules find it
     * @param wanted the name that it gets, if a network file may have it and no other set has it
     */
    AddressSet set(String key, String wanted, boolean v4, boolean v6) {
        String plain = wanted.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[._-]+", "");
        boolean odd = plain.isEmpty() || plain.equals("any") || plain.matches("[0-9]+\\.[0-9.]*");
        String name = (odd ? "set-" : "") + plain.substring(0, Math.min(plain.length(), MOST_NAME));
        Set<String> taken = new LinkedHashSet<>();
        sets.forEach((k, s) -> taken.add(k.equals(key) ? "" : s.name));
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = name + "-" + i;
        }
        AddressSet set = new AddressSet(free, v4, v6, new ArrayList<>());
        sets.put(key, set);
        return set;
    }

    /** Says something about the whole input. */
    void remark(String text) {
        remarks.add(text);
    }

    Set<String> remarks() {
        return remarks;
    }

    /** Says that rules outside of the chains were left out. */
    void left(Item.Note note) {
        left.add(note);
    }

    List<Item.Note> left() {
        return left;
    }

    /** The policy that ufw keeps beside its rules. */
    void ufwPolicy(Rule.Verdict verdict) {
        ufwPolicy = verdict;
    }

    /** The policy that ufw keeps beside its rules; if no file says it, the one that ufw is installed with. */
    Rule.Verdict ufwPolicy() {
        if (ufwPolicy == null) {
            remark("ufw keeps its policies in /etc/default/ufw, which was not given: incoming is denied, outgoing"
                    + " allowed, as ufw is installed");
            return direction == Direction.OUTPUT ? Rule.Verdict.ACCEPT : Rule.Verdict.DROP;
        }
        return ufwPolicy;
    }

    /** Adds the rules that somebody gave to ufw, which has more of its own. */
    void ufwBase(Chain chain, boolean v6) {
        chain.policy(ufwPolicy());
        remark("ufw has more rules in /etc/ufw/before.rules and after.rules, which accept ping among others and"
                + " were not read; iptables-save and ip6tables-save print them all");
        // /etc/ufw/before.rules, which come before the user's, accept them.
        acceptsReplies();
        base(chain, !v6, v6, 0);
    }

    /** Notes that some rule accepts replies. */
    void acceptsReplies() {
        replies = true;
    }

    boolean isAcceptingReplies() {
        return replies;
    }
}
