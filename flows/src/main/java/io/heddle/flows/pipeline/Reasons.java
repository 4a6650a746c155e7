package io.heddle.flows.pipeline;

/** What the words of a reason say beside naming it. */
public final class Reasons {
    private static final String DROP = "drop: ";

    private Reasons() {
    }

    /** Whether the frames of entries with this reason end there. */
    public static boolean isDrop(String reason) {
        return reason.startsWith(DROP);
    }

    /** The reason without what says that it is a drop. */
    public static String plain(String reason) {
        return isDrop(reason) ? reason.substring(DROP.length()) : reason;
    }
}
