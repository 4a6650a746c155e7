package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the networks of all hosts together. Equal VLANs of bridges with an uplink are one network, unless a host has
 * the same number on two bridges. What leaves no host belongs to that host alone.
 */
final class Naming {
    private final List<Layout> layouts;
    private final List<RouterDraft> routers;
    private final Map<String, NetworkDraft> networks = new LinkedHashMap<>();
    /** The bridge of each VLAN number whose network has the plain name, if there are several. */
    private final Map<Integer, String> first = new LinkedHashMap<>();

    private final Set<Integer> twice = new LinkedHashSet<>();

    private Naming(List<Layout> layouts, List<RouterDraft> routers) {
        this.layouts = layouts;
        this.routers = routers;
    }

    /** Gives every segment its network. */
    static Map<String, NetworkDraft> name(List<Layout> layouts, List<RouterDraft> routers) {
        Naming naming = new Naming(layouts, routers);
        naming.findTwice();
        for (Layout l : layouts) {
            for (BridgeDraft b : l.spots.bridges.values()) {
                for (Segment s : b.segments.values()) {
                    if (naming.isUsed(s)) {
                        naming.name(l, s);
                    }
                }
            }
        }
        naming.routers();
        layouts.forEach(naming::addresses);
        layouts.forEach(naming::known);
        return naming.networks;
    }

    private boolean isUsed(Segment s) {
        return s.vni != 0
                || s.bridge.ports.values().stream()
                        .anyMatch(p -> p.untagged == s || s.vlan != 0 && p.tagged.contains(s.vlan))
                || routers.stream().anyMatch(r -> r.outside == s || r.inside.contains(s));
    }

    private void findTwice() {
        for (Layout l : layouts) {
            Map<Integer, Segment> seen = new LinkedHashMap<>();
            for (BridgeDraft b : l.spots.bridges.values()) {
                for (Segment s : b.segments.values()) {
                    if (s.vlan != 0 && !s.isLocal() && s.vni == 0 && isUsed(s)) {
                        first.putIfAbsent(s.vlan, b.name);
                        Segment before = seen.putIfAbsent(s.vlan, s);
                        if (before != null && !Patches.joined(l, s).contains(before)) {
                            twice.add(s.vlan);
                        }
                    }
                }
            }
        }
    }

    private void name(Layout l, Segment s) {
        Optional<NetworkDraft> beyond = Patches.joined(l, s).stream()
                .map(j -> j.network)
                .filter(n -> n != null && n.vlan == s.number())
                .findFirst();
        if (beyond.isPresent()) {
            join(s, beyond.get());
            return;
        }
        String own = !s.hint.isEmpty() && l.machine.known.containsKey(s.hint) ? s.hint : "";
        if (s.vni != 0) {
            Optional<NetworkDraft> same =
                    networks.values().stream().filter(n -> n.vni == s.vni).findFirst();
            join(s, same.orElseGet(() -> {
                NetworkDraft n =
                        create(s.vlan == 0 ? s.bridge.name : own.isEmpty() ? "vlan" + s.vlan : own, l, s.number());
                n.vni = s.vni;
                return n;
            }));
        } else if (s.isLocal()) {
            join(s, create(own.isEmpty() ? plain(s) : own, l, s.number()));
        } else if (s.vlan != 0) {
            String name = !own.isEmpty()
                    ? own
                    : twice.contains(s.vlan) && !first.get(s.vlan).equals(s.bridge.name)
                            ? plain(s) + "-" + s.bridge.name
                            : plain(s);
            NetworkDraft known = networks.get(name);
            boolean fits = known != null
                    && known.vlan == s.number()
                    && known.segments.stream().noneMatch(o -> o.isLocal() || o.machine == s.machine && o != s);
            join(s, fits ? known : create(name, l, s.number()));
        } else {
            join(s, untagged(l, s).orElseGet(() -> create(s.bridge.name, l, s.number())));
        }
    }

    private static String plain(Segment s) {
        return s.vlan == 0 ? s.bridge.name : "vlan" + s.vlan;
    }

    /** The network of untagged frames that a bridge of another host has, too. */
    private Optional<NetworkDraft> untagged(Layout l, Segment s) {
        Optional<String> subnet = subnet(l, s);
        for (NetworkDraft n : networks.values()) {
            boolean possible = n.vlan == s.number()
                    && n.vni == 0
                    && n.segments.stream().allMatch(o -> o.vlan == 0 && !o.isLocal() && o.machine != s.machine);
            if (!possible) {
                continue;
            }
            List<String> theirs = n.segments.stream()
                    .flatMap(o -> subnet(layout(o), o).stream())
                    .toList();
            boolean alike = n.segments.stream().anyMatch(o -> o.bridge.name.equals(s.bridge.name));
            if (subnet.isPresent() && !theirs.isEmpty() ? theirs.contains(subnet.get()) : alike) {
                return Optional.of(n);
            }
        }
        return Optional.empty();
    }

    private Layout layout(Segment s) {
        return layouts.stream().filter(l -> l.machine == s.machine).findFirst().orElseThrow();
    }

    private static Optional<String> subnet(Layout l, Segment s) {
        return l.segments.entrySet().stream()
                .filter(e -> e.getValue() == s)
                .map(e -> l.machine.devices.get(e.getKey()))
                .flatMap(d -> d.addresses.stream())
                .map(a -> Addresses.subnet(a.text()).toString())
                .filter(Addresses::isV4)
                .findFirst();
    }

    private NetworkDraft create(String wanted, Layout l, int vlan) {
        String clean = wanted.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        String name = clean.isEmpty() ? "net" : clean;
        String base = name.substring(0, Math.min(40, name.length()));
        name = base;
        for (int i = 1; networks.containsKey(name); i++) {
            name = base + "-" + l.machine.name.substring(0, Math.min(15, l.machine.name.length()))
                    + (i == 1 ? "" : "-" + i);
        }
        NetworkDraft n = new NetworkDraft(name, vlan);
        networks.put(name, n);
        return n;
    }

    private static void join(Segment s, NetworkDraft n) {
        s.network = n;
        n.segments.add(s);
        n.places.addAll(s.places);
    }

    /** Routers come first: they need the gateways that their hosts had. */
    private void routers() {
        for (RouterDraft r : routers) {
            r.gateways.forEach((s, all) -> all.forEach(g -> {
                s.network.routed = true;
                if (s.network.subnet(g)) {
                    s.network.gateway(Addresses.ip(g));
                }
            }));
            r.outside.network.subnet(r.address);
        }
    }

    /** Subnets and gateways, from the addresses of the hosts. */
    private void addresses(Layout l) {
        l.segments.forEach((name, s) -> {
            if (s == null || s.network == null) {
                return;
            }
            Device d = l.machine.devices.get(name);
            List<Value> addresses = new ArrayList<>(d.addresses);
            addresses.removeIf(a -> a.text().matches(".*/(32|31|128|127)"));
            for (Value a : addresses) {
                if (!s.network.subnet(a.text()) && !a.text().startsWith("fe80")) {
                    l.machine.left(
                            a.place(),
                            a.text() + " in network " + s.network.name,
                            "a network has one subnet of each IP version; "
                                    + (s.network.routed && !l.own.containsKey(name)
                                            ? "its router does not have this one"
                                            : "the address holds all the same"));
                }
            }
            d.gateways.forEach(g -> s.network.gateway(g.text()));
        });
    }

    /** What the platform says of its networks. */
    private void known(Layout l) {
        l.machine.known.forEach((bridge, k) -> {
            Segment s = l.segments.get(bridge);
            if (s == null || s.network == null) {
                return;
            }
            if (k.place != null) {
                s.network.places.add(k.place);
            }
            if (!k.subnet.isEmpty() && s.network.subnet(k.subnet)) {
                if (!k.gateway.isEmpty()) {
                    s.network.gateway(k.gateway);
                }
                s.network.dhcp.putAll(k.dhcp);
                s.network.dns.putAll(k.dns);
            }
        });
    }
}
