package io.heddle.importing.firewall;

/** What a chain judges, seen from the machine whose rules these are, and so from the port that leads to it. */
enum Direction {
    INPUT("to", "in"),
    OUTPUT("from", "out"),
    /** What passes through the machine. A guest behind it may be at either end. */
    FORWARD("both", "forward");

    private final String word;
    private final String suffix;

    Direction(String word, String suffix) {
        this.word = word;
        this.suffix = suffix;
    }

    /** The value of {@code direction} in an access list. */
    String word() {
        return word;
    }

    /** The end of the name of the access list. */
    String suffix() {
        return suffix;
    }
}
