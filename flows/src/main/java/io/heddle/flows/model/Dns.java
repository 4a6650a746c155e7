package io.heddle.flows.model;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A network's name server, which Heddle runs at its gateways.
 *
 * @param domain the domain of its hosts, without a dot at the end
 * @param forward the servers to which queries for other names are forwarded: absent for those of the controller's host;
 *     an empty list for none
 * @param ttlSeconds how long hosts may cache an answer
 */
public record Dns(String domain, Optional<List<InetAddress>> forward, int ttlSeconds) {
    /** The UDP port of name servers. */
    public static final int PORT = 53;
    /** The default of {@code ttlSeconds}. */
    public static final int DEFAULT_TTL = 60;
    /** The host name of the gateways. */
    public static final String GATEWAY = "gateway";

    /** Host names that a DHCP client cannot take, because others use them to find services (RFC 6761, VU#598349). */
    public static final Set<String> RESERVED = Set.of(GATEWAY, "localhost", "wpad", "isatap");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    public Dns {
        forward = forward.map(List::copyOf);
        domain = domain.toLowerCase(Locale.ROOT);
    }

    /** Whether a text is one part of a host's name (RFC 1123 §2.1). */
    public static boolean isLabel(String text) {
        return HOST.matcher(text).matches();
    }
}
