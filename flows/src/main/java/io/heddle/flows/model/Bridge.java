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
 * @param datapathId the 64 bits by which the switch names itself to a controller
 * @param netdev whether the userspace datapath runs it, rather than the kernel's
 * @param secure whether its flows outlive a lost controller (fail-mode secure) or OVS takes over (standalone)
 * @param macAgingTime seconds after which a silent MAC is forgotten
 * @param macLimit how many MACs may be learnt from one port
 * @param learningRate the most frames a second of unknown hosts that the switch copies to the controller
 * @param ports by name, in the order of the file
 * @param mirrors copies for onlookers
 * @param settings what OVS itself acts on
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
    /** Seconds until a silent MAC is forgotten where nobody says otherwise. */
    public static final int DEFAULT_MAC_AGING = 300;
    /** Copies of frames of unknown hosts a second that a switch may send where the file sets no rate. */
    public static final int DEFAULT_LEARNING_RATE = 2000;

    public Bridge {
        mirrors = List.copyOf(mirrors);
        ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
    }

    /** By name: whoever asks for sets of many would otherwise read all that each of them holds. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /**
     * The datapath id of a bridge whose file says none. Derived from the names, so that it is the same after every
     * restart and no matter which port lends the bridge its MAC address.
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

    /** Whether STP or RSTP decides which ports forward. */
    public boolean hasSpanningTree() {
        return settings.isOn("Bridge.rstp_enable") || settings.isOn("Bridge.stp_enable");
    }

    /**
     * Whether frames to and from a port go through NORMAL always: only OVS itself spreads frames over a bond, adds the
     * outer tag of 802.1Q tunnelling, keeps priority tags, and forgets MACs when a spanning tree changes.
     */
    public boolean isServedByOvs(Port port) {
        return hasSpanningTree()
                || port.bond().isPresent()
                || port.vlans() instanceof Port.Dot1qTunnel
                || port.settings().values().containsKey("Port.other_config:priority-tags");
    }

    /** The ports behind which there are other switches. */
    public List<Port> uplinks() {
        return ports.values().stream().filter(Port::uplink).toList();
    }

    /** Those in {@code network}, see {@link Port#isEndpoint}. */
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
