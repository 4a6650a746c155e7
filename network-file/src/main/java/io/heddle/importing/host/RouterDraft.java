package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A router of the file that is being written: what a host translates on the way out. */
final class RouterDraft {
    final Layout layout;
    final Segment outside;
    /** Its own address outside, with the length of the prefix. */
    final String address;

    final Set<Segment> inside = new LinkedHashSet<>();
    /** The router's addresses inside, with the lengths of their prefixes. */
    final Map<Segment, List<String>> gateways = new LinkedHashMap<>();

    final List<Map.Entry<Map<String, Object>, Place>> nat = new ArrayList<>();
    final List<Map.Entry<Map<String, Object>, Place>> routes = new ArrayList<>();
    final Set<Place> places = new LinkedHashSet<>();
    /** The next router outside; "" for none. */
    String gateway = "";

    RouterDraft(Layout layout, Segment outside, String address) {
        this.layout = layout;
        this.outside = outside;
        this.address = address;
    }

    /** The way out as the file says it. */
    Map<String, Object> way() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("network", outside.network.name);
        out.put("addresses", List.of(address));
        if (!gateway.isEmpty()) {
            out.put("gateway", gateway);
        }
        out.put("hosts", List.of(layout.machine.name));
        return out;
    }
}
