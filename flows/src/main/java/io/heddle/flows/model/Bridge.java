package io.heddle.flows.model;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An Open vSwitch bridge.
 *
 * @param name unique within the host
 * @param datapathId the 64-bit id that the switch sends to a controller
 * @param netdev whether the bridge uses the userspace datapath, rather than the kernel's
 * @param secure whether its flows outlive a lost controller (fail-mode secure) or OVS takes over (standalone)
 * @param macAgingTime seconds after which learning forgets a silent MAC
 * @param macLimit the highest number of MACs learnt from one port
 * @param learningRate the highest rate at which the switch copies frames of unknown hosts to the controller, frames a
 *     second
 * @param ports by name, in the order of the network file
 * @param mirrors the port mirrors
 * @param settings the settings that OVS itself acts on
 */
public record Bridge(
        String name,
        long datapathId,
        boolean netdev,
        boolean secure,
        int macAgingTime,
        int macLimit,
        int learningRate,
        Map<String, Port> ports,
        List<Mirror> mirrors,
        Settings settings) {
    /** The default {@code macAgingTime}, in seconds. */
    public static final int DEFAULT_MAC_AGING = 300;
    /** The default {@code learningRate}, in frames a second. */
    public static final int DEFAULT_LEARNING_RATE = 2000;

    public Bridge {
        mirrors = List.copyOf(mirrors);
        ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
    }

    /** By name: otherwise hashing a set of many would read everything that each of them contains. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /**
     * The datapath id of a bridge without one in the network file. It depends only on the names, so it is the same
     * after every restart, whichever port lends the bridge its MAC address.
     */
    public static long defaultDatapathId(String host, String bridge) {
        long hash = Hashing.murmur3_128()
                .hashString(host + "/" + bridge, StandardCharsets.UTF_8)
                .asLong();
        return hash & 0x0000_ffff_ffff_ffffL | 0x4edd_0000_0000_0000L;
    }

    /** The same bridge with other ports and mirrors. */
    public Bridge with(Map<String, Port> otherPorts, List<Mirror> otherMirrors) {
        return new Bridge(
                name,
                datapathId,
                netdev,
                secure,
                macAgingTime,
                macLimit,
                learningRate,
                otherPorts,
                otherMirrors,
                settings);
    }

    /**
     * This bridge where each trunk of all VLANs carries the networks with a VLAN that the ports carry.
     *
     * @param networks by name
     */
    public Bridge withAll(Map<String, Network> networks) {
        if (ports.values().stream().noneMatch(Bridge::carriesAll)) {
            return this;
        }
        List<String> all = ports.values().stream()
                .flatMap(p -> p.networks().stream())
                .distinct()
                .filter(n -> networks.containsKey(n) && networks.get(n).vlan() != 0)
                .toList();
        Map<String, Port> out = new LinkedHashMap<>(ports);
        out.replaceAll((n, p) -> carriesAll(p) && p.vlans() instanceof Port.Trunk t
                ? p.carrying(new Port.Trunk(all, t.unnamed(), t.nativeNetwork(), t.nativeTagged()))
                : p);
        return with(out, mirrors);
    }

    private static boolean carriesAll(Port port) {
        return port.vlans() instanceof Port.Trunk t && t.unnamed().contains(Port.VlanRange.ALL);
    }

    /** Whether STP or RSTP decides which ports forward. */
    public boolean hasSpanningTree() {
        return settings.isOn("Bridge.rstp_enable") || settings.isOn("Bridge.stp_enable");
    }

    /**
     * Whether frames to and from a port always go through NORMAL. Only OVS itself spreads frames over a bond, adds the
     * outer tag of 802.1Q tunnelling, keeps priority tags, and forgets MACs when a spanning tree changes.
     */
    public boolean isServedByOvs(Port port) {
        return hasSpanningTree()
                || port.bond().isPresent()
                || port.vlans() instanceof Port.Dot1qTunnel
                || port.settings().values().containsKey("Port.other_config:priority-tags");
    }

    /** The ports that lead to other switches. */
    public List<Port> uplinks() {
        return ports.values().stream().filter(Port::uplink).toList();
    }

    /** The endpoints in {@code network}, see {@link Port#isEndpoint}. */
    public List<Port> endpoints(Network network) {
        return ports.values().stream()
                .filter(p -> p.isEndpoint() && p.networks().contains(network.name()))
                .toList();
    }

    /** The names of the networks that some port carries. */
    public Set<String> networks() {
        Set<String> names = new LinkedHashSet<>();
        ports.values().forEach(p -> names.addAll(p.networks()));
        return names;
    }
}
