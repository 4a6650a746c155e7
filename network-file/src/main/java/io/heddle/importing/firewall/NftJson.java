package io.heddle.importing.firewall;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what {@code nft -j list ruleset} prints. See libnftables-json(5). The place of a rule is its handle. */
final class NftJson {
    static final Pattern SHAPE = Pattern.compile("\\A\\s*\\{\\s*\"nftables\"");

    private final Source source;
    private final Map<String, NftTable> tables = new LinkedHashMap<>();

    private NftJson(Source source) {
        this.source = source;
    }

    static List<NftTable> read(Source source) throws FirewallSyntaxException {
        NftJson json = new NftJson(source);
        try {
            JsonNode root = new ObjectMapper().readTree(source.text());
            // Maps come before the rules that use them.
            for (String kind : List.of("table", "set", "map", "chain", "rule")) {
                for (JsonNode object : root.path("nftables")) {
                    json.object(kind, object.path(kind));
                }
            }
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw source.error(line, "is no complete JSON: " + e.getOriginalMessage());
        }
        return List.copyOf(json.tables.values());
    }

    private void object(String kind, JsonNode o) throws FirewallSyntaxException {
        if (!o.isObject()) {
            return;
        }
        String name = o.path("name").asText();
        if (kind.equals("table")) {
            tables.put(
                    o.path("family").asText() + " " + name,
                    new NftTable(o.path("family").asText(), name));
            return;
        }
        NftTable table =
                tables.get(o.path("family").asText() + " " + o.path("table").asText());
        if (table == null) {
            throw source.error(1, kind + " " + name + " is in a table that is not there");
        }
        switch (kind) {
            case "set" ->
                table.sets()
                        .put(
                                name,
                                new NftTable.NftSet(
                                        name, o.path("type").asText("concatenation"), values(o.path("elem"))));
            case "map" -> table.maps().put(name, verdicts(o.path("elem")));
            case "chain" ->
                table.chains()
                        .put(
                                name,
                                new NftTable.NftChain(
                                        name,
                                        o.path("type").asText(),
                                        o.path("hook").asText(),
                                        o.path("prio").asInt(),
                                        o.path("policy").asText("accept"),
                                        new ArrayList<>()));
            default -> rule(table, o);
        }
    }

    private void rule(NftTable table, JsonNode o) throws FirewallSyntaxException {
        NftTable.NftChain chain = table.chains().get(o.path("chain").asText());
        if (chain == null) {
            throw source.error(1, "a rule is in chain " + o.path("chain").asText() + ", which is not there");
        }
        StringBuilder text = new StringBuilder();
        o.path("expr").forEach(e -> text.append(text.isEmpty() ? "" : " ").append(e));
        Origin origin = new Origin(
                source.name() + ":handle " + o.path("handle").asText(),
                text.toString(),
                o.path("comment").asText());
        List<NftRule.Statement> statements = new ArrayList<>();
        for (JsonNode e : o.path("expr")) {
            statements.addAll(NftRule.implied(e.path("reject").path("type").asText()));
            statements.add(statement(table, e));
        }
        chain.rules().add(new NftRule(origin, statements));
    }

    private NftRule.Statement statement(NftTable table, JsonNode e) throws FirewallSyntaxException {
        String kind = e.fieldNames().hasNext() ? e.fieldNames().next() : "";
        JsonNode body = e.path(kind);
        return switch (kind) {
            case "accept", "drop", "reject", "return", "jump", "goto", "continue" -> decision(e);
            case "match" -> {
                String key = key(body.path("left"));
                yield key.isEmpty()
                        ? new NftRule.Unsaid(body.toString())
                        : new NftRule.Match(
                                key, body.path("op").asText("==").replace("in", "=="), values(body.path("right")));
            }
            case "vmap" -> {
                String key = key(body.path("key"));
                JsonNode data = body.path("data");
                Map<String, NftRule.Decision> map = data.isTextual()
                        ? table.maps().get(data.asText().replaceFirst("^@", ""))
                        : verdicts(data.path("set"));
                yield key.isEmpty() || map == null
                        ? new NftRule.Unsaid(body.toString())
                        : new NftRule.VerdictMap(key, map);
            }
            case "counter", "log", "mangle", "xt" ->
                kind.equals("xt")
                        ? new NftRule.Unsaid(
                                "a match of iptables that nft does not print; give the output of iptables-save")
                        : new NftRule.Effect(kind + " decides nothing");
            default -> new NftRule.Unsaid(e.toString());
        };
    }

    private NftRule.Decision decision(JsonNode e) throws FirewallSyntaxException {
        String kind = e.isTextual()
                ? e.asText()
                : e.fieldNames().hasNext() ? e.fieldNames().next() : "";
        return switch (kind) {
            case "accept", "drop", "reject", "return", "jump", "goto" ->
                new NftRule.Decision(
                        Rule.Verdict.valueOf(kind.toUpperCase(Locale.ROOT)),
                        e.path(kind).path("target").asText());
            case "continue" -> new NftRule.Decision(Rule.Verdict.NONE, "continue decides nothing");
            default -> throw source.error(1, "expected a verdict, found \"" + e + "\"");
        };
    }

    private Map<String, NftRule.Decision> verdicts(JsonNode pairs) throws FirewallSyntaxException {
        Map<String, NftRule.Decision> out = new LinkedHashMap<>();
        for (JsonNode pair : pairs) {
            if (pair.size() == 2) {
                out.put(String.join(",", values(pair.path(0))), decision(pair.path(1)));
            }
        }
        return out;
    }

    /** The name of what a condition looks at, as in nft's text; "" if a list cannot match it. */
    private static String key(JsonNode left) {
        if (left.has("payload") && left.path("payload").has("protocol")) {
            return left.path("payload").path("protocol").asText() + " "
                    + left.path("payload").path("field").asText();
        } else if (left.has("meta")) {
            return "meta " + left.path("meta").path("key").asText();
        } else if (left.has("ct") && !left.path("ct").has("dir")) {
            return "ct " + left.path("ct").path("key").asText();
        } else if (left.has("fib")) {
            return "fib "
                    + (left.path("fib").path("flags").isArray()
                            ? left.path("fib").path("flags").path(0).asText()
                            : left.path("fib").path("flags").asText())
                    + " " + left.path("fib").path("result").asText();
        }
        return "";
    }

    /** Values as in nft's text. */
    private static List<String> values(JsonNode right) {
        List<String> out = new ArrayList<>();
        if (right.has("set")) {
            return values(right.path("set"));
        } else if (right.isArray()) {
            right.forEach(r -> out.addAll(values(r)));
        } else if (right.has("range")) {
            out.add(right.path("range").path(0).asText() + "-"
                    + right.path("range").path(1).asText());
        } else if (right.has("prefix")) {
            out.add(right.path("prefix").path("addr").asText() + "/"
                    + right.path("prefix").path("len").asText());
        } else if (right.has("elem")) {
            return values(right.path("elem").path("val"));
        } else if (!right.isMissingNode()) {
            out.add(right.isValueNode() ? right.asText() : right.toString());
        }
        return out;
    }
}
