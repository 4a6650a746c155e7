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
 * Changes one value in the texts of network files and leaves the rest as written, comments included. A path lists the
 * keys from the top, such as {@code hosts, hv1, bridges, br0, ports, vm1}. In a list, a path names an item by its
 * {@code name}, or by its number from 1. Values are what YAML and JSON have in common: maps, lists, text, numbers,
 * booleans. Every change is read back. If the text cannot be changed in place (an anchor that others refer to), the
 * whole top-level section is written again.
 */
public final class FileEdit {
    /** The first file of a network that has none yet. */
    private static final Map<String, String> EMPTY = Map.of("network.yaml", "heddle: v1\n");
    /** A map with more differences than this is written again as a whole. */
    private static final int MOST_DIFFERENCES = 20;

    private FileEdit() {}

    /** The value at a path, empty if there is none. */
    public static Optional<Object> get(Map<String, String> files, List<String> path) {
        return AddressFile.documents(files).values().stream()
                .map(text -> Tree.find(load(Document.of(text)), path))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /**
     * Puts a value at a path, and adds the maps and lists that are missing above it.
     *
     * @throws IllegalArgumentException for a number that is not the next of a list, or a place that cannot be changed
     */
    public static Map<String, String> put(Map<String, String> files, List<String> path, Object value) {
        Map<String, String> all = files.isEmpty() ? EMPTY : files;
        String file = fileOf(all, path);
        Document document = Document.of(all.get(file));
        for (int depth = 1; depth < path.size(); depth++) {
            List<String> above = path.subList(0, depth);
            if (isList(above) && Tree.find(load(document), above).isEmpty()) {
                Object list = Tree.with(List.of(), path.subList(depth, path.size()), value);
                return with(all, file, change(document, above, Optional.of(list)));
            }
        }
        return with(all, file, change(document, path, Optional.of(value)));
    }

    /** Whether a list belongs at a path. Whatever else is missing above a value is a map. */
    private static boolean isList(List<String> path) {
        return path.get(0).equals("acls")
                && (path.size() == 1 || path.size() == 3 && path.get(2).equals("rules"));
    }

    /** Removes the value at a path, which must exist. */
    public static Map<String, String> remove(Map<String, String> files, List<String> path) {
        String file = fileOf(files, path);
        return with(files, file, change(Document.of(files.get(file)), path, Optional.empty()));
    }

    private static Map<String, String> with(Map<String, String> files, String file, Document document) {
        Map<String, String> out = new LinkedHashMap<>(files);
        out.put(file, document.text());
        return AddressFile.withoutUnnamed(out, files);
    }

    /** The file that has the longest part of a path, the first of several. */
    private static String fileOf(Map<String, String> files, List<String> path) {
        Map<String, String> documents = AddressFile.documents(files);
        String best = documents.keySet().iterator().next();
        int most = 0;
        for (Map.Entry<String, String> f : documents.entrySet()) {
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

    /** The result of an edit, if it is YAML and has the expected content. */
    private static Optional<Document> saying(Object tree, Supplier<Document> edit) {
        try {
            return Optional.of(edit.get()).filter(d -> load(d).equals(tree));
        } catch (YamlEngineException e) {
            return Optional.empty();
        }
    }

    /** Changes only what differs, to keep the comments in the parts that stay. */
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

    /** Puts a value. If its line becomes too long, the map or list around it gets one line for each entry. */
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
