package io.heddle.flows.model;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The address by which the hosts of a network know Heddle as their DHCP server (RFC 2132 §9.7). */
public final class DhcpServer {
    private DhcpServer() {}

    /**
     * The network's gateway. Without one, the last address of the subnet that the network file neither names nor hands
     * out: hosts renew their leases at that address, so it must be in their subnet and nobody else's.
     *
     * @param network has {@link Network#dhcp} and an IPv4 subnet
     */
    public static Inet4Address address(NetworkModel model, Network network) {
        if (network.gateway4().isPresent()) {
            return (Inet4Address) network.gateway4().get();
        }
        Prefix subnet = network.subnet4().orElseThrow();
        Set<InetAddress> named = named(model, network);
        List<Dhcp.Range> ranges = network.dhcp().orElseThrow().ranges(true);
        long first = number(subnet.canonical().address());
        long size = 1L << Integer.SIZE - subnet.length();
        long candidate = size > 2 ? first + size - 2 : first + size - 1;
        while (candidate > first) {
            Inet4Address address = InetAddresses.fromInteger((int) candidate);
            long next = ranges.stream()
                    .filter(r -> r.contains(address))
                    .mapToLong(r -> number(r.first()) - 1)
                    .findFirst()
                    .orElse(named.contains(address) ? candidate - 1 : candidate);
            if (next == candidate) {
                return address;
            }
            candidate = next;
        }
        return InetAddresses.fromInteger((int) first);
    }

    /** The addresses that the network file names for something else; no host may get them from a range. */
    public static Set<InetAddress> named(NetworkModel model, Network network) {
        Dhcp dhcp = network.dhcp().orElseThrow();
        Set<InetAddress> named = new HashSet<>(model.declared4(network));
        named.addAll(network.gateways());
        named.addAll(model.services(network));
        named.addAll(dhcp.dns());
        named.addAll(dhcp.ntp());
        dhcp.routes().forEach(r -> named.add(r.via()));
        return named;
    }

    /** What hosts get by DHCPv6. Router advertisements announce it (RFC 4861 §4.2). */
    public enum Six {
        NOTHING,
        /** Name servers and the like, but no addresses. */
        INFORMATION,
        ADDRESSES
    }

    /** What hosts of a network get by DHCPv6, from Heddle or through its relay. */
    public static Six six(NetworkModel model, Network network) {
        Optional<Prefix> subnet = network.subnet6();
        if (!network.dhcpServers6().isEmpty()) {
            return Six.ADDRESSES;
        }
        Optional<Dhcp> dhcp = network.dhcp();
        if (dhcp.isEmpty() || subnet.isEmpty()) {
            return Six.NOTHING;
        }
        boolean addresses = !dhcp.get().ranges(false).isEmpty()
                || model.ports().stream()
                        .anyMatch(at -> at.port().networks().contains(network.name())
                                && at.port().endpoint().addresses().stream().anyMatch(subnet.get()::contains));
        return addresses ? Six.ADDRESSES : Six.INFORMATION;
    }

    private static long number(InetAddress address) {
        return InetAddresses.coerceToInteger(address) & 0xffff_ffffL;
    }
}
