package io.heddle.controller.access;

/**
 * Who makes a request.
 *
 * @param name as the history and the audit log show it
 * @param scope the part of the network that it may change
 */
public record Principal(String name, Role role, Scope scope, Proof proof) {
    /** How a principal proves who it is. Names of different proofs may be the same. */
    public enum Proof {
        /** Not at all. */
        NONE,
        /** The kernel says which user of this machine it is. */
        UNIX_USER,
        /** A registered name, by what it was registered with. */
        REGISTERED
    }

    /** Of what users of this machine say, as many characters are shown. */
    private static final int LONGEST_SAID = 64;

    /** Somebody who has not said who they are. */
    public static final Principal NOBODY = new Principal("nobody", Role.NOBODY, Scope.ALL, Proof.NONE);

    /** A user of the controller's machine, who comes without a token to an address. */
    public static Principal local(Role role) {
        return new Principal("local", role, Scope.ALL, Proof.NONE);
    }

    /** A user of the controller's machine who may use its socket. */
    public static Principal unixUser(String name) {
        return new Principal(name, Role.ADMIN, Scope.ALL, Proof.UNIX_USER);
    }

    /**
     * Whom the history names.
     *
     * @param said who made the change, as a user of this machine says; empty if it does not say
     */
    public String author(String said) {
        String shown = shown(said);
        return switch (proof) {
            case REGISTERED -> name;
            case UNIX_USER -> shown.isEmpty() || shown.equals(name) ? name : name + " (for " + shown + ")";
            case NONE -> shown.isEmpty() ? "api" : shown;
        };
    }

    /** What is proven comes first: nothing that somebody says may hide it. */
    private static String shown(String said) {
        String visible = said.replaceAll("[\\p{C}\\u2028\\u2029]", "?").strip();
        return visible.codePointCount(0, visible.length()) <= LONGEST_SAID
                ? visible
                : visible.substring(0, visible.offsetByCodePoints(0, LONGEST_SAID - 1)) + "…";
    }

    /** The name that is registered, without the subject, of which an issuer may have any number. */
    public String account() {
        return name.replaceFirst(" \\(.*", "");
    }
}
