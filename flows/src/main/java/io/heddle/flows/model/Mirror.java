package io.heddle.flows.model;

import java.util.List;
import java.util.Map;

/**
 * A port mirror. Source: ovs-vswitchd.conf.db(5), table Mirror.
 *
 * @param name unique within the bridge
 * @param all whether every frame is copied
 * @param sources ports whose incoming frames are copied
 * @param destinations ports whose outgoing frames are copied
 * @param vlans the VLANs whose frames are copied; empty for all
 * @param outputPort the port that gets the copies and carries nothing else, or null
 * @param outputVlan the VLAN into which the copies are flooded, 0 for none
 * @param snaplen bytes of a copy, 0 for all
 * @param tunnel the options of {@code outputPort} if it is a tunnel of the mirror's own, including "type"; otherwise
 *     empty
 */
public record Mirror(
        String name,
        boolean all,
        List<String> sources,
        List<String> destinations,
        List<Integer> vlans,
        String outputPort,
        int outputVlan,
        int snaplen,
        Map<String, String> tunnel) {
    public Mirror {
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
        vlans = List.copyOf(vlans);
        tunnel = Map.copyOf(tunnel);
    }
}
