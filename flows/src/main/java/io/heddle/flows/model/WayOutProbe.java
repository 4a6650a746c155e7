package io.heddle.flows.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How a host finds out whether another one can serve a way out that may move to it. It sends BFD messages by a tunnel
 * with a key of its own. Flow entries of the other host send them back as they are, as long as it has a link to the
 * outside (RFC 9747: BFD with a peer that only loops). So a probe also fails while the other host has no flow entries.
 *
 * @param watched a host that may have a way out
 * @param watcher a host that may send to it; another one
 * @param outside the network where the outside begins
 */
public record WayOutProbe(Host watched, Host watcher, Network outside) {
    /** The lowest key of these probes. No network may have it as its VNI, nor a higher one, while a way out moves. */
    public static final int FIRST_KEY = 0xff_8000;

    private static final int BY_VNI = 0x2000;
    private static final int FROM_HIGHER = 0x1000;
    private static final int NUMBERS = 0xfff;

    /** The probe of a host that may have the way out into a network. */
    public static WayOutProbe of(NetworkModel model, Host watched, Host watcher, Router.Outside outside) {
        return new WayOutProbe(watched, watcher, model.networks().get(outside.network()));
    }

    /**
     * The key of the tunnel. Two hosts that watch each other use two keys: what comes back must never look like a probe
     * of the other one, which would send it back again.
     */
    public int key() {
        boolean higher = Integer.compareUnsigned(id(watcher), id(watched)) > 0;
        return FIRST_KEY | number(outside) | (higher ? FROM_HIGHER : 0);
    }

    /** What tells apart networks where the outside begins: the VLAN, or the low bits of the VNI. */
    public static int number(Network outside) {
        return outside.vni().isPresent() ? BY_VNI | outside.vni().getAsInt() & NUMBERS : outside.vlan();
    }

    /** The name of the port by which the watcher probes. */
    public String port() {
        return String.format("wo-%08x%04x", id(watched), key() & 0xffff);
    }

    private static int id(Host host) {
        return host.vtep().orElseThrow().id();
    }

    /** The probes that a bridge sends. */
    public static List<WayOutProbe> from(NetworkModel model, Host watcher, Bridge bridge) {
        Set<WayOutProbe> found = new LinkedHashSet<>();
        for (Router router : model.routers().values()) {
            Set<Host> reached = reached(model, router, watcher, bridge);
            router.outside()
                    .filter(Router.Outside::moves)
                    .ifPresent(o -> o.hosts().stream()
                            .map(model.hosts()::get)
                            .filter(reached::contains)
                            .forEach(h -> found.add(of(model, h, watcher, o))));
        }
        return List.copyOf(found);
    }

    /** The probes that a bridge sends back. */
    public static List<WayOutProbe> to(NetworkModel model, Host watched, Bridge bridge) {
        Set<WayOutProbe> found = new LinkedHashSet<>();
        for (Router router : model.routers().values()) {
            router.outside()
                    .filter(o -> o.moves()
                            && o.hosts().contains(watched.name())
                            && model.networks(watched, bridge).contains(o.network()))
                    .ifPresent(o ->
                            reached(model, router, watched, bridge).forEach(h -> found.add(of(model, watched, h, o))));
        }
        return List.copyOf(found);
    }

    /** The hosts that a bridge reaches by tunnels of a router's networks. */
    private static Set<Host> reached(NetworkModel model, Router router, Host host, Bridge bridge) {
        Set<Host> found = new LinkedHashSet<>();
        model.overlays(host, bridge).stream()
                .filter(n -> router.networks().contains(n.name()))
                .forEach(n -> found.addAll(model.peers(host, n)));
        return found;
    }
}
