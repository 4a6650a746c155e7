package io.heddle.check;

import io.heddle.config.Places;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of one check.
 *
 * @param severity an error keeps the network from being applied
 * @param kind a word such as {@code shadowed} or {@code loop}
 * @param subject the declared thing that it concerns, by its name in {@code Places}
 * @param text a sentence for people
 */
public record Finding(Severity severity, String kind, String subject, String text) {
    /** The severity of a finding. */
    public enum Severity {
        ERROR,
        WARNING,
        NOTE
    }

    /** Findings in the form of the admin API, with their places in the files. */
    public static List<Map<String, Object>> rows(List<Finding> findings, Places places) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Finding f : findings) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("severity", f.severity.name().toLowerCase(Locale.ROOT));
            row.put("kind", f.kind);
            row.put("place", places.of(f.subject).orElse(""));
            row.put("text", f.text);
            rows.add(row);
        }
        return rows;
    }

    static Finding error(String kind, String subject, String text) {
        return new Finding(Severity.ERROR, kind, subject, text);
    }

    static Finding warning(String kind, String subject, String text) {
        return new Finding(Severity.WARNING, kind, subject, text);
    }

    static Finding note(String kind, String subject, String text) {
        return new Finding(Severity.NOTE, kind, subject, text);
    }
}
