package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sections of keys and values, as systemd (systemd.syntax(7)) and NetworkManager's keyfiles have them: sections and keys
 * may come more than once, a backslash at the end of a line continues it, lines that begin with # or ; are comments.
 */
final class Ini {
    /** A key and its value. */
    record Entry(String key, Value value) {}

    /** A section with its entries in their order. */
    record Section(String name, Place place, List<Entry> entries) {
        /** The last value of a key, which is the one that holds. */
        Optional<Value> get(String key) {
            return all(key).stream().reduce((a, b) -> b);
        }

        List<Value> all(String key) {
            return entries.stream()
                    .filter(e -> e.key.equals(key))
                    .map(Entry::value)
                    .toList();
        }

        String text(String key) {
            return get(key).map(Value::text).orElse("");
        }
    }

    private final List<Section> sections = new ArrayList<>();
    private final String file;

    private Ini(String file) {
        this.file = file;
    }

    static Ini read(String file, String text) throws HostFileException {
        Ini ini = new Ini(file);
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Place place = new Place(file, i + 1);
            StringBuilder whole = new StringBuilder(lines.get(i).strip());
            boolean comment = whole.length() == 0 || whole.charAt(0) == '#' || whole.charAt(0) == ';';
            while (!comment && whole.charAt(whole.length() - 1) == '\\' && i + 1 < lines.size()) {
                whole.setLength(whole.length() - 1);
                whole.append(' ').append(lines.get(++i).strip());
            }
            if (!comment) {
                ini.line(whole.toString(), place);
            }
        }
        return ini;
    }

    private void line(String line, Place place) throws HostFileException {
        int equals = line.indexOf('=');
        if (line.startsWith("[") && line.endsWith("]")) {
            sections.add(new Section(line.substring(1, line.length() - 1), place, new ArrayList<>()));
        } else if (equals > 0 && !sections.isEmpty()) {
            sections.get(sections.size() - 1)
                    .entries
                    .add(new Entry(
                            line.substring(0, equals).strip(),
                            new Value(line.substring(equals + 1).strip(), place)));
        } else {
            throw place.error(
                    "expected " + (sections.isEmpty() ? "a section such as [Match]" : "KEY=VALUE or [SECTION]")
                            + ", found \"" + line + "\"");
        }
    }

    String file() {
        return file;
    }

    List<Section> sections() {
        return sections;
    }

    /** All sections of one name. */
    List<Section> all(String name) {
        return sections.stream().filter(s -> s.name.equals(name)).toList();
    }

    /** All entries of the sections of one name together. */
    Section section(String name) {
        List<Entry> entries = new ArrayList<>();
        all(name).forEach(s -> entries.addAll(s.entries));
        return new Section(
                name,
                new Place(file, all(name).isEmpty() ? 1 : all(name).get(0).place.line()),
                entries);
    }

    /** The last values of all keys of a section. */
    Map<String, Value> values(String name) {
        Map<String, Value> out = new LinkedHashMap<>();
        section(name).entries.forEach(e -> out.put(e.key, e.value));
        return out;
    }
}
