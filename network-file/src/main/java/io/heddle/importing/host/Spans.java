package io.heddle.importing.host;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as systemd and netplan write them: {@code 100ms}, {@code 1min}, {@code 60}. */
final class Spans {
    private static final Pattern SPAN = Pattern.compile("(\\d{1,9})\\s*(us|ms|s|sec|m|min|h|hr)?");
    private static final Map<String, Double> SECONDS =
            Map.of("us", 1e-6, "ms", 1e-3, "s", 1.0, "sec", 1.0, "m", 60.0, "min", 60.0, "h", 3600.0, "hr", 3600.0);

    private Spans() {}

    /** Whole seconds; the text itself if it is no span. */
    static String seconds(String text) {
        return in(text, 1);
    }

    /** Whole milliseconds; the text itself if it is no span. */
    static String millis(String text) {
        return in(text, 1000);
    }

    private static String in(String text, int perSecond) {
        Matcher m = SPAN.matcher(text.strip());
        if (!m.matches()) {
            return text;
        }
        double seconds = Integer.parseInt(m.group(1)) * SECONDS.get(m.group(2) == null ? "s" : m.group(2));
        return String.valueOf(Math.round(seconds * perSecond));
    }
}
