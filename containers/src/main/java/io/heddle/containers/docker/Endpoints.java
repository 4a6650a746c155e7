package io.heddle.containers.docker;

import io.heddle.containers.ports.Attachment;
import io.heddle.containers.ports.HostPorts;
import io.heddle.containers.ports.Wish;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The ports of Docker's endpoints. Docker asks for an address before it says which endpoint gets it: the MAC is what
 * both requests name. So network and MAC identify a port.
 */
final class Endpoints {
    static final String RUNTIME = "docker";
    private static final int SHORT_ID = 12;

    private Endpoints() {}

    static Attachment attachment(String network, String mac) {
        return new Attachment(RUNTIME, network, mac.toLowerCase(Locale.ROOT), "");
    }

    /**
     * The port of an endpoint.
     *
     * @param addresses wanted addresses, without prefix lengths
     * @param isExact whether it gets only these: Docker does not configure others
     */
    static Wish wish(
            String prefix,
            String network,
            String mac,
            List<String> addresses,
            boolean isExact,
            Map<String, String> labels) {
        Attachment attachment = attachment(network, mac);
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.put(HostPorts.RUNTIME, RUNTIME);
        return new Wish(
                attachment.port(prefix),
                attachment.id(),
                network,
                mac.toLowerCase(Locale.ROOT),
                addresses,
                isExact,
                all,
                Map.of());
    }

    /** The labels of a port whose endpoint is known. */
    static Map<String, String> labels(String networkId, String endpointId) {
        return Map.of(HostPorts.RUNTIME_NETWORK, shortened(networkId), "endpoint", shortened(endpointId));
    }

    private static String shortened(String id) {
        return id.substring(0, Math.min(SHORT_ID, id.length()));
    }
}
