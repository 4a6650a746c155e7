package io.heddle.controller.api;

/** A request that cannot be served, for a reason that is the client's. */
final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    /** @param status of HTTP, 400 to 499 */
    BadRequest(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
