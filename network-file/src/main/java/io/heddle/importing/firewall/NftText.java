package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what {@code nft list ruleset} prints: the structure of tables. {@link NftStatements} reads the rules. */
final class NftText {
    static final Pattern SHAPE = Pattern.compile("(?m)^\\s*table\\s+(\\w+\\s+)?[\\w-]+\\s*\\{");

    private final NftTokens tokens;
    private final List<NftTable> tables = new ArrayList<>();

    private NftText(NftTokens tokens) {
        this.tokens = tokens;
    }

    static List<NftTable> read(Source source) throws FirewallSyntaxException {
        NftText text = new NftText(new NftTokens(source));
        text.run();
        return text.tables;
    }

    private void run() throws FirewallSyntaxException {
        for (tokens.skipEnds(); !tokens.isEmpty(); tokens.skipEnds()) {
            if (tokens.is("flush", "delete", "destroy")) {
                while (!tokens.isEndOfStatement()) {
                    tokens.next();
                }
            } else if (tokens.skip("table")) {
                table();
            } else {
                throw tokens.error("expected table, found \"" + tokens.shown()
                        + "\": give the output of nft list ruleset, which has neither variables nor includes");
            }
        }
    }

    private void table() throws FirewallSyntaxException {
        String family = tokens.is("ip", "ip6", "inet", "arp", "bridge", "netdev") ? tokens.next() : "ip";
        NftTable table = new NftTable(family, tokens.next());
        tables.add(table);
        tokens.skipLines();
        if (!tokens.is("{")) {
            return;
        }
        tokens.expect("{");
        while (!tokens.skipEndOfBlock()) {
            String what = tokens.next();
            switch (what) {
                case "chain" -> chain(table);
                case "set" -> set(table);
                case "map" -> map(table);
                default -> other();
            }
        }
    }

    /** Skips an object that is no matter here, such as a counter or a flowtable. */
    private void other() throws FirewallSyntaxException {
        while (!tokens.isEndOfStatement() && !tokens.is("{")) {
            tokens.next();
        }
        if (tokens.is("{")) {
            int depth = 0;
            do {
                depth += tokens.is("{") ? 1 : tokens.is("}") ? -1 : 0;
                tokens.next();
            } while (depth > 0);
        }
    }

    private void chain(NftTable table) throws FirewallSyntaxException {
        String name = tokens.next();
        tokens.expect("{");
        String type = "";
        String hook = "";
        int priority = 0;
        String policy = "accept";
        List<NftRule> rules = new ArrayList<>();
        while (!tokens.skipEndOfBlock()) {
            if (tokens.skip("type")) {
                type = tokens.next();
                tokens.expect("hook");
                hook = tokens.next();
                while (!tokens.isEndOfStatement() && !tokens.is("priority")) {
                    tokens.next();
                }
                tokens.expect("priority");
                StringBuilder words = new StringBuilder();
                while (!tokens.isEndOfStatement()) {
                    words.append(tokens.next()).append(' ');
                }
                priority = NftTable.priority(words.toString())
                        .orElseThrow(() -> tokens.error("\"" + words.toString().strip() + "\" is no priority"));
            } else if (tokens.skip("policy")) {
                policy = tokens.next();
                if (!policy.equals("accept") && !policy.equals("drop")) {
                    throw tokens.error("expected policy accept or drop, found \"" + policy + "\"");
                }
            } else if (tokens.is("comment", "flags", "devices")) {
                while (!tokens.isEndOfStatement()) {
                    tokens.next();
                }
            } else {
                rules.add(new NftStatements(tokens, table).rule());
            }
        }
        table.chains().put(name, new NftTable.NftChain(name, type, hook, priority, policy, rules));
    }

    private void set(NftTable table) throws FirewallSyntaxException {
        String name = tokens.next();
        tokens.expect("{");
        String type = "";
        List<String> elements = new ArrayList<>();
        while (!tokens.skipEndOfBlock()) {
            if (tokens.skip("type") || tokens.skip("typeof")) {
                StringBuilder words = new StringBuilder();
                while (!tokens.isEndOfStatement()) {
                    words.append(words.isEmpty() ? "" : " ").append(tokens.next());
                }
                type = words.toString();
            } else if (tokens.skip("elements")) {
                tokens.expect("=");
                elements.addAll(NftStatements.elements(tokens));
            } else {
                while (!tokens.isEndOfStatement()) {
                    tokens.next();
                }
            }
        }
        table.sets().put(name, new NftTable.NftSet(name, type, elements));
    }

    private void map(NftTable table) throws FirewallSyntaxException {
        String name = tokens.next();
        tokens.expect("{");
        Map<String, NftRule.Decision> verdicts = new LinkedHashMap<>();
        boolean isVerdicts = false;
        while (!tokens.skipEndOfBlock()) {
            if (tokens.is("elements") && isVerdicts) {
                tokens.next();
                tokens.expect("=");
                verdicts.putAll(NftStatements.verdicts(tokens));
            } else {
                while (!tokens.isEndOfStatement() && !tokens.is("{")) {
                    isVerdicts |= tokens.is("verdict");
                    tokens.next();
                }
                if (tokens.is("{")) {
                    other();
                }
            }
        }
        table.maps().put(name, verdicts);
    }
}
