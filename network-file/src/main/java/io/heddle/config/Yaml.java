package io.heddle.config;

import io.heddle.config.YamlNode.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A value in a YAML document, with its place.
 *
 * @param file the document's name, for messages
 * @param path the place in the document, such as {@code hosts.hv1}
 */
record Yaml(String file, String path, Document document, YamlNode node) {
    /** Reads a document. Syntax errors go to {@code problems}, and the result is then empty. */
    static Optional<Yaml> read(String file, String text, List<Problem> problems) {
        try {
            Document document = Document.of(text);
            if (document.root().isEmpty()) {
                problems.add(new Problem(file, 1, 1, "", "the file is empty, expected at least \"heddle: v1\""));
            }
            return document.root().map(r -> new Yaml(file, "", document, r));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(m -> m.getLine() + 1).orElse(1);
            int column = e.getProblemMark().map(m -> m.getColumn() + 1).orElse(1);
            problems.add(new Problem(file, line, column, "", "not YAML: " + e.getProblem()));
        } catch (YamlEngineException e) {
            problems.add(new Problem(file, 1, 1, "", "not YAML: " + e.getMessage()));
        }
        return Optional.empty();
    }

    Problem problem(String message) {
        return new Problem(file, document.line(node) + 1, node.column() + 1, path, message);
    }

    /** The place of the value, such as {@code network.yaml:31}. */
    String line() {
        return file + ":" + (document.line(node) + 1);
    }

    boolean isMap() {
        return node.kind() == Kind.MAP;
    }

    boolean isList() {
        return node.kind() == Kind.LIST;
    }

    boolean isScalar() {
        return !node.isCollection();
    }

    /** Whether this is {@code true} or {@code false}; YAML 1.2 knows no yes and no. */
    boolean isBoolean() {
        return node.kind() == Kind.BOOLEAN;
    }

    boolean isInteger() {
        try {
            return node.kind() == Kind.INTEGER && integer() >= Integer.MIN_VALUE;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Whether nothing was written here, as in {@code ports:}. */
    boolean isNull() {
        return node.kind() == Kind.NULL;
    }

    String text() {
        return node.text();
    }

    long integer() {
        return Long.decode(text());
    }

    /** The keys with their places, duplicates included. */
    List<Yaml> keys() {
        List<Yaml> out = new ArrayList<>();
        for (int i = 0; isMap() && i < node.size(); i++) {
            out.add(new Yaml(file, child(node.key(i).text()), document, node.key(i)));
        }
        return out;
    }

    Map<String, Yaml> entries() {
        Map<String, Yaml> out = new LinkedHashMap<>();
        for (int i = 0; isMap() && i < node.size(); i++) {
            String key = node.key(i).text();
            out.putIfAbsent(key, new Yaml(file, child(key), document, node.child(i)));
        }
        return out;
    }

    List<Yaml> items() {
        List<Yaml> out = new ArrayList<>();
        for (int i = 0; isList() && i < node.size(); i++) {
            out.add(item(i));
        }
        return out;
    }

    /** The items of a list, or this alone: where one value may stand without a list. */
    List<Yaml> itemsOrSelf() {
        return isList() ? items() : List.of(this);
    }

    /** An item of a list. */
    Yaml item(int index) {
        return new Yaml(file, path + "[" + index + "]", document, node.child(index));
    }

    /** The value of a key of a map; empty if the key is missing or has no value. */
    Optional<Yaml> get(String key) {
        int index = node.find(key);
        return index < 0
                ? Optional.empty()
                : Optional.of(new Yaml(file, child(key), document, node.child(index)))
                        .filter(v -> !v.isNull());
    }

    String text(String key, String otherwise) {
        return get(key).map(Yaml::text).orElse(otherwise);
    }

    List<String> texts(String key) {
        return get(key).map(l -> l.items().stream().map(Yaml::text).toList()).orElse(List.of());
    }

    private String child(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
