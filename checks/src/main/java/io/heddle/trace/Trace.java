package io.heddle.trace;

import java.util.List;

/**
 * The way of one frame, and its end in a sentence.
 *
 * @param frame the frame that was followed, as an ovs-ofctl match
 * @param notes what was assumed of it
 * @param hops the switches that it met, in order; a frame that is copied has several hops after one
 * @param ends where it and its copies ended
 * @param sentence what became of it
 */
public record Trace(String frame, List<String> notes, List<Hop> hops, List<End> ends, String sentence) {
    /**
     * A switch on the way.
     *
     * @param at {@code host/bridge}
     * @param port by which it came in
     * @param from the port of another switch by which it came here, {@code host/bridge/port}; "" for the first
     * @param kind how it got here: {@code tunnel}, {@code patch}, {@code link} or {@code outside}; "" for the first
     * @param via the same in words, "" for the first
     * @param steps the entries that decided
     * @param outcome what the switch did with it
     */
    public record Hop(String at, String port, String from, String kind, String via, List<Step> steps, String outcome) {}

    /**
     * A flow entry that decided.
     *
     * @param table the table's name
     * @param flow the entry as ovs-ofctl text
     * @param kind what kind of reason it is there for, see {@code Reason.kind()}; "" where Heddle does not know
     * @param reason the same in words
     * @param place where the file says so, {@code network.yaml:31}, or ""
     */
    public record Step(String table, String flow, String kind, String reason, String place) {}

    /** How a copy of a frame ended. */
    public enum Fate {
        DELIVERED,
        DROPPED,
        OUTSIDE,
        ANSWERED,
        LOOPED,
        /** It came to a flow entry of somebody else that Heddle cannot read. */
        LOST
    }

    /**
     * Where a copy of a frame ended.
     *
     * @param at {@code host/bridge/port} or, for a drop, {@code host/bridge}
     * @param kind for a drop, what decided: the kind of a reason, {@code no-entry}, {@code normal}, {@code bond} or
     *     {@code no-peer}; otherwise ""
     * @param why what decided, in words
     * @param place where the file says so, or ""
     */
    public record End(Fate fate, String at, String kind, String why, String place) {}
}
