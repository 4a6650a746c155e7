package io.heddle.importing.host;

/** A host's file is wrong. The message begins with FILE:LINE and says what would be right. */
public final class HostFileException extends Exception {
    private static final long serialVersionUID = 1;

    private static final int MOST = 400;

    HostFileException(String place, String message) {
        super(place + ": " + FileText.printable(message.length() > MOST ? message.substring(0, MOST) + "…" : message));
    }
}
