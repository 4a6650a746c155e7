package io.heddle.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Writes the types of the Python client: a TypedDict for each object among the schemas of the API's description. */
final class PythonModels {
    /** The longest line. */
    static final int WIDTH = 120;
    /** So that a line has room for them. */
    private static final int MOST_WORDS = 8;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Set<String> KEYWORDS = Set.of(
            "and", "as", "class", "def", "for", "from", "global", "if", "import", "in", "is", "lambda", "not", "or",
            "pass", "raise", "return", "try", "while", "with", "yield");
    private final JsonNode schemas;
    /** The schemas that become classes, by the names of these. */
    private final TreeMap<String, JsonNode> classes = new TreeMap<>();

    PythonModels(JsonNode schemas) {
        this.schemas = schemas;
        schemas.properties().forEach(s -> {
            if (s.getValue().has("properties")) {
                classes.put(pascal(s.getKey()), s.getValue());
            }
        });
    }

    /** The names of the classes, sorted. */
    List<String> names() {
        return List.copyOf(classes.keySet());
    }

    /** The text of {@code models.py}. */
    String text() {
        StringBuilder out = new StringBuilder("""
                \"""The values of the admin API, generated from openapi.yaml. No key is required by its type.\"""
                from __future__ import annotations

                from typing import Any, Dict, List, Literal, TypedDict
                """);
        classes.forEach((name, schema) -> out.append("\n\n").append(type(name, schema)));
        return out.toString();
    }

    /** In Python 3.9, only a call can declare keys that are not identifiers. */
    private String type(String name, JsonNode schema) {
        List<String> keys = new ArrayList<>();
        schema.get("properties").fieldNames().forEachRemaining(keys::add);
        boolean plain = keys.stream().allMatch(k -> NAME.matcher(k).matches() && !KEYWORDS.contains(k));
        String description = schema.path("description").asText();
        StringBuilder out = new StringBuilder();
        if (plain) {
            out.append("class ").append(name).append("(TypedDict, total=False):\n");
            out.append(docstring(description.isEmpty() ? name + " of the admin API." : sentence(description), 4));
        } else {
            out.append(comment(description.isEmpty() ? "" : sentence(description), 0));
            out.append(name).append(" = TypedDict(\n    \"").append(name).append("\",\n    {\n");
        }
        int indent = plain ? 4 : 8;
        for (String key : keys) {
            JsonNode property = schema.get("properties").get(key);
            String text = type(property);
            out.append(comment(property.path("description").asText(), indent)).append(" ".repeat(indent));
            out.append(plain ? key + ": " + text + "\n" : "\"" + key + "\": " + late(text) + ",\n");
        }
        return out.append(plain ? "" : "    },\n    total=False,\n)\n").toString();
    }

    /** In a call, types that come later need quotes. */
    private static String late(String type) {
        return "\"" + type.replace("\"", "'") + "\"";
    }

    /** The Python type of a schema. */
    String type(JsonNode schema) {
        if (schema.has("$ref")) {
            String name = schema.get("$ref").asText().replaceFirst(".*/", "");
            return classes.containsKey(pascal(name)) ? pascal(name) : type(schemas.path(name));
        }
        if (schema.path("enum").size() > MOST_WORDS) {
            return "Any";
        } else if (schema.has("enum")) {
            List<String> words = new ArrayList<>();
            schema.get("enum").forEach(w -> words.add(w.isTextual() ? "\"" + w.asText() + "\"" : w.asText()));
            return "Literal[" + String.join(", ", words) + "]";
        }
        return switch (schema.path("type").asText()) {
            case "integer" -> "int";
            case "number" -> "float";
            case "boolean" -> "bool";
            case "string" -> "str";
            case "array" -> "List[" + type(schema.path("items")) + "]";
            case "object" -> "Dict[str, " + type(schema.path("additionalProperties")) + "]";
            default -> "Any";
        };
    }

    /** A name in Python's spelling: {@code listPorts} is {@code list_ports}, {@code If-Match} {@code if_match}. */
    static String identifier(String name) {
        String lower = name.replaceAll("-", "_")
                .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
        return KEYWORDS.contains(lower) ? lower + "_" : lower;
    }

    private static String pascal(String name) {
        StringBuilder out = new StringBuilder();
        for (String word : name.split("-")) {
            out.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return out.toString();
    }

    private static String sentence(String text) {
        String big = Character.toUpperCase(text.charAt(0)) + text.substring(1);
        return big.endsWith(".") ? big : big + ".";
    }

    static String docstring(String text, int indent) {
        String gap = " ".repeat(indent);
        List<String> lines = lines(text.replace("\\", "\\\\"), WIDTH - indent - 6);
        return gap + "\"\"\"" + String.join("\n" + gap, lines) + (lines.size() > 1 ? "\n" + gap : "") + "\"\"\"\n";
    }

    private static String comment(String text, int indent) {
        StringBuilder out = new StringBuilder();
        for (String line : lines(text, WIDTH - indent - 2)) {
            out.append(" ".repeat(indent)).append("# ").append(line).append('\n');
        }
        return text.isEmpty() ? "" : out.toString();
    }

    private static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.trim().split("\\s+")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
