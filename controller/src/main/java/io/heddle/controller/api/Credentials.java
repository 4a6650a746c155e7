package io.heddle.controller.api;

import java.util.function.UnaryOperator;

/** What the headers of a request say of its sender. The leader and controllers that follow read them alike. */
public final class Credentials {
    /** The header with a token. */
    public static final String AUTHORIZATION = "Authorization";

    private static final String BEARER = "Bearer ";

    private Credentials() {}

    /** The token in the value of {@link #AUTHORIZATION}; "" if it has none. @param authorization null for no header */
    public static String secret(String authorization) {
        return authorization != null && authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length()).strip()
                : "";
    }

    /** Whether a proxy sends a request for somebody else. @param headers the value of a header, null for none */
    public static boolean isForwarded(UnaryOperator<String> headers) {
        return headers.apply("X-Forwarded-For") != null || headers.apply("Forwarded") != null;
    }
}
