package io.heddle.importing.firewall;

/** A text is not the firewall's that it seems to be. The message begins with FILE:LINE and says what would be right. */
public final class FirewallSyntaxException extends Exception {
    private static final long serialVersionUID = 1;

    private static final int MOST = 400;

    FirewallSyntaxException(String place, String message) {
        super(place + ": " + ListText.printable(message.length() > MOST ? message.substring(0, MOST) + "…" : message));
    }
}
