package io.heddle.flows.simulate;

import io.heddle.flows.program.Action;
import java.util.List;
import java.util.Map;

/** What a switch finds when it looks up the connection of a frame. */
@FunctionalInterface
public interface Connections {
    /** What the switch finds in a zone. */
    Found in(int zone);

    /**
     * A connection.
     *
     * @param mark its {@code ct_mark}; 0 if it was not committed yet
     * @param restores what a translation sets in this frame, because an earlier one was translated
     */
    record Found(Tracked tracked, long mark, List<Action.SetField> restores) {
        Found(Tracked tracked, long mark) {
            this(tracked, mark, List.of());
        }
    }

    /** A connection that a frame has begun. @param restores what a translation sets in its answers */
    record Begun(long mark, List<Action.SetField> restores) {}

    /** The same in all zones, without marks. */
    static Connections all(Tracked tracked) {
        Found found = new Found(tracked, 0);
        return zone -> found;
    }

    /** A frame that answers a committed connection. @param committed the connection in each zone that has it */
    static Connections answered(Map<Integer, Begun> committed) {
        return zone -> {
            Begun begun = committed.get(zone);
            return begun == null ? new Found(Tracked.NEW, 0) : new Found(Tracked.REPLY, begun.mark, begun.restores);
        };
    }
}
