package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Reads one rule of nft's text. See nft(8), "Expressions" and "Statements". */
final class NftStatements {
    private static final String[] VERDICTS = {
        "accept", "drop", "reject", "return", "jump", "goto", "continue", "comment"
    };
    private static final Set<String> HEADERS =
            Set.of("ip", "ip6", "tcp", "udp", "sctp", "udplite", "dccp", "th", "icmp", "icmpv6", "ct", "meta", "ether");
    private static final Set<String> ALONE =
            Set.of("iif", "iifname", "oif", "oifname", "l4proto", "nfproto", "pkttype");

    private final NftTokens tokens;
    private final NftTable table;
    private final List<NftRule.Statement> statements = new ArrayList<>();
    private String comment = "";

    NftStatements(NftTokens tokens, NftTable table) {
        this.tokens = tokens;
        this.table = table;
    }

    NftRule rule() throws FirewallSyntaxException {
        String place = tokens.source().place(tokens.line());
        String text = tokens.lineText();
        while (!tokens.isEndOfStatement()) {
            statement();
        }
        int hidden = text.indexOf('#');
        if (hidden >= 0 && text.indexOf("counter packets", hidden) > 0) {
            // Old versions of nft show a match of iptables, and all behind it, as a comment.
            statements.add(new NftRule.Unsaid(text.substring(hidden)));
            statements.add(new NftRule.Decision(Rule.Verdict.DROP, ""));
        }
        return new NftRule(new Origin(place, text, comment), statements);
    }

    private void statement() throws FirewallSyntaxException {
        if (tokens.skip("comment")) {
            comment = tokens.next();
        } else if (tokens.is(VERDICTS)) {
            NftRule.Decision verdict = verdict(tokens, with -> statements.addAll(NftRule.implied(with)));
            statements.add(verdict);
        } else if (tokens.skip("counter")) {
            while (tokens.is("packets", "bytes", "name")) {
                tokens.next();
                tokens.next();
            }
        } else if (tokens.skip("log")) {
            while (tokens.is("prefix", "level", "flags", "group", "snaplen", "queue-threshold")) {
                tokens.next();
                tokens.next();
            }
            statements.add(
                    new NftRule.Effect("log decides nothing; heddle get drops and heddle get acls show what lists do"));
        } else if (tokens.skip("fib")) {
            fib();
        } else if (ALONE.contains(tokens.peek())) {
            condition(tokens.next());
        } else if (HEADERS.contains(tokens.peek())) {
            String header = tokens.next();
            condition(header + " " + tokens.next());
        } else {
            unsaid("");
        }
    }

    /** Takes all words up to a verdict for a condition that a list cannot have. */
    private void unsaid(String before) throws FirewallSyntaxException {
        StringBuilder text = new StringBuilder(before);
        int depth = 0;
        while (!tokens.isEmpty() && (depth > 0 || !tokens.isEndOfStatement() && !tokens.is(VERDICTS))) {
            depth += tokens.is("{") ? 1 : tokens.is("}") ? -1 : 0;
            String word = tokens.next();
            text.append(text.isEmpty() ? "" : " ").append(word.equals("\n") ? "" : word);
        }
        statements.add(new NftRule.Unsaid(text.toString()));
    }

    private void fib() throws FirewallSyntaxException {
        String what = tokens.next();
        if (tokens.skip("type")) {
            condition("fib " + what + " type");
        } else {
            unsaid("fib " + what);
        }
    }

    private void condition(String key) throws FirewallSyntaxException {
        if (tokens.skip("set")) {
            tokens.next();
            statements.add(new NftRule.Effect(key + " set … decides nothing"));
        } else if (tokens.skip("vmap")) {
            statements.add(new NftRule.VerdictMap(key, vmap()));
        } else if (tokens.is("and", "or", "xor", "&", "|", "^", ".", "<<", ">>", "map", "original", "reply")) {
            unsaid(key);
        } else {
            String operator = tokens.is("==", "!=", "<", ">", "<=", ">=") ? tokens.next() : "==";
            List<String> values = values();
            if (tokens.is("/", "&", ".")) {
                unsaid(key);
            } else {
                statements.add(new NftRule.Match(key, operator, values));
            }
        }
    }

    private Map<String, NftRule.Decision> vmap() throws FirewallSyntaxException {
        if (tokens.is("{")) {
            return verdicts(tokens);
        }
        String name = tokens.next().replaceFirst("^@", "");
        Map<String, NftRule.Decision> map = table.maps().get(name);
        if (map == null) {
            throw tokens.error("there is no map " + name + " of verdicts before this rule");
        }
        return map;
    }

    private List<String> values() throws FirewallSyntaxException {
        if (tokens.is("{")) {
            return elements(tokens);
        } else if (tokens.isEndOfStatement()) {
            throw tokens.error("expected a value, found " + tokens.shown());
        }
        List<String> values = new ArrayList<>(List.of(tokens.next()));
        while (tokens.skip(",")) {
            values.add(tokens.next());
        }
        return values;
    }

    /** The elements of a set in braces. Those that are more than one word, such as "a . b", stay together. */
    static List<String> elements(NftTokens tokens) throws FirewallSyntaxException {
        tokens.expect("{");
        List<String> all = new ArrayList<>();
        for (tokens.skipLines(); !tokens.skip("}"); tokens.skipLines()) {
            StringBuilder element = new StringBuilder();
            boolean open = true;
            while (!tokens.is(",", "}", "\n")) {
                // Behind these words stands what nft knows about the element.
                open &= !tokens.is("timeout", "expires", "counter", "comment", "limit");
                String word = tokens.next();
                element.append(!open ? "" : element.isEmpty() ? word : " " + word);
            }
            if (element.isEmpty()) {
                throw tokens.error("expected an element of a set, found " + tokens.shown());
            }
            all.add(element.toString());
            tokens.skipLines();
            if (!tokens.is("}")) {
                tokens.expect(",");
            }
        }
        return all;
    }

    /** The elements of a verdict map in braces. */
    static Map<String, NftRule.Decision> verdicts(NftTokens tokens) throws FirewallSyntaxException {
        tokens.expect("{");
        Map<String, NftRule.Decision> all = new LinkedHashMap<>();
        for (tokens.skipLines(); !tokens.skip("}"); tokens.skipLines()) {
            StringBuilder key = new StringBuilder(tokens.next());
            while (!tokens.is(":") && !tokens.isEndOfStatement()) {
                key.append(' ').append(tokens.next());
            }
            tokens.expect(":");
            all.put(key.toString(), verdict(tokens, with -> {}));
            tokens.skipLines();
            if (!tokens.is("}")) {
                tokens.expect(",");
            }
        }
        return all;
    }

    /** @param with receives the words behind {@code reject with} */
    private static NftRule.Decision verdict(NftTokens tokens, Consumer<String> with) throws FirewallSyntaxException {
        String word = tokens.next();
        if (word.equals("reject") && tokens.skip("with")) {
            StringBuilder words = new StringBuilder();
            while (!tokens.isEndOfStatement() && !tokens.is("comment", ",")) {
                words.append(words.isEmpty() ? "" : " ").append(tokens.next());
            }
            with.accept(words.toString());
        }
        return switch (word) {
            case "accept", "drop", "reject", "return" ->
                new NftRule.Decision(Rule.Verdict.valueOf(word.toUpperCase(Locale.ROOT)), "");
            case "jump" -> new NftRule.Decision(Rule.Verdict.JUMP, tokens.next());
            case "goto" -> new NftRule.Decision(Rule.Verdict.GOTO, tokens.next());
            case "continue" -> new NftRule.Decision(Rule.Verdict.NONE, "continue decides nothing");
            default -> throw tokens.error("expected a verdict such as accept, found \"" + word + "\"");
        };
    }
}
