package io.heddle.controller.access;

/**
 * Who makes a request.
 *
 * @param name as the history and the audit log show it
 * @param scope the part of the network that it may change
 */
public record Principal(String name, Role role, Scope scope) {
    /** Somebody who has not said who they are. */
    public static final Principal NOBODY = new Principal("nobody", Role.NOBODY, Scope.ALL);

    private static final String LOCAL = "local";

    /** A user of the controller's machine, who comes without a token. */
    public static Principal local(Role role) {
        return new Principal(LOCAL, role, Scope.ALL);
    }

    /** Whether it is a user of the controller's machine without a token. */
    public boolean isLocal() {
        return name.equals(LOCAL);
    }
}
