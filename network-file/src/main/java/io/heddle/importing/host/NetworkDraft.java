package io.heddle.importing.host;

import com.google.common.net.InetAddresses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A network of the file that is being written. */
final class NetworkDraft {
    final String name;
    final int vlan;
    int vni;
    final List<String> subnets = new ArrayList<>();
    final List<String> gateways = new ArrayList<>();
    final Map<String, Object> dhcp = new LinkedHashMap<>();
    final Map<String, Object> dns = new LinkedHashMap<>();
    final Set<Place> places = new LinkedHashSet<>();
    /** Whether a router of the file joins it to others. */
    boolean routed;

    final List<Segment> segments = new ArrayList<>();

    NetworkDraft(String name, int vlan) {
        this.name = name;
        this.vlan = vlan;
    }

    /** Adds the subnet of an address, unless there is one of its IP version. Whether the network has that subnet now. */
    boolean subnet(String withLength) {
        String subnet = Addresses.subnet(withLength).toString();
        if (subnets.stream().noneMatch(s -> Addresses.isV4(s) == Addresses.isV4(subnet))) {
            subnets.add(subnet);
        }
        return subnets.contains(subnet);
    }

    /** Adds the router of a subnet, if the network has one where it is. */
    void gateway(String address) {
        boolean fits = subnets.stream()
                .anyMatch(s ->
                        Addresses.contains(s, address) && Addresses.subnet(s).isHost(InetAddresses.forString(address)));
        if (fits && gateways.stream().noneMatch(g -> Addresses.isV4(g) == Addresses.isV4(address))) {
            gateways.add(address);
        }
    }

    Map<String, Object> value() {
        Map<String, Object> out = new LinkedHashMap<>();
        if (vlan != 0) {
            out.put("vlan", vlan);
        }
        if (vni != 0) {
            out.put("vni", vni);
        }
        oneOrMany(out, "subnet", subnets);
        oneOrMany(out, "gateway", gateways);
        if (!dhcp.isEmpty()) {
            out.put("dhcp", dhcp);
        }
        if (!dns.isEmpty() && routed && !gateways.isEmpty()) {
            out.put("dns", dns);
        }
        return out;
    }

    private static void oneOrMany(Map<String, Object> out, String key, List<String> values) {
        if (!values.isEmpty()) {
            out.put(key, values.size() == 1 ? values.get(0) : List.copyOf(values));
        }
    }
}
