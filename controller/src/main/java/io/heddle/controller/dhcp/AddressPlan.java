package io.heddle.controller.dhcp;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Dhcp;
import io.heddle.flows.model.DhcpServer;
import io.heddle.flows.model.NetworkModel;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The IPv4 addresses and DHCP options of a network, as the network file declares them. Immutable. */
public final class AddressPlan implements Pool {
    private final AddressSpace space;
    private final Dhcp dhcp;
    private final int server;
    private final DhcpOptions options;

    private AddressPlan(NetworkModel model, AddressSpace space) {
        this.space = space;
        this.dhcp = space.network().dhcp().orElseThrow();
        this.server = InetAddresses.coerceToInteger(DhcpServer.address(model, space.network()));
        this.options = NetworkOptions.of(space.network(), model.mtu(space.network()));
    }

    /** The plans of all networks with DHCP and an IPv4 subnet, by name. */
    public static Map<String, AddressPlan> all(NetworkModel model) {
        Map<String, AddressPlan> plans = new HashMap<>();
        AddressSpace.all4(model).forEach((name, space) -> plans.put(name, new AddressPlan(model, space)));
        return plans;
    }

    /** The network's name. */
    public String name() {
        return space.network().name();
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
        return space.admits(port, mac);
    }

    /** The address that a port declares for its host, or that is reserved for the host's MAC. */
    OptionalInt fixed(String port, long mac, NetworkLeases leases) {
        Optional<InetAddress> fixed = space.declared(port)
                .or(() -> leases.reserved(Lease.forMac(mac), true)
                        .map(Lease::address)
                        .filter(space.subnet()::isHost));
        return fixed.isPresent() ? OptionalInt.of(InetAddresses.coerceToInteger(fixed.get())) : OptionalInt.empty();
    }

    @Override
    public boolean isFree(InetAddress address) {
        return space.isFree(address);
    }

    @Override
    public List<Dhcp.Range> ranges() {
        return space.ranges();
    }

    @Override
    public long size() {
        return space.size();
    }
}
