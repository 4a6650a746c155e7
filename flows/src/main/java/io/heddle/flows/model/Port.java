package io.heddle.flows.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A port of a bridge.
 *
 * @param name unique within the host; the interface's name where the port is not a bond
 * @param type what kind of device stands behind it
 * @param peer for {@link Type#PATCH}, the port at the other end; otherwise null
 * @param bond the members, where the port is a bond
 * @param vlans what it carries
 * @param uplink whether other switches are behind it
 * @param policy how it stands to the bridge's other ports
 * @param endpoint what is known of the host behind it
 * @param limits what may pass
 * @param mtu the MTU to ask of its interface, or empty for what its network needs
 * @param settings what OVS itself acts on
 */
public record Port(
        String name,
        Type type,
        String peer,
        Optional<Bond> bond,
        Vlans vlans,
        boolean uplink,
        Policy policy,
        Endpoint endpoint,
        Limits limits,
        OptionalInt mtu,
        Settings settings) {

    /** By name: whoever asks for sets of many would otherwise read all that each of them holds. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** How a port stands to its siblings, in the words of Linux's macvlan. */
    public enum Policy {
        /** Speaks with all of them. */
        BRIDGE,
        /** Speaks with ports that are not private, not with other private ones. */
        PRIVATE,
        /** Sends everything out by the uplink; what is for a sibling comes back from the switch there. */
        VEPA,
        /** Is alone with the uplink in its network. */
        PASSTHRU
    }

    /** What kind of device stands behind a port. */
    public enum Type {
        /** A device that the host has: a NIC, a veth, a TAP. */
        SYSTEM(""),
        /** A device that OVS makes, for the host itself. */
        INTERNAL("internal"),
        /** A device that OVS makes for a virtual machine; userspace datapath only. */
        TAP("tap"),
        /** One end of a cable between two bridges of a host. */
        PATCH("patch"),
        /** A tunnel to one far end that need not be Heddle's; the networks between Heddle's own hosts need none. */
        VXLAN("vxlan"),
        /** Likewise, in Geneve. */
        GENEVE("geneve"),
        /** Likewise, in GRE. */
        GRE("gre");

        private final String ovsdb;

        Type(String ovsdb) {
            this.ovsdb = ovsdb;
        }

        /** Whether frames leave by a tunnel of the port's own. */
        public boolean isTunnel() {
            return this == VXLAN || this == GENEVE || this == GRE;
        }

        /** The value of OVSDB's Interface.type. */
        public String ovsdb() {
            return ovsdb;
        }
    }

    /** What a port carries. */
    public sealed interface Vlans {}

    /** Frames of one network, untagged. */
    public record Access(String network) implements Vlans {}

    /**
     * Frames of several networks.
     *
     * @param tagged networks whose frames are tagged on the wire
     * @param unnamed VLANs that it carries as well, whether or not a network has their number
     * @param nativeNetwork the network of untagged frames, or null
     * @param nativeTagged whether frames of the native network leave tagged nevertheless
     */
    public record Trunk(List<String> tagged, List<VlanRange> unnamed, String nativeNetwork, boolean nativeTagged)
            implements Vlans {
        public Trunk {
            tagged = List.copyOf(tagged);
            unnamed = List.copyOf(unnamed);
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

    /**
     * Whatever comes in, tagged or not, is carried as it is in one network: 802.1Q tunnelling, QinQ.
     *
     * @param network whose VLAN is the outer tag
     * @param customerVlans the inner VLANs that may pass; empty for all
     */
    public record Dot1qTunnel(String network, List<Integer> customerVlans) implements Vlans {
        public Dot1qTunnel {
            customerVlans = List.copyOf(customerVlans);
        }
    }

    /** A run of VLANs. */
    public record VlanRange(int first, int last) {
        /** All VLANs that a tag can name. */
        public static final VlanRange ALL = new VlanRange(1, 4094);
    }

    /** Nothing was said: the port carries every VLAN, as a port does that ovs-vsctl adds; NORMAL alone serves it. */
    public record Plain() implements Vlans {}

    /**
     * A port of which nothing more is said than what it is.
     *
     * @param peer for a patch, the port at the other end, or null
     */
    public static Port plain(String name, Type type, String peer) {
        return new Port(
                name,
                type,
                peer,
                Optional.empty(),
                new Plain(),
                false,
                Policy.BRIDGE,
                Endpoint.UNKNOWN,
                Limits.NONE,
                OptionalInt.empty(),
                Settings.NONE);
    }

    /** The same port with other networks. */
    public Port carrying(Vlans other) {
        return new Port(name, type, peer, bond, other, uplink, policy, endpoint, limits, mtu, settings);
    }

    /** The names of the networks that the port carries. */
    public List<String> networks() {
        if (vlans instanceof Access a) {
            return List.of(a.network());
        } else if (vlans instanceof Dot1qTunnel q) {
            return List.of(q.network());
        }
        return vlans instanceof Trunk t ? t.networks() : List.of();
    }

    /** Whether it is an access port behind which a host with a known MAC and known addresses is. */
    public boolean isEndpoint() {
        return vlans instanceof Access
                && endpoint.mac().isPresent()
                && !endpoint.addresses().isEmpty();
    }

    /** The interfaces behind the port: the bond's members, or the port itself. */
    public List<String> interfaces() {
        return bond.map(Bond::members).orElse(List.of(name));
    }
}
