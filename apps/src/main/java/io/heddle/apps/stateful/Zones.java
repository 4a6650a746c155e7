package io.heddle.apps.stateful;

import io.heddle.apps.FreeNumbers;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The zones of connection tracking of one host. Each port has one for each of its networks, so that connections of
 * different ports and tenants never meet, even with the same addresses. The bridges of a host share its datapath, and
 * so its zones.
 *
 * <p>A zone follows from names alone: it is the same after a restart and on every controller. Two names with the same
 * hash are rare; then the shorter one, or else the earlier one in the alphabet, has the zone, and the other takes its
 * second choice. So a new port takes no zone but that of a port with the same hash and a later name, or a second
 * choice.
 */
public final class Zones {
    /** Zone 0 is everybody's. */
    private static final int FIRST = 1;

    private static final int COUNT = 0xffff;

    /** Names that are counted up become longer: {@code vm10} comes after {@code vm9}. */
    private static final Comparator<Key> ORDER =
            Comparator.comparing((Key key) -> key.text().length()).thenComparing(Key::text);

    private Zones() {}

    /** A port that stateful lists judge, in one of its networks. @param port {@code host/bridge/port} */
    public record Key(String port, String network) {
        /** The port's name on its bridge. */
        public String portName() {
            return port.substring(port.lastIndexOf('/') + 1);
        }

        private String text() {
            return port + " " + network;
        }
    }

    /** The zones of all ports of a host that stateful lists judge, of the routers whose way out or floating addresses it
     * has, and of those with services or several next routers. */
    public static Map<Key, Integer> of(NetworkModel model, Host host) {
        Set<Key> keys = new HashSet<>();
        for (Router router : model.routers().values()) {
            if (router.outside().filter(o -> o.hosts().contains(host.name())).isPresent()
                    || model.hasFloatings(router, host)) {
                keys.add(ofRouter(router));
                keys.add(ofHairpins(router));
                router.outside()
                        .filter(Router.Outside::shared)
                        .ifPresent(o -> o.addresses().forEach(a -> keys.add(ofShared(a, o.network()))));
            } else if (!router.insideServices().isEmpty()) {
                keys.add(ofRouter(router));
            }
            if (router.spreads()) {
                keys.add(ofNextRouters(router));
            }
        }
        List<Acl> lists = model.acls().stream().filter(Acl::stateful).toList();
        for (NetworkModel.Place place : model.places()) {
            if (!place.host().name().equals(host.name())) {
                continue;
            }
            lists.forEach(acl -> keys.addAll(judged(acl, place)));
        }
        return of(keys);
    }

    /**
     * The most connections of each port of a bridge, by its networks: the lowest limit of the lists that judge it.
     * Ports without a limit are left out.
     */
    public static Map<Key, Long> limits(NetworkModel model, NetworkModel.Place place) {
        Map<Key, Long> limits = new TreeMap<>(ORDER);
        for (Acl acl : model.acls()) {
            long limit = acl.options().connectionLimit();
            if (limit != Acl.Options.UNLIMITED) {
                judged(acl, place).forEach(key -> limits.merge(key, limit, Math::min));
            }
        }
        return limits;
    }

    /** What stands for the connections that a router translates. No port has such a name. */
    public static Key ofRouter(Router router) {
        return new Key("router", router.name());
    }

    /** Likewise, for connections from inside to what an outside address stands for. */
    public static Key ofHairpins(Router router) {
        return new Key("hairpin", router.name());
    }

    /** Likewise, for connections of all routers that share an outside address. */
    public static Key ofShared(Inet4Address address, String network) {
        return new Key("shared " + address.getHostAddress(), network);
    }

    /** Likewise, for connections by one of several next routers. */
    public static Key ofNextRouters(Router router) {
        return new Key("next-routers", router.name());
    }

    /** The ports of a bridge, each with one of its networks, that a stateful list judges. */
    static Set<Key> judged(Acl acl, NetworkModel.Place place) {
        Set<Key> out = new LinkedHashSet<>();
        for (Port port : place.bridge().ports().values()) {
            acl.networks(place, port).forEach(n -> out.add(new Key(place + "/" + port.name(), n)));
        }
        return out;
    }

    /** The zones of these ports. */
    static Map<Key, Integer> of(Collection<Key> keys) {
        Map<Key, Integer> zones = new HashMap<>();
        Set<Integer> taken = new HashSet<>();
        List<Key> second = new ArrayList<>();
        for (Key key : keys.stream().sorted(ORDER).toList()) {
            int zone = place(key, 0);
            if (taken.add(zone)) {
                zones.put(key, FIRST + zone);
            } else {
                second.add(key);
            }
        }
        for (Key key : second) {
            int zone = place(key, 1);
            while (!taken.add(zone)) {
                zone = (zone + 1) % COUNT;
            }
            zones.put(key, FIRST + zone);
        }
        return zones;
    }

    private static int place(Key key, int seed) {
        return Integer.remainderUnsigned(FreeNumbers.hash(key.text(), seed), COUNT);
    }
}
