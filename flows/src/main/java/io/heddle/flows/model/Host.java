package io.heddle.flows.model;

import com.google.common.net.InetAddresses;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A machine that runs Open vSwitch.
 *
 * @param name what the file calls it
 * @param ovsdb how its database is reached
 * @param tunnelIp the address of its VTEP, if it takes part in overlays
 * @param underlayMtu bytes of the largest IP packet that the network between the VTEPs carries
 * @param controller the OpenFlow target to give to its bridges, if not the address by which Heddle is seen from there;
 *     {@code none} for no controller
 * @param bridges by name, in the order of the file
 */
public record Host(
        String name,
        Ovsdb ovsdb,
        Optional<String> tunnelIp,
        int underlayMtu,
        Optional<String> controller,
        Map<String, Bridge> bridges) {
    private static final Optional<String> NO_CONTROLLER = Optional.of("none");

    public Host {
        bridges = Collections.unmodifiableMap(new LinkedHashMap<>(bridges));
    }

    /** By name: whoever asks for sets of many would otherwise read all that each of them holds. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** The same host with other bridges. */
    public Host with(Map<String, Bridge> other) {
        return new Host(name, ovsdb, tunnelIp, underlayMtu, controller, other);
    }

    /** How a host's database is reached. */
    public sealed interface Ovsdb {}

    /** Heddle dials it. */
    public record Dial(String address, int port) implements Ovsdb {
        @Override
        public String toString() {
            return "tcp:" + address + ":" + port;
        }
    }

    /** The host dials in and names itself by {@code external_ids:system-id}. */
    public record DialsIn(String systemId) implements Ovsdb {
        @Override
        public String toString() {
            return "system-id " + systemId;
        }
    }

    /** Whether its bridges are to have Heddle as controller; where not, Heddle keeps their rows, and their flows are not its business. */
    public boolean hasController() {
        return !controller.equals(NO_CONTROLLER);
    }

    /** The end of its tunnels. */
    public Optional<Vtep> vtep() {
        return tunnelIp.map(ip -> new Vtep(InetAddresses.forString(ip)));
    }
}
