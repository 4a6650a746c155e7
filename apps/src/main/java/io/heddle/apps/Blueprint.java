package io.heddle.apps;

import com.google.common.hash.Hashing;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.WayOutProbe;
import io.heddle.flows.program.PortNumber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes the view of a bridge that the apps get, even before the switch exists. Pure. */
public final class Blueprint {
    /** The lowest requested port number: above those that OVS assigns itself on bridges of common size. */
    private static final int SMALLEST = 0x0800;

    /** The highest requested port number, limited by the meter numbers of {@link MeterKind}. */
    private static final int LARGEST = 0xbfff;

    private Blueprint() {}

    /**
     * A bridge's view.
     *
     * @param real the port numbers of the interfaces that the switch has. Other interfaces get the numbers that Heddle
     *     requests when it creates them, so that their entries are in force before they exist
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

    /** All interfaces that flow entries refer to. */
    private static List<String> devices(NetworkModel model, NetworkModel.Place place) {
        List<String> devices = new ArrayList<>();
        place.bridge().ports().values().forEach(p -> devices.addAll(p.interfaces()));
        if (!model.overlays(place.host(), place.bridge()).isEmpty()) {
            devices.add(model.tunnelPort(place.bridge()));
            model.probed(place.host(), place.bridge()).forEach(peer -> devices.add(NetworkModel.probePort(peer)));
            WayOutProbe.from(model, place.host(), place.bridge()).forEach(p -> devices.add(p.port()));
        }
        return devices;
    }

    /**
     * The OpenFlow port number to request for a new interface. It depends only on names, so that entries can precede
     * the port. If two interfaces request the same number, OVS assigns the second another one, and Heddle adapts its
     * entries.
     */
    public static int request(NetworkModel.Place place, String device) {
        Port port = place.bridge().ports().get(device);
        if (port != null && port.settings().values().get("Interface.ofport_request") instanceof Long requested) {
            return requested.intValue();
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
