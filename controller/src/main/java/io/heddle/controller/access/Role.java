package io.heddle.controller.access;

import java.util.Locale;

/** What a principal may do; each role may do all that those before it may. */
public enum Role {
    /** Nothing but ask for the controller's health. */
    NOBODY,
    /** Read, check and trace. */
    READER,
    /** Plan, which looks at hosts; change the network and capture frames. */
    OPERATOR,
    /** Decide who may do what, and how the controller logs. */
    ADMIN;

    /** The role's name, such as {@code reader}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role with this name. @throws IllegalArgumentException with the names that there are */
    public static Role of(String text) {
        for (Role role : values()) {
            if (role != NOBODY && role.text().equals(text)) {
                return role;
            }
        }
        throw new IllegalArgumentException("expected a role: reader, operator or admin, found \"" + text + "\"");
    }

    /** Whether this role may do what {@code needed} may. */
    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }
}
