package io.heddle.controller.dhcp;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Dhcp;
import io.heddle.flows.model.DhcpServer;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Prefix;
import java.net.Inet4Address;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Who may have which address in a network, as its file declares it. Immutable. */
public final class AddressPlan {
    private final Network network;
    private final Dhcp dhcp;
    private final Prefix subnet;
    private final int server;
    private final Set<Integer> named = new HashSet<>();
    /** By {@code host/bridge/port}. */
    private final Map<String, Declared> ports = new HashMap<>();
    /** The MACs of ports that declare an address too. */
    private final Set<Long> macs = new HashSet<>();

    private final DhcpOptions options;

    /** What a port declares of the host behind it. */
    private record Declared(OptionalLong mac, OptionalInt address) {}

    /** @param network has DHCP; its subnet is of IPv4 */
    AddressPlan(NetworkModel model, Network network) {
        this.network = network;
        this.dhcp = network.dhcp().orElseThrow();
        this.subnet = network.subnet4().orElseThrow();
        this.server = InetAddresses.coerceToInteger(DhcpServer.address(model, network));
        DhcpServer.named(model, network).stream()
                .filter(Inet4Address.class::isInstance)
                .forEach(a -> named.add(InetAddresses.coerceToInteger(a)));
        named.add(server);
        this.options = NetworkOptions.of(network, model.mtu(network));
    }

    /** The plans of all networks with DHCP, by name. */
    public static Map<String, AddressPlan> all(NetworkModel model) {
        Map<String, AddressPlan> plans = new HashMap<>();
        model.networks().values().stream()
                .filter(n -> n.dhcp().isPresent() && n.subnet4().isPresent())
                .forEach(n -> plans.put(n.name(), new AddressPlan(model, n)));
        if (!plans.isEmpty()) {
            for (NetworkModel.At at : model.ports()) {
                at.port().networks().stream()
                        .filter(plans::containsKey)
                        .forEach(n -> plans.get(n).declare(at.toString(), at.port()));
            }
        }
        return plans;
    }

    private void declare(String name, Port port) {
        OptionalInt address = port.endpoint().addresses().stream()
                .filter(a -> subnet.contains(a))
                .mapToInt(InetAddresses::coerceToInteger)
                .findFirst();
        OptionalLong mac = port.endpoint().mac();
        if (mac.isPresent() || address.isPresent()) {
            ports.put(name, new Declared(mac, address));
        }
        if (mac.isPresent() && address.isPresent()) {
            macs.add(mac.getAsLong());
        }
    }

    /** The network's name. */
    public String name() {
        return network.name();
    }

    /** The address by which its hosts know Heddle. */
    public int server() {
        return server;
    }

    /** The seconds of a lease. */
    int leaseSeconds() {
        return dhcp.leaseSeconds();
    }

    /** The options that hosts get, without those about leases. */
    DhcpOptions options() {
        return options;
    }

    /** The server to boot from, if it is given by its address; otherwise 0. */
    int bootServer() {
        return dhcp.bootServer()
                .filter(InetAddresses::isInetAddress)
                .map(InetAddresses::forString)
                .filter(Inet4Address.class::isInstance)
                .map(InetAddresses::coerceToInteger)
                .orElse(0);
    }

    /** The file to boot from, "" for none. */
    String bootFile() {
        return dhcp.bootFile().orElse("");
    }

    /** Whether a host with a MAC may ask behind a port: not with a MAC that belongs behind another one. */
    public boolean admits(String port, long mac) {
        Declared declared = ports.get(port);
        return declared != null && declared.mac.isPresent() ? declared.mac.getAsLong() == mac : !macs.contains(mac);
    }

    /** The address that a port declares for its host. */
    public OptionalInt declared(String port) {
        Declared declared = ports.get(port);
        return declared == null ? OptionalInt.empty() : declared.address;
    }

    /** Whether a host of which no address is declared may have this one. */
    boolean isFree(int address) {
        Inet4Address a = InetAddresses.fromInteger(address);
        return !named.contains(address) && dhcp.ranges().stream().anyMatch(r -> r.contains(a));
    }

    /** The ranges, in the order in which their addresses are given out. */
    List<Dhcp.Range> ranges() {
        return dhcp.ranges();
    }

    /** The number of addresses that hosts can get from the ranges. */
    public long size() {
        long reserved = named.stream()
                .filter(a -> dhcp.ranges().stream().anyMatch(r -> r.contains(InetAddresses.fromInteger(a))))
                .count();
        return dhcp.ranges().stream().mapToLong(Dhcp.Range::size).sum() - reserved;
    }
}
