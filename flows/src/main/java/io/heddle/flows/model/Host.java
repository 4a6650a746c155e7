package io.heddle.flows.model;

import com.google.common.net.InetAddresses;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine that runs Open vSwitch.
 *
 * @param name its name in the network file
 * @param ovsdb how Heddle reaches its database
 * @param tunnelIp the address of its VTEP, if it takes part in overlays
 * @param underlayMtu bytes of the largest IP packet that the network between the VTEPs carries
 * @param controller the OpenFlow target of its bridges; empty for the address at which the host sees Heddle,
 *     {@code none} for no controller
 * @param connectsFrom where its switches and its database connect from; empty to accept its known addresses
 * @param bridges by name, in the order of the network file
 */
public record Host(
        String name,
        Ovsdb ovsdb,
        Optional<String> tunnelIp,
        int underlayMtu,
        Optional<String> controller,
        List<Prefix> connectsFrom,
        Map<String, Bridge> bridges) {
    private static final Optional<String> NO_CONTROLLER = Optional.of("none");

    public Host {
        bridges = Collections.unmodifiableMap(new LinkedHashMap<>(bridges));
    }

    /** By name: otherwise hashing a set of many would read everything that each of them contains. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** The same host with other bridges. */
    public Host with(Map<String, Bridge> other) {
        return new Host(name, ovsdb, tunnelIp, underlayMtu, controller, connectsFrom, other);
    }

    /** How Heddle reaches a host's database. */
    public sealed interface Ovsdb {}

    /** Heddle connects to the host. @param tls whether by TLS */
    public record Dial(String address, int port, boolean tls) implements Ovsdb {
        @Override
        public String toString() {
            return (tls ? "ssl:" : "tcp:") + (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
        }
    }

    /** The host connects to Heddle and identifies itself by {@code external_ids:system-id}. */
    public record DialsIn(String systemId) implements Ovsdb {
        @Override
        public String toString() {
            return "system-id " + systemId;
        }
    }

    /**
     * Whether Heddle is the controller of the host's bridges. If not, Heddle manages only their OVSDB rows, not their
     * flows.
     */
    public boolean hasController() {
        return !controller.equals(NO_CONTROLLER);
    }

    /** Whether the file says that the host's bridges connect by TLS, so that no other connection speaks for it. */
    public boolean needsTls() {
        return ovsdb instanceof Dial d && d.tls()
                ? controller.filter(c -> c.startsWith("tcp:")).isEmpty()
                : controller.filter(c -> c.startsWith("ssl:")).isPresent();
    }

    /** The host's tunnel endpoint. */
    public Optional<Vtep> vtep() {
        return tunnelIp.map(ip -> new Vtep(InetAddresses.forString(ip)));
    }
}
