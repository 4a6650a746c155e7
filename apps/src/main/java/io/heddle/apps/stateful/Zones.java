package io.heddle.apps.stateful;

import com.google.common.hash.Hashing;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The zones of connection tracking of one host. Each port has one for each of its networks, so that connections of
 * different ports and tenants never meet, even with the same addresses. The bridges of a host share its datapath, and so
 * its zones.
 *
 * <p>A zone follows from names alone: it is the same after a restart and on every controller. Two names with the same
 * hash are rare; then the later name in the alphabet takes the next free zone.
 */
final class Zones {
    /** Zone 0 is everybody's. */
    private static final int FIRST = 1;

    private static final int COUNT = 0xffff;

    private Zones() {}

    /** A port that stateful lists judge, in one of its networks. @param port {@code host/bridge/port} */
    record Key(String port, String network) {
        private String text() {
            return port + " " + network;
        }
    }

    /** The zones of all ports of a host that stateful lists judge. */
    static Map<Key, Integer> of(NetworkModel model, Host host) {
        Map<String, Key> keys = new TreeMap<>();
        List<Acl> lists = model.acls().stream().filter(Acl::stateful).toList();
        for (NetworkModel.Place place : model.places()) {
            if (!place.host().name().equals(host.name())) {
                continue;
            }
            place.bridge()
                    .ports()
                    .values()
                    .forEach(port ->
                            lists.forEach(acl -> acl.networks(place, port).forEach(network -> {
                                Key key = new Key(place + "/" + port.name(), network);
                                keys.put(key.text(), key);
                            })));
        }
        Map<Key, Integer> zones = new HashMap<>();
        Set<Integer> taken = new HashSet<>();
        keys.forEach((text, key) -> {
            int hash = Hashing.murmur3_32_fixed()
                    .hashString(text, StandardCharsets.UTF_8)
                    .asInt();
            int zone = Integer.remainderUnsigned(hash, COUNT);
            while (!taken.add(zone)) {
                zone = (zone + 1) % COUNT;
            }
            zones.put(key, FIRST + zone);
        });
        return zones;
    }
}
