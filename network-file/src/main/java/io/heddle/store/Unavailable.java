package io.heddle.store;

import java.io.IOException;

/** The replica of a state folder cannot take a change at the moment; later it may. */
public class Unavailable extends IOException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
