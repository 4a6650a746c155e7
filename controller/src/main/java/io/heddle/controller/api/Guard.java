package io.heddle.controller.api;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Rejects requests from pages of other sites in a browser on the controller's machine. Such pages may change nothing,
 * and may read nothing through a name of their own that resolves to this machine (DNS rebinding). Source: Fetch
 * Metadata (W3C), §2.
 */
final class Guard {
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final boolean onLoopback;

    /** @param listening the address that the API listens on */
    Guard(InetSocketAddress listening) {
        onLoopback = listening.getAddress() != null && listening.getAddress().isLoopbackAddress();
    }

    /** The reason for refusing a request; empty if it is allowed. */
    Optional<String> refusal(HttpServerRequest request) {
        String host = request.authority() == null ? null : request.authority().toString();
        if (onLoopback && host != null && !isLocal(host)) {
            return Optional.of("Host: " + host + " is not this machine: use http://127.0.0.1 or http://localhost");
        }
        if (READING.contains(request.method())) {
            return Optional.empty();
        }
        String origin = request.getHeader("Origin");
        boolean foreign =
                origin != null && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(host)
                        || "cross-site".equals(request.getHeader("Sec-Fetch-Site"));
        return foreign
                ? Optional.of("a page of another site (" + origin + ") may not change the network")
                : Optional.empty();
    }

    private static boolean isLocal(String host) {
        try {
            String name = HostAndPort.fromString(host).getHost().toLowerCase(Locale.ROOT);
            return InetAddresses.isInetAddress(name) || name.equals("localhost") || name.endsWith(".localhost");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
