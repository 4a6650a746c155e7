package io.heddle.apps;

import com.google.common.hash.Hashing;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.PortNumber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the apps would be told of a bridge, whether or not there is a switch yet. Pure. */
public final class Blueprint {
    /** Above what OVS gives by itself, at least on bridges of common size; below what MeterKind can number. */
    private static final int SMALLEST = 0x0800;

    private static final int LARGEST = 0xbfff;

    private Blueprint() {}

    /**
     * A bridge's view.
     *
     * @param real the numbers of the interfaces that the switch has. Those that do not exist yet have the numbers that
     *     Heddle asks for when it makes them, so that their entries are there before they are
     */
    public static SwitchView view(
            NetworkModel model, NetworkModel.Place place, Map<String, Integer> real, Transition transition) {
        Map<String, Integer> numbers = new HashMap<>(real);
        Set<Integer> taken = new HashSet<>(real.values());
        for (String device : devices(model, place)) {
            if (!numbers.containsKey(device)) {
                int number = request(place, device);
                while (!taken.add(number)) {
                    number = number == LARGEST ? SMALLEST : number + 1;
                }
                numbers.put(device, number);
            }
        }
        return new SwitchView(model, Optional.of(place), numbers, transition);
    }

    /** All interfaces that flow entries speak of. */
    private static List<String> devices(NetworkModel model, NetworkModel.Place place) {
        List<String> devices = new ArrayList<>();
        place.bridge().ports().values().forEach(p -> devices.addAll(p.interfaces()));
        if (!model.overlays(place.host(), place.bridge()).isEmpty()) {
            devices.add(model.tunnelPort(place.bridge()));
            if (model.tunnels().bfd()) {
                model.peers(place.host(), place.bridge()).forEach(peer -> devices.add(NetworkModel.probePort(peer)));
            }
        }
        return devices;
    }

    /**
     * The OpenFlow number to ask for when an interface is made. It follows from the names alone, so that entries can be
     * made before the port is; where two ask for the same one, OVS gives the second another, and its entries follow.
     */
    public static int request(NetworkModel.Place place, String device) {
        Port port = place.bridge().ports().get(device);
        if (port != null && port.settings().values().get("Interface.ofport_request") instanceof Long said) {
            return said.intValue();
        }
        if (device.equals(place.bridge().name())) {
            return PortNumber.LOCAL;
        }
        int hash = Hashing.murmur3_32_fixed()
                .hashString(place + "/" + device, StandardCharsets.UTF_8)
                .asInt();
        return SMALLEST + Integer.remainderUnsigned(hash, LARGEST - SMALLEST + 1);
    }
}
