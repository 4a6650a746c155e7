package io.heddle.trace;

import io.heddle.flows.model.Endpoint;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The known hosts, declared or learnt.
 *
 * @param sightings the declared ones first
 */
public record KnownHosts(List<Sighting> sightings) {
    public KnownHosts {
        sightings = List.copyOf(sightings);
    }

    /**
     * A host behind a port.
     *
     * @param bridge {@code host/bridge}
     * @param home whether the host is attached there; false if it is only heard through an uplink or a tunnel
     */
    public record Sighting(String bridge, String port, long mac, List<InetAddress> addresses, boolean home) {}

    /** The hosts that a file declares, and the learnt ones. */
    public static KnownHosts of(NetworkModel model, List<Sighting> learnt) {
        List<Sighting> all = new ArrayList<>();
        for (NetworkModel.Place place : model.places()) {
            for (Port p : place.bridge().ports().values()) {
                Endpoint e = p.endpoint();
                if (p.roaming().filter(f -> f.standby()).isPresent()) {
                    continue;
                }
                e.mac().ifPresent(mac -> all.add(new Sighting(place.toString(), p.name(), mac, e.addresses(), true)));
            }
        }
        all.addAll(learnt);
        return new KnownHosts(all);
    }

    /** The port of a bridge behind which a MAC is. */
    Optional<String> port(NetworkModel.Place place, long mac) {
        return sightings.stream()
                .filter(s -> s.mac == mac && s.bridge.equals(place.toString()))
                .map(Sighting::port)
                .findFirst();
    }

    /** The host with this MAC, where it is attached. */
    Optional<Sighting> find(long mac) {
        return sightings.stream().filter(s -> s.mac == mac && s.home).findFirst();
    }

    /** The host with this address, where it is attached. */
    Optional<Sighting> find(InetAddress address) {
        return sightings.stream()
                .filter(s -> s.home && s.addresses.contains(address))
                .findFirst();
    }

    /** The first host that is attached to a port. */
    Optional<Sighting> behind(String bridge, String port) {
        return sightings.stream()
                .filter(s -> s.home && s.bridge.equals(bridge) && s.port.equals(port))
                .findFirst();
    }
}
