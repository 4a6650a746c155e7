package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network device as a host's files describe it. Readers of all formats fill it in; settings of bonds, bridges and
 * tunnels have the kernel's names, such as {@code lacp_rate}.
 */
final class Device {
    /** What the device is. */
    enum Kind {
        NIC,
        BRIDGE,
        BOND,
        VLAN,
        TUNNEL,
        /** A port that Open vSwitch makes for the host. */
        INTERNAL,
        /** One end of a cable between two bridges of Open vSwitch. */
        PATCH,
        /** A device that a bridge can have, and that somebody else makes: TAP, veth, dummy. */
        SOFT,
        /** Something that carries no Ethernet frames. */
        OTHER
    }

    final String name;
    /** Where the device is described first. */
    final Place place;

    Kind kind = Kind.NIC;
    /** Whether a bridge or bond is Open vSwitch's already. */
    boolean ovs;
    /** The bridge or bond that the device is in, or null. */
    Value master;
    /** The device below a VLAN, or the one that a tunnel leaves by; or null. */
    Value parent;
    /** The number of a device of kind VLAN. */
    int vlan;
    /** The far end of a patch, or null. */
    Value peer;

    /** The VLAN of untagged frames at this port of a bridge, 0 for none; -1 if nothing says so. */
    int untagged = -1;
    /** The VLANs that pass tagged at this port of a bridge; null if nothing says so. */
    VlanSet tagged;
    /** Where it says so. */
    Place carriedAt;

    /** Addresses with the lengths of their prefixes. */
    final List<Value> addresses = new ArrayList<>();
    /** Routers to everywhere. */
    final List<Value> gateways = new ArrayList<>();
    /** Where it says that the device asks for its address; or null. */
    Place dhcp;

    Value mtu;
    Value mac;

    final Map<String, Value> bond = new LinkedHashMap<>();
    final Map<String, Value> bridge = new LinkedHashMap<>();
    /** Among them type (vxlan, geneve, gre), id, local, dstport. */
    final Map<String, Value> tunnel = new LinkedHashMap<>();
    /** The far ends of a tunnel. */
    final List<Value> remotes = new ArrayList<>();

    Device(String name, Place place) {
        this.name = name;
        this.place = place;
    }

    boolean is(Kind kind) {
        return this.kind == kind;
    }

    /** Whether the host itself has an address here, or asks for one. */
    boolean hasAddress() {
        return !addresses.isEmpty() || dhcp != null;
    }

    /** Whether a bridge looks at the tags of frames. */
    boolean isVlanAware() {
        return ovs
                || bridge.containsKey("vlan_filtering")
                        && bridge.get("vlan_filtering").isYes();
    }

    /** Lets the device be a VLAN of another one. */
    void vlanOf(Value parent, int number) {
        kind = Kind.VLAN;
        this.parent = parent;
        vlan = number;
    }
}
