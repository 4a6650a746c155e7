package io.heddle.trace;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes flow entries readable: port names instead of numbers, and no cookie. */
public final class PortNames {
    private static final Pattern PORT = Pattern.compile("(in_port=|output:)(\\d+)");

    private PortNames() {}

    /** The text of an entry. @param names the names of the ports by number */
    public static String named(String entry, Map<String, String> names) {
        Matcher m = PORT.matcher(entry.replaceFirst("cookie=0x[0-9a-f]+, ", ""));
        return m.replaceAll(
                r -> Matcher.quoteReplacement(r.group(1) + "\"" + names.getOrDefault(r.group(2), r.group(2)) + "\""));
    }
}
