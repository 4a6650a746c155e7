package io.heddle.controller.dhcp;

import io.heddle.flows.model.Dhcp;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The leases of one network, also those that have ended: their clients get the same addresses again while nobody else
 * needs them. One thread changes them; any thread may list them.
 */
public final class NetworkLeases {
    /** The most addresses of a network that are kept in mind; beyond, those of ended leases are given out again. */
    static final int MOST = 1 << 16;
    /**
     * The most addresses of one IP version that are kept in mind for hosts behind one port. Beyond, they get again what
     * they had: a port that makes up hosts must not use up the addresses of others.
     */
    static final int MOST_PER_PORT = 64;

    private final Map<InetAddress, Lease> byAddress = new ConcurrentHashMap<>();
    /** Reservations: a client may also have a lease of a reserved address. */
    private final Map<InetAddress, Lease> reserved = new ConcurrentHashMap<>();

    private final Map<String, Set<InetAddress>> byClient = new HashMap<>();
    private final Map<String, Set<InetAddress>> byPort = new HashMap<>();
    /** By IP version: whether it is IPv4. */
    private final Map<Boolean, Cursor> cursors = new HashMap<>();

    /** The number of leases and of reservations, by IP version: whether it is IPv4. */
    private final Map<Boolean, Integer> leased = new HashMap<>();

    private final Map<Boolean, Integer> kept = new HashMap<>();

    /** The first address of a plan that may never have been given out. */
    private static final class Cursor {
        private final Pool of;
        /** The range, and the number of the address in it, both from 0. */
        private int range;

        private long at;

        Cursor(Pool of) {
            this.of = of;
        }
    }

    /** All leases, also ended ones; any thread. */
    public Collection<Lease> all() {
        return byAddress.values();
    }

    /** All reservations, also those that were given up; any thread. */
    public Collection<Lease> reservations() {
        return reserved.values();
    }

    /** The lease of an address, also an ended one. */
    public Optional<Lease> at(InetAddress address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    /** The reservation of an address, also one that was given up. */
    public Optional<Lease> reservedAt(InetAddress address) {
        return Optional.ofNullable(reserved.get(address));
    }

    /** What a lease or reservation would replace. */
    public Optional<Lease> before(Lease lease) {
        return lease.isReservation() ? reservedAt(lease.address()) : at(lease.address());
    }

    /** Puts a lease or reservation in place of the one of the same address. */
    public void put(Lease lease) {
        Lease before = (lease.isReservation() ? reserved : byAddress).put(lease.address(), lease);
        if (before != null) {
            forget(before);
        }
        count(lease, 1);
        byClient.computeIfAbsent(lease.client(), k -> new HashSet<>()).add(lease.address());
        if (!lease.isReservation()) {
            byPort.computeIfAbsent(lease.port(), k -> new HashSet<>()).add(lease.address());
        }
    }

    private void count(Lease lease, int more) {
        (lease.isReservation() ? kept : leased).merge(isV4(lease.address()), more, Integer::sum);
    }

    private static boolean isV4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    /** Whether another address of an IP version may be kept in mind; ended leases and reservations count. */
    boolean hasRoom(boolean v4) {
        return leased.getOrDefault(v4, 0) + kept.getOrDefault(v4, 0) < MOST;
    }

    /** Whether the hosts behind a port may have an address, as far as the port has not had too many others. */
    boolean mayTake(String port, InetAddress address) {
        return byPort.getOrDefault(port, Set.of()).contains(address) || !isFull(port, isV4(address));
    }

    private boolean isFull(String port, boolean v4) {
        return byPort.getOrDefault(port, Set.of()).stream()
                        .filter(a -> isV4(a) == v4)
                        .count()
                >= MOST_PER_PORT;
    }

    private void forget(Lease lease) {
        count(lease, -1);
        remove(byClient, lease.client(), lease.address());
        if (!lease.isReservation()) {
            remove(byPort, lease.port(), lease.address());
        }
    }

    /** Puts back what was before a lease or reservation. */
    public void restore(Lease lease, Optional<Lease> before) {
        if (before.isPresent()) {
            put(before.get());
        } else if ((lease.isReservation() ? reserved : byAddress).remove(lease.address()) != null) {
            forget(lease);
            cursors.clear();
        }
    }

    private static void remove(Map<String, Set<InetAddress>> index, String key, InetAddress address) {
        Set<InetAddress> addresses = index.get(key);
        if (addresses != null) {
            addresses.remove(address);
            if (addresses.isEmpty()) {
                index.remove(key);
            }
        }
    }

    /**
     * The client's lease, also an ended one. Copied machines may have one identifier: the active lease of another MAC
     * behind another port is not the client's.
     */
    Optional<Lease> ofClient(Pool plan, String client, long mac, String port, long now) {
        List<Lease> all = byClient.getOrDefault(client, Set.of()).stream()
                .map(byAddress::get)
                .filter(l -> l.state() != Lease.State.DECLINED && isFree(plan, l.address()))
                .sorted(Comparator.comparing((Lease l) -> l.isActive(now))
                        .thenComparing(Lease::ends)
                        .reversed())
                .toList();
        return all.stream()
                .filter(l -> l.mac() == mac)
                .findFirst()
                .or(() -> all.stream()
                        .filter(l -> !l.isActive(now) || l.port().equals(port))
                        .findFirst());
    }

    /** The number of active leases from the ranges of a plan behind a port. */
    int active(Pool plan, String port, long now) {
        return (int) byPort.getOrDefault(port, Set.of()).stream()
                .filter(a -> byAddress.get(a).isActive(now) && plan.isFree(a))
                .count();
    }

    /** Whether a host without declaration and reservation may have an address. */
    boolean isFree(Pool plan, InetAddress address) {
        Lease r = reserved.get(address);
        return plan.isFree(address) && (r == null || r.state() != Lease.State.RESERVED);
    }

    /** The number of active leases and reservations from the ranges of a plan; any thread. */
    public long used(Pool plan, long now) {
        return Stream.concat(byAddress.values().stream(), reserved.values().stream())
                .filter(l -> l.isActive(now) && plan.isFree(l.address()))
                .map(Lease::address)
                .distinct()
                .count();
    }

    /**
     * An address for a host behind a port: one that nobody has had yet, or else the one whose lease ended first; empty
     * if all are in use. A port that has had many addresses gets one of these.
     */
    Optional<InetAddress> next(Pool plan, String port, long now) {
        boolean v4 = plan.ranges().stream().anyMatch(Dhcp.Range::isV4);
        if (isFull(port, v4)) {
            return ended(byPort.get(port).stream().map(byAddress::get), plan, now);
        }
        Optional<InetAddress> unused = hasRoom(v4) ? unused(plan) : Optional.empty();
        return unused.isPresent() ? unused : ended(byAddress.values().stream(), plan, now);
    }

    private Optional<InetAddress> ended(Stream<Lease> of, Pool plan, long now) {
        return of.filter(l -> !l.isActive(now) && isFree(plan, l.address()))
                // An offer that was not accepted binds nobody.
                .min(Comparator.comparing((Lease l) -> l.state() != Lease.State.OFFERED)
                        .thenComparingLong(Lease::ends))
                .map(Lease::address);
    }

    private Optional<InetAddress> unused(Pool plan) {
        if (plan.ranges().isEmpty()) {
            return Optional.empty();
        }
        Cursor c = cursors.compute(
                plan.ranges().get(0).isV4(),
                (v4, known) -> known != null && known.of == plan ? known : new Cursor(plan));
        for (; c.range < plan.ranges().size(); c.range++, c.at = 0) {
            Dhcp.Range r = plan.ranges().get(c.range);
            for (; c.at < r.size(); c.at++) {
                InetAddress address = r.at(c.at);
                if (!byAddress.containsKey(address) && isFree(plan, address)) {
                    return Optional.of(address);
                }
            }
        }
        return Optional.empty();
    }

    /** What is reserved for a client of reservations. */
    Optional<Lease> reserved(String client, boolean v4) {
        return byClient.getOrDefault(client, Set.of()).stream()
                .map(reserved::get)
                .filter(l -> l.state() == Lease.State.RESERVED && l.address() instanceof Inet4Address == v4)
                .findFirst();
    }
}
