package io.heddle.controller.dhcp;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Dhcp;
import io.heddle.flows.model.NamedAddresses;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Prefix;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Chooses addresses of a network for names, MACs and ports. A client that has a reservation gets it again. Others get
 * the first address that nobody has used, outside the ranges of DHCP if possible. This class stores nothing: the caller
 * stores what it chose.
 */
public final class Reserver {
    /** The end of a lease without an end: 31 December 9999. */
    public static final long NEVER = 253_402_300_799L;

    private final NetworkModel model;
    private final Network network;
    private final NetworkLeases leases;
    private final long now;
    private final Map<InetAddress, NamedAddresses.Use> named;
    /** The addresses that this object has chosen. */
    private final Set<InetAddress> chosen = new HashSet<>();
    /** The address of each subnet that was looked at last, outside of the ranges. */
    private final Map<Prefix, InetAddress> reached = new HashMap<>();
    /** The addresses at the start of each range that were not looked at yet. */
    private final Map<Dhcp.Range, Long> left = new HashMap<>();
    /** All ports of the model, once they were needed. */
    private final Set<String> ports = new HashSet<>();

    /**
     * A request for an address.
     *
     * @param client the key of the reservation, see {@link Lease#client}
     * @param mac 48 bits, 0 for none
     * @param port {@code host/bridge/port} of a port with an automatic address; "" for others
     * @param name for people
     * @param address the preferred address
     * @param must whether only that address will do
     */
    public record Wish(
            String client,
            long mac,
            String port,
            String name,
            boolean v4,
            Optional<InetAddress> address,
            boolean must) {}

    /** No address can be reserved; the message says why. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why);
        }
    }

    /** @param now seconds since 1970 */
    public Reserver(NetworkModel model, Network network, NetworkLeases leases, long now) {
        this(model, network, NamedAddresses.of(model, network), leases, now);
    }

    /** Likewise. @param named the network's, which takes long to find among many ports */
    public Reserver(
            NetworkModel model,
            Network network,
            Map<InetAddress, NamedAddresses.Use> named,
            NetworkLeases leases,
            long now) {
        this.model = model;
        this.network = network;
        this.leases = leases;
        this.now = now;
        this.named = named;
    }

    /** The subnet of an IP version. */
    private Prefix subnet(boolean v4) throws Refused {
        return (v4 ? network.subnet4() : network.subnet6())
                .orElseThrow(
                        () -> new Refused("network " + network.name() + " has no subnet of IPv" + (v4 ? "4" : "6")));
    }

    /** The reservation that a client has, if it is still valid. */
    public Optional<Lease> known(Wish w) {
        Optional<Lease> known = leases.reserved(w.client, w.v4)
                .filter(l -> network.subnets().stream().anyMatch(s -> s.isHost(l.address())))
                // A port's address that another port declares by now is the other's.
                .filter(l -> w.port.isEmpty() || isPortsOwn(l.address(), w));
        known.ifPresent(l -> chosen.add(l.address()));
        return known;
    }

    private boolean isPortsOwn(InetAddress address, Wish w) {
        NamedAddresses.Use use = named.get(address);
        return use == null || use.port().equals(w.port);
    }

    /** Returns the reservation that the client has, or a new one. */
    public Lease reserve(Wish w) throws Refused {
        Prefix subnet = subnet(w.v4);
        Optional<Lease> known = known(w);
        if (known.isPresent()) {
            if (w.must && !w.address.equals(known.map(Lease::address))) {
                throw new Refused((w.name.isEmpty() ? w.client : w.name) + " already has "
                        + InetAddresses.toAddrString(known.get().address()) + " of network " + network.name()
                        + ": free that first");
            }
            return known.get();
        }
        InetAddress address;
        if (w.must) {
            address = w.address.orElseThrow();
            if (!subnet.isHost(address)) {
                throw new Refused(InetAddresses.toAddrString(address) + " is no address of a host in " + subnet);
            }
            Optional<String> user = user(address);
            if (user.isPresent()) {
                throw new Refused(InetAddresses.toAddrString(address) + " is already " + user.get());
            }
        } else {
            address = w.address
                    .filter(a -> subnet.isHost(a) && isPortsAlone(a, w))
                    .or(() -> next(subnet))
                    .orElseThrow(() -> new Refused("no address of " + subnet + " in network " + network.name()
                            + " is free: see heddle get addresses network=" + network.name()));
        }
        chosen.add(address);
        return new Lease(network.name(), address, w.client, w.mac, w.port, w.name, Lease.State.RESERVED, NEVER);
    }

    /** Who has an address, in words; empty if nobody does. */
    private Optional<String> user(InetAddress address) {
        return Optional.ofNullable(named.get(address))
                .map(NamedAddresses.Use::text)
                .or(() -> reservation(address)
                        .map(l -> "reserved for " + l.client().replaceFirst("^(name|port):", "")))
                .or(() -> leases.at(address)
                        .filter(l -> l.isActive(now))
                        .map(l -> "leased to " + Lease.forMac(l.mac()).substring(Lease.FOR_MAC.length())));
    }

    private Optional<Lease> reservation(InetAddress address) {
        return leases.reservedAt(address).filter(l -> l.state() == Lease.State.RESERVED);
    }

    /** Whether a port may keep the address that it has. */
    private boolean isPortsAlone(InetAddress address, Wish w) {
        return !chosen.contains(address)
                && isPortsOwn(address, w)
                && reservation(address).isEmpty()
                && leases.at(address)
                        .filter(l -> l.isActive(now) && !l.port().equals(w.port))
                        .isEmpty();
    }

    private boolean isUnused(InetAddress address) {
        return !chosen.contains(address)
                && !named.containsKey(address)
                && leases.reservedAt(address).isEmpty()
                && leases.at(address).isEmpty();
    }

    private Optional<InetAddress> next(Prefix subnet) {
        List<Dhcp.Range> ranges =
                network.dhcp().map(d -> d.ranges(subnet.isV4())).orElse(List.of());
        Optional<InetAddress> unused =
                leases.hasRoom(subnet.isV4()) ? outside(ranges, subnet).or(() -> inside(ranges)) : Optional.empty();
        return unused.or(() -> former(subnet));
    }

    /** What was in use before is still in use: each search goes on where the last one has found something. */
    private Optional<InetAddress> outside(List<Dhcp.Range> ranges, Prefix subnet) {
        InetAddress end = subnet.last();
        for (InetAddress a = reached.getOrDefault(subnet, subnet.canonical().address()); ; a = Prefix.plus(a, 1)) {
            InetAddress at = a;
            Optional<Dhcp.Range> range =
                    ranges.stream().filter(r -> r.contains(at)).findFirst();
            reached.put(subnet, a);
            if (range.isPresent()) {
                a = range.get().last();
            } else if (subnet.isHost(a) && isUnused(a)) {
                return Optional.of(a);
            }
            if (a.equals(end)) {
                return Optional.empty();
            }
        }
    }

    /** From the end, because DHCP begins at the start. */
    private Optional<InetAddress> inside(List<Dhcp.Range> ranges) {
        for (Dhcp.Range r : ranges) {
            for (long i = left.getOrDefault(r, r.size()) - 1; i >= 0; i--) {
                left.put(r, i);
                if (isUnused(r.at(i))) {
                    left.put(r, i + 1);
                    return Optional.of(r.at(i));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The address that has been unused for the longest time: that of an ended lease, or else of a port that is gone.
     */
    private Optional<InetAddress> former(Prefix subnet) {
        if (ports.isEmpty()) {
            model.ports().forEach(at -> ports.add(at.toString()));
        }
        return Stream.concat(leases.all().stream(), leases.reservations().stream())
                .filter(l -> !l.isActive(now) || l.isReservation() && !l.port().isEmpty() && !ports.contains(l.port()))
                .filter(l -> subnet.isHost(l.address())
                        && !named.containsKey(l.address())
                        && !chosen.contains(l.address())
                        && (l.isReservation() || reservation(l.address()).isEmpty())
                        && leases.at(l.address())
                                .filter(other -> other.isActive(now))
                                .isEmpty())
                .min(Comparator.comparingLong(Lease::ends))
                .map(Lease::address);
    }
}
