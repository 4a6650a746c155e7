package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of Proxmox VE's firewall files by its sections: those of a guest, of a host or of the datacenter. */
final class ProxmoxFile {
    static final Pattern SHAPE = Pattern.compile("(?im)^\\[(OPTIONS|RULES|ALIASES|IPSET |group )");

    private static final Pattern SECTION = Pattern.compile("\\[(\\w+)(?:\\s+([A-Za-z][\\w-]*))?]\\s*(#.*)?");
    private static final Pattern OPTION = Pattern.compile("([a-z_0-9]+):\\s*(\\S+).*", Pattern.CASE_INSENSITIVE);

    /** The longest line. Java's patterns take a step of the stack for each repetition. */
    private static final int MOST_LENGTH = 4000;

    /** A line without its comment. */
    record Line(int number, String text, String comment) {}

    private final Source source;
    private final Map<String, String> options = new LinkedHashMap<>();
    private final Map<String, Line> aliases = new LinkedHashMap<>();
    private final Map<String, List<Line>> sets = new LinkedHashMap<>();
    private final Map<String, List<Line>> groups = new LinkedHashMap<>();
    private final List<Line> rules = new ArrayList<>();
    private List<Line> section;
    private String name = "";

    ProxmoxFile(Source source) throws FirewallSyntaxException {
        this.source = source;
        List<String> lines = source.text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            line(i + 1, lines.get(i));
        }
    }

    private void line(int number, String whole) throws FirewallSyntaxException {
        int hash = whole.indexOf('#');
        String text = (hash < 0 ? whole : whole.substring(0, hash)).strip();
        Line line =
                new Line(number, text, hash < 0 ? "" : whole.substring(hash + 1).strip());
        if (text.isEmpty()) {
            return;
        } else if (text.length() > MOST_LENGTH) {
            throw source.error(number, "is longer than " + MOST_LENGTH + " characters");
        } else if (text.startsWith("[")) {
            begin(number, text);
        } else if (section != null) {
            section.add(line);
        } else if (name.equals("options")) {
            Matcher m = OPTION.matcher(text);
            if (!m.matches()) {
                throw source.error(number, "expected an option such as policy_in: DROP, found \"" + text + "\"");
            }
            options.put(m.group(1).toLowerCase(Locale.ROOT), m.group(2));
        } else if (name.equals("aliases")) {
            String[] words = text.split("\\s+");
            if (words.length < 2) {
                throw source.error(number, "expected NAME ADDRESS, found \"" + text + "\"");
            }
            aliases.put(words[0].toLowerCase(Locale.ROOT), new Line(number, words[1], line.comment));
        } else {
            throw source.error(number, "expected a section such as [RULES] before \"" + text + "\"");
        }
    }

    private void begin(int number, String text) throws FirewallSyntaxException {
        Matcher m = SECTION.matcher(text);
        if (!m.matches()) {
            throw source.error(number, "expected a section such as [RULES], found \"" + text + "\"");
        }
        name = m.group(1).toLowerCase(Locale.ROOT);
        String of = m.group(2) == null ? "" : m.group(2).toLowerCase(Locale.ROOT);
        section = switch (name) {
            case "options", "aliases" -> null;
            case "rules" -> rules;
            case "ipset" -> sets.computeIfAbsent(of, k -> new ArrayList<>());
            case "group" -> groups.computeIfAbsent(of, k -> new ArrayList<>());
            default ->
                throw source.error(
                        number,
                        "unknown section \"" + text + "\": expected [OPTIONS], [RULES], [ALIASES], [IPSET NAME] or"
                                + " [group NAME]");
        };
    }

    Source source() {
        return source;
    }

    /** Whether the file is the datacenter's, whose names all guests may use. */
    boolean isDatacenter() {
        return source.name().matches("(.*/)?cluster\\.fw") || !groups.isEmpty();
    }

    String option(String key, String otherwise) {
        return options.getOrDefault(key, otherwise);
    }

    Map<String, Line> aliases() {
        return aliases;
    }

    Map<String, List<Line>> sets() {
        return sets;
    }

    Map<String, List<Line>> groups() {
        return groups;
    }

    List<Line> rules() {
        return rules;
    }
}
