package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes one access list in YAML, with a comment for all that it leaves out. */
final class ListText {
    private static final int WIDTH = 120;
    /** The longest text of a rule that a comment shows. */
    private static final int MOST_TEXT = 400;

    private static final String INDENT = "      ";
    /** The beginning of each line of a comment but the first. */
    private static final String CONTINUED = "    ";

    private final StringBuilder out = new StringBuilder();
    private final Set<String> sets = new TreeSet<>();
    private final Map<Item.Effect, Integer> left = new EnumMap<>(Item.Effect.class);
    private int rules;

    /** The names of the address sets that the rules use. */
    Set<String> sets() {
        return sets;
    }

    /** How many rules the list has. */
    int rules() {
        return rules;
    }

    /** How many rules of the input were left out with an effect. */
    int left(Item.Effect effect) {
        return left.getOrDefault(effect, 0);
    }

    String text() {
        return out.toString();
    }

    void item(Item item) {
        if (item instanceof Item.Note note) {
            note(note);
        } else if (item instanceof Item.Entry entry) {
            List<String> matches = new MatchText(entry.when(), entry.version(), sets::add).texts();
            if (matches.isEmpty()) {
                note(new Item.Note(
                        entry.verdict() == Rule.Verdict.ACCEPT ? Item.Effect.STRICTER : Item.Effect.MORE_OPEN,
                        1,
                        "a rule may stand for 4096 matches, and this one stands for more: name fewer addresses or ports",
                        entry.origins()));
            }
            matches.forEach(m -> entry(m, action(entry.verdict()), entry.origins()));
        }
    }

    static String action(Rule.Verdict verdict) {
        return verdict == Rule.Verdict.ACCEPT ? "allow" : verdict.name().toLowerCase(Locale.ROOT);
    }

    void entry(String match, String action, List<Origin> origins) {
        rules++;
        String rule = INDENT + "- {match: " + match + ", action: " + action + "}";
        String from = "# " + from(origins);
        if (rule.length() + 1 + from.length() <= WIDTH) {
            out.append(rule).append(' ').append(from).append('\n');
        } else {
            comment(INDENT, from(origins));
            wrap(rule, INDENT + "    ");
        }
    }

    /** Writes a flow mapping, on several lines if need be. */
    private void wrap(String text, String indent) {
        String rest = text;
        while (rest.length() > WIDTH) {
            int at = rest.lastIndexOf(", ", WIDTH - 2);
            if (at <= indent.length()) {
                break;
            }
            out.append(rest, 0, at + 1).append('\n');
            rest = indent + rest.substring(at + 2);
        }
        out.append(rest).append('\n');
    }

    /** The places, and what people wrote there. */
    static String from(List<Origin> origins) {
        String places = origins.stream().map(Origin::place).distinct().collect(Collectors.joining(", "));
        String comments = origins.stream()
                .map(Origin::comment)
                .filter(c -> !c.isEmpty())
                .distinct()
                .collect(Collectors.joining("; "));
        return printable(origins.isEmpty() ? "the policy" : comments.isEmpty() ? places : places + ": " + comments);
    }

    void note(Item.Note note) {
        left.merge(note.effect(), note.rules(), Integer::sum);
        String places = note.origins().stream().map(Origin::place).distinct().collect(Collectors.joining(", "));
        String text = note.origins().isEmpty() ? "" : note.origins().get(0).text();
        String cut = text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) + "…" : text;
        comment(INDENT, places + (cut.isEmpty() ? "" : ": " + cut));
        String effect = switch (note.effect()) {
            case NONE -> "not needed: ";
            case STRICTER -> "LEFT OUT, so the list is stricter: ";
            case MORE_OPEN -> "LEFT OUT, so the list is more open: ";
        };
        comment(INDENT, "  " + effect + note.reason());
    }

    /** Writes a comment on as many lines as it takes. */
    void comment(String indent, String text) {
        out.append(comments(indent, text));
    }

    static String comments(String indent, String text) {
        StringBuilder out = new StringBuilder();
        String rest = printable(text);
        String margin = indent + "# ";
        while (margin.length() + rest.length() > WIDTH) {
            int at = rest.lastIndexOf(' ', WIDTH - margin.length());
            // A long word is cut; blanks at the beginning end no word.
            at = at <= CONTINUED.length() ? WIDTH - margin.length() : at;
            out.append(margin).append(rest.substring(0, at).stripTrailing()).append('\n');
            rest = CONTINUED + rest.substring(at).strip();
        }
        return out.append(margin).append(rest).append('\n').toString();
    }

    /** A comment ends with its line, so nothing in it may end one; and nothing steers a terminal. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            List<Integer> bad = List.of(
                    (int) Character.CONTROL,
                    (int) Character.FORMAT,
                    (int) Character.SURROGATE,
                    (int) Character.PRIVATE_USE,
                    (int) Character.UNASSIGNED,
                    (int) Character.LINE_SEPARATOR,
                    (int) Character.PARAGRAPH_SEPARATOR);
            out.appendCodePoint(c == '\t' ? ' ' : bad.contains(Character.getType(c)) ? '?' : c);
        });
        return out.toString();
    }

    /** The names of all notes and rules, for what is to be said once. */
    static Set<Origin> origins(List<Item> items) {
        List<Origin> all = new ArrayList<>();
        items.forEach(i -> all.addAll(i.origins()));
        return Set.copyOf(all);
    }
}
