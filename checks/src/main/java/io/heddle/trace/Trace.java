package io.heddle.trace;

import java.util.List;

/**
 * The path of one frame, and the result in a sentence.
 *
 * @param frame the traced frame, as an ovs-ofctl match
 * @param notes the assumptions about it
 * @param hops the switches on its path, in order; a copied frame has several hops after one
 * @param ends where the frame and its copies ended
 * @param sentence the result in words
 */
public record Trace(String frame, List<String> notes, List<Hop> hops, List<End> ends, String sentence) {
    /**
     * A switch on the path.
     *
     * @param at {@code host/bridge}
     * @param port the port by which the frame came in
     * @param from the port by which the frame left the switch before, {@code host/bridge/port}; "" for the first
     * @param kind the kind of connection: {@code tunnel}, {@code patch}, {@code link} or {@code outside}; "" for the
     *     first
     * @param via the same in words, "" for the first
     * @param steps the flow entries that matched
     * @param outcome what the switch did with the frame
     */
    public record Hop(String at, String port, String from, String kind, String via, List<Step> steps, String outcome) {}

    /**
     * A flow entry that matched.
     *
     * @param table the table's name
     * @param flow the entry as ovs-ofctl text
     * @param kind the kind of its reason, see {@code Reason.kind()}; "" if Heddle does not know it
     * @param reason the same in words
     * @param place the place in the file, {@code network.yaml:31}, or ""
     */
    public record Step(String table, String flow, String kind, String reason, String place) {}

    /** The end of a copy of a frame. */
    public enum Fate {
        DELIVERED,
        DROPPED,
        OUTSIDE,
        ANSWERED,
        LOOPED,
        /** It reached a foreign flow entry that Heddle cannot read. */
        LOST
    }

    /**
     * The place where a copy of a frame ended.
     *
     * @param at {@code host/bridge/port} or, for a drop, {@code host/bridge}
     * @param kind for a drop, the kind of a reason, {@code no-entry}, {@code normal}, {@code bond} or {@code no-peer};
     *     for a lost copy, {@code unreadable}; otherwise ""
     * @param why the cause in words
     * @param place its place in the file, or ""
     */
    public record End(Fate fate, String at, String kind, String why, String place) {}
}
