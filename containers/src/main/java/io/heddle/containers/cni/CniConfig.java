package io.heddle.containers.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.heddle.containers.ports.HostPorts;
import io.heddle.containers.ports.Subnets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What the plugin reads from a network configuration and from {@code CNI_ARGS}.
 *
 * @param network the network, as the network file calls it
 * @param hasDefaultRoute whether the gateway of the network becomes the container's default route
 * @param addresses wanted addresses, without prefix lengths
 * @param mac the wanted MAC; "" for one that follows from the container
 * @param labels labels of the port
 * @param rates rates of the port, as the network file writes them
 */
record CniConfig(
        String network,
        boolean hasDefaultRoute,
        List<String> addresses,
        String mac,
        Map<String, String> labels,
        Map<String, String> rates) {
    static final String CONTAINER = "container";
    static final String POD = "pod";

    /** Keys of the specification that mean nothing to a plugin, and the plugin's own. */
    private static final Set<String> KNOWN = Set.of(
            "cniVersion",
            "cniVersions",
            "name",
            "type",
            "capabilities",
            "args",
            "runtimeConfig",
            "prevResult",
            "dns",
            "network",
            "default-route",
            "labels",
            "disableCheck",
            "disableGC",
            "cni.dev/valid-attachments",
            "cni.dev/attachments");

    private static final Set<String> CAPABILITIES = Set.of("ips", "mac", "bandwidth");
    private static final Set<String> RESERVED =
            Set.of(HostPorts.RUNTIME, HostPorts.ATTACHMENT, HostPorts.RUNTIME_NETWORK, CONTAINER, POD);
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
    private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}");
    private static final int SHORT_ID = 12;
    /** What Kubernetes writes for a burst if nobody wants one. */
    private static final long NO_LIMIT = Integer.MAX_VALUE;

    static CniConfig read(CniRequest request) throws CniFault {
        JsonNode config = request.config();
        check(config);
        if (!WORD.matcher(request.name()).matches() || request.name().contains("/")) {
            throw new CniFault(
                    CniFault.CONFIGURATION,
                    "name: expected at most 63 letters, digits, '_', '.' and '-', found \"" + request.name() + "\"");
        }
        JsonNode runtime = config.path("runtimeConfig");
        return new CniConfig(
                text(config, "network", request.name()),
                hasDefaultRoute(config.path("default-route")),
                addresses(request, runtime),
                mac(request, runtime),
                labels(request),
                rates(runtime.path("bandwidth")));
    }

    private static void check(JsonNode config) throws CniFault {
        Set<String> unknown = new TreeSet<>();
        config.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(KNOWN);
        if (config.path("ipam").isEmpty()) {
            unknown.remove("ipam");
        }
        if (config.path("ipMasq").equals(BooleanNode.FALSE)) {
            unknown.remove("ipMasq");
        }
        if (unknown.contains("ipam")) {
            throw new CniFault(
                    CniFault.UNSUPPORTED_FIELD,
                    "ipam: Heddle chooses addresses itself, in the subnets of the network; remove ipam");
        } else if (unknown.contains("ipMasq")) {
            throw new CniFault(
                    CniFault.UNSUPPORTED_FIELD,
                    "ipMasq: a router of the network file translates addresses (routers: snat); remove ipMasq");
        } else if (!unknown.isEmpty()) {
            throw new CniFault(
                    CniFault.UNSUPPORTED_FIELD,
                    unknown.iterator().next() + ": unknown key; expected network, default-route or labels");
        }
        config.path("runtimeConfig").properties().forEach(c -> {
            if (!CAPABILITIES.contains(c.getKey()) && !isNothing(c.getValue())) {
                unknown.add(c.getKey());
            }
        });
        if (unknown.contains("portMappings")) {
            throw new CniFault(
                    CniFault.UNSUPPORTED_FIELD,
                    "portMappings: Heddle maps no ports of the host (-p): reach the container at its own address, or"
                            + " by dnat or a service of the network file");
        } else if (!unknown.isEmpty()) {
            throw new CniFault(
                    CniFault.UNSUPPORTED_FIELD,
                    "runtimeConfig." + unknown.iterator().next() + ": not supported; expected ips, mac or bandwidth");
        }
    }

    private static boolean isNothing(JsonNode value) {
        return value.isNull() || value.isContainerNode() && value.isEmpty();
    }

    private static String text(JsonNode config, String key, String otherwise) throws CniFault {
        JsonNode value = config.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        } else if (!value.isTextual() || value.asText().isEmpty()) {
            throw new CniFault(CniFault.CONFIGURATION, key + ": expected a name, found " + value);
        }
        return value.asText();
    }

    private static boolean hasDefaultRoute(JsonNode value) throws CniFault {
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new CniFault(CniFault.CONFIGURATION, "default-route: expected true or false, found " + value);
        }
        return value.asBoolean(true);
    }

    /** The conventions have three places: CNI_ARGS, args and runtimeConfig. */
    private static List<String> addresses(CniRequest request, JsonNode runtime) throws CniFault {
        List<String> all = new ArrayList<>();
        if (request.args().containsKey("IP")) {
            all.addAll(List.of(request.args().get("IP").split(",")));
        }
        request.config().path("args").path("cni").path("ips").forEach(ip -> all.add(ip.asText()));
        runtime.path("ips").forEach(ip -> all.add(ip.asText()));
        List<String> addresses = new ArrayList<>();
        for (String text : all) {
            String address = Subnets.address(text);
            if (!Subnets.isAddress(address)) {
                throw new CniFault(
                        CniFault.CONFIGURATION, "expected an IP address such as 10.0.200.5, found \"" + text + "\"");
            }
            if (addresses.stream().anyMatch(a -> Subnets.isV4(a) == Subnets.isV4(address))) {
                throw new CniFault(
                        CniFault.UNSUPPORTED_FIELD,
                        "more than one address of an IP version: expected at most one of IPv4 and one of IPv6, found "
                                + String.join(", ", all));
            }
            addresses.add(address);
        }
        return addresses;
    }

    private static String mac(CniRequest request, JsonNode runtime) throws CniFault {
        String mac = runtime.path("mac")
                .asText(request.config()
                        .path("args")
                        .path("cni")
                        .path("mac")
                        .asText(request.args().getOrDefault("MAC", "")));
        if (!mac.isEmpty() && !MAC.matcher(mac).matches()) {
            throw new CniFault(
                    CniFault.CONFIGURATION, "expected a MAC address such as 02:00:00:00:00:01, found \"" + mac + "\"");
        }
        return mac.toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> labels(CniRequest request) throws CniFault {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(HostPorts.RUNTIME, CniPlugin.RUNTIME);
        labels.put(HostPorts.RUNTIME_NETWORK, request.name());
        String id = request.containerId();
        labels.put(CONTAINER, id.substring(0, Math.min(SHORT_ID, id.length())));
        String space = request.args().getOrDefault("K8S_POD_NAMESPACE", "");
        String pod = request.args().getOrDefault("K8S_POD_NAME", "");
        String path = space.isEmpty() || space.equals(pod) ? pod : space + "/" + pod;
        if (WORD.matcher(path).matches()) {
            labels.put(POD, path);
        }
        JsonNode own = request.config().path("labels");
        if (!own.isMissingNode() && !own.isObject()) {
            throw new CniFault(
                    CniFault.CONFIGURATION, "labels: expected labels such as {\"app\": \"web\"}, found " + own);
        }
        for (Map.Entry<String, JsonNode> label : own.properties()) {
            if (RESERVED.contains(label.getKey())) {
                throw new CniFault(
                        CniFault.CONFIGURATION, "labels." + label.getKey() + ": the plugin sets this label itself");
            }
            if (!label.getValue().isTextual()) {
                throw new CniFault(
                        CniFault.CONFIGURATION,
                        "labels." + label.getKey() + ": expected a text in quotes, found " + label.getValue());
            }
            labels.put(label.getKey(), label.getValue().asText());
        }
        return labels;
    }

    /** The conventions count bits per second, seen from the container; Heddle's rates are seen from the switch. */
    private static Map<String, String> rates(JsonNode bandwidth) throws CniFault {
        Map<String, String> rates = new LinkedHashMap<>();
        rate(bandwidth, "egressRate", "ingress-rate", rates);
        rate(bandwidth, "egressBurst", "ingress-burst", rates);
        rate(bandwidth, "ingressRate", "egress-rate", rates);
        long burst = number(bandwidth, "ingressBurst");
        if (burst != 0 && burst != NO_LIMIT) {
            throw new CniFault(
                    CniFault.UNSUPPORTED_FIELD,
                    "bandwidth.ingressBurst: Heddle queues frames to a container and has no burst there; leave it out");
        }
        return rates;
    }

    private static void rate(JsonNode bandwidth, String from, String to, Map<String, String> rates) throws CniFault {
        long bits = number(bandwidth, from);
        if (bits > 0 && !(from.endsWith("Burst") && bits == NO_LIMIT)) {
            rates.put(to, bits + "bit");
        }
    }

    private static long number(JsonNode bandwidth, String key) throws CniFault {
        JsonNode value = bandwidth.path(key);
        boolean isNumber = value.isIntegralNumber() && value.canConvertToLong() && value.asLong() >= 0;
        if (!value.isMissingNode() && !isNumber) {
            throw new CniFault(
                    CniFault.CONFIGURATION,
                    "bandwidth." + key + ": expected a whole number such as 1000000, found " + value);
        }
        return value.asLong();
    }
}
