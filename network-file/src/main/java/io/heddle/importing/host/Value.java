package io.heddle.importing.host;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A text that a host's file has, and where. */
record Value(String text, Place place) {
    private static final Set<String> YES = Set.of("yes", "true", "on", "1", "y");

    /** The words of a list that blanks or commas separate. */
    List<String> words() {
        return Arrays.stream(text.split("[\\s,;]+")).filter(w -> !w.isEmpty()).toList();
    }

    boolean isYes() {
        return YES.contains(text.toLowerCase(Locale.ROOT));
    }

    /**
     * A number within bounds.
     *
     * @throws HostFileException if it is none
     */
    int number(String what, int least, int most) throws HostFileException {
        if (text.matches("\\d{1,9}")) {
            int n = Integer.parseInt(text);
            if (n >= least && n <= most) {
                return n;
            }
        }
        throw place.error(what + ": expected a number of " + least + " to " + most + ", found \"" + text + "\"");
    }
}
