package io.heddle.controller.access;

import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Dns;
import io.heddle.flows.model.Endpoint;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Finds what a change touches outside of a scope. */
public final class Touched {
    /** The parts with a rule of their own here. All others are outside of every scope. */
    private static final Set<String> COMPARED = Set.of("networks", "routers", "hosts", "acls");

    private static final Optional<List<InetAddress>> NOBODY = Optional.of(List.of());

    private final NetworkModel before;
    private final NetworkModel after;
    private final Scope scope;
    private final Set<String> outside = new LinkedHashSet<>();

    private Touched(NetworkModel before, NetworkModel after, Scope scope) {
        this.before = before;
        this.after = after;
        this.scope = scope;
    }

    /** What a change touches outside of a scope, such as {@code port hv1/br0/vm1}; empty if nothing. */
    public static Set<String> outside(NetworkModel before, NetworkModel after, Scope scope) {
        Touched touched = new Touched(before, after, scope);
        if (!scope.isAll()) {
            touched.compare();
        }
        return touched.outside;
    }

    private void compare() {
        for (String name : both(before.networks().keySet(), after.networks().keySet())) {
            Network old = before.networks().get(name);
            Network now = after.networks().get(name);
            if (!isSameOnTheWire(old, now)) {
                // Its VLAN decides which network of the wire it is, and could be that of somebody else.
                outside.add("VLAN or VNI of network " + name);
            } else if (!old.equals(now)) {
                touch("network " + name, Set.of(name), Set.of());
                shared(old, now);
            }
        }
        for (String name : both(before.hosts().keySet(), after.hosts().keySet())) {
            host(
                    name,
                    Optional.ofNullable(before.hosts().get(name)),
                    Optional.ofNullable(after.hosts().get(name)));
        }
        acls();
        for (String name : both(before.routers().keySet(), after.routers().keySet())) {
            if (!Objects.equals(before.routers().get(name), after.routers().get(name))) {
                outside.add("router " + name);
            }
        }
        Map<String, Object> now = after.parts();
        before.parts().forEach((part, old) -> {
            if (!COMPARED.contains(part) && !old.equals(now.get(part))) {
                outside.add(part);
            }
        });
    }

    /** What a network's settings do beyond the network. */
    private void shared(Network old, Network now) {
        Optional<List<InetAddress>> asked = forwarders(now);
        if (!asked.equals(NOBODY) && !asked.equals(forwarders(old))) {
            outside.add("the name servers that Heddle asks for network " + now.name());
        }
        Optional<Router> router = after.routerOf(now.name());
        if (router.isPresent() && !told(old).equals(told(now))) {
            Set<String> concerned = new TreeSet<>(router.get().networks());
            router.get().outside().ifPresent(o -> concerned.add(o.network()));
            touch(
                    "what network " + now.name() + " shares with others by router "
                            + router.get().name() + ": subnet, gateway, dns domain",
                    concerned,
                    Set.of());
        }
    }

    /** Empty for those of the controller's host. */
    private static Optional<List<InetAddress>> forwarders(Network network) {
        return network.dns().isEmpty() ? NOBODY : network.dns().get().forward();
    }

    /** The routes and the names that a router's other networks get from a network. */
    private static List<Object> told(Network network) {
        return List.of(network.subnets(), network.gateways(), network.dns().map(Dns::domain));
    }

    private static boolean isSameOnTheWire(Network old, Network now) {
        return old != null
                && now != null
                && old.vlan() == now.vlan()
                && old.vni().equals(now.vni());
    }

    private void host(String name, Optional<Host> old, Optional<Host> now) {
        // Where a host is reached decides which machine it is, and who its peers are.
        if (!old.map(Touched::reached).equals(now.map(Touched::reached))) {
            outside.add("how host " + name + " is reached");
        } else if (!old.map(h -> h.with(Map.of())).equals(now.map(h -> h.with(Map.of())))) {
            touch("host " + name, Set.of(), Set.of(name));
        }
        Map<String, Bridge> was = old.map(Host::bridges).orElse(Map.of());
        Map<String, Bridge> is = now.map(Host::bridges).orElse(Map.of());
        for (String bridge : both(was.keySet(), is.keySet())) {
            bridge(name, bridge, Optional.ofNullable(was.get(bridge)), Optional.ofNullable(is.get(bridge)));
        }
    }

    private static List<Object> reached(Host host) {
        return List.of(host.ovsdb(), host.controller(), host.connectsFrom(), host.tunnelIp());
    }

    private void bridge(String host, String name, Optional<Bridge> old, Optional<Bridge> now) {
        if (!old.map(Touched::empty).equals(now.map(Touched::empty))) {
            touch("bridge " + host + "/" + name, Set.of(), Set.of(host));
        }
        Map<String, Port> was = old.map(Bridge::ports).orElse(Map.of());
        Map<String, Port> is = now.map(Bridge::ports).orElse(Map.of());
        for (String port : both(was.keySet(), is.keySet())) {
            Port a = was.get(port);
            Port b = is.get(port);
            if (!Objects.equals(a, b)) {
                boolean open = a != null && isOpen(a) || b != null && isOpen(b);
                List<String> names = new ArrayList<>(List.of(port));
                names.addAll(b == null ? List.of() : b.interfaces());
                // A port that carries everything, or joins bridges, concerns every network.
                boolean within = open
                        ? scope.isOfHosts() && scope.covers(Set.of(), Set.of(host))
                        : scope.covers(carried(a, b), Set.of(host), names, !isSameDevice(a, b));
                String what = host + "/" + name + "/" + port;
                if (!within) {
                    outside.add("port " + what);
                } else if (!scope.isOfHosts() && b != null && !endpoint(a).equals(b.endpoint())) {
                    // Bridges answer ARP by them, for everybody in the network.
                    outside.add("the addresses and guards of port " + what);
                }
            }
        }
    }

    private static Bridge empty(Bridge b) {
        return new Bridge(
                b.name(),
                b.datapathId(),
                b.netdev(),
                b.secure(),
                b.macAgingTime(),
                b.macLimit(),
                b.learningRate(),
                Map.of(),
                b.mirrors(),
                b.settings());
    }

    /** Whether a port stays on the devices that it has; a removed one takes none. */
    private static boolean isSameDevice(Port a, Port b) {
        return b == null
                || a != null
                        && a.type() == b.type()
                        && a.interfaces().equals(b.interfaces())
                        && a.settings().equals(b.settings());
    }

    private static Endpoint endpoint(Port port) {
        return port == null ? Endpoint.UNKNOWN : port.endpoint();
    }

    private static boolean isOpen(Port port) {
        return port.uplink()
                || port.type() == Port.Type.PATCH
                // Open vSwitch takes whatever comes with its key from its far end, whoever else uses that key.
                || port.type().isTunnel()
                || port.vlans() instanceof Port.Plain
                || port.vlans() instanceof Port.Trunk t && !t.unnamed().isEmpty();
    }

    private static Set<String> carried(Port a, Port b) {
        Set<String> all = new TreeSet<>();
        if (a != null) {
            all.addAll(a.networks());
        }
        if (b != null) {
            all.addAll(b.networks());
        }
        return all;
    }

    private void acls() {
        Map<String, Acl> was = byName(before.acls());
        Map<String, Acl> is = byName(after.acls());
        for (String name : both(was.keySet(), is.keySet())) {
            Acl a = was.get(name);
            Acl b = is.get(name);
            // The priorities of the rules follow from their order.
            if (a == null || b == null || !a.with(b.order()).equals(b)) {
                touch("access list " + name, scopes(a, b, Acl.Scope::networks), scopes(a, b, Acl.Scope::hosts));
            }
        }
        // The first rule that matches decides: new lists come behind all others.
        List<String> order = new ArrayList<>(was.keySet());
        List<String> now = new ArrayList<>(is.keySet());
        order.retainAll(now);
        if (!order.equals(now.subList(0, order.size()))) {
            outside.add("the order of access lists");
        }
    }

    /** The names that a list is restricted to; none if one of its two versions is not. */
    private static Set<String> scopes(Acl a, Acl b, Function<Acl.Scope, Set<String>> names) {
        Set<String> all = new TreeSet<>();
        for (Acl acl : new Acl[] {a, b}) {
            if (acl != null && names.apply(acl.on()).isEmpty()) {
                return Set.of();
            } else if (acl != null) {
                all.addAll(names.apply(acl.on()));
            }
        }
        return all;
    }

    private static Map<String, Acl> byName(List<Acl> acls) {
        Map<String, Acl> all = new LinkedHashMap<>();
        acls.forEach(a -> all.put(a.name(), a));
        return all;
    }

    private static Set<String> both(Collection<String> a, Collection<String> b) {
        Set<String> all = new LinkedHashSet<>(a);
        all.addAll(b);
        return all;
    }

    private void touch(String what, Collection<String> networks, Collection<String> hosts) {
        if (!scope.covers(networks, hosts)) {
            outside.add(what);
        }
    }
}
