package io.heddle.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the part of the Python client that follows from the API's description: a method for each operation. {@link
 * PythonModels} writes the types of its values.
 */
final class PythonClient {
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

    private final JsonNode document;
    private final PythonModels models;
    /** The types of values that the methods name. */
    private final Set<String> used = new TreeSet<>();

    PythonClient(JsonNode document) {
        this.document = document;
        models = new PythonModels(document.at("/components/schemas"));
    }

    /** A parameter of an operation. @param place path, query or header */
    private record Parameter(String name, String place, boolean required, String type) {
        String python() {
            return PythonModels.identifier(name);
        }

        String declared() {
            return required
                    ? python() + ": " + type
                    : python() + ": Optional[" + (type.equals("Any") ? "str" : type) + "] = None";
        }
    }

    /** What the method of an operation sends. @param type the media type, empty for the files of a network */
    private record Body(String declared, String python, String type) {}

    /** The text of {@code operations.py}. */
    String operations() {
        StringBuilder methods = new StringBuilder();
        document.get("paths")
                .properties()
                .forEach(p -> p.getValue().properties().forEach(o -> {
                    if (METHODS.contains(o.getKey())) {
                        methods.append('\n').append(method(p.getKey(), o.getKey(), p.getValue(), o.getValue()));
                    }
                }));
        StringBuilder out = new StringBuilder("""
                \"""Every operation of the admin API, generated from openapi.yaml.\"""
                from __future__ import annotations

                from typing import Any, Dict, List, Optional

                from .models import (
                """);
        used.forEach(n -> out.append("    ").append(n).append(",\n"));
        out.append("""
                )
                from .transport import Answer, PathPart, Stream, Texts, Transport, path


                class Operations(Transport):
                    \"""The operations by their names in openapi.yaml, in Python's spelling.\"""
                """);
        return out.append(methods).toString();
    }

    /** The text of {@code models.py}. */
    String models() {
        return models.text();
    }

    private String method(String path, String verb, JsonNode item, JsonNode operation) {
        List<Parameter> parameters = new ArrayList<>();
        for (JsonNode where : List.of(item, operation)) {
            where.path("parameters").forEach(p -> parameters.add(parameter(resolve(p))));
        }
        Optional<Body> body = body(operation);
        String result = result(operation);
        return signature(PythonModels.identifier(operation.get("operationId").asText()), parameters, body, result)
                + PythonModels.docstring(operation.get("summary").asText(), 8)
                + call(path, verb, parameters, body, result);
    }

    private static String signature(String name, List<Parameter> parameters, Optional<Body> body, String result) {
        List<String> words = new ArrayList<>(List.of("self"));
        parameters.stream().filter(Parameter::required).map(Parameter::declared).forEach(words::add);
        body.map(Body::declared).ifPresent(words::add);
        List<String> optional = parameters.stream()
                .filter(p -> !p.required())
                .map(Parameter::declared)
                .toList();
        if (!optional.isEmpty()) {
            words.add("*");
            words.addAll(optional);
        }
        String line = "    def " + name + "(" + String.join(", ", words) + ") -> " + result + ":\n";
        return line.length() <= PythonModels.WIDTH
                ? line
                : "    def " + name + "(\n        " + String.join(",\n        ", words) + ",\n    ) -> " + result
                        + ":\n";
    }

    private static String call(
            String path, String verb, List<Parameter> parameters, Optional<Body> body, String result) {
        List<String> words = new ArrayList<>(List.of("\"" + verb.toUpperCase(Locale.ROOT) + "\"", path(path)));
        dictionary(parameters, "query").ifPresent(d -> words.add("query=" + d));
        dictionary(parameters, "header").ifPresent(d -> words.add("headers=" + d));
        body.ifPresent(b ->
                words.add(b.type().isEmpty() ? "files=files" : "body=" + b.python() + ", media=\"" + b.type() + "\""));
        String function = result.startsWith("Answer")
                ? "_answer"
                : Map.of("str", "_text", "Stream", "_stream").getOrDefault(result, "_json");
        String line = "        return self." + function + "(" + String.join(", ", words) + ")\n";
        return line.length() <= PythonModels.WIDTH
                ? line
                : "        return self." + function + "(\n            " + String.join(",\n            ", words)
                        + ",\n        )\n";
    }

    private static String path(String path) {
        String names = PARAMETER
                .matcher(path)
                .results()
                .map(m -> ", " + PythonModels.identifier(m.group(1)))
                .collect(Collectors.joining());
        String text = "\"" + PARAMETER.matcher(path).replaceAll("{}") + "\"";
        return names.isEmpty() ? text : "path(" + text + names + ")";
    }

    private static Optional<String> dictionary(List<Parameter> parameters, String place) {
        List<String> entries = parameters.stream()
                .filter(p -> p.place().equals(place))
                .map(p -> "\"" + p.name() + "\": " + p.python())
                .toList();
        String line = "{" + String.join(", ", entries) + "}";
        String indent = " ".repeat(16);
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        line.length() < PythonModels.WIDTH - 24
                                ? line
                                : "{\n" + indent + String.join(",\n" + indent, entries) + ",\n            }");
    }

    private Parameter parameter(JsonNode p) {
        String place = p.get("in").asText();
        return new Parameter(
                p.get("name").asText(),
                place,
                p.path("required").asBoolean(),
                place.equals("path") ? "PathPart" : type(p.path("schema")));
    }

    private Optional<Body> body(JsonNode operation) {
        JsonNode content = resolve(operation.path("requestBody")).path("content");
        if (content.isMissingNode()) {
            return Optional.empty();
        }
        if (content.has("application/yaml")) {
            return Optional.of(new Body("files: Texts", "files", ""));
        }
        Map.Entry<String, JsonNode> first = content.properties().iterator().next();
        String type = type(first.getValue().path("schema"));
        return Optional.of(new Body("value: " + type, "value", first.getKey()));
    }

    private String result(JsonNode operation) {
        JsonNode responses = operation.get("responses");
        JsonNode right = resolve(responses.get("200"));
        JsonNode content = right.path("content");
        if (!content.has("application/json")) {
            return content.has("text/plain") ? "str" : "Stream";
        }
        String type = type(content.at("/application~1json/schema"));
        // Whoever asks for these needs more than the value: the ETag, or which of the answers it is.
        boolean more = right.path("headers").has("ETag") || responses.has("503");
        return more ? "Answer[" + type + "]" : type;
    }

    private String type(JsonNode schema) {
        String type = models.type(schema);
        for (String word : type.split("\\W+")) {
            if (models.names().contains(word)) {
                used.add(word);
            }
        }
        return type;
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }
}
