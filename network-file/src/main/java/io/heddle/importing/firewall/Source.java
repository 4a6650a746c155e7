package io.heddle.importing.firewall;

/**
 * A text that a firewall's own command prints, or its file.
 *
 * @param name that comments and errors show
 */
public record Source(String name, String text) {
    /** @param line counts from 1 */
    String place(int line) {
        return name + ":" + line;
    }

    FirewallSyntaxException error(int line, String message) {
        return new FirewallSyntaxException(place(line), message);
    }
}
