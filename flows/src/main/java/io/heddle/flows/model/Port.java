package io.heddle.flows.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A port of a bridge.
 *
 * @param name unique within the host; the interface's name unless the port is a bond
 * @param type the kind of its device
 * @param peer for {@link Type#PATCH}, the port at the other end; otherwise null
 * @param bond the members, if the port is a bond
 * @param vlans the networks and VLANs that it carries
 * @param uplink whether it leads to other switches
 * @param policy its isolation from the bridge's other ports
 * @param endpoint the known facts about the host behind it
 * @param limits its rate limits
 * @param mtu the MTU to request for its interface, or empty for the MTU that its network needs
 * @param settings the settings that OVS itself acts on
 * @param labels words for people, by which groups choose their ports
 * @param roaming how it is found and where it is, if the network file declares it without a host
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
        Settings settings,
        Map<String, String> labels,
        Optional<Roaming> roaming) {
    public Port {
        labels = Map.copyOf(labels);
    }

    /** A port of a host that the network file names. */
    public Port(
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
            Settings settings,
            Map<String, String> labels) {
        this(name, type, peer, bond, vlans, uplink, policy, endpoint, limits, mtu, settings, labels, Optional.empty());
    }

    /** By name: otherwise hashing a set of many would read everything that each of them contains. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** The isolation of a port from the bridge's other ports; the modes of Linux's macvlan. */
    public enum Policy {
        /** Exchanges frames with all of them. */
        BRIDGE,
        /** Exchanges frames with ports that are not private. */
        PRIVATE,
        /** Sends every frame to the uplink; the switch there sends frames for another port of the bridge back. */
        VEPA,
        /** The only port of its network apart from the uplink. */
        PASSTHRU
    }

    /** The kind of a port's device. */
    public enum Type {
        /** A device of the host: a NIC, a veth, a TAP. */
        SYSTEM(""),
        /** A device that OVS creates, for the host itself. */
        INTERNAL("internal"),
        /** A device that OVS creates for a virtual machine; userspace datapath only. */
        TAP("tap"),
        /** One end of a cable between two bridges of a host. */
        PATCH("patch"),
        /**
         * A tunnel to one far end, which may be any device. The networks between Heddle's own hosts need no such port.
         */
        VXLAN("vxlan"),
        /** Likewise, in Geneve. */
        GENEVE("geneve"),
        /** Likewise, in GRE. */
        GRE("gre");

        private final String ovsdb;

        Type(String ovsdb) {
            this.ovsdb = ovsdb;
        }

        /** Whether the port itself is a tunnel. */
        public boolean isTunnel() {
            return this == VXLAN || this == GENEVE || this == GRE;
        }

        /** The value of OVSDB's Interface.type. */
        public String ovsdb() {
            return ovsdb;
        }
    }

    /** The networks and VLANs that a port carries. */
    public sealed interface Vlans {}

    /** Frames of one network, untagged. */
    public record Access(String network) implements Vlans {}

    /**
     * Frames of several networks.
     *
     * @param tagged networks whose frames are tagged on the wire
     * @param unnamed further VLANs that it carries, whether or not they belong to a network
     * @param nativeNetwork the network of untagged frames, or null
     * @param nativeTagged whether frames of the native network leave with a tag
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
     * 802.1Q tunnelling (QinQ): the port carries all incoming frames, tagged or not, unchanged in one network.
     *
     * @param network the network whose VLAN is the outer tag
     * @param customerVlans the inner VLANs that may pass; empty for all
     */
    public record Dot1qTunnel(String network, List<Integer> customerVlans) implements Vlans {
        public Dot1qTunnel {
            customerVlans = List.copyOf(customerVlans);
        }
    }

    /** A range of VLANs. */
    public record VlanRange(int first, int last) {
        /** All valid VLANs. */
        public static final VlanRange ALL = new VlanRange(1, 4094);
    }

    /**
     * No configuration: the port carries every VLAN, like a port that ovs-vsctl adds. Only NORMAL forwards its frames.
     */
    public record Plain() implements Vlans {}

    /**
     * A port with default settings.
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
                Settings.NONE,
                Map.of());
    }

    /** This port with other networks. */
    public Port carrying(Vlans other) {
        return new Port(
                name, type, peer, bond, other, uplink, policy, endpoint, limits, mtu, settings, labels, roaming);
    }

    /** This port, found by its interface instead of declared on a host. */
    public Port roaming(Roaming how) {
        return new Port(
                name,
                type,
                peer,
                bond,
                vlans,
                uplink,
                policy,
                endpoint,
                limits,
                mtu,
                settings,
                labels,
                Optional.of(how));
    }

    /** Whether the network file declares it without a host. */
    public boolean isRoaming() {
        return roaming.isPresent();
    }

    /** The same port without labels. */
    public Port unlabelled() {
        return labels.isEmpty()
                ? this
                : new Port(
                        name, type, peer, bond, vlans, uplink, policy, endpoint, limits, mtu, settings, Map.of(),
                        roaming);
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

    /** The VLAN in the tag of a network's frames when they leave the port, 0 for untagged frames. */
    public int tag(Network network) {
        boolean untagged = !(vlans instanceof Trunk t) || network.name().equals(t.nativeNetwork()) && !t.nativeTagged();
        return untagged ? 0 : network.vlan();
    }

    /** Whether it is an access port whose host has a known MAC and known addresses. */
    public boolean isEndpoint() {
        return vlans instanceof Access
                && endpoint.mac().isPresent()
                && !endpoint.addresses().isEmpty();
    }

    /** The interfaces behind the port: the bond's members, or the port itself; none of a port that was not found. */
    public List<String> interfaces() {
        if (roaming.isPresent()) {
            String device = roaming.get().device();
            return device.isEmpty() ? List.of() : List.of(device);
        }
        return bond.map(Bond::members).orElse(List.of(name));
    }
}
