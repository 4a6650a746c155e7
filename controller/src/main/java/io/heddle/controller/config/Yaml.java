package io.heddle.controller.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value in a YAML document that knows where it stands.
 *
 * @param file the document's name, for messages
 * @param path where in the document, such as {@code hosts.hv1}
 */
record Yaml(String file, String path, Node node) {
    /** Reads a document. Problems with the syntax go to {@code problems}, and the answer is then empty. */
    static Optional<Yaml> read(String file, String text, List<Problem> problems) {
        try {
            Optional<Node> root = Document.root(text);
            if (root.isEmpty()) {
                problems.add(new Problem(file, 1, 1, "", "the file is empty, expected at least \"heddle: v1\""));
            }
            return root.map(r -> new Yaml(file, "", r));
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
        int line = node.getStartMark().map(m -> m.getLine() + 1).orElse(1);
        int column = node.getStartMark().map(m -> m.getColumn() + 1).orElse(1);
        return new Problem(file, line, column, path, message);
    }

    /** Where it stands, {@code network.yaml:31}. */
    String line() {
        return file + ":" + node.getStartMark().map(m -> m.getLine() + 1).orElse(1);
    }

    boolean isMap() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    boolean isScalar() {
        return node instanceof ScalarNode;
    }

    /** Whether this is {@code true} or {@code false}; YAML 1.2 knows no yes and no. */
    boolean isBoolean() {
        return node instanceof ScalarNode s && s.getTag().equals(Tag.BOOL);
    }

    boolean isInteger() {
        try {
            return node instanceof ScalarNode s && s.getTag().equals(Tag.INT) && integer() >= Integer.MIN_VALUE;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Whether nothing was written here, as in {@code ports:}. */
    boolean isNull() {
        return node instanceof ScalarNode s && s.getTag().equals(Tag.NULL);
    }

    String text() {
        return node instanceof ScalarNode s ? s.getValue() : "";
    }

    long integer() {
        return Long.decode(text());
    }

    /** The keys with the places where they stand, duplicates included. */
    List<Yaml> keys() {
        List<Yaml> out = new ArrayList<>();
        if (node instanceof MappingNode m) {
            for (NodeTuple t : m.getValue()) {
                Yaml key = new Yaml(file, path, t.getKeyNode());
                out.add(new Yaml(file, child(key.text()), t.getKeyNode()));
            }
        }
        return out;
    }

    Map<String, Yaml> entries() {
        Map<String, Yaml> out = new LinkedHashMap<>();
        if (node instanceof MappingNode m) {
            for (NodeTuple t : m.getValue()) {
                String key = new Yaml(file, path, t.getKeyNode()).text();
                out.putIfAbsent(key, new Yaml(file, child(key), t.getValueNode()));
            }
        }
        return out;
    }

    List<Yaml> items() {
        List<Yaml> out = new ArrayList<>();
        if (node instanceof SequenceNode s) {
            for (Node n : s.getValue()) {
                out.add(new Yaml(file, path + "[" + out.size() + "]", n));
            }
        }
        return out;
    }

    Optional<Yaml> get(String key) {
        if (node instanceof MappingNode m) {
            for (NodeTuple t : m.getValue()) {
                if (t.getKeyNode() instanceof ScalarNode s && s.getValue().equals(key)) {
                    return Optional.of(new Yaml(file, child(key), t.getValueNode())).filter(v -> !v.isNull());
                }
            }
        }
        return Optional.empty();
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
