package io.heddle.controller.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rejects requests that pages of other sites make in a browser that can reach the controller. Such pages may change and
 * read nothing: some reads, such as captures, change hosts. They may also reach nothing through a name of their own
 * that resolves to the controller's address (DNS rebinding). Source: Fetch Metadata (W3C), §2.
 */
final class Guard {
    private static final Set<String> PAGE = Set.of("/", "/index.html");

    private final HostNames names;

    /** @param more names of the controller, besides this machine's own */
    Guard(List<String> more) {
        names = new HostNames(more);
    }

    /** The reason for refusing a request; empty if it is allowed. */
    Optional<String> refusal(RoutingContext context) {
        HttpServerRequest request = context.request();
        String host = request.authority() == null ? null : request.authority().toString();
        if (host != null && !names.isOurs(host)) {
            return Optional.of("Host: " + host + " is not a name of this controller: use its IP address, or start the"
                    + " controller with --api-name NAME");
        }
        String origin = request.getHeader("Origin");
        String site = request.getHeader("Sec-Fetch-Site");
        boolean foreign =
                origin != null && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(host)
                        || "cross-site".equals(site)
                        || "same-site".equals(site);
        if (!foreign || isLinkToPage(context)) {
            return Optional.empty();
        }
        return Optional.of(
                "a page of another site" + (origin == null ? "" : " (" + origin + ")") + " may not use the API");
    }

    /**
     * Whether a link on another page leads to the web page: the browser shows it, and the other page sees nothing. Looks
     * at the path that the router matches: {@code /%61pi} is another spelling of {@code /api}.
     */
    private static boolean isLinkToPage(RoutingContext context) {
        HttpServerRequest request = context.request();
        return request.method() == HttpMethod.GET
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && PAGE.contains(context.normalizedPath());
    }
}
