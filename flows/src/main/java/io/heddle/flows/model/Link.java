package io.heddle.flows.model;

import java.util.List;

/**
 * A connection of ports outside of Open vSwitch: a cable, or a switch that passes every VLAN. No flow depends on it;
 * traces and checks follow it.
 *
 * @param ends two or more
 */
public record Link(List<End> ends) {
    public Link {
        ends = List.copyOf(ends);
    }

    /** A port of a bridge. */
    public record End(String host, String bridge, String port) {
        @Override
        public String toString() {
            return host + "/" + bridge + "/" + port;
        }
    }
}
