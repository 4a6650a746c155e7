package io.heddle.flows.program;

import java.util.function.UnaryOperator;

/** All texts of reasons for people pass through this class. */
public final class Wording {
    private static volatile UnaryOperator<String> rewording = UnaryOperator.identity();

    private Wording() {}

    static String of(String words) {
        return rewording.apply(words);
    }

    /** Changes all words from now on: a test shows that nothing depends on them. */
    public static void reword(UnaryOperator<String> how) {
        rewording = how;
    }
}
