package io.heddle.importing.host;

import io.heddle.config.YamlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes YAML with a comment behind each line, or above it where it is too long. */
final class FileText {
    static final int WIDTH = 120;
    private static final String CONTINUED = "    ";

    private final StringBuilder out = new StringBuilder();

    /** A key without a value of its own. */
    void key(int indent, String key, String comment) {
        line(indent, YamlText.flow(key) + ":", comment);
    }

    /** A key and its value on one line, or on several. */
    void entry(int indent, String key, Object value, String comment) {
        String line = YamlText.flow(key) + ": " + YamlText.flow(value);
        if (" ".repeat(indent).length() + line.length() <= WIDTH || !(value instanceof Map<?, ?> map)) {
            wrapped(indent, line, comment);
            return;
        }
        key(indent, key, comment);
        map.forEach((k, v) -> entry(indent + 2, (String) k, v, ""));
    }

    /** An item of a list. */
    void item(int indent, Object value, String comment) {
        wrapped(indent, "- " + YamlText.flow(value), comment);
    }

    private void wrapped(int indent, String line, String comment) {
        String rest = line;
        String margin = " ".repeat(indent);
        if (margin.length() + line.length() <= WIDTH) {
            line(indent, line, comment);
            return;
        }
        comment(indent, comment);
        while (margin.length() + rest.length() > WIDTH) {
            int at = rest.lastIndexOf(", ", WIDTH - margin.length() - 2);
            if (at <= 0) {
                break;
            }
            out.append(margin).append(rest, 0, at + 1).append('\n');
            rest = rest.substring(at + 2);
            margin = " ".repeat(indent + 4);
        }
        out.append(margin).append(rest).append('\n');
    }

    private void line(int indent, String text, String comment) {
        String line = " ".repeat(indent) + text;
        String clean = printable(comment);
        if (clean.isEmpty()) {
            out.append(line).append('\n');
        } else if (line.length() + " # ".length() + clean.length() <= WIDTH) {
            out.append(line).append(" # ").append(clean).append('\n');
        } else {
            comment(indent, clean);
            out.append(line).append('\n');
        }
    }

    /** A comment on lines of its own. */
    void comment(int indent, String text) {
        String margin = " ".repeat(indent) + "# ";
        String rest = printable(text);
        if (rest.isEmpty()) {
            return;
        }
        while (margin.length() + rest.length() > WIDTH) {
            int at = rest.lastIndexOf(' ', WIDTH - margin.length());
            at = at <= CONTINUED.length() ? WIDTH - margin.length() : at;
            out.append(margin).append(rest.substring(0, at).stripTrailing()).append('\n');
            rest = CONTINUED + rest.substring(at).strip();
        }
        out.append(margin).append(rest).append('\n');
    }

    void empty() {
        out.append("#\n");
    }

    /** Places for a comment: a few of them, those of one file together. */
    static String places(Collection<Place> places) {
        List<String> words = new ArrayList<>();
        Map<String, List<Place>> byFile = places.stream()
                .distinct()
                .sorted(Comparator.comparing(Place::file).thenComparing(Place::line))
                .collect(Collectors.groupingBy(Place::file, TreeMap::new, Collectors.toList()));
        byFile.forEach((file, in) -> words.add(file
                + (in.get(0).line() == 0
                        ? ""
                        : ":"
                                + in.stream()
                                        .limit(4)
                                        .map(p -> String.valueOf(p.line()))
                                        .collect(Collectors.joining(","))
                                + (in.size() > 4 ? ",…" : ""))));
        return words.stream().limit(3).collect(Collectors.joining(", ")) + (words.size() > 3 ? ", …" : "");
    }

    @Override
    public String toString() {
        return out.toString();
    }

    /** A comment ends with its line, so nothing in it may end one; and nothing steers a terminal. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            boolean bad = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.PRIVATE_USE
                    || type == Character.UNASSIGNED
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            out.appendCodePoint(c == '\t' ? ' ' : bad ? '?' : c);
        });
        return out.toString();
    }
}
