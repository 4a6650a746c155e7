package io.heddle.cluster;

import io.heddle.store.Unavailable;

/** The controller does not lead any more: nothing was written. */
public final class Lost extends Unavailable {
    private static final long serialVersionUID = 1L;

    Lost(String message) {
        super(message, null);
    }
}
