package io.heddle.importing.firewall;

import com.google.common.collect.ImmutableRangeSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Says what the statements of a rule of nft mean. See nft(8). */
final class NftMeaning {
    private static final List<String> PORTS = List.of("sport", "dport");

    private final NftTable table;
    private final Ruleset ruleset;
    private final Interfaces interfaces;

    NftMeaning(NftTable table, Ruleset ruleset, Interfaces interfaces) {
        this.table = table;
        this.ruleset = ruleset;
        this.interfaces = interfaces;
    }

    /** The rules that a rule of nft stands for: one for each set of conditions that a list can say in one rule. */
    List<Rule> rules(NftRule rule) throws FirewallSyntaxException {
        List<Conditions> when = List.of(Conditions.ANY);
        String effect = "without a verdict it decides nothing";
        for (NftRule.Statement s : rule.statements()) {
            if (s instanceof NftRule.Match m) {
                when = product(when, alternatives(rule, m.key(), m.operator(), m.values()));
            } else if (s instanceof NftRule.Unsaid u) {
                when = product(when, List.of(Conditions.unsaid(u.text() + ": a list has no such match")));
            } else if (s instanceof NftRule.Effect e) {
                effect = e.text();
            } else if (s instanceof NftRule.Decision d) {
                return decided(rule, when, d);
            } else if (s instanceof NftRule.VerdictMap map) {
                List<Rule> out = new ArrayList<>();
                for (Map.Entry<String, NftRule.Decision> e : map.verdicts().entrySet()) {
                    List<Conditions> one = alternatives(rule, map.key(), "==", List.of(e.getKey()));
                    out.addAll(decided(rule, product(when, one), e.getValue()));
                }
                return out;
            }
        }
        return List.of(new Rule(rule.origin(), Conditions.ANY, Rule.Verdict.NONE, effect));
    }

    private List<Rule> decided(NftRule rule, List<Conditions> when, NftRule.Decision d) {
        return when.stream()
                .map(c -> States.finish(new Rule(rule.origin(), c.checked(), d.verdict(), d.target()), ruleset))
                .toList();
    }

    private static List<Conditions> product(List<Conditions> a, List<Conditions> b) {
        return a.stream().flatMap(x -> b.stream().map(x::and)).toList();
    }

    /** Conditions any of which must hold. */
    private List<Conditions> alternatives(NftRule rule, String key, String operator, List<String> values)
            throws FirewallSyntaxException {
        if (values.isEmpty() || key.isBlank()) {
            throw wrong(rule, "a condition with a value", List.of(key));
        }
        boolean not = operator.equals("!=");
        String[] words = key.split(" ");
        String last = words[words.length - 1];
        if (PORTS.contains(last)
                && List.of("tcp", "udp", "sctp", "th", "dccp", "udplite").contains(words[0])) {
            Optional<Integer> proto = Values.protocol(words[0]);
            Conditions c = ports(rule, last.equals("sport"), operator, values);
            return List.of(proto.isPresent() ? Conditions.proto(proto.get()).and(c) : c);
        } else if (!operator.equals("==") && !not) {
            return unsaid(key + " " + operator);
        }
        return switch (key) {
            case "ip saddr", "ip daddr", "ip6 saddr", "ip6 daddr" ->
                List.of(address(rule, key.startsWith("ip6"), last.equals("saddr"), not, values));
            case "ip protocol", "ip6 nexthdr", "meta l4proto", "l4proto" ->
                not ? unsaid(key + " !=") : protocols(rule, key, values);
            case "icmp type", "icmpv6 type" -> not ? unsaid(key + " !=") : icmp(rule, key.startsWith("icmpv6"), values);
            case "tcp flags" -> tcpFlags(not, values);
            case "meta nfproto", "nfproto", "meta protocol", "ether type" -> versions(key, not, values);
            case "iif", "iifname", "meta iif", "meta iifname" -> List.of(interfaces(true, not, values));
            case "oif", "oifname", "meta oif", "meta oifname" -> List.of(interfaces(false, not, values));
            case "ct state" -> List.of(States.of(values, not));
            case "fib daddr type", "meta pkttype", "pkttype" -> addressType(key, not, values);
            default -> unsaid(key);
        };
    }

    private static List<Conditions> unsaid(String key) {
        return List.of(Conditions.unsaid(key + ": a list has no such match"));
    }

    private static FirewallSyntaxException wrong(NftRule rule, String expected, List<String> values) {
        return new FirewallSyntaxException(
                rule.origin().place(), "expected " + expected + ", found \"" + String.join(", ", values) + "\"");
    }

    private Conditions ports(NftRule rule, boolean source, String operator, List<String> given)
            throws FirewallSyntaxException {
        List<String> values = new ArrayList<>();
        for (String v : given) {
            NftTable.NftSet set = v.startsWith("@") ? table.sets().get(v.substring(1)) : null;
            values.addAll(set == null ? List.of(v) : set.elements());
        }
        if (values.isEmpty()) {
            return Conditions.never("the set " + given.get(0) + " is empty");
        }
        List<String> texts = switch (operator) {
            case "<" -> List.of("0-" + (number(rule, values) - 1));
            case "<=" -> List.of("0-" + number(rule, values));
            case ">" -> List.of((number(rule, values) + 1) + "-65535");
            case ">=" -> List.of(number(rule, values) + "-65535");
            default -> values;
        };
        ImmutableRangeSet<Integer> ports = Values.ports(texts)
                .orElseThrow(() -> wrong(rule, "ports such as 22 or 8000-8100 (nft -nn list ruleset)", values));
        ImmutableRangeSet<Integer> all = operator.equals("!=") ? Conditions.others(ports) : ports;
        return source ? Conditions.srcPort(all) : Conditions.dstPort(all);
    }

    private static int number(NftRule rule, List<String> values) throws FirewallSyntaxException {
        if (values.size() != 1 || !values.get(0).matches("\\d{1,5}")) {
            throw wrong(rule, "the number of a port", values);
        }
        return Integer.parseInt(values.get(0));
    }

    private Conditions address(NftRule rule, boolean v6, boolean source, boolean not, List<String> values)
            throws FirewallSyntaxException {
        Addresses a;
        if (values.get(0).startsWith("@")) {
            Ruleset.AddressSet set =
                    ruleset.sets().get(Nft.key(table, values.get(0).substring(1)));
            if (set == null || values.size() > 1 || not) {
                return Conditions.unsaid("set " + values.get(0) + " holds other things than addresses, or is negated")
                        .and(Conditions.version(v6));
            }
            a = set.addresses();
        } else {
            a = Values.addresses(values)
                    .filter(x -> x.v6() == v6 && x.v4() != v6)
                    .orElseThrow(() -> wrong(rule, v6 ? "IPv6 addresses" : "IPv4 addresses", values));
        }
        Addresses all = not ? a.others() : a;
        return source ? Conditions.src(all) : Conditions.dst(all);
    }

    private static List<Conditions> protocols(NftRule rule, String key, List<String> values)
            throws FirewallSyntaxException {
        Conditions version = key.startsWith("ip6")
                ? Conditions.version(true)
                : key.startsWith("ip ") ? Conditions.version(false) : Conditions.ANY;
        List<Conditions> out = new ArrayList<>();
        for (String v : values) {
            out.add(version.and(Conditions.proto(
                    Values.protocol(v).orElseThrow(() -> wrong(rule, "the number of a protocol", values)))));
        }
        return out;
    }

    private static List<Conditions> icmp(NftRule rule, boolean v6, List<String> values) throws FirewallSyntaxException {
        List<Conditions> out = new ArrayList<>();
        for (String v : values) {
            out.add(Icmp.type(v, v6).orElseThrow(() -> wrong(rule, "the number of a type of ICMP", values)));
        }
        return out;
    }

    /** A connection begins with SYN, so a condition that asks for it adds nothing. */
    private static List<Conditions> tcpFlags(boolean not, List<String> values) {
        return !not && values.equals(List.of("syn")) ? List.of(Conditions.proto(Conditions.TCP)) : unsaid("tcp flags");
    }

    private static List<Conditions> versions(String key, boolean not, List<String> values) {
        List<Conditions> out = new ArrayList<>();
        for (String v : values) {
            boolean v6 = v.equals("ipv6") || v.equals("ip6");
            if (!v6 && !v.equals("ipv4") && !v.equals("ip")) {
                return unsaid(key + " " + v);
            }
            out.add(Conditions.version(v6 != not));
        }
        return out;
    }

    /** Interfaces any of which fits; if negated, none. */
    private Conditions interfaces(boolean incoming, boolean not, List<String> values) {
        List<Conditions> each = values.stream()
                .map(v -> interfaces.judge(v, incoming, not, '*'))
                .toList();
        if (not) {
            return each.stream().reduce(Conditions.ANY, Conditions::and);
        }
        List<Conditions> fit = each.stream().filter(c -> c.never() == null).toList();
        return fit.contains(Conditions.ANY) ? Conditions.ANY : fit.isEmpty() ? each.get(0) : fit.get(0);
    }

    /** Packets to a port have a destination behind it, and broadcasts are not judged there. */
    private List<Conditions> addressType(String key, boolean not, List<String> values) {
        boolean known = ruleset.direction() == Direction.INPUT
                && List.of("local", "host", "unicast", "broadcast", "multicast", "anycast", "other")
                        .containsAll(values);
        if (!known) {
            return unsaid(key);
        }
        boolean here = values.contains("local") || values.contains("host") || values.contains("unicast");
        return List.of(
                here != not
                        ? Conditions.ANY
                        : Conditions.never(
                                "lists judge no " + String.join(", ", values).toLowerCase(Locale.ROOT)
                                        + (not ? " excluded" : "") + " on this way"));
    }
}
