package io.heddle.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.flows.program.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Checks a document against the published JSON Schema, and reports every error with its place and its remedy. The
 * schema is the only source of the known keys. Heddle has its own validator, because general ones report neither the
 * line nor the remedy. It supports the keywords that the schema uses.
 */
final class SchemaCheck {
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    /** The published schema. */
    static final JsonNode SCHEMA = load();

    private final List<Problem> problems;

    SchemaCheck(List<Problem> problems) {
        this.problems = problems;
    }

    private static JsonNode load() {
        try (InputStream in = SchemaCheck.class.getResourceAsStream("/io/heddle/network.schema.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Checks a whole document. @param right a document without errors, whose nodes are not checked again; or null */
    void check(Yaml document, YamlNode right) {
        check(document, right, SCHEMA);
    }

    /** @param right a node that is valid at this place, from a document without errors; null if there is none */
    private void check(Yaml value, YamlNode right, JsonNode reference) {
        if (value.node() == right) {
            return;
        }
        JsonNode schema = resolve(reference);
        if (value.isNull() && !schema.has("const")) {
            return;
        }
        if (schema.has("const") && !value.text().equals(schema.get("const").asText())) {
            problems.add(value.problem("expected " + schema.get("const").asText() + ", found " + found(value)));
        } else if (schema.has("enum")) {
            enumeration(value, schema);
        } else if (schema.has("oneOf")) {
            check(value, right, alternative(value, schema.get("oneOf")));
        } else {
            typed(value, right, schema, description(reference, schema));
        }
    }

    /** The one of two alternatives that a value is: of its own type, or else the second for a collection. */
    private JsonNode alternative(Yaml value, JsonNode oneOf) {
        String type = value.isMap() ? "object" : value.isList() ? "array" : "";
        for (JsonNode one : oneOf) {
            if (resolve(one).path("type").asText().equals(type)) {
                return one;
            }
        }
        return oneOf.get(type.isEmpty() ? 0 : 1);
    }

    private void typed(Yaml value, YamlNode right, JsonNode schema, String description) {
        // If the schema allows a number or a word, the pattern of the word fits both.
        switch (schema.path("type").isArray() ? "string" : schema.path("type").asText()) {
            case "object" -> {
                if (value.isMap()) {
                    object(value, right, schema);
                } else {
                    expected(value, description);
                }
            }
            case "array" -> {
                if (!value.isList()) {
                    expected(value, description);
                } else if (value.node().size() < schema.path("minItems").asInt(0)) {
                    int size = value.node().size();
                    problems.add(value.problem("expected " + description + ", found " + (size == 0 ? "none" : size)));
                } else {
                    items(value, right, schema.get("items"));
                }
            }
            case "boolean" -> {
                if (!value.isBoolean()) {
                    expected(value, description);
                }
            }
            case "integer" -> integer(value, schema, description);
            case "string" -> {
                if (!value.isScalar()
                        || schema.has("pattern")
                                && !PATTERNS.computeIfAbsent(
                                                schema.get("pattern").asText(), Pattern::compile)
                                        .matcher(value.text())
                                        .find()) {
                    expected(value, description);
                }
            }
            default -> {}
        }
    }

    private void integer(Yaml value, JsonNode schema, String description) {
        try {
            long v = value.isScalar() ? value.integer() : Long.MIN_VALUE;
            if (v >= schema.get("minimum").asLong()
                    && v <= schema.get("maximum").asLong()) {
                return;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        expected(value, description);
    }

    private void items(Yaml list, YamlNode right, JsonNode schema) {
        int from = right == null ? 0 : list.node().sameStart(right);
        int end = right == null
                ? list.node().size()
                : list.node().size() - list.node().sameEnd(right);
        for (int i = from; i < end; i++) {
            check(list.item(i), right != null && i < right.size() ? right.child(i) : null, schema);
        }
    }

    private void object(Yaml value, YamlNode right, JsonNode schema) {
        JsonNode properties = schema.path("properties");
        Set<String> seen = new HashSet<>();
        Map<String, Yaml> entries = value.entries();
        for (Yaml key : value.keys()) {
            String name = key.text();
            if (!seen.add(name)) {
                problems.add(key.problem("is given twice"));
            } else if (properties.has(name)) {
                check(entries.get(name), entry(right, name), properties.get(name));
            } else if (schema.path("additionalProperties").isObject()) {
                check(entries.get(name), entry(right, name), schema.get("additionalProperties"));
            } else {
                problems.add(key.problem("unknown key" + remedy(name, properties)));
            }
        }
        for (JsonNode required : schema.path("required")) {
            if (!seen.contains(required.asText())) {
                JsonNode missing = resolve(properties.get(required.asText()));
                problems.add(value.problem("\"" + required.asText() + "\" is missing"
                        + (missing.has("const")
                                ? ": write \"" + required.asText() + ": "
                                        + missing.get("const").asText() + "\""
                                : ", expected " + description(properties.get(required.asText()), missing))));
            }
        }
    }

    private static YamlNode entry(YamlNode map, String name) {
        int index = map == null ? -1 : map.find(name);
        return index < 0 ? null : map.child(index);
    }

    private static String remedy(String name, JsonNode properties) {
        List<String> known = new ArrayList<>();
        properties.fieldNames().forEachRemaining(known::add);
        String linux = LinuxNames.key(name);
        if (linux != null && known.contains(linux)) {
            return ", here it is called " + linux;
        }
        Optional<String> instead = LinuxNames.instead(name);
        if (instead.isPresent()) {
            return ": " + instead.get();
        }
        return Nearest.of(name, known)
                .map(n -> ", did you mean " + n + "?")
                .orElse(", known are " + String.join(", ", known));
    }

    private void enumeration(Yaml value, JsonNode schema) {
        List<String> allowed = new ArrayList<>();
        schema.get("enum").forEach(e -> allowed.add(e.asText()));
        if (allowed.contains(value.text())) {
            return;
        }
        String linux = allowed.contains("balance-slb")
                ? LinuxNames.bondMode(value.text())
                : allowed.contains("internal")
                        ? LinuxNames.device(value.text())
                        : allowed.contains("passthru")
                                ? LinuxNames.policy(value.text())
                                : allowed.contains("geneve")
                                        ? LinuxNames.instead(value.text()).orElse(null)
                                        : null;
        problems.add(value.problem(
                linux != null ? linux : "expected one of " + String.join(", ", allowed) + ", found " + found(value)));
    }

    private void expected(Yaml value, String description) {
        problems.add(value.problem("expected " + description + ", found " + found(value)));
    }

    private static String found(Yaml value) {
        return value.isMap() ? "a mapping" : value.isList() ? "a list" : "\"" + value.text() + "\"";
    }

    private static String description(JsonNode reference, JsonNode schema) {
        return reference.has("description")
                ? reference.get("description").asText()
                : schema.path("description").asText(schema.path("type").asText());
    }

    /** Follows the {@code $ref} of a part of the schema, if it has one. */
    static JsonNode resolve(JsonNode schema) {
        return schema.has("$ref") ? SCHEMA.at(schema.get("$ref").asText().substring(1)) : schema;
    }
}
