package io.heddle.controller.api;

/** A request that is refused because too many others of its kind are in progress. */
final class Busy extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param what what is in progress, such as {@code event streams} */
    Busy(int most, String what) {
        super("there are already " + most + " " + what + ": try again later");
    }
}
