package io.heddle.controller.dhcp;

import com.google.common.hash.Hashing;
import io.heddle.flows.model.Dhcp;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import java.io.ByteArrayOutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The IPv6 addresses and DHCPv6 options of a network, as the network file declares them. Immutable. */
public final class Plan6 implements Pool {
    /** The kind of a DUID that is a UUID (RFC 6355). */
    private static final short UUID = 4;

    private static final int UUID_BYTES = 16;
    private static final short SERVER_ADDRESS = 1;

    private final AddressSpace space;
    private final byte[] server;
    private final List<Dhcp6Message.Option> options;

    private Plan6(AddressSpace space) {
        this.space = space;
        this.server = server(space.network());
        this.options = options(space.network());
    }

    /** The plans of all networks with DHCP and an IPv6 subnet, by name. */
    public static Map<String, Plan6> all(NetworkModel model) {
        Map<String, Plan6> plans = new HashMap<>();
        AddressSpace.all6(model).forEach((name, space) -> plans.put(name, new Plan6(space)));
        return plans;
    }

    /**
     * The server's DUID. It is derived from the network, so clients can renew their leases after the controller was
     * installed anew.
     */
    private static byte[] server(Network network) {
        byte[] hash = Hashing.sha256()
                .hashString("heddle dhcpv6 " + network.name() + " " + network.number(), StandardCharsets.UTF_8)
                .asBytes();
        return ByteBuffer.allocate(Short.BYTES + UUID_BYTES)
                .putShort(UUID)
                .put(hash, 0, UUID_BYTES)
                .array();
    }

    private static List<Dhcp6Message.Option> options(Network network) {
        Dhcp dhcp = network.dhcp().orElseThrow();
        List<Dhcp6Message.Option> out = new ArrayList<>();
        byte[] dns = addresses(network.nameServers());
        if (dns.length > 0) {
            out.add(new Dhcp6Message.Option(Dhcp6Message.NAME_SERVERS, dns));
        }
        List<String> search =
                dhcp.search().isEmpty() ? network.domain().map(List::of).orElse(List.of()) : dhcp.search();
        if (!search.isEmpty()) {
            out.add(new Dhcp6Message.Option(Dhcp6Message.SEARCH, NetworkOptions.domains(search)));
        }
        byte[] ntp = addresses(dhcp.ntp());
        if (ntp.length > 0) {
            out.add(new Dhcp6Message.Option(Dhcp6Message.SIMPLE_TIME_SERVERS, ntp));
            ByteBuffer servers = ByteBuffer.allocate(ntp.length / UUID_BYTES * (2 * Short.BYTES + UUID_BYTES));
            for (int i = 0; i < ntp.length; i += UUID_BYTES) {
                servers.putShort(SERVER_ADDRESS).putShort((short) UUID_BYTES).put(ntp, i, UUID_BYTES);
            }
            out.add(new Dhcp6Message.Option(Dhcp6Message.TIME_SERVERS, servers.array()));
        }
        return out;
    }

    private static byte[] addresses(List<InetAddress> all) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        all.stream().filter(Inet6Address.class::isInstance).forEach(a -> out.writeBytes(a.getAddress()));
        return out.toByteArray();
    }

    /** The network's name. */
    public String name() {
        return space.network().name();
    }

    /** The server's DUID. */
    byte[] server() {
        return server.clone();
    }

    /** The options that hosts get in addition to addresses. */
    List<Dhcp6Message.Option> options() {
        return options;
    }

    int leaseSeconds() {
        return space.network().dhcp().orElseThrow().leaseSeconds();
    }

    /** Whether a host with this MAC may ask behind a port: no, if another port declares the MAC. */
    boolean admits(String port, long mac) {
        return space.admits(port, mac);
    }

    /** Whether an address belongs to the network. */
    boolean isOnLink(InetAddress address) {
        return space.subnet().contains(address);
    }

    /** The address that a port declares for its host, or that is reserved for the host's MAC. */
    Optional<InetAddress> fixed(String port, long mac, NetworkLeases leases) {
        return space.declared(port)
                .or(() -> leases.reserved(Lease.forMac(mac), false)
                        .map(Lease::address)
                        .filter(space.subnet()::isHost));
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
