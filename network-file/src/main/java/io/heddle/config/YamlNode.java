package io.heddle.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A node of a YAML text, with the place where it was read. Immutable. A text that an edit made shares the unchanged
 * nodes with the text before, so that the same node object means the same content. {@link Document} knows the present
 * place of a node.
 */
final class YamlNode {
    /** The kind of a node, by the YAML 1.2 JSON schema. */
    enum Kind {
        MAP,
        LIST,
        TEXT,
        BOOLEAN,
        INTEGER,
        FLOAT,
        NULL
    }

    private static final YamlNode[] NONE = {};

    private final Kind kind;
    private final String text;
    private final YamlNode[] keys;
    private final YamlNode[] children;
    private final boolean flow;
    private final int line;
    private final int column;
    private final int endLine;
    private final int endColumn;
    /** Computed by the first call of {@link #value()}. */
    private volatile Object value;

    /** From the first character of a node to the place after its last one, both counted from 0. */
    record Span(int line, int column, int endLine, int endColumn) {}

    private YamlNode(Kind kind, String text, YamlNode[] keys, YamlNode[] children, boolean flow, Span span) {
        this.kind = kind;
        this.text = text;
        this.keys = keys;
        this.children = children;
        this.flow = flow;
        line = span.line;
        column = span.column;
        endLine = span.endLine;
        endColumn = span.endColumn;
    }

    /** A copy of a block with another first line and other children. */
    private YamlNode(YamlNode like, int line, YamlNode[] keys, YamlNode[] children) {
        this.line = line;
        this.keys = keys;
        this.children = children;
        kind = like.kind;
        text = like.text;
        flow = like.flow;
        column = like.column;
        endLine = like.endLine;
        endColumn = like.endColumn;
    }

    /** A node without children. @param text the scalar without its quotes */
    static YamlNode scalar(Kind kind, String text, Span span) {
        return new YamlNode(kind, text, NONE, NONE, false, span);
    }

    /** A map, or a list, which has no keys. @param flow whether it is in braces or brackets */
    static YamlNode collection(Kind kind, List<YamlNode> keys, List<YamlNode> children, boolean flow, Span span) {
        return new YamlNode(kind, "", keys.toArray(NONE), children.toArray(NONE), flow, span);
    }

    Kind kind() {
        return kind;
    }

    boolean isCollection() {
        return kind == Kind.MAP || kind == Kind.LIST;
    }

    /** The text of a scalar, without its quotes. */
    String text() {
        return text;
    }

    /** Whether the node is a collection in braces or brackets. */
    boolean isFlow() {
        return flow;
    }

    /** The number of entries or items. */
    int size() {
        return children.length;
    }

    /** The key of an entry of a map. */
    YamlNode key(int index) {
        return keys[index];
    }

    /** The value of an entry, or an item. */
    YamlNode child(int index) {
        return children[index];
    }

    /** The index of the first entry with this key, -1 if there is none. */
    int find(String key) {
        for (int i = 0; i < keys.length; i++) {
            if (!keys[i].isCollection() && keys[i].text.equals(key)) {
                return i;
            }
        }
        return -1;
    }

    int line() {
        return line;
    }

    /** Counts Unicode code points. */
    int column() {
        return column;
    }

    int endLine() {
        return endLine;
    }

    int endColumn() {
        return endColumn;
    }

    /**
     * The index in {@code other} of the child at {@code index}, at the same distance from either end; -1 if it is at
     * neither.
     */
    int same(int index, YamlNode other) {
        int fromEnd = index + other.children.length - children.length;
        return index < other.children.length && other.children[index] == children[index]
                ? index
                : fromEnd >= 0 && fromEnd < other.children.length && other.children[fromEnd] == children[index]
                        ? fromEnd
                        : -1;
    }

    /** How many children at the start are the same in a node of another text. */
    int sameStart(YamlNode other) {
        int same = 0;
        while (same < children.length && same < other.children.length && children[same] == other.children[same]) {
            same++;
        }
        return same;
    }

    /** How many children at the end are the same in a node of another text. */
    int sameEnd(YamlNode other) {
        int same = 0;
        while (same < children.length
                && same < other.children.length
                && children[children.length - 1 - same] == other.children[other.children.length - 1 - same]) {
            same++;
        }
        return same;
    }

    /** Whether a node of another text has the same children from {@code from} to {@code to} (exclusive). */
    boolean isSame(int from, int to, YamlNode other) {
        boolean same = to <= other.children.length;
        for (int i = from; same && i < to; i++) {
            same = children[i] == other.children[i];
        }
        return same;
    }

    /** A copy that has the children of {@code in} instead of its own from {@code from} to {@code to} (exclusive). */
    YamlNode with(int from, int to, YamlNode in) {
        YamlNode out = new YamlNode(
                this,
                from == 0 ? in.line : line,
                spliced(keys, from, to, in.keys),
                spliced(children, from, to, in.children));
        if (kind == Kind.LIST && value instanceof List<?> known) {
            List<Object> items = new ArrayList<>(known.size() + in.size());
            items.addAll(known.subList(0, from));
            Arrays.stream(in.children).map(YamlNode::value).forEach(items::add);
            items.addAll(known.subList(to, known.size()));
            out.value = items;
        }
        return out;
    }

    /** A copy without the children from {@code from} to {@code to} (exclusive). */
    YamlNode without(int from, int to) {
        int next = to == children.length ? line : kind == Kind.MAP ? keys[to].line : children[to].line;
        return with(from, to, new YamlNode(this, next, NONE, NONE));
    }

    /** A copy with another child at {@code index}. */
    YamlNode with(int index, YamlNode child) {
        YamlNode[] key = kind == Kind.MAP ? new YamlNode[] {keys[index]} : NONE;
        return with(index, index + 1, new YamlNode(this, line, key, new YamlNode[] {child}));
    }

    private static YamlNode[] spliced(YamlNode[] all, int from, int to, YamlNode[] in) {
        if (all.length == 0) {
            return in;
        }
        YamlNode[] out = Arrays.copyOf(all, all.length - (to - from) + in.length);
        System.arraycopy(in, 0, out, from, in.length);
        System.arraycopy(all, to, out, from + in.length, all.length - to);
        return out;
    }

    /**
     * The content as maps, lists and scalars. Callers must not change it. Keys are texts, even if YAML reads them as
     * numbers.
     *
     * @throws YamlEngineException for a map that has a key twice
     */
    Object value() {
        if (value == null) {
            value = switch (kind) {
                case MAP -> map();
                case LIST -> list();
                case TEXT -> text;
                case BOOLEAN -> text.equals("true");
                case INTEGER -> integer();
                case FLOAT -> decimal();
                case NULL -> null;
            };
        }
        return value;
    }

    private Map<String, Object> map() {
        Map<String, Object> out = new LinkedHashMap<>();
        for (int i = 0; i < children.length; i++) {
            String key = keys[i].isCollection() ? String.valueOf(keys[i].value()) : keys[i].text;
            if (out.containsKey(key)) {
                throw new YamlEngineException("\"" + key + "\" is given twice");
            }
            out.put(key, children[i].value());
        }
        return out;
    }

    private List<Object> list() {
        List<Object> out = new ArrayList<>(children.length);
        for (YamlNode child : children) {
            out.add(child.value());
        }
        return out;
    }

    /** The smallest type of number that holds the value, as JSON readers choose it. */
    private Object integer() {
        BigInteger exact = new BigInteger(text);
        return exact.bitLength() < Integer.SIZE
                ? (Object) exact.intValue()
                : exact.bitLength() < Long.SIZE ? (Object) exact.longValue() : exact;
    }

    private Double decimal() {
        return switch (text) {
            case ".nan" -> Double.NaN;
            case ".inf" -> Double.POSITIVE_INFINITY;
            case "-.inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.valueOf(text);
        };
    }
}
