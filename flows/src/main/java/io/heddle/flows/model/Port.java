package io.heddle.flows.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A port of a bridge.
 *
 * @param name unique within the host; the interface's name where the port is not a bond
 * @param type what kind of device stands behind it
 * @param peer for {@link Type#PATCH}, the port at the other end; otherwise null
 * @param bond the members, where the port is a bond
 * @param vlans what it carries
 */
public record Port(String name, Type type, String peer, Optional<Bond> bond, Vlans vlans) {

    /** What kind of device stands behind a port. */
    public enum Type {
        /** A device that the host has: a NIC, a veth, a TAP. */
        SYSTEM(""),
        /** A device that OVS makes, for the host itself. */
        INTERNAL("internal"),
        /** One end of a cable between two bridges of a host. */
        PATCH("patch");

        private final String ovsdb;

        Type(String ovsdb) {
            this.ovsdb = ovsdb;
        }

        /** The value of OVSDB's Interface.type. */
        public String ovsdb() {
            return ovsdb;
        }
    }

    /** What a port carries. */
    public sealed interface Vlans {
    }

    /** Frames of one network, untagged. */
    public record Access(String network) implements Vlans {
    }

    /**
     * Frames of several networks.
     *
     * @param tagged networks whose frames are tagged on the wire
     * @param nativeNetwork the network of untagged frames, or null
     * @param nativeTagged whether frames of the native network leave tagged nevertheless
     */
    public record Trunk(List<String> tagged, String nativeNetwork, boolean nativeTagged) implements Vlans {
        public Trunk {
            tagged = List.copyOf(tagged);
        }

        /** All networks that the trunk carries, the native one first. */
        public List<String> networks() {
            if (nativeNetwork == null) {
                return tagged;
            }
            List<String> all = new ArrayList<>(List.of(nativeNetwork));
            tagged.stream().filter(n -> !n.equals(nativeNetwork)).forEach(all::add);
            return all;
        }
    }

    /** Nothing was said: the port carries every VLAN, as a port does that ovs-vsctl adds; NORMAL alone serves it. */
    public record Plain() implements Vlans {
    }

    /** The names of the networks that the port carries. */
    public List<String> networks() {
        if (vlans instanceof Access a) {
            return List.of(a.network());
        }
        return vlans instanceof Trunk t ? t.networks() : List.of();
    }

    /** The interfaces behind the port: the bond's members, or the port itself. */
    public List<String> interfaces() {
        return bond.map(Bond::members).orElse(List.of(name));
    }
}
