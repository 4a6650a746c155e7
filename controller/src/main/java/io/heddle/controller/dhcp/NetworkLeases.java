package io.heddle.controller.dhcp;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Dhcp;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The leases of one network, also those that have ended: their clients get the same addresses again while nobody else
 * needs them. One thread changes them; any thread may list them.
 */
public final class NetworkLeases {
    /** The most addresses of a network that are kept in mind; beyond, those of ended leases are given out again. */
    static final int MOST = 1 << 16;

    private final Map<Integer, Lease> byAddress = new ConcurrentHashMap<>();
    private final Map<String, Set<Integer>> byClient = new HashMap<>();
    private final Map<String, Set<Integer>> byPort = new HashMap<>();
    /** The plan for which {@link #cursor} holds. */
    private AddressPlan cursorOf;
    /** The range, from 0, and the number in it of the first address that may never have been given out. */
    private int range;

    private long cursor;

    /** All leases, also ended ones; any thread. */
    public Collection<Lease> all() {
        return byAddress.values();
    }

    /** The lease of an address, also an ended one. */
    public Optional<Lease> at(int address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    /** Puts a lease in place of the one of the same address. */
    public void put(Lease lease) {
        Lease before = byAddress.put(lease.address(), lease);
        if (before != null) {
            remove(byClient, before.client(), before.address());
            remove(byPort, before.port(), before.address());
        }
        byClient.computeIfAbsent(lease.client(), k -> new HashSet<>()).add(lease.address());
        byPort.computeIfAbsent(lease.port(), k -> new HashSet<>()).add(lease.address());
    }

    /** Puts back what was before a lease. @param before null if there was none */
    public void restore(int address, Lease before) {
        if (before != null) {
            put(before);
            return;
        }
        Lease now = byAddress.remove(address);
        if (now != null) {
            remove(byClient, now.client(), address);
            remove(byPort, now.port(), address);
            cursorOf = null;
        }
    }

    private static void remove(Map<String, Set<Integer>> index, String key, int address) {
        Set<Integer> addresses = index.get(key);
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
    Optional<Lease> ofClient(AddressPlan plan, String client, long mac, String port, long now) {
        List<Lease> all = byClient.getOrDefault(client, Set.of()).stream()
                .map(byAddress::get)
                .filter(l -> l.state() != Lease.State.DECLINED && plan.isFree(l.address()))
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

    /** The number of active leases behind a port. */
    int active(String port, long now) {
        return (int) byPort.getOrDefault(port, Set.of()).stream()
                .filter(a -> byAddress.get(a).isActive(now))
                .count();
    }

    /** The number of active leases from the ranges of a plan; any thread. */
    public long used(AddressPlan plan, long now) {
        return byAddress.values().stream()
                .filter(l -> l.isActive(now) && plan.isFree(l.address()))
                .count();
    }

    /** An address that nobody has had yet, or else the one whose lease ended first; empty if all are in use. */
    OptionalInt next(AddressPlan plan, long now) {
        OptionalInt unused = byAddress.size() < MOST ? unused(plan) : OptionalInt.empty();
        return unused.isPresent()
                ? unused
                : byAddress.values().stream()
                        .filter(l -> !l.isActive(now) && plan.isFree(l.address()))
                        // An offer that was not accepted binds nobody.
                        .min(Comparator.comparing((Lease l) -> l.state() != Lease.State.OFFERED)
                                .thenComparingLong(Lease::ends))
                        .map(l -> OptionalInt.of(l.address()))
                        .orElse(OptionalInt.empty());
    }

    private OptionalInt unused(AddressPlan plan) {
        if (plan != cursorOf) {
            cursorOf = plan;
            range = 0;
            cursor = 0;
        }
        for (; range < plan.ranges().size(); range++, cursor = 0) {
            Dhcp.Range r = plan.ranges().get(range);
            int first = InetAddresses.coerceToInteger(r.first());
            for (; cursor < r.size(); cursor++) {
                int address = (int) (first + cursor);
                if (!byAddress.containsKey(address) && plan.isFree(address)) {
                    return OptionalInt.of(address);
                }
            }
        }
        return OptionalInt.empty();
    }
}
