package io.heddle.importing.firewall;

import com.google.common.collect.ImmutableRangeSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code ufw status}, {@code ufw status verbose} and {@code ufw status numbered} print. Only the verbose
 * form says the policies, and which ports the profiles of applications have. See ufw(8).
 */
final class UfwStatus {
    static final Pattern SHAPE = Pattern.compile("(?m)^(Status: (in)?active|\\s*To\\s+Action\\s+From)\\s*$");

    private static final Pattern POLICY =
            Pattern.compile("(allow|deny|reject|disabled) \\((incoming|outgoing|routed)\\)");
    private static final Map<String, Direction> POLICIES = Map.of(
            "incoming", Direction.INPUT,
            "outgoing", Direction.OUTPUT,
            "routed", Direction.FORWARD);
    private static final Pattern RULE = Pattern.compile("(?:\\[ *\\d+] )?(?<to>\\S.*?)\\s+"
            + "(?<action>ALLOW|DENY|REJECT|LIMIT)(?: (?<way>IN|OUT|FWD))?\\s+(?<from>\\S.*?)"
            + "(?:\\s+\\((?:log|log-all|out|, )+\\))?(?:\\s+# (?<comment>.*))?");
    private static final Pattern ON = Pattern.compile(" on (\\S+)$");
    private static final Pattern PORTS = Pattern.compile("[0-9]{1,5}(:[0-9]{1,5})?(,[0-9]{1,5}(:[0-9]{1,5})?)*");
    private static final Pattern PROTOCOL = Pattern.compile("/([a-z][a-z0-9-]*)$");

    private final Source source;
    private final Ruleset ruleset;
    private final Interfaces interfaces;
    private final List<Rule> v4 = new ArrayList<>();
    private final List<Rule> v6 = new ArrayList<>();
    private boolean six;

    /**
     * One side of a rule.
     *
     * @param addresses null for any
     * @param ports null for any
     * @param protocol "" for any
     * @param on the interface, "" for any
     * @param application the name of a profile whose ports are not said, "" for none
     */
    private record End(
            Addresses addresses,
            ImmutableRangeSet<Integer> ports,
            String protocol,
            String on,
            String application,
            boolean six) {}

    private UfwStatus(Source source, Ruleset ruleset, Interfaces interfaces) {
        this.source = source;
        this.ruleset = ruleset;
        this.interfaces = interfaces;
    }

    static void read(Source source, Ruleset ruleset, Interfaces interfaces) throws FirewallSyntaxException {
        new UfwStatus(source, ruleset, interfaces).run();
    }

    private void run() throws FirewallSyntaxException {
        List<String> lines = source.text().lines().toList();
        boolean rules = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.equals("Status: inactive")) {
                throw source.error(i + 1, "ufw is inactive, so it prints no rules; /etc/ufw/user.rules has them");
            } else if (line.startsWith("Default:")) {
                policies(line);
            } else if (rules && !line.isEmpty() && !line.matches("To\\s+Action\\s+From|--\\s+-+\\s+-+")) {
                rule(i + 1, line);
            }
            rules |= line.matches("--\\s+-+\\s+-+");
        }
        // Without one, nobody knows whether ufw leaves IPv6 alone.
        base(v4, false);
        if (six) {
            base(v6, true);
        }
    }

    private void base(List<Rule> rules, boolean six) {
        String name =
                (six ? "ufw6-user-" : "ufw-user-") + ruleset.direction().name().toLowerCase(Locale.ROOT);
        Chain chain = new Chain(name, new LinkedHashMap<>());
        chain.rules().addAll(rules);
        ruleset.ufwBase(chain, six);
    }

    private void policies(String line) {
        Matcher m = POLICY.matcher(line);
        while (m.find()) {
            if (POLICIES.get(m.group(2)) == ruleset.direction()) {
                // A machine on which routing is disabled passes nothing on.
                ruleset.ufwPolicy(
                        switch (m.group(1)) {
                            case "allow" -> Rule.Verdict.ACCEPT;
                            case "reject" -> Rule.Verdict.REJECT;
                            default -> Rule.Verdict.DROP;
                        });
            }
        }
    }

    private void rule(int number, String line) throws FirewallSyntaxException {
        Matcher m = RULE.matcher(line);
        if (!m.matches()) {
            throw source.error(
                    number, "expected a line of ufw status such as 22/tcp ALLOW IN Anywhere, found \"" + line + "\"");
        }
        String way = m.group("way") == null ? line.contains("(out)") ? "OUT" : "IN" : m.group("way");
        End to = end(number, m.group("to"));
        End from = end(number, m.group("from"));
        boolean isSix = to.six || from.six;
        six |= isSix;
        Direction direction = Map.of("IN", Direction.INPUT, "OUT", Direction.OUTPUT, "FWD", Direction.FORWARD)
                .get(way);
        if (direction != ruleset.direction()) {
            return;
        }
        String comment = m.group("comment") == null ? "" : m.group("comment").strip();
        Origin origin = new Origin(source.place(number), line, comment);
        for (Conditions c : conditions(number, to, from, way, isSix)) {
            (isSix ? v6 : v4).addAll(verdicts(origin, c, m.group("action")));
        }
    }

    private List<Rule> verdicts(Origin origin, Conditions c, String action) {
        return switch (action) {
            case "ALLOW" -> List.of(Rule.of(origin, c, Rule.Verdict.ACCEPT));
            case "DENY" -> List.of(Rule.of(origin, c, Rule.Verdict.DROP));
            case "REJECT" -> List.of(Rule.of(origin, c, Rule.Verdict.REJECT));
            default ->
                List.of(
                        Rule.of(
                                origin,
                                c.and(Conditions.unsaid("LIMIT refuses who connects 6 times in 30 seconds: a list"
                                        + " remembers no addresses")),
                                Rule.Verdict.REJECT),
                        Rule.of(origin, c, Rule.Verdict.ACCEPT));
        };
    }

    /** What must hold of packets; for a port without a protocol, once for TCP and once for UDP. */
    private List<Conditions> conditions(int number, End to, End from, String way, boolean isSix)
            throws FirewallSyntaxException {
        Conditions c = Conditions.version(isSix);
        for (End end : List.of(to, from)) {
            boolean dst = end == to;
            if (end.addresses != null) {
                c = c.and(dst ? Conditions.dst(end.addresses) : Conditions.src(end.addresses));
            }
            if (end.ports != null) {
                c = c.and(dst ? Conditions.dstPort(end.ports) : Conditions.srcPort(end.ports));
            }
            if (!end.on.isEmpty()) {
                boolean incoming = way.equals("IN") || way.equals("FWD") && !dst;
                c = c.and(interfaces.judge(end.on, incoming, false, '+'));
            }
            if (!end.application.isEmpty()) {
                c = c.and(Conditions.unsaid("the ports of the application " + end.application
                        + " are not said; ufw status verbose prints them"));
            }
        }
        String protocol = to.protocol.isEmpty() ? from.protocol : to.protocol;
        if (protocol.isEmpty()) {
            return c.hasPorts()
                    ? List.of(c.and(Conditions.proto(Conditions.TCP)), c.and(Conditions.proto(Conditions.UDP)))
                    : List.of(c);
        }
        Optional<Integer> known = Values.protocol(protocol);
        if (known.isEmpty()) {
            throw source.error(number, "unknown protocol \"" + protocol + "\"");
        }
        return List.of(c.and(Conditions.proto(known.get())).checked());
    }

    /** Reads such as {@code 10.0.0.1 80,443/tcp (Web) on eth0}, {@code Anywhere (v6)} or {@code 22/tcp}. */
    private End end(int number, String text) throws FirewallSyntaxException {
        Matcher interfaceName = ON.matcher(text);
        String on = interfaceName.find() ? interfaceName.group(1) : "";
        String rest = interfaceName.replaceFirst("").strip();
        boolean isSix = rest.contains("(v6)");
        rest = rest.replace("(v6)", "").strip();
        // A name behind ports is that of the application which has them.
        String said = rest.replaceFirst(" \\([^)]*\\)$", "").strip();
        Addresses addresses = null;
        ImmutableRangeSet<Integer> ports = null;
        String protocol = "";
        for (String word : said.split("\\s+")) {
            Matcher suffix = PROTOCOL.matcher(word);
            String value = word;
            if (suffix.find()) {
                protocol = suffix.group(1);
                value = word.substring(0, suffix.start());
            }
            if (value.equals("Anywhere")) {
                continue;
            } else if (PORTS.matcher(value).matches()) {
                ports = Values.ports(List.of(value.split(",")))
                        .orElseThrow(() -> source.error(number, "expected ports, found \"" + word + "\""));
                continue;
            }
            Optional<Addresses> some =
                    addresses == null && ports == null ? Values.addresses(List.of(value)) : Optional.empty();
            if (some.isEmpty()) {
                String name = addresses == null ? said : said.substring(said.indexOf(' ') + 1);
                return new End(addresses, null, "", on, name, isSix || addresses != null && addresses.v6());
            }
            addresses = some.get();
        }
        return new End(addresses, ports, protocol, on, "", isSix || addresses != null && addresses.v6());
    }
}
