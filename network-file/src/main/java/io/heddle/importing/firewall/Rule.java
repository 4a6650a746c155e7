package io.heddle.importing.firewall;

/**
 * A rule of a chain.
 *
 * @param target the name of the chain that JUMP and GOTO lead to; otherwise, for NONE, what the rule does instead
 */
record Rule(Origin origin, Conditions when, Verdict verdict, String target) {
    enum Verdict {
        ACCEPT,
        DROP,
        REJECT,
        /** Goes on behind the jump to this chain. */
        RETURN,
        JUMP,
        /** A jump after which RETURN goes on where this chain would. */
        GOTO,
        /** Decides nothing: a log, a mark, a counter. */
        NONE
    }

    static Rule of(Origin origin, Conditions when, Verdict verdict) {
        return new Rule(origin, when, verdict, "");
    }
}
