package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the firewall of a guest of Proxmox VE, and the datacenter's groups, aliases and sets. See pve-firewall(8). */
final class Proxmox {
    private static final Pattern RULE = Pattern.compile(
            "(\\|?)(IN|OUT|FORWARD|GROUP)\\s+([^\\s(]+)(?:\\((ACCEPT|DROP|REJECT)\\))?((?:\\s+--?[\\w-]+\\s+\\S+)*)\\s*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern OPTION = Pattern.compile("\\s+--?([\\w-]+)\\s+(\\S+)");

    private final Ruleset ruleset;
    private final Interfaces interfaces;
    private final List<ProxmoxFile> files = new ArrayList<>();
    private final Map<String, Chain> table = new LinkedHashMap<>();
    private ProxmoxFile datacenter;
    private ProxmoxFile guest;

    Proxmox(Ruleset ruleset, Interfaces interfaces) {
        this.ruleset = ruleset;
        this.interfaces = interfaces;
    }

    void add(Source source) throws FirewallSyntaxException {
        ProxmoxFile file = new ProxmoxFile(source);
        ProxmoxFile same = file.isDatacenter() ? datacenter : guest;
        if (same != null) {
            throw source.error(
                    1,
                    "is a second file of its kind beside " + same.source().name()
                            + ": give the file of one guest, and cluster.fw");
        } else if (file.isDatacenter()) {
            datacenter = file;
        } else {
            guest = file;
        }
        files.add(file);
    }

    /** Makes chains of all files that were added. */
    void finish() throws FirewallSyntaxException {
        if (files.isEmpty()) {
            return;
        }
        for (ProxmoxFile file : files) {
            for (Map.Entry<String, List<ProxmoxFile.Line>> e : file.sets().entrySet()) {
                set(file, e.getKey(), e.getValue());
            }
        }
        ProxmoxFile file = guest == null ? datacenter : guest;
        if (datacenter != null) {
            for (Map.Entry<String, List<ProxmoxFile.Line>> e :
                    datacenter.groups().entrySet()) {
                Chain chain = new Chain("group " + e.getKey(), table);
                rules(datacenter, e.getValue(), chain);
            }
        }
        remarks(file);
        Chain chain = new Chain("rules", table);
        rules(file, file.rules(), chain);
        String key = "policy_"
                + switch (ruleset.direction()) {
                    case INPUT -> "in";
                    case OUTPUT -> "out";
                    case FORWARD -> "forward";
                };
        String policy = file.option(key, ruleset.direction() == Direction.INPUT ? "DROP" : "ACCEPT");
        if (!policy.matches("ACCEPT|DROP|REJECT")) {
            throw file.source().error(1, key + ": expected ACCEPT, DROP or REJECT, found \"" + policy + "\"");
        }
        chain.policy(Rule.Verdict.valueOf(policy));
        ruleset.base(chain, true, true, 0);
        ruleset.acceptsReplies();
    }

    private void remarks(ProxmoxFile file) {
        String name = file.source().name();
        if (!file.option("enable", "0").equals("1")) {
            ruleset.remark(name + " does not enable the firewall (enable: 1), so its rules were not in force");
        }
        for (String key : List.of("ipfilter", "macfilter")) {
            if (file.option(key, "0").equals("1")) {
                ruleset.remark(key + " of " + name + ": mac and address of the port do this");
            }
        }
        if (guest != null && datacenter != null && !datacenter.rules().isEmpty()) {
            ruleset.remark("the " + datacenter.rules().size() + " [RULES] of "
                    + datacenter.source().name() + " judge the hosts, not the guest, and were not read");
        }
    }

    /** The name of a set: the guest's own if both have one. */
    private String key(ProxmoxFile file, String name) {
        return file == datacenter ? "dc/" + name : name;
    }

    private void set(ProxmoxFile file, String name, List<ProxmoxFile.Line> lines) throws FirewallSyntaxException {
        List<Prefix> in = new ArrayList<>();
        List<Prefix> out = new ArrayList<>();
        for (ProxmoxFile.Line line : lines) {
            boolean not = line.text().startsWith("!");
            String text = line.text().replaceFirst("^!\\s*", "").split("\\s+")[0];
            (not ? out : in).addAll(addresses(file, line, List.of(text)).prefixes());
        }
        List<Prefix> all = new ArrayList<>();
        in.forEach(p -> all.addAll(p.without(out)));
        ruleset.set(key(file, name), name, true, true).prefixes().addAll(all);
    }

    private void rules(ProxmoxFile file, List<ProxmoxFile.Line> lines, Chain chain) throws FirewallSyntaxException {
        for (ProxmoxFile.Line line : lines) {
            Matcher m = RULE.matcher(line.text());
            if (!m.matches()) {
                throw file.source()
                        .error(
                                line.number(),
                                "expected a rule such as IN SSH(ACCEPT) -source 10.0.0.0/24," + " found \""
                                        + line.text() + "\"");
            }
            Origin origin = new Origin(file.source().place(line.number()), line.text(), line.comment());
            String type = m.group(2).toUpperCase(Locale.ROOT);
            Direction direction = switch (type) {
                case "IN" -> Direction.INPUT;
                case "OUT" -> Direction.OUTPUT;
                case "FORWARD" -> Direction.FORWARD;
                default -> ruleset.direction();
            };
            if (direction != ruleset.direction()) {
                continue;
            } else if (!m.group(1).isEmpty()) {
                chain.rules().add(new Rule(origin, Conditions.ANY, Rule.Verdict.NONE, "the rule is disabled"));
                continue;
            }
            if (type.equals("GROUP") && direction == Direction.FORWARD) {
                // Groups have rules only for in and out.
                continue;
            }
            Conditions when = Conditions.ANY;
            for (Matcher o = OPTION.matcher(m.group(5)); o.find(); ) {
                when = when.and(option(file, line, o.group(1).toLowerCase(Locale.ROOT), o.group(2)));
            }
            String proto = protocol(m.group(5));
            when = ports(file, line, when, m.group(5), proto);
            action(file, line, chain, origin, when, m);
        }
    }

    private void action(ProxmoxFile file, ProxmoxFile.Line line, Chain chain, Origin origin, Conditions when, Matcher m)
            throws FirewallSyntaxException {
        String action = m.group(3);
        if (m.group(2).equalsIgnoreCase("GROUP")) {
            String target = "group " + action.toLowerCase(Locale.ROOT);
            if (!table.containsKey(target)) {
                throw file.source()
                        .error(
                                line.number(),
                                "unknown group " + action + ": give cluster.fw, which has it, as another FILE");
            }
            chain.rules().add(new Rule(origin, when, Rule.Verdict.JUMP, target));
        } else if (m.group(4) == null) {
            if (!action.matches("ACCEPT|DROP|REJECT")) {
                throw file.source()
                        .error(
                                line.number(),
                                "expected ACCEPT, DROP, REJECT or MACRO(ACCEPT), found \"" + action + "\"");
            }
            chain.rules().add(Rule.of(origin, when.checked(), Rule.Verdict.valueOf(action)));
        } else {
            Optional<List<Conditions>> macro = ProxmoxMacros.find(action);
            Conditions without = macro.isEmpty()
                    ? when.and(Conditions.unsaid("macro " + action + " is not known here"))
                    : when.proto() != null || when.hasPorts()
                            ? when.and(Conditions.unsaid("a macro has its own protocols and ports"))
                            : when;
            Rule.Verdict verdict = Rule.Verdict.valueOf(m.group(4).toUpperCase(Locale.ROOT));
            List<Conditions> all = without == when ? macro.get() : List.of(Conditions.ANY);
            all.forEach(c -> chain.rules().add(Rule.of(origin, without.and(c), verdict)));
        }
    }

    private static String protocol(String options) {
        for (Matcher o = OPTION.matcher(options); o.find(); ) {
            if (o.group(1).equalsIgnoreCase("p") || o.group(1).equalsIgnoreCase("proto")) {
                return o.group(2);
            }
        }
        return "";
    }

    private Conditions option(ProxmoxFile file, ProxmoxFile.Line line, String key, String value)
            throws FirewallSyntaxException {
        return switch (key) {
            case "source" -> Conditions.src(addresses(file, line, List.of(value.split(","))));
            case "dest" -> Conditions.dst(addresses(file, line, List.of(value.split(","))));
            case "p", "proto" ->
                Conditions.proto(Values.protocol(value)
                        .orElseThrow(() -> file.source().error(line.number(), "unknown protocol \"" + value + "\"")));
            case "i", "iface" -> interfaces.judge(value, ruleset.direction() != Direction.OUTPUT, false, '+');
            case "log", "dport", "sport", "icmp-type" -> Conditions.ANY;
            default ->
                throw file.source()
                        .error(
                                line.number(),
                                "unknown option -" + key + ": expected -source, -dest,"
                                        + " -p, -dport, -sport, -icmp-type, -iface or -log");
        };
    }

    /** Ports depend on the protocol, which may stand behind them; with ICMP, -dport is its type. */
    private Conditions ports(ProxmoxFile file, ProxmoxFile.Line line, Conditions before, String options, String proto)
            throws FirewallSyntaxException {
        Conditions when = before;
        boolean icmp = proto.startsWith("icmp") || proto.equals("ipv6-icmp");
        for (Matcher o = OPTION.matcher(options); o.find(); ) {
            String key = o.group(1).toLowerCase(Locale.ROOT);
            String value = o.group(2);
            if (key.equals("icmp-type") || key.equals("dport") && icmp) {
                when = when.and(Icmp.type(value, !proto.equals("icmp"))
                        .orElseThrow(() -> file.source()
                                .error(line.number(), "unknown type of ICMP \"" + value + "\": write its number")));
            } else if (key.endsWith("port")) {
                var ports = Values.ports(List.of(value.split(",")))
                        .orElseThrow(() -> file.source()
                                .error(
                                        line.number(),
                                        "-" + key + " " + value + ": expected ports such as 22 or 8000:8100"));
                when = when.and(key.equals("dport") ? Conditions.dstPort(ports) : Conditions.srcPort(ports));
            }
        }
        return when;
    }

    private Addresses addresses(ProxmoxFile file, ProxmoxFile.Line line, List<String> texts)
            throws FirewallSyntaxException {
        List<Prefix> all = new ArrayList<>();
        for (String text : texts) {
            String name = text.toLowerCase(Locale.ROOT).replaceFirst("^\\+", "").replaceFirst("^guest/", "");
            if (text.startsWith("+")) {
                Ruleset.AddressSet set = ruleset.sets()
                        .getOrDefault(key(file, name), ruleset.sets().get("dc/" + name.replaceFirst("^dc/", "")));
                if (set == null) {
                    throw file.source()
                            .error(line.number(), "unknown set " + text + ": give cluster.fw too, if it has it");
                } else if (texts.size() == 1) {
                    return set.addresses();
                }
                all.addAll(set.prefixes());
            } else {
                all.addAll(Values.addresses(List.of(text))
                        .or(() -> alias(file, name).flatMap(a -> Values.addresses(List.of(a.text()))))
                        .orElseThrow(() -> file.source()
                                .error(
                                        line.number(),
                                        "expected an address, a prefix, a range,"
                                                + " +SET or an alias of this file or of cluster.fw, found \"" + text
                                                + "\""))
                        .prefixes());
            }
        }
        return Addresses.of(all);
    }

    private Optional<ProxmoxFile.Line> alias(ProxmoxFile file, String name) {
        ProxmoxFile.Line own = name.startsWith("dc/") ? null : file.aliases().get(name);
        return own != null || datacenter == null
                ? Optional.ofNullable(own)
                : Optional.ofNullable(datacenter.aliases().get(name.replaceFirst("^dc/", "")));
    }
}
