package io.heddle.controller.dhcp;

import io.heddle.flows.model.Dhcp;
import io.heddle.flows.model.DhcpServer;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Prefix;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The addresses of one IP version in a network with DHCP: which are declared, and which are free. Immutable. */
final class AddressSpace implements Pool {
    private final Network network;
    private final Prefix subnet;
    private final List<Dhcp.Range> ranges;
    private final Set<InetAddress> named;
    /** By {@code host/bridge/port}. */
    private final Map<String, Declared> ports = new HashMap<>();
    /** The MACs of ports that declare an address too. */
    private final Set<Long> macs = new HashSet<>();

    /** What a port declares of the host behind it. */
    private record Declared(OptionalLong mac, Optional<InetAddress> address) {}

    /** @param subnet a prefix of the network; @param own the server's addresses */
    private AddressSpace(NetworkModel model, Network network, Prefix subnet, List<InetAddress> own) {
        this.network = network;
        this.subnet = subnet;
        this.ranges = network.dhcp().orElseThrow().ranges(subnet.isV4());
        this.named = new HashSet<>(DhcpServer.named(model, network));
        named.addAll(own);
    }

    /** The addresses of IPv4 in all networks with DHCP, by name. */
    static Map<String, AddressSpace> all4(NetworkModel model) {
        Map<String, AddressSpace> spaces = new HashMap<>();
        model.networks().values().stream()
                .filter(n -> n.dhcp().isPresent() && n.subnet4().isPresent())
                .forEach(n -> spaces.put(
                        n.name(),
                        new AddressSpace(model, n, n.subnet4().get(), List.of(DhcpServer.address(model, n)))));
        return declared(model, spaces);
    }

    /** The addresses of IPv6 in all networks with DHCP, by name. */
    static Map<String, AddressSpace> all6(NetworkModel model) {
        Map<String, AddressSpace> spaces = new HashMap<>();
        model.networks().values().stream()
                .filter(n -> n.dhcp().isPresent() && n.subnet6().isPresent())
                .forEach(n -> spaces.put(
                        n.name(), new AddressSpace(model, n, n.subnet6().get(), List.of())));
        return declared(model, spaces);
    }

    private static Map<String, AddressSpace> declared(NetworkModel model, Map<String, AddressSpace> spaces) {
        if (!spaces.isEmpty()) {
            for (NetworkModel.At at : model.ports()) {
                at.port().networks().stream()
                        .filter(spaces::containsKey)
                        .forEach(n -> spaces.get(n).declare(at.toString(), at.port()));
            }
        }
        return spaces;
    }

    private void declare(String name, Port port) {
        List<InetAddress> all = port.endpoint().addresses();
        Optional<InetAddress> address = all.stream().filter(subnet::contains).findFirst();
        OptionalLong mac = port.endpoint().mac();
        named.addAll(all);
        if (mac.isPresent() || address.isPresent()) {
            ports.put(name, new Declared(mac, address));
        }
        if (mac.isPresent() && address.isPresent()) {
            macs.add(mac.getAsLong());
        }
    }

    Network network() {
        return network;
    }

    Prefix subnet() {
        return subnet;
    }

    /** Whether a host with this MAC may ask behind a port: no, if another port declares the MAC. */
    boolean admits(String port, long mac) {
        Declared declared = ports.get(port);
        return declared != null && declared.mac.isPresent() ? declared.mac.getAsLong() == mac : !macs.contains(mac);
    }

    /** The address that a port declares for its host. */
    Optional<InetAddress> declared(String port) {
        Declared declared = ports.get(port);
        return declared == null ? Optional.empty() : declared.address;
    }

    @Override
    public boolean isFree(InetAddress address) {
        return !named.contains(address) && ranges.stream().anyMatch(r -> r.contains(address));
    }

    @Override
    public List<Dhcp.Range> ranges() {
        return ranges;
    }

    @Override
    public long size() {
        long reserved = named.stream()
                .filter(a -> ranges.stream().anyMatch(r -> r.contains(a)))
                .count();
        return ranges.stream().mapToLong(Dhcp.Range::size).sum() - reserved;
    }
}
