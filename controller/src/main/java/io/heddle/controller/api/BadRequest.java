package io.heddle.controller.api;

/** A request that fails by a fault of the client. */
final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    /** @param status the HTTP status, 400 to 499 */
    BadRequest(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
