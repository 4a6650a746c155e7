package io.heddle.controller.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Cuts a piece of YAML text out and puts another in, by the marks that the reader leaves on what it reads. */
final class Splice {
    private static final int STEP = 2;

    private static final Pattern ALIAS = Pattern.compile("\\s*:\\s+\\*[^\\s,\\]}]+");

    private final String text;
    private final Node root;
    /** Offsets in {@link #text} by the reader's, which counts characters of 21 bits. */
    private final boolean wide;

    private Splice(String text) {
        this.text = text;
        this.root = Document.root(text).orElseThrow();
        this.wide = text.codePointCount(0, text.length()) != text.length();
    }

    static String put(String text, List<String> path, Object value) {
        return new Splice(text).put(path, value);
    }

    static String remove(String text, List<String> path) {
        return new Splice(text).remove(path);
    }

    private String put(List<String> path, Object value) {
        Node at = root;
        NodeTuple entry = null;
        for (int depth = 0; depth < path.size(); depth++) {
            NodeTuple next = at instanceof MappingNode map ? entry(map, path.get(depth)) : null;
            Node child = next != null ? next.getValueNode()
                    : at instanceof SequenceNode list ? item(list, path.get(depth)) : null;
            if (child == null) {
                return insert(at, entry, path.subList(depth, path.size()), value);
            }
            entry = next;
            at = child;
        }
        return replace(at, entry, value);
    }

    private static NodeTuple entry(MappingNode map, String key) {
        return map.getValue().stream().filter(t -> t.getKeyNode() instanceof ScalarNode s && s.getValue().equals(key))
                .findFirst().orElse(null);
    }

    private static Node item(SequenceNode list, String key) {
        List<Node> items = list.getValue();
        boolean named = items.stream().limit(1).anyMatch(n -> n instanceof MappingNode m && entry(m, "name") != null);
        for (Node n : named ? items : List.<Node>of()) {
            NodeTuple name = n instanceof MappingNode m ? entry(m, "name") : null;
            if (name != null && name.getValueNode() instanceof ScalarNode s && s.getValue().equals(key)) {
                return n;
            }
        }
        return key.matches("[1-9]\\d{0,5}") && Integer.parseInt(key) <= items.size() ? items.get(Integer.parseInt(key) - 1) : null;
    }

    private String replace(Node node, NodeTuple entry, Object value) {
        if (entry == null || inFlow(start(entry.getKeyNode()))) {
            boolean block = entry == null && !inFlow(start(node));
            return cut(start(node), end(node), block ? YamlText.item(value, column(node) - STEP) : YamlText.flow(value));
        }
        int colon = text.indexOf(':', end(entry.getKeyNode()));
        return cut(colon + 1, Math.max(colon + 1, end(node)), YamlText.after(value, column(entry.getKeyNode()) + STEP));
    }

    /** Adds an entry or an item to what is there, with all that is missing above the value. */
    private String insert(Node container, NodeTuple above, List<String> path, Object value) {
        Object nested = value;
        for (int i = path.size() - 1; i > 0; i--) {
            nested = Map.of(path.get(i), nested);
        }
        String key = path.get(0);
        if (!(container instanceof CollectionNode<?> c) || c.getValue().isEmpty()) {
            Map<String, Object> whole = new LinkedHashMap<>();
            whole.put(key, nested);
            return replace(container, above, container instanceof SequenceNode ? List.of(nested) : whole);
        }
        boolean list = container instanceof SequenceNode;
        if (c.getFlowStyle() == FlowStyle.FLOW) {
            int close = end(container) - 1;
            boolean comma = text.substring(0, close).stripTrailing().endsWith(",");
            return cut(text.substring(0, close).stripTrailing().length(), close, (comma ? " " : ", ")
                    + (list ? "" : YamlText.flow(key) + ": ") + YamlText.flow(nested));
        }
        int indent = list ? column(container) : column(((MappingNode) container).getValue().get(0).getKeyNode());
        int line = lineEnd(end(container));
        String margin = "\n" + " ".repeat(indent);
        return cut(line, line, list ? margin + "- " + YamlText.item(nested, indent)
                : margin + YamlText.flow(key) + ":" + YamlText.after(nested, indent + STEP));
    }

    private String remove(List<String> path) {
        Node parent = root;
        NodeTuple above = null;
        for (String key : path.subList(0, path.size() - 1)) {
            above = parent instanceof MappingNode map ? entry(map, key) : null;
            parent = above != null ? above.getValueNode() : item((SequenceNode) parent, key);
        }
        String last = path.get(path.size() - 1);
        List<?> siblings = ((CollectionNode<?>) parent).getValue();
        Object doomed = parent instanceof MappingNode map ? entry(map, last) : item((SequenceNode) parent, last);
        if (siblings.size() == 1) {
            return replace(parent, above, parent instanceof MappingNode ? Map.of() : List.of());
        }
        int index = siblings.indexOf(doomed);
        if (((CollectionNode<?>) parent).getFlowStyle() == FlowStyle.FLOW) {
            return index == 0 ? cut(first(doomed), first(siblings.get(1)), "")
                    : cut(last(siblings.get(index - 1)), last(doomed), "");
        }
        int from = text.lastIndexOf('\n', first(doomed) - 1) + 1;
        return cut(from, Math.min(text.length(), lineEnd(last(doomed)) + 1), "");
    }

    private int first(Object child) {
        return start(child instanceof NodeTuple t ? t.getKeyNode() : (Node) child);
    }

    private int last(Object child) {
        if (!(child instanceof NodeTuple t)) {
            return end((Node) child);
        }
        int key = end(t.getKeyNode());
        Matcher alias = ALIAS.matcher(text).region(key, text.length());
        // What an alias stands for was read elsewhere, and ends there.
        return alias.lookingAt() ? alias.end() : Math.max(key + 1, end(t.getValueNode()));
    }

    private String cut(int from, int to, String in) {
        return text.substring(0, from) + in + text.substring(to);
    }

    private int offset(int mark) {
        return wide ? text.offsetByCodePoints(0, mark) : mark;
    }

    private int start(Node node) {
        return offset(node.getStartMark().orElseThrow().getIndex());
    }

    private static int column(Node node) {
        return node.getStartMark().orElseThrow().getColumn();
    }

    /** The end of what was written; the reader's mark of a block is after the blank lines and comments behind it. */
    private int end(Node node) {
        if (node instanceof CollectionNode<?> c && c.getFlowStyle() != FlowStyle.FLOW && !c.getValue().isEmpty()) {
            Object child = c.getValue().get(c.getValue().size() - 1);
            return last(child);
        }
        int mark = offset(node.getEndMark().orElseThrow().getIndex());
        return text.substring(0, mark).stripTrailing().length() < start(node) ? mark
                : text.substring(0, mark).stripTrailing().length();
    }

    private int lineEnd(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    /** Whether a place is within braces or brackets. */
    private boolean inFlow(int offset) {
        return flowAround(root, offset);
    }

    private boolean flowAround(Node node, int offset) {
        if (!(node instanceof CollectionNode<?> c) || offset < start(node) || offset >= end(node)) {
            return false;
        }
        if (c.getFlowStyle() == FlowStyle.FLOW) {
            return offset > start(node);
        }
        return c.getValue().stream().anyMatch(child -> flowAround(child instanceof NodeTuple t ? t.getValueNode() : (Node) child, offset));
    }
}
