package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rows as a table that fits the terminal: the widest columns become narrower first, and then columns are left out. */
final class Table {
    private static final int GAP = 2;
    private static final int LEAST = 6;
    private static final String[] UNITS = {"", "k", "M", "G", "T"};
    private static final Map<String, String> COLOURS = new HashMap<>();

    static {
        List.of("in-sync", "up", "allow").forEach(w -> COLOURS.put(w, "\u001b[32m"));
        List.of("changing", "pending", "warning").forEach(w -> COLOURS.put(w, "\u001b[33m"));
        List.of("refused", "down", "drop", "error").forEach(w -> COLOURS.put(w, "\u001b[31m"));
    }

    private final Map<String, Integer> widths = new LinkedHashMap<>();
    private final JsonNode rows;
    private final Terminal terminal;

    /** @param columns the columns to show; empty for all */
    Table(JsonNode rows, List<String> columns, Terminal terminal) {
        this.rows = rows;
        this.terminal = terminal;
        for (JsonNode row : rows) {
            row.fieldNames().forEachRemaining(name -> {
                if (columns.isEmpty() || columns.contains(name)) {
                    widths.merge(name, Math.max(name.length(), text(row, name).length()), Math::max);
                }
            });
        }
        fit();
    }

    private void fit() {
        while (widths.values().stream().mapToLong(w -> w + GAP).sum() - GAP > terminal.columns()) {
            Map.Entry<String, Integer> widest =
                    widths.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
            if (widest.getValue() > LEAST) {
                widths.put(widest.getKey(), widest.getValue() - 1);
            } else {
                widths.remove(spare());
            }
        }
    }

    /** The column to leave out next: one without any value, otherwise the last. */
    private String spare() {
        String last = "";
        for (String column : widths.keySet()) {
            last = column;
            boolean empty = true;
            for (JsonNode row : rows) {
                empty &= text(row, column).isEmpty();
            }
            if (empty) {
                return column;
            }
        }
        return last;
    }

    private static String text(JsonNode row, String column) {
        JsonNode value = row.path(column);
        return column.endsWith("Rate") && value.isNumber() ? abbreviated(value.asDouble()) : Output.text(value);
    }

    /** A rate with a unit, such as 1.2M or 12M. */
    private static String abbreviated(double n) {
        int unit = 0;
        double rest = n;
        while (rest >= 1000 && unit < UNITS.length - 1) {
            rest /= 1000;
            unit++;
        }
        return unit == 0
                ? Long.toString(Math.round(n))
                : String.format(Locale.ROOT, rest < 10 ? "%.1f%s" : "%.0f%s", rest, UNITS[unit]);
    }

    @Override
    public String toString() {
        if (rows.isEmpty()) {
            return "none";
        }
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder();
        widths.forEach((name, width) -> head.append(cell(name.toUpperCase(Locale.ROOT), width)));
        lines.add(head.toString().stripTrailing());
        for (JsonNode row : rows) {
            StringBuilder line = new StringBuilder();
            widths.forEach((name, width) -> line.append(coloured(text(row, name), width)));
            lines.add(line.toString().stripTrailing());
        }
        return String.join("\n", lines);
    }

    private String coloured(String text, int width) {
        String colour = terminal.colours() ? COLOURS.get(text) : null;
        return colour == null
                ? cell(text, width)
                : colour + text + "\u001b[0m" + " ".repeat(Math.max(0, width - text.length()) + GAP);
    }

    private static String cell(String text, int width) {
        String shown = text.length() <= width ? text : text.substring(0, width - 1) + "…";
        return shown + " ".repeat(width - shown.length() + GAP);
    }
}
