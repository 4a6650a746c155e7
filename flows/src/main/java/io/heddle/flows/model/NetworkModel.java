package io.heddle.flows.model;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The network as declared. Immutable; references between its parts must be valid: the caller checks them. */
public final class NetworkModel {
    /** An empty network. */
    public static final NetworkModel EMPTY = new NetworkModel(Map.of(), Map.of(), List.of(), Tunnels.DEFAULT);

    private final Map<String, Network> networks;
    private final Map<String, Router> routers;
    /** The router of each network that has one, by the network's name. */
    private final Map<String, Router> routerOf = new HashMap<>();

    private final Set<String> outsides = new HashSet<>();

    private final Map<String, Host> hosts;
    private final Map<String, Port> roaming;
    /** Where the roaming ports are that a host has, by name. */
    private final Map<String, At> found = new HashMap<>();

    private final List<Acl> acls;
    private final Tunnels tunnels;
    private final List<Link> links;
    private final List<Expectation> expectations;
    /** The hosts with a port in each network, by the network's name; cached, because callers ask often. */
    private final Map<String, List<Host>> carriers = new HashMap<>();
    /** Those of {@link #carriers} that have a VTEP. */
    private final Map<String, List<Host>> tunnelEnds = new HashMap<>();

    private final Map<Long, Place> byDatapathId = new HashMap<>();
    /** The overlays of this model's bridges, by identity: every port of the fleet asks for them. */
    private final Map<Bridge, List<Network>> overlays = new IdentityHashMap<>();
    /** Likewise, the networks that each bridge carries. */
    private final Map<Bridge, Set<String>> carried = new IdentityHashMap<>();

    private final Map<String, OptionalInt> tunnelMtus = new HashMap<>();
    private final Map<String, List<Port>> endpoints = new HashMap<>();
    /** By router, its floating addresses that the guest's own host translates. */
    private final Map<String, Map<Router.Floating, Place>> homes = new HashMap<>();
    /** The IPv4 addresses that ports declare, by the name of their network; only of networks with DHCP. */
    private final Map<String, Set<Inet4Address>> declared4 = new HashMap<>();

    /**
     * Builds the model.
     *
     * @param networks by name
     * @param routers by name
     * @param hosts by name; those that have a roaming port have it among the ports of a bridge
     * @param roaming the ports that are declared without a host, by name, as long as no host has them
     * @param acls in the order in which they apply
     * @param tunnels how tunnels carry networks between hosts
     * @param links connections of ports outside of the bridges
     * @param expectations what Heddle must prove before it applies a change
     */
    public NetworkModel(
            Map<String, Network> networks,
            Map<String, Router> routers,
            Map<String, Host> hosts,
            Map<String, Port> roaming,
            List<Acl> acls,
            Tunnels tunnels,
            List<Link> links,
            List<Expectation> expectations) {
        this.networks = Collections.unmodifiableMap(new LinkedHashMap<>(networks));
        this.routers = Collections.unmodifiableMap(new LinkedHashMap<>(routers));
        this.routers.values().forEach(r -> r.networks().forEach(n -> routerOf.put(n, r)));
        this.routers.values().forEach(r -> r.outside().ifPresent(o -> outsides.add(o.network())));
        this.hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
        this.roaming = Collections.unmodifiableMap(new LinkedHashMap<>(roaming));
        this.acls = List.copyOf(acls);
        this.tunnels = tunnels;
        this.links = List.copyOf(links);
        this.expectations = List.copyOf(expectations);
        this.hosts.values().forEach(this::index);
        this.roaming.values().forEach(this::indexEndpoint);
        carriers.replaceAll((n, all) -> List.copyOf(all));
        tunnelEnds.replaceAll((n, all) -> List.copyOf(all));
        endpoints.replaceAll((n, all) -> List.copyOf(all));
        this.hosts
                .values()
                .forEach(h -> h.bridges().values().forEach(b -> overlays.put(b, findOverlays(h, carried.get(b)))));
        this.networks.values().forEach(n -> tunnelMtus.put(n.name(), findTunnelMtu(n)));
        findHomes();
    }

    /** This network with other access lists. */
    public NetworkModel with(List<Acl> others) {
        return new NetworkModel(networks, routers, hosts, roaming, others, tunnels, links, expectations);
    }

    /** This network with other routers, of the same names. */
    public NetworkModel withRouters(Map<String, Router> others) {
        return new NetworkModel(networks, others, hosts, roaming, acls, tunnels, links, expectations);
    }

    /** Reads each port once: there may be a hundred thousand. */
    private void index(Host host) {
        Set<String> here = new LinkedHashSet<>();
        for (Bridge bridge : host.bridges().values()) {
            byDatapathId.putIfAbsent(bridge.datapathId(), new Place(host, bridge));
            Set<String> networks = withRouted(host, bridge.networks());
            carried.put(bridge, networks);
            here.addAll(networks);
            for (Port port : bridge.ports().values()) {
                if (port.roaming().isEmpty()) {
                    indexEndpoint(port);
                } else if (!port.roaming().get().standby()) {
                    found.put(port.name(), new At(new Place(host, bridge), port));
                }
            }
        }
        for (String network : here) {
            carriers.computeIfAbsent(network, n -> new ArrayList<>()).add(host);
            if (host.tunnelIp().isPresent()) {
                tunnelEnds.computeIfAbsent(network, n -> new ArrayList<>()).add(host);
            }
        }
    }

    /** A roaming port counts once, wherever it is: what others know of its guest stays when the guest moves. */
    private void indexEndpoint(Port port) {
        declare(port);
        if (port.isEndpoint()) {
            port.networks()
                    .forEach(n ->
                            endpoints.computeIfAbsent(n, k -> new ArrayList<>()).add(port));
        }
    }

    private void declare(Port port) {
        List<InetAddress> all = new ArrayList<>(port.endpoint().addresses());
        all.addAll(port.endpoint().shared());
        for (InetAddress address : all) {
            if (address instanceof Inet4Address a) {
                port.networks().stream()
                        .filter(n -> networks.containsKey(n)
                                && networks.get(n).dhcp().isPresent())
                        .forEach(n -> declared4
                                .computeIfAbsent(n, k -> new HashSet<>())
                                .add(a));
            }
        }
    }

    /**
     * These networks of a bridge, and those to which its routers send packets by tunnel. @param direct those of its
     * ports
     */
    private Set<String> withRouted(Host host, Set<String> direct) {
        if (routers.isEmpty() || host.tunnelIp().isEmpty()) {
            return direct;
        }
        Set<String> all = new LinkedHashSet<>(direct);
        for (String name : direct) {
            if (routerOf.containsKey(name)) {
                addOverlays(routerOf.get(name), all);
            }
        }
        // The host with the way out gets what the others send out.
        routers.values().stream()
                .filter(r -> r.outside()
                        .filter(o -> o.hosts().contains(host.name()) && direct.contains(o.network()))
                        .isPresent())
                .forEach(r -> addOverlays(r, all));
        return all;
    }

    private void addOverlays(Router router, Set<String> to) {
        router.networks().stream()
                .filter(n -> networks.get(n).vni().isPresent())
                .forEach(to::add);
    }

    /** A model without links and expectations. */
    public NetworkModel(Map<String, Network> networks, Map<String, Host> hosts, List<Acl> acls, Tunnels tunnels) {
        this(networks, Map.of(), hosts, Map.of(), acls, tunnels, List.of(), List.of());
    }

    /** The networks by name. */
    public Map<String, Network> networks() {
        return networks;
    }

    /** The routers by name. */
    public Map<String, Router> routers() {
        return routers;
    }

    /**
     * The routers that share a router's outside addresses, itself included: the first of them answers for all. None if
     * the addresses are its own.
     */
    public List<Router> sharing(Router router) {
        return router.outside().filter(Router.Outside::shared).isEmpty()
                ? List.of()
                : routers.values().stream()
                        .filter(r -> r.outside().equals(router.outside()))
                        .toList();
    }

    /** The network of a router in which an address is. */
    public Optional<Network> joined(Router router, InetAddress address) {
        return router.networks().stream()
                .map(networks::get)
                .filter(n -> n.contains(address))
                .findFirst();
    }

    /** The router that joins a network to others, if there is one. @param network its name */
    public Optional<Router> routerOf(String network) {
        return Optional.ofNullable(routerOf.get(network));
    }

    /** The addresses of services within a network. */
    public List<Inet4Address> services(Network network) {
        return routerOf(network.name()).stream()
                .flatMap(r -> r.insideServices().stream())
                .filter(network::contains)
                .toList();
    }

    /**
     * The names of the networks that a bridge carries: those of its ports, and those to which routers send packets from
     * there by tunnel.
     */
    public Set<String> networks(Host host, Bridge bridge) {
        Set<String> known = carried.get(bridge);
        return known != null ? known : withRouted(host, bridge.networks());
    }

    /** The hosts by name. */
    public Map<String, Host> hosts() {
        return hosts;
    }

    /** The ports that are declared without a host, by name, as the network file declares them. */
    public Map<String, Port> roaming() {
        return roaming;
    }

    /** Where a roaming port is in effect; empty while no host has it. @param port its name */
    public Optional<At> found(String port) {
        return Optional.ofNullable(found.get(port));
    }

    /** The access lists, in the order in which they apply. */
    public List<Acl> acls() {
        return acls;
    }

    /** How tunnels carry networks between hosts. */
    public Tunnels tunnels() {
        return tunnels;
    }

    /** The connections of ports outside of the bridges. */
    public List<Link> links() {
        return links;
    }

    /** What Heddle must prove before it applies a change. */
    public List<Expectation> expectations() {
        return expectations;
    }

    /**
     * All that the network file declares, by the names of its sections. Whoever compares two networks without looking
     * at each part compares these, so that no part is forgotten.
     */
    public Map<String, Object> parts() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("networks", networks);
        all.put("routers", routers);
        all.put("hosts", hosts);
        all.put("ports", roaming);
        all.put("acls", acls);
        all.put("tunnels", tunnels);
        all.put("links", links);
        all.put("expect", expectations);
        return all;
    }

    /** The hosts that have a port in a network, or route packets to it by tunnel. */
    public List<Host> carriers(Network network) {
        return carriers.getOrDefault(network.name(), List.of());
    }

    /** This model with one host in place of the one of the same name. */
    public NetworkModel with(Host host) {
        return withHosts(Map.of(host.name(), host));
    }

    /** Likewise, with several hosts. @param others by name */
    public NetworkModel withHosts(Map<String, Host> others) {
        Map<String, Host> all = new LinkedHashMap<>(hosts);
        all.putAll(others);
        return new NetworkModel(networks, routers, all, roaming, acls, tunnels, links, expectations);
    }

    /** A bridge and its host. */
    public record Place(Host host, Bridge bridge) {
        @Override
        public String toString() {
            return host.name() + "/" + bridge.name();
        }
    }

    /** A port and its place. */
    public record At(Place place, Port port) {
        /** The name that is the port's alone: {@code host/bridge/port}, or that of a roaming port. */
        @Override
        public String toString() {
            return port.isRoaming() ? port.name() : place + "/" + port.name();
        }

        /** Whether a host has the port. */
        public boolean isFound() {
            return place != NOWHERE;
        }
    }

    /** The place of roaming ports that no host has. */
    public static final Place NOWHERE = nowhere();

    private static Place nowhere() {
        Bridge bridge = new Bridge("nowhere", 0, false, true, 0, 0, 0, Map.of(), List.of(), Settings.NONE);
        Host host = new Host(
                "nowhere",
                new Host.DialsIn(""),
                Optional.empty(),
                0,
                Optional.empty(),
                List.of(),
                Map.of(bridge.name(), bridge));
        return new Place(host, bridge);
    }

    /**
     * All ports, in the order of the network file, roaming ones last. Each of these is there once, where it is in
     * effect, or {@link #NOWHERE}.
     */
    public List<At> ports() {
        List<At> all = new ArrayList<>();
        places().forEach(place -> place.bridge().ports().values().stream()
                .filter(p -> !p.isRoaming())
                .forEach(p -> all.add(new At(place, p))));
        roaming.forEach((name, port) -> all.add(found.getOrDefault(name, new At(NOWHERE, port))));
        return all;
    }

    /**
     * The ports that a name may mean: {@code host/bridge/port}, {@code host/port}, {@code host/member} of a bond,
     * {@code host/interface} of a roaming port, or {@code port}.
     */
    public List<At> portsNamed(String name) {
        return ports().stream()
                .filter(at -> {
                    String host = at.place.host().name() + "/";
                    return name.equals(at.toString())
                            || name.equals(host + at.port.name())
                            || name.equals(at.port.name())
                            || (at.port.bond().isPresent() || at.port.isRoaming())
                                    && at.port.interfaces().stream().anyMatch(i -> name.equals(host + i));
                })
                .toList();
    }

    /** All bridges of all hosts, in the order of the network file. */
    public List<Place> places() {
        List<Place> all = new ArrayList<>();
        hosts.values().forEach(h -> h.bridges().values().forEach(b -> all.add(new Place(h, b))));
        return all;
    }

    /** The bridge with this datapath id. */
    public Optional<Place> byDatapathId(long datapathId) {
        return Optional.ofNullable(byDatapathId.get(datapathId));
    }

    /** The networks on {@code bridge} that tunnels carry to other hosts, in the order of the network file. */
    public List<Network> overlays(Host host, Bridge bridge) {
        List<Network> known = overlays.get(bridge);
        return known != null ? known : findOverlays(host, networks(host, bridge));
    }

    private List<Network> findOverlays(Host host, Set<String> carried) {
        List<Network> found = new ArrayList<>();
        if (host.tunnelIp().isPresent()) {
            for (Network n : networks.values()) {
                if (n.vni().isPresent()
                        && carried.contains(n.name())
                        && tunnelEnds(n).stream().anyMatch(o -> isPeer(host, o))) {
                    found.add(n);
                }
            }
        }
        return List.copyOf(found);
    }

    /** The other hosts that have a VTEP and a port in {@code network}. */
    public List<Host> peers(Host host, Network network) {
        return tunnelEnds(network).stream().filter(o -> isPeer(host, o)).toList();
    }

    /** The hosts that have a VTEP and a port in {@code network}. */
    public List<Host> tunnelEnds(Network network) {
        return tunnelEnds.getOrDefault(network.name(), List.of());
    }

    /** The endpoints of all bridges in {@code network}, see {@link Bridge#endpoints}. */
    public List<Port> endpoints(Network network) {
        return endpoints.getOrDefault(network.name(), List.of());
    }

    /** The IPv4 addresses that ports of all bridges declare in a network with DHCP. */
    public Set<Inet4Address> declared4(Network network) {
        return declared4.getOrDefault(network.name(), Set.of());
    }

    private static boolean isPeer(Host host, Host other) {
        return !other.name().equals(host.name());
    }

    /** Whether the outside of a router begins in a network. */
    public boolean isOutside(String network) {
        return outsides.contains(network);
    }

    /** An address inside for which a floating address stands. @param network the one that contains it */
    private record Inside(String network, InetAddress address) {}

    /** Finds the bridges that translate floating addresses themselves, with one look at each port. */
    private void findHomes() {
        Map<Inside, List<Place>> found = new HashMap<>();
        Map<Inside, Router.Floating> wanted = new LinkedHashMap<>();
        for (Router router : routers.values()) {
            for (Router.Translation t : router.translations()) {
                if (t instanceof Router.Floating f && !f.atWayOut() && router.isAlone(f)) {
                    joined(router, f.inside()).ifPresent(n -> wanted.put(new Inside(n.name(), f.inside()), f));
                }
            }
        }
        for (At at : wanted.isEmpty() ? List.<At>of() : ports()) {
            at.port.endpoint().addresses().stream()
                    .flatMap(a -> at.port.networks().stream().map(n -> new Inside(n, a)))
                    .filter(wanted::containsKey)
                    .forEach(inside -> found.computeIfAbsent(inside, i -> new ArrayList<>())
                            .add(at.place));
        }
        wanted.forEach((inside, floating) -> {
            Router router = routerOf.get(inside.network);
            List<Place> places = found.getOrDefault(inside, List.of());
            String outside = router.outside().map(Router.Outside::network).orElse("");
            if (places.size() == 1
                    && places.get(0).bridge.uplinks().stream()
                            .anyMatch(u -> u.networks().contains(outside))) {
                homes.computeIfAbsent(router.name(), r -> new LinkedHashMap<>()).put(floating, places.get(0));
            }
        });
    }

    /**
     * The bridge that translates a floating address of a router itself: that of the only port that declares the inside
     * address, if an uplink leads from there to the outside, and nothing else has the outside address. Empty if the
     * host with the way out does it.
     */
    public Optional<Place> home(Router router, Router.Floating floating) {
        return Optional.ofNullable(homes(router).get(floating));
    }

    /** The floating addresses of a router that have a home, each with it, in the order of the network file. */
    public Map<Router.Floating, Place> homes(Router router) {
        return homes.getOrDefault(router.name(), Map.of());
    }

    /** The floating addresses of a router that a bridge translates, see {@link #home}. */
    public List<Router.Floating> floatings(Router router, Host host, Bridge bridge) {
        String place = new Place(host, bridge).toString();
        return homes(router).entrySet().stream()
                .filter(e -> e.getValue().toString().equals(place))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Likewise, of all bridges of a host. */
    public boolean hasFloatings(Router router, Host host) {
        return homes(router).values().stream().anyMatch(p -> p.host.name().equals(host.name()));
    }

    /** A router without the floating addresses that the host with the way out leaves to others, see {@link #home}. */
    public Router atWayOut(Router router) {
        Set<Router.Floating> away = homes(router).keySet();
        return away.isEmpty()
                ? router
                : router.withTranslations(router.translations().stream()
                        .filter(t -> !away.contains(t))
                        .toList());
    }

    /** The name of the port by which {@code bridge} reaches the VTEPs of other hosts. */
    public String tunnelPort(Bridge bridge) {
        return tunnels.type().prefix() + bridge.name();
    }

    /** The name of the port by which a host probes its path to a peer's VTEP. */
    public static String probePort(Host peer) {
        return String.format("bf-%08x", peer.vtep().orElseThrow().id());
    }

    /** The hosts with which {@code bridge} shares a network, in the order of the network file. */
    public List<Host> peers(Host host, Bridge bridge) {
        Set<Host> peers = new LinkedHashSet<>();
        overlays(host, bridge).forEach(n -> peers.addAll(peers(host, n)));
        return List.copyOf(peers);
    }

    /** The hosts to which {@code bridge} probes its path by BFD, see also {@link WayOutProbe}. */
    public List<Host> probed(Host host, Bridge bridge) {
        return tunnels.bfd() ? peers(host, bridge) : List.of();
    }

    /**
     * The largest IP packet that a network can carry, in bytes: the network's own MTU, or the largest that fits into
     * the tunnels between its hosts. Empty for a network with neither.
     */
    public OptionalInt mtu(Network network) {
        return network.mtu().isPresent() ? network.mtu() : tunnelMtu(network);
    }

    /** The largest IP packet that fits into the tunnels of a network, in bytes; empty if it has none. */
    public OptionalInt tunnelMtu(Network network) {
        OptionalInt known = networks.get(network.name()) == network ? tunnelMtus.get(network.name()) : null;
        return known != null ? known : findTunnelMtu(network);
    }

    private OptionalInt findTunnelMtu(Network network) {
        List<Host> ends = network.vni().isEmpty() ? List.of() : tunnelEnds(network);
        return ends.size() < 2
                ? OptionalInt.empty()
                : ends.stream().mapToInt(h -> h.underlayMtu() - overhead(h)).min();
    }

    /** The bytes that a tunnel from {@code host} adds to a packet: the header of IPv6 is 20 bytes longer. */
    public int overhead(Host host) {
        return tunnels.type().overhead() + (host.vtep().filter(Vtep::isV6).isPresent() ? 20 : 0);
    }
}
