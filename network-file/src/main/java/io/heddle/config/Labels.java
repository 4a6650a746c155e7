package io.heddle.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the labels of ports and groups. */
final class Labels {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");

    private Labels() {}

    /** The labels of a port, or those that a group asks for. */
    static Map<String, String> read(Yaml y, List<Problem> problems) {
        Map<String, String> labels = new LinkedHashMap<>();
        y.get("labels").filter(Yaml::isMap).ifPresent(all -> {
            if (all.node().size() == 0) {
                problems.add(all.problem("expected at least one label, such as {app: web}"));
            }
            all.entries().forEach((key, value) -> {
                if (!value.isScalar()) {
                    // The schema check has reported it.
                    return;
                }
                if (value.isNull()
                        || !WORD.matcher(key).matches()
                        || !WORD.matcher(value.text()).matches()) {
                    problems.add(value.problem("expected a label such as app: web, of letters, digits, '.', '_', '-'"
                            + " and '/', found \"" + key + ": " + value.text() + "\""));
                } else {
                    labels.put(key, value.text());
                }
            });
        });
        return labels;
    }
}
