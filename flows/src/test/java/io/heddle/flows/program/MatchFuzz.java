package io.heddle.flows.program;

import java.nio.charset.StandardCharsets;

/**
 * Any text as a match: it is refused with a message, or it is read and its text means the same. A fuzzer calls it with
 * inputs that it makes up; {@link MatchFuzzTest} calls it with those that are kept.
 */
public final class MatchFuzz {
    private MatchFuzz() {}

    /** @param data the text of a match in UTF-8 */
    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        Match match;
        try {
            match = FlowText.parseMatch(text);
        } catch (FlowSyntaxException e) {
            return;
        }
        Match again;
        try {
            again = FlowText.parseMatch(match.toString());
        } catch (FlowSyntaxException e) {
            throw new AssertionError("\"" + text + "\" is printed as \"" + match + "\", which is refused", e);
        }
        if (!again.equals(match)) {
            throw new AssertionError("\"" + text + "\" is printed as \"" + match + "\", which is read as " + again);
        }
    }
}
