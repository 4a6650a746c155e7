package io.heddle.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Changes one thing in the texts of network files, and leaves what stands around it as it was written, comments included.
 * A path is the keys from the top, such as {@code hosts, hv1, bridges, br0, ports, vm1}; in a list it is an item's
 * {@code name}, or its number from 1. Values are what YAML and JSON have in common: maps, lists, text, numbers, booleans.
 * Every change is read back: where the text cannot be changed in place (an anchor that others refer to), the section
 * that it stands in is written anew.
 */
public final class FileEdit {
    /** What a network begins as that has no file yet. */
    private static final Map<String, String> EMPTY = Map.of("network.yaml", "heddle: v1\n");
    /** More differences than this in one map, and it is written anew. */
    private static final int MOST_DIFFERENCES = 20;

    private FileEdit() {}

    /** What stands at a path, empty where nothing does. */
    public static Optional<Object> get(Map<String, String> files, List<String> path) {
        return files.values().stream()
                .map(text -> Tree.find(load(Document.of(text)), path))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /**
     * Puts a value at a path; what is missing on the way there is made.
     *
     * @throws IllegalArgumentException for a number that is not the next of a list, or a place that cannot be changed
     */
    public static Map<String, String> put(Map<String, String> files, List<String> path, Object value) {
        Map<String, String> all = files.isEmpty() ? EMPTY : files;
        String file = fileOf(all, path);
        return with(all, file, change(Document.of(all.get(file)), path, Optional.of(value)));
    }

    /** Removes what stands at a path, which must be there. */
    public static Map<String, String> remove(Map<String, String> files, List<String> path) {
        String file = fileOf(files, path);
        return with(files, file, change(Document.of(files.get(file)), path, Optional.empty()));
    }

    private static Map<String, String> with(Map<String, String> files, String file, Document document) {
        Map<String, String> out = new LinkedHashMap<>(files);
        out.put(file, document.text());
        return out;
    }

    /** The file that has the most of a path, the first of several. */
    private static String fileOf(Map<String, String> files, List<String> path) {
        String best = files.keySet().iterator().next();
        int most = 0;
        for (Map.Entry<String, String> f : files.entrySet()) {
            Object tree = load(Document.of(f.getValue()));
            int depth = path.size();
            while (depth > 0 && Tree.find(tree, path.subList(0, depth)).isEmpty()) {
                depth--;
            }
            if (depth > most) {
                most = depth;
                best = f.getKey();
            }
        }
        return best;
    }

    private static Object load(Document document) {
        return document.root().map(YamlNode::value).orElse(Map.of());
    }

    private static Document change(Document document, List<String> path, Optional<Object> value) {
        Object before = load(document);
        Object after = value.map(v -> Tree.with(before, path, v)).orElseGet(() -> Tree.without(before, path));
        return inPlace(document, path, before, after, value)
                .or(() -> anew(document, path.subList(0, 1), after))
                .orElseThrow(() -> new IllegalArgumentException("the text of the file cannot be changed at "
                        + String.join(".", path) + ": change the file itself, and put it whole"));
    }

    private static Optional<Document> inPlace(
            Document document, List<String> path, Object before, Object after, Optional<Object> value) {
        return saying(
                after,
                () -> value.map(v ->
                                merge(document, path, Tree.find(before, path).orElse(null), v))
                        .orElseGet(() -> Splice.remove(document, path)));
    }

    private static Optional<Document> anew(Document document, List<String> section, Object after) {
        return saying(
                after,
                () -> Splice.put(document, section, Tree.find(after, section).orElse(Map.of())));
    }

    /** What an edit came to, if it is YAML and says what it should. */
    private static Optional<Document> saying(Object tree, Supplier<Document> edit) {
        try {
            return Optional.of(edit.get()).filter(d -> load(d).equals(tree));
        } catch (YamlEngineException e) {
            return Optional.empty();
        }
    }

    /** Changes only what differs, so that comments within what stays are kept. */
    private static Document merge(Document document, List<String> path, Object before, Object after) {
        if (!(before instanceof Map<?, ?> old && after instanceof Map<?, ?> now && !old.isEmpty() && !now.isEmpty())
                || differences(old, now) > MOST_DIFFERENCES) {
            return Objects.equals(before, after) ? document : put(document, path, before == null, after);
        }
        Document out = document;
        for (Object key : now.keySet()) {
            out = merge(out, below(path, key), old.get(key), now.get(key));
        }
        for (Object key : old.keySet()) {
            out = now.containsKey(key) ? out : Splice.remove(out, below(path, key));
        }
        return out;
    }

    /** What has grown too long for its line gets a line for each of its entries. */
    private static Document put(Document document, List<String> path, boolean added, Object value) {
        Document out = Splice.put(document, path, value);
        int allowed = Math.max(YamlText.WIDTH, document.longestLine());
        for (int depth = path.size() - 1; added && depth > 0 && out.longestLine() > allowed; depth--) {
            List<String> above = path.subList(0, depth);
            out = Splice.put(
                    document,
                    above,
                    Tree.find(Tree.with(load(document), path, value), above).orElseThrow());
        }
        return out;
    }

    private static long differences(Map<?, ?> old, Map<?, ?> now) {
        return now.entrySet().stream()
                        .filter(e -> !Objects.equals(old.get(e.getKey()), e.getValue()))
                        .count()
                + old.keySet().stream().filter(k -> !now.containsKey(k)).count();
    }

    private static List<String> below(List<String> path, Object key) {
        List<String> out = new ArrayList<>(path);
        out.add(String.valueOf(key));
        return out;
    }
}
