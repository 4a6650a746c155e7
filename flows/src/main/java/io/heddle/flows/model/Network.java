package io.heddle.flows.model;

import io.heddle.flows.pipeline.Metadata;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A layer-2 segment.
 *
 * @param name the name that other parts refer to
 * @param vlan 1 to 4094, or 0 for a segment with untagged frames
 * @param vni 1 to 16777215, if tunnels join the hosts that share the network
 * @param mtu bytes of the largest IP packet in it, or empty for the largest that its tunnels can carry
 * @param subnets its IP prefixes
 * @param gateways addresses within the subnets by which its hosts reach others; a router answers at them
 * @param dhcp how its hosts get their addresses from Heddle
 * @param dhcpServers other servers of DHCP or DHCPv6, by their IP version, to which Heddle relays what its hosts ask;
 *     then there is no {@code dhcp}
 * @param dns the names that Heddle answers for at the gateways
 */
public record Network(
        String name,
        int vlan,
        OptionalInt vni,
        OptionalInt mtu,
        List<Prefix> subnets,
        List<InetAddress> gateways,
        Optional<Dhcp> dhcp,
        List<InetAddress> dhcpServers,
        Optional<Dns> dns) {
    public Network {
        dhcpServers = List.copyOf(dhcpServers);
        subnets = List.copyOf(subnets);
        gateways = List.copyOf(gateways);
    }

    /** Whether an address is in one of the network's subnets; false if it has none. */
    public boolean contains(InetAddress address) {
        return subnets.stream().anyMatch(s -> s.contains(address));
    }

    /** The subnet of IPv4, if there is one. */
    public Optional<Prefix> subnet4() {
        return subnets.stream().filter(Prefix::isV4).findFirst();
    }

    /** The subnet of IPv6, if there is one. */
    public Optional<Prefix> subnet6() {
        return subnets.stream().filter(s -> !s.isV4()).findFirst();
    }

    /** The gateway of IPv4, if there is one. */
    public Optional<InetAddress> gateway4() {
        return gateways.stream().filter(Inet4Address.class::isInstance).findFirst();
    }

    /** Whether there is a gateway of IPv6. */
    public boolean hasGateway6() {
        return gateway6().isPresent();
    }

    /** The gateway of IPv6, if there is one. */
    public Optional<Inet6Address> gateway6() {
        return gateways.stream()
                .filter(Inet6Address.class::isInstance)
                .map(Inet6Address.class::cast)
                .findFirst();
    }

    /** The servers to which Heddle relays DHCP of IPv4. */
    public List<Inet4Address> dhcpServers4() {
        return dhcpServers.stream()
                .filter(Inet4Address.class::isInstance)
                .map(Inet4Address.class::cast)
                .toList();
    }

    /** The servers to which Heddle relays DHCPv6. */
    public List<Inet6Address> dhcpServers6() {
        return dhcpServers.stream()
                .filter(Inet6Address.class::isInstance)
                .map(Inet6Address.class::cast)
                .toList();
    }

    /** The name servers that hosts learn by DHCP: where Heddle answers for names, its gateways, if no others are given. */
    public List<InetAddress> nameServers() {
        List<InetAddress> given = dhcp.map(Dhcp::dns).orElse(List.of());
        return given.isEmpty() && dns.isPresent() ? gateways : given;
    }

    /** The domain that hosts learn by DHCP. */
    public Optional<String> domain() {
        return dhcp.flatMap(Dhcp::domain).or(() -> dns.map(Dns::domain));
    }

    /** The network's number in flow entries, see {@link Metadata}. */
    public int number() {
        return vni.isPresent() ? Metadata.networkOfVni(vni.getAsInt()) : Metadata.networkOfVlan(vlan);
    }
}
