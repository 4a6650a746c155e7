package io.heddle.importing.firewall;

import com.google.common.collect.ImmutableRangeSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one rule of iptables or ip6tables: what stands behind {@code -A CHAIN}. See iptables-extensions(8). */
final class IptablesRule {
    private static final Set<String> MARKS = Set.of(
            "LOG",
            "NFLOG",
            "ULOG",
            "MARK",
            "CONNMARK",
            "CLASSIFY",
            "DSCP",
            "TOS",
            "TTL",
            "HL",
            "CT",
            "NOTRACK",
            "TRACE",
            "AUDIT",
            "SECMARK",
            "CONNSECMARK",
            "TCPMSS",
            "CHECKSUM",
            "SET",
            "ACCOUNT");
    private static final String FLAGS = "a list does not match TCP flags";
    private static final Map<String, String> WHY = Map.ofEntries(
            Map.entry("limit", "a list counts no packets"),
            Map.entry("hashlimit", "a list counts no packets"),
            Map.entry("recent", "a list remembers no addresses"),
            Map.entry("connlimit", "a list counts no connections"),
            Map.entry("mac", "a stateful list matches no MAC; mac and address of the port guard it"),
            Map.entry("owner", "the network does not see users"),
            Map.entry("string", "a list does not look into packets"),
            Map.entry("time", "a list holds at any time"),
            Map.entry("physdev", "write a list for the port itself"));

    private final Source source;
    private final int line;
    private final List<String> words;
    private final boolean v6;
    private final Interfaces interfaces;
    private final Ruleset ruleset;
    private final Set<String> chains;
    private final List<List<Conditions>> either = new ArrayList<>();
    private Conditions when = Conditions.ANY;
    /** The modules whose first option has said why. */
    private final Set<String> unsaidModules = new HashSet<>();

    private int at;
    private String module = "";
    private String comment = "";
    private String target = "";
    private boolean isGoto;

    IptablesRule(
            Source source,
            int line,
            List<String> words,
            boolean v6,
            Interfaces interfaces,
            Ruleset ruleset,
            Set<String> chains) {
        this.source = source;
        this.line = line;
        this.words = words;
        this.v6 = v6;
        this.interfaces = interfaces;
        this.ruleset = ruleset;
        this.chains = chains;
    }

    /**
     * The rule; several if it is about either of two ports.
     *
     * @param text of the whole line
     * @param tuple a comment that stands above the rule
     */
    List<Rule> read(String text, String tuple) throws FirewallSyntaxException {
        while (at < words.size()) {
            boolean negated = words.get(at).equals("!");
            at += negated ? 1 : 0;
            if (at == words.size()) {
                throw source.error(line, "ends after !");
            }
            option(words.get(at++), negated);
        }
        Origin origin = new Origin(source.place(line), text, comment.isEmpty() ? tuple : comment);
        List<Conditions> all = List.of(when.and(version()));
        for (List<Conditions> alternatives : either) {
            List<Conditions> before = all;
            all = alternatives.stream()
                    .flatMap(a -> before.stream().map(b -> b.and(a)))
                    .toList();
        }
        List<Rule> rules = new ArrayList<>();
        all.forEach(c -> rules.add(States.finish(verdict(origin, c.checked()), ruleset)));
        return rules;
    }

    private Conditions version() {
        return Conditions.version(v6);
    }

    private Rule verdict(Origin origin, Conditions c) {
        return switch (target) {
            case "ACCEPT", "DROP", "REJECT", "RETURN" -> Rule.of(origin, c, Rule.Verdict.valueOf(target));
            case "" -> new Rule(origin, c, Rule.Verdict.NONE, "without a target it decides nothing");
            default -> {
                if (chains.contains(target)) {
                    yield new Rule(origin, c, isGoto ? Rule.Verdict.GOTO : Rule.Verdict.JUMP, target);
                }
                String why = target.endsWith("LOG")
                        ? target + " decides nothing; heddle get drops and heddle get acls show what lists do"
                        : target + " decides nothing";
                yield MARKS.contains(target)
                        ? new Rule(origin, c, Rule.Verdict.NONE, why)
                        : Rule.of(
                                origin,
                                c.and(Conditions.unsaid("target " + target + " has no counterpart")),
                                Rule.Verdict.DROP);
            }
        };
    }

    private String value(String option) throws FirewallSyntaxException {
        if (at == words.size()) {
            throw source.error(line, option + " needs a value");
        }
        return words.get(at++);
    }

    private void option(String option, boolean negated) throws FirewallSyntaxException {
        switch (option) {
            case "-s", "--source", "--src" -> when = when.and(Conditions.src(addresses(option, negated)));
            case "-d", "--destination", "--dst" -> when = when.and(Conditions.dst(addresses(option, negated)));
            case "--src-range" -> when = when.and(Conditions.src(addresses(option, negated)));
            case "--dst-range" -> when = when.and(Conditions.dst(addresses(option, negated)));
            case "-p", "--protocol", "--proto" -> protocol(value(option), negated);
            case "-i", "--in-interface" -> when = when.and(interfaces.judge(value(option), true, negated, '+'));
            case "-o", "--out-interface" -> when = when.and(interfaces.judge(value(option), false, negated, '+'));
            case "--sport", "--sports", "--source-port", "--source-ports" ->
                when = when.and(Conditions.srcPort(ports(option, negated)));
            case "--dport", "--dports", "--destination-port", "--destination-ports" ->
                when = when.and(Conditions.dstPort(ports(option, negated)));
            case "--ports" -> eitherPort(option, negated);
            case "--ctstate", "--state" ->
                when = when.and(States.of(Arrays.asList(value(option).split(",")), negated));
            case "--icmp-type", "--icmpv6-type" -> icmp(value(option), negated);
            case "--match-set" -> set(negated);
            case "--src-type", "--dst-type" -> addressType(option, negated);
            case "-m", "--match" -> module = value(option);
            case "--comment" -> comment = value(option);
            case "-j", "--jump", "-g", "--goto" -> {
                target = value(option);
                isGoto = option.startsWith("-g") || option.equals("--goto");
            }
            case "--syn" -> flags(negated ? "! --syn" : "--syn", true, negated);
            case "--tcp-flags" -> {
                String mask = value(option);
                String set = value(option);
                boolean syn = set.equals("SYN") && List.of(mask.split(",")).contains("SYN");
                flags((negated ? "! " : "") + "--tcp-flags " + mask + " " + set, syn, negated);
            }
            case "-c", "--set-counters" -> {
                value(option);
                value(option);
            }
            default -> other(option, negated);
        }
    }

    /** A connection begins with SYN, so a condition that asks for it adds nothing. */
    private void flags(String text, boolean syn, boolean negated) {
        when = when.and(syn && !negated ? Conditions.ANY : Conditions.unsaid(text + ": " + FLAGS));
    }

    private void other(String option, boolean negated) throws FirewallSyntaxException {
        if (!option.startsWith("-")) {
            throw source.error(line, "expected an option such as --dport, found \"" + option + "\"");
        }
        StringBuilder text = new StringBuilder(option);
        while (at < words.size()
                && !words.get(at).startsWith("-")
                && !words.get(at).equals("!")) {
            text.append(' ').append(words.get(at++));
        }
        if ((target.isEmpty() || negated) && (module.isEmpty() || unsaidModules.add(module))) {
            String match = (module.isEmpty() ? "" : "-m " + module + " ") + (negated ? "! " : "") + text;
            when = when.and(Conditions.unsaid(match + ": " + WHY.getOrDefault(module, "a list has no such match")));
        }
    }

    private List<String> values(String option) throws FirewallSyntaxException {
        List<String> values = List.of(value(option).split(","));
        if (values.isEmpty()) {
            throw source.error(line, option + " needs a value");
        }
        return values;
    }

    private Addresses addresses(String option, boolean negated) throws FirewallSyntaxException {
        List<String> texts = values(option);
        Addresses a = Values.addresses(texts)
                .filter(x -> x.v6() == v6 && x.v4() != v6)
                .orElseThrow(() -> source.error(
                        line,
                        option + " " + String.join(",", texts) + ": expected " + (v6 ? "IPv6" : "IPv4")
                                + " addresses or prefixes such as " + (v6 ? "fd00::/64" : "10.0.0.0/24")));
        return negated ? a.others() : a;
    }

    private ImmutableRangeSet<Integer> ports(String option, boolean negated) throws FirewallSyntaxException {
        List<String> texts = values(option);
        var ports = Values.ports(texts)
                .orElseThrow(() -> source.error(
                        line, option + " " + String.join(",", texts) + ": expected ports such as 22 or 8000:8100"));
        return negated ? Conditions.others(ports) : ports;
    }

    private void eitherPort(String option, boolean negated) throws FirewallSyntaxException {
        var ports = ports(option, negated);
        if (negated) {
            when = when.and(Conditions.srcPort(ports)).and(Conditions.dstPort(ports));
        } else {
            either.add(List.of(Conditions.srcPort(ports), Conditions.dstPort(ports)));
        }
    }

    private void protocol(String name, boolean negated) throws FirewallSyntaxException {
        if (name.equals("all") || name.equals("0")) {
            return;
        }
        Optional<Integer> number = Values.protocol(name);
        if (number.isEmpty()) {
            throw source.error(line, "unknown protocol \"" + name + "\": write its number");
        }
        when = when.and(
                negated
                        ? Conditions.unsaid("! -p " + name + ": a list has no match for all other protocols")
                        : Conditions.proto(number.get()));
    }

    private void icmp(String type, boolean negated) throws FirewallSyntaxException {
        Conditions c = Icmp.type(type, v6)
                .orElseThrow(() -> source.error(line, "unknown type of ICMP \"" + type + "\": write its number"));
        when = when.and(
                negated ? Conditions.unsaid("! --icmp-type " + type + ": a list has no match for all other types") : c);
    }

    private void set(boolean negated) throws FirewallSyntaxException {
        String name = value("--match-set");
        String sides = value("--match-set");
        Ruleset.AddressSet set = ruleset.sets().get(name);
        if (set == null) {
            when = when.and(Conditions.unsaid(
                    "the addresses of set " + name + " are not known; give the output of ipset save as another FILE"));
        } else if (negated || !sides.equals("src") && !sides.equals("dst")) {
            when = when.and(Conditions.unsaid("a list matches sets only as src or dst, and not negated"));
        } else {
            when = when.and(sides.equals("src") ? Conditions.src(set.addresses()) : Conditions.dst(set.addresses()));
        }
    }

    /** Packets to a port have a destination behind it, and broadcasts are not judged there. */
    private void addressType(String option, boolean negated) throws FirewallSyntaxException {
        String type = value(option);
        boolean own = interfaces.direction() == (option.equals("--dst-type") ? Direction.INPUT : Direction.OUTPUT);
        boolean known =
                own && List.of("LOCAL", "BROADCAST", "MULTICAST", "ANYCAST").contains(type);
        if (!known) {
            when = when.and(Conditions.unsaid("-m addrtype " + option + " " + type + ": a list has no such match"));
        } else if (type.equals("LOCAL") == negated) {
            when = when.and(Conditions.never(
                    "lists judge no " + (negated ? "such packets" : type.toLowerCase(Locale.ROOT)) + " on this way"));
        }
    }
}
