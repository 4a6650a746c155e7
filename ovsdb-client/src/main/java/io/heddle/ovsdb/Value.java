package io.heddle.ovsdb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Column values in a normal form, and their JSON form. A scalar is a {@link String}, {@link Long}, {@link Double},
 * {@link Boolean} or {@link Ref}. A set is a {@link Set}, but a set of one element may be a scalar. A map is a
 * {@link Map} of strings. Source: RFC 7047 §5.1.
 */
public final class Value {
    private Value() {}

    /**
     * A reference to a row, by UUID or, within one transaction, by name.
     *
     * @param named whether {@code id} is a name in this transaction rather than a UUID
     */
    public record Ref(String id, boolean named) implements Comparable<Ref> {
        public static Ref uuid(String id) {
            return new Ref(id, false);
        }

        public static Ref name(String id) {
            return new Ref(id, true);
        }

        @Override
        public int compareTo(Ref o) {
            return id.compareTo(o.id);
        }
    }

    /** Reads a column value. */
    static Object fromJson(JsonNode json) {
        if (json.isArray() && json.size() == 2 && json.get(0).isTextual()) {
            switch (json.get(0).asText()) {
                case "set" -> {
                    Set<Object> out = new TreeSet<>(Value::compare);
                    json.get(1).forEach(e -> out.add(fromJson(e)));
                    return out;
                }
                case "map" -> {
                    Map<String, String> out = new TreeMap<>();
                    json.get(1).forEach(e -> out.put(text(fromJson(e.get(0))), text(fromJson(e.get(1)))));
                    return out;
                }
                default -> {
                    return new Ref(json.get(1).asText(), json.get(0).asText().equals("named-uuid"));
                }
            }
        }
        if (json.isBoolean()) {
            return json.asBoolean();
        }
        if (json.isIntegralNumber()) {
            return json.asLong();
        }
        return json.isNumber() ? (Object) json.asDouble() : json.asText();
    }

    /** The JSON form, as lists and scalars that Jackson writes unchanged. */
    static Object toJson(Object value) {
        if (value instanceof Set<?> s) {
            return List.of("set", s.stream().map(Value::toJson).toList());
        }
        if (value instanceof Map<?, ?> m) {
            List<Object> pairs = new ArrayList<>();
            m.forEach((k, v) -> pairs.add(List.of(toJson(k), toJson(v))));
            return List.of("map", pairs);
        }
        return value instanceof Ref r ? List.of(r.named ? "named-uuid" : "uuid", r.id) : value;
    }

    /** The value as a set: a scalar is a set of one. */
    static Set<Object> set(Object value) {
        Set<Object> out = new TreeSet<>(Value::compare);
        if (value instanceof Set<?> s) {
            out.addAll(s);
        } else if (value != null) {
            out.add(value);
        }
        return out;
    }

    /** The value as a map; empty if it is none. */
    @SuppressWarnings("unchecked")
    static Map<String, String> map(Object value) {
        return value instanceof Map<?, ?> m ? (Map<String, String>) m : Map.of();
    }

    /** Whether two values mean the same: a set of one element equals that element. */
    static boolean same(Object a, Object b) {
        if (a instanceof Map || b instanceof Map) {
            return map(a).equals(map(b));
        }
        return set(a).equals(set(b));
    }

    /** The text form: {@code [10, 20]}, {@code {a=b}}, {@code -} for an empty value. */
    static String text(Object value) {
        if (value instanceof Set<?> s) {
            return s.isEmpty()
                    ? "-"
                    : s.size() == 1
                            ? text(s.iterator().next())
                            : set(s).stream().map(Value::text).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> m) {
            return m.isEmpty() ? "-" : new TreeMap<>(m).toString();
        }
        return value == null ? "-" : value instanceof Ref r ? r.id : Objects.toString(value);
    }

    private static int compare(Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return x.compareTo(y);
        }
        return text(a).compareTo(text(b));
    }
}
