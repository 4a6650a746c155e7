package io.heddle.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Inserts, replaces and removes pieces of YAML text at the places of nodes. */
final class Splice {
    private static final int STEP = 2;

    private static final Pattern ALIAS = Pattern.compile("\\s*:\\s+\\*[^\\s,\\]}]+");

    private final Document document;
    private final String text;

    private Splice(Document document) {
        this.document = document;
        this.text = document.text();
    }

    /**
     * A place in the document.
     *
     * @param above the map or list around the node, null for the root
     * @param index the index of the node in {@code above}
     * @param flow whether the node is within braces or brackets
     */
    private record Place(YamlNode node, YamlNode above, int index, boolean flow) {
        /** The key of an entry; null for an item, and for the top. */
        YamlNode key() {
            return above != null && above.kind() == YamlNode.Kind.MAP ? above.key(index) : null;
        }

        /** The place of the child with this name, null if there is none. */
        Place below(String name) {
            int child = node.kind() == YamlNode.Kind.MAP
                    ? node.find(name)
                    : node.kind() == YamlNode.Kind.LIST ? item(node, name) : -1;
            return child < 0 ? null : new Place(node.child(child), node, child, flow || node.isFlow());
        }
    }

    static Document put(Document document, List<String> path, Object value) {
        return new Splice(document).put(path, value);
    }

    static Document remove(Document document, List<String> path) {
        return new Splice(document).remove(path);
    }

    private Place top() {
        return new Place(document.root().orElseThrow(), null, 0, false);
    }

    private Document put(List<String> path, Object value) {
        Place at = top();
        for (int depth = 0; depth < path.size(); depth++) {
            Place next = at.below(path.get(depth));
            if (next == null) {
                return insert(at, path.subList(depth, path.size()), value);
            }
            at = next;
        }
        return replace(at, value);
    }

    /** The index of the list item with this name, or with this number from 1; -1 if there is none. */
    private static int item(YamlNode list, String key) {
        boolean named = list.size() > 0 && list.child(0).find("name") >= 0;
        for (int i = 0; named && i < list.size(); i++) {
            int name = list.child(i).find("name");
            if (name >= 0 && list.child(i).child(name).text().equals(key)) {
                return i;
            }
        }
        return Tree.number(key, list.size());
    }

    private Document replace(Place at, Object value) {
        YamlNode key = at.key();
        if (key == null || at.flow) {
            boolean block = key == null && !at.flow;
            return document.edit(
                    document.start(at.node),
                    end(at.node),
                    block ? YamlText.item(value, at.node.column() - STEP) : YamlText.flow(value));
        }
        int colon = text.indexOf(':', end(key));
        return document.edit(colon + 1, Math.max(colon + 1, end(at.node)), YamlText.after(value, key.column() + STEP));
    }

    /** Adds an entry or an item, with the maps that are missing above the value. */
    private Document insert(Place into, List<String> path, Object value) {
        YamlNode container = into.node;
        Object nested = value;
        for (int i = path.size() - 1; i > 0; i--) {
            nested = Map.of(path.get(i), nested);
        }
        String key = path.get(0);
        boolean list = container.kind() == YamlNode.Kind.LIST;
        if (container.size() == 0) {
            Map<String, Object> whole = new LinkedHashMap<>();
            whole.put(key, nested);
            return replace(into, list ? List.of(nested) : whole);
        }
        if (container.isFlow()) {
            int close = end(container) - 1;
            int last = strip(close);
            return document.edit(
                    last,
                    close,
                    (text.charAt(last - 1) == ',' ? " " : ", ")
                            + (list ? "" : YamlText.flow(key) + ": ")
                            + YamlText.flow(nested));
        }
        int indent = list ? container.column() : container.key(0).column();
        int line = lineEnd(end(container));
        String margin = "\n" + " ".repeat(indent);
        return document.edit(
                line,
                line,
                list
                        ? margin + "- " + YamlText.item(nested, indent)
                        : margin + YamlText.flow(key) + ":" + YamlText.after(nested, indent + STEP));
    }

    private Document remove(List<String> path) {
        Place parent = top();
        for (String key : path.subList(0, path.size() - 1)) {
            parent = parent.below(key);
        }
        YamlNode container = parent.node;
        if (container.size() == 1) {
            return replace(parent, container.kind() == YamlNode.Kind.MAP ? Map.of() : List.of());
        }
        int index = parent.below(path.get(path.size() - 1)).index;
        if (container.isFlow()) {
            return index == 0
                    ? document.edit(first(container, 0), first(container, 1), "")
                    : document.edit(last(container, index - 1), last(container, index), "");
        }
        int from = text.lastIndexOf('\n', first(container, index) - 1) + 1;
        return document.edit(from, Math.min(text.length(), lineEnd(last(container, index)) + 1), "");
    }

    private int first(YamlNode container, int child) {
        return document.start(container.kind() == YamlNode.Kind.MAP ? container.key(child) : container.child(child));
    }

    private int last(YamlNode container, int child) {
        if (container.kind() == YamlNode.Kind.LIST) {
            return end(container.child(child));
        }
        int key = end(container.key(child));
        Matcher alias = ALIAS.matcher(text).region(key, text.length());
        // The node of an alias is the one at its anchor, and ends there.
        return alias.lookingAt() ? alias.end() : Math.max(key + 1, end(container.child(child)));
    }

    /** The end of a node's own text. The YAML reader ends a block after the blank lines and comments that follow it. */
    private int end(YamlNode node) {
        if (node.isCollection() && !node.isFlow() && node.size() > 0) {
            return last(node, node.size() - 1);
        }
        int mark = document.end(node);
        int stripped = strip(mark);
        return stripped < document.start(node) ? mark : stripped;
    }

    /** The offset after the last non-blank character before {@code end}. */
    private int strip(int end) {
        int at = end;
        while (at > 0 && Character.isWhitespace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private int lineEnd(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }
}
