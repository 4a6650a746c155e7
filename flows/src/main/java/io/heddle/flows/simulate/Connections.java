package io.heddle.flows.simulate;

import java.util.Map;

/** What a switch finds when it looks up the connection of a frame. */
@FunctionalInterface
public interface Connections {
    /** What the switch finds in a zone. */
    Found in(int zone);

    /** A connection. @param mark its {@code ct_mark}; 0 if it was not committed yet */
    record Found(Tracked tracked, long mark) {}

    /** The same in all zones, without marks. */
    static Connections all(Tracked tracked) {
        Found found = new Found(tracked, 0);
        return zone -> found;
    }

    /** A frame that answers a committed connection. @param committed the connection's mark in each zone that has it */
    static Connections answered(Map<Integer, Long> committed) {
        return zone ->
                committed.containsKey(zone) ? new Found(Tracked.REPLY, committed.get(zone)) : new Found(Tracked.NEW, 0);
    }
}
