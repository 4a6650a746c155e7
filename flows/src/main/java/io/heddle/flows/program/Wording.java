package io.heddle.flows.program;

import java.util.function.UnaryOperator;

/** The one place that the words of reasons go through on their way to people. */
public final class Wording {
    private static volatile UnaryOperator<String> rewording = UnaryOperator.identity();

    private Wording() {}

    static String of(String words) {
        return rewording.apply(words);
    }

    /** Says everything in other words from now on: a test shows by it that nothing depends on them. */
    public static void reword(UnaryOperator<String> how) {
        rewording = how;
    }
}
