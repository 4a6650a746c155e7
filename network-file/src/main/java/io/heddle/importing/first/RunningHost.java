package io.heddle.importing.first;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A running host's devices, addresses and routes, from what {@code ip -j -d addr} and {@code ip -j route} print. See
 * ip-address(8) and ip-route(8).
 *
 * @param devices by name, in the order of the kernel
 * @param routes those that the kernel has not made by itself
 */
public record RunningHost(Map<String, Device> devices, List<Route> routes) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Kinds of devices without a cable, which nobody takes for a NIC by default. */
    private static final Set<String> SOFT = Set.of("veth", "tun", "dummy", "macvtap");

    /**
     * A network device.
     *
     * @param kind the kernel's kind, such as {@code bond}; "" for a NIC
     * @param master the bridge or bond that it is in; "" for none
     * @param below the device that a VLAN is on; "" for none
     * @param hasLink whether the cable is connected
     * @param addresses those that hosts elsewhere can reach
     */
    public record Device(
            String name, String kind, String master, String below, boolean hasLink, List<Address> addresses) {}

    /** An address with the length of its prefix. @param isLeased whether it is from DHCP or a router's advertisement */
    public record Address(String text, boolean isLeased) {
        boolean isV4() {
            return !text.contains(":");
        }
    }

    /**
     * A route.
     *
     * @param to a prefix, or {@code default}
     * @param via the gateway; "" for none
     * @param metric "" for none
     * @param from the address that the host takes to send; "" for any
     * @param isOnLink whether the gateway is behind the device although no other route says so; usual for rented
     *     servers, whose own address is a /32
     */
    public record Route(
            String to, String via, String device, String metric, String from, boolean isV4, boolean isOnLink) {}

    /**
     * Reads the two commands.
     *
     * @throws IllegalArgumentException if a text is no JSON list
     */
    public static RunningHost read(String addresses, String routes4, String routes6) {
        Map<String, Device> devices = new LinkedHashMap<>();
        for (JsonNode d : list(addresses, "ip -j -d addr")) {
            String name = d.path("ifname").asText();
            if (!name.isEmpty()) {
                devices.put(name, device(d, name));
            }
        }
        List<Route> routes = new ArrayList<>();
        list(routes4, "ip -j route").forEach(r -> route(r, true, routes));
        list(routes6, "ip -j -6 route").forEach(r -> route(r, false, routes));
        return new RunningHost(devices, routes);
    }

    private static JsonNode list(String text, String command) {
        try {
            JsonNode list = JSON.readTree(text.isBlank() ? "[]" : text);
            if (list.isArray()) {
                return list;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(command + " printed no JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException(command + " printed no list");
    }

    private static Device device(JsonNode d, String name) {
        List<Address> addresses = new ArrayList<>();
        for (JsonNode a : d.path("addr_info")) {
            // Link-local addresses stay with their device: each device makes its own.
            if (a.path("scope").asText().equals("global") && a.has("local")) {
                addresses.add(new Address(
                        a.path("local").asText() + "/" + a.path("prefixlen").asInt(),
                        a.path("dynamic").asBoolean()));
            }
        }
        String kind = d.path("linkinfo").path("info_kind").asText();
        boolean loopback = d.path("link_type").asText().equals("loopback");
        return new Device(
                name,
                loopback ? "loopback" : kind,
                d.path("master").asText(),
                kind.equals("vlan") ? d.path("link").asText() : "",
                d.path("operstate").asText().equals("UP"),
                addresses);
    }

    private static void route(JsonNode r, boolean v4, List<Route> routes) {
        String protocol = r.path("protocol").asText();
        boolean own = protocol.equals("kernel") || protocol.equals("ra");
        if (own || r.has("type") && !r.path("type").asText().equals("unicast")) {
            return;
        }
        for (JsonNode hop :
                r.has("nexthops") ? r.path("nexthops") : JSON.createArrayNode().add(r)) {
            routes.add(new Route(
                    r.path("dst").asText(),
                    hop.path("gateway").asText(),
                    hop.path("dev").asText(),
                    r.path("metric").asText(),
                    r.path("prefsrc").asText(),
                    v4,
                    isOnLink(r) || isOnLink(hop)));
        }
    }

    private static boolean isOnLink(JsonNode hop) {
        boolean is = false;
        for (JsonNode flag : hop.path("flags")) {
            is |= flag.asText().equals("onlink");
        }
        return is;
    }

    /** The default routes of an IP version, the one that the host takes first. */
    List<Route> defaults(boolean v4) {
        return routes.stream()
                .filter(r -> r.isV4() == v4 && r.to().equals("default"))
                .sorted((a, b) -> Long.compare(metric(a), metric(b)))
                .toList();
    }

    static long metric(Route r) {
        return r.metric().isEmpty() ? 0 : Long.parseLong(r.metric());
    }

    /** The devices on a device that take a VLAN of it. */
    List<Device> vlansOf(String nic) {
        return devices.values().stream().filter(d -> d.below().equals(nic)).toList();
    }

    /**
     * The NICs and bonds that may lead to the switches, and whatever else has the default route.
     *
     * @param taken the devices that Open vSwitch has already
     */
    public List<Device> nics(Set<String> taken) {
        Set<String> routed = new TreeSet<>();
        defaults(true).forEach(r -> routed.add(r.device()));
        return devices.values().stream()
                .filter(d -> d.master().isEmpty() && !taken.contains(d.name()))
                .filter(d -> d.kind().isEmpty()
                        || d.kind().equals("bond")
                        || SOFT.contains(d.kind()) && routed.contains(d.name()))
                .toList();
    }

    /** The NIC that leads to the switches by all appearances: it has the default route, or an address, or a link. */
    public Optional<Device> likelyUplink(Set<String> taken) {
        List<Device> nics = nics(taken);
        List<String> routed = defaults(true).stream().map(Route::device).toList();
        return nics.stream()
                .filter(d -> !routed.isEmpty() && routed.get(0).equals(d.name()))
                .findFirst()
                .or(() -> nics.stream().filter(d -> !d.addresses().isEmpty()).findFirst())
                .or(() -> nics.stream().filter(Device::hasLink).findFirst())
                .or(() -> nics.stream().findFirst());
    }
}
