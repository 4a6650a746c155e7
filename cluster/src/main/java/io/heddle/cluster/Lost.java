package io.heddle.cluster;

import io.heddle.store.Unavailable;

/** The controller does not lead any more, or cannot know whether it does: it must write nothing. */
public final class Lost extends Unavailable {
    private static final long serialVersionUID = 1L;

    Lost(String message, Throwable cause) {
        super(message, cause);
    }

    Lost(String message) {
        super(message, null);
    }
}
