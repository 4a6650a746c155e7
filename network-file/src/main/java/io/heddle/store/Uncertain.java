package io.heddle.store;

/** The replica of a state folder may have taken a change, or may yet take it: the caller must read the state anew. */
public final class Uncertain extends Unavailable {
    private static final long serialVersionUID = 1L;

    public Uncertain(String message, Throwable cause) {
        super(message, cause);
    }
}
