package io.heddle.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes values in the usual style of network files: a value gets one line if it fits. */
public final class YamlText {
    static final int WIDTH = 120;
    /** Roughly the width of the key before a value. */
    private static final int KEY = 20;

    private static final int STEP = 2;
    private static final Pattern WORD = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./@+-]*(:[A-Za-z0-9_./@+-]+)*");
    /** Addresses, ranges and rates, which no YAML reader takes for numbers. */
    private static final Pattern AMOUNT =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}(/\\d{1,2})?|\\d+[a-df-zA-DF-Z]{2,}|\\d+-\\d+");

    private static final Set<String> WORDS = Set.of("true", "false", "null", "~", "yes", "no", "on", "off", "y", "n");

    private YamlText() {}

    /** A whole file. */
    public static String file(Map<String, ?> content) {
        return String.join("\n", lines(content, 0)) + "\n";
    }

    /** A value on one line, such as {@code {access: red}}. */
    public static String flow(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(e -> scalar(e.getKey()) + ": " + flow(e.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value instanceof Collection<?> list
                ? list.stream().map(YamlText::flow).collect(Collectors.joining(", ", "[", "]"))
                : scalar(value);
    }

    /** The text after a key and its colon in a block: on the same line after a blank, or on lines of its own. */
    static String after(Object value, int indent) {
        return fits(value, indent) ? " " + flow(value) : "\n" + String.join("\n", lines(value, indent));
    }

    /** The text after the dash of an item. */
    static String item(Object value, int indent) {
        return fits(value, indent)
                ? flow(value)
                : String.join("\n", lines(value, indent + STEP)).stripLeading();
    }

    private static boolean fits(Object value, int indent) {
        boolean deep = value instanceof Map<?, ?> map
                        && map.values().stream().anyMatch(v -> v instanceof Map<?, ?> m && !m.isEmpty())
                || value instanceof Collection<?> list && list.stream().anyMatch(Map.class::isInstance);
        boolean single = !(value instanceof Map || value instanceof Collection);
        return single || !deep && flow(value).length() + indent + KEY <= WIDTH;
    }

    private static List<String> lines(Object value, int indent) {
        List<String> out = new ArrayList<>();
        String margin = " ".repeat(indent);
        if (value instanceof Map<?, ?> map) {
            map.forEach((k, v) -> out.add(margin + scalar(k) + ":" + after(v, indent + STEP)));
        } else if (value instanceof Collection<?> list) {
            list.forEach(v -> out.add(margin + "- " + item(v, indent)));
        } else {
            out.add(margin + scalar(value));
        }
        return out;
    }

    /** Plain if every YAML reader reads it as the same text, otherwise in double quotes. */
    private static String scalar(Object value) {
        if (!(value instanceof String text)) {
            return String.valueOf(value);
        }
        boolean word = WORD.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
        return word || AMOUNT.matcher(text).matches() ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default ->
                    out.append(
                            c < ' ' || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029 || c == 0xfeff
                                    ? String.format("\\u%04x", c)
                                    : Character.toString((char) c));
            }
        });
        return out.append('"').toString();
    }
}
