package io.heddle.flows.model;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
 * @param ports by name, in the order of the file
 */
public record Bridge(String name, long datapathId, boolean netdev, boolean secure, int macAgingTime, int macLimit,
                     Map<String, Port> ports) {
    public Bridge {
        ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
    }

    /**
     * The datapath id of a bridge whose file says none. Derived from the names, so that it is the same after every
     * restart and no matter which port lends the bridge its MAC address.
     */
    public static long defaultDatapathId(String host, String bridge) {
        long hash = Hashing.murmur3_128().hashString(host + "/" + bridge, StandardCharsets.UTF_8).asLong();
        return hash & 0x0000_ffff_ffff_ffffL | 0x4edd_0000_0000_0000L;
    }

    /** The names of the networks that some port carries. */
    public Set<String> networks() {
        Set<String> names = new LinkedHashSet<>();
        ports.values().forEach(p -> names.addAll(p.networks()));
        return names;
    }
}
