package io.heddle.controller.access;

/**
 * Who makes a request.
 *
 * @param name as the history and the audit log show it
 * @param scope the part of the network that it may change
 */
public record Principal(String name, Role role, Scope scope, Proof proof) {
    /** Characters of a name that a user gives. */
    private static final int MOST_SAID = 40;

    /** How a principal proves who it is. Names of different proofs may be the same. */
    public enum Proof {
        /** Not at all. */
        NONE,
        /** The kernel says which user of this machine it is. */
        UNIX_USER,
        /** A registered name, by what it was registered with. */
        REGISTERED
    }

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

    /** What follows must stay in sight. */
    private static String cut(String said) {
        String plain = said.replaceAll("[\\p{C}\\p{Z}()]+", " ").strip();
        return plain.length() <= MOST_SAID ? plain : plain.substring(0, MOST_SAID) + "…";
    }

    /**
     * Whom the history names.
     *
     * @param said who made the change, as a user of this machine says; empty if it does not say
     */
    public String author(String said) {
        return switch (proof) {
            case REGISTERED -> name;
            case UNIX_USER -> said.isEmpty() || said.equals(name) ? name : cut(said) + " (by " + name + ")";
            case NONE -> said.isEmpty() ? "api" : said;
        };
    }
}
