package io.heddle.controller.trace;

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
     * @param via how it got there, "" for the first
     * @param steps the entries that decided
     * @param outcome what the switch did with it
     */
    public record Hop(String at, String port, String via, List<Step> steps, String outcome) {
    }

    /**
     * A flow entry that decided.
     *
     * @param table the table's name
     * @param flow the entry as ovs-ofctl text
     * @param place where the file says so, {@code network.yaml:31}, or ""
     */
    public record Step(String table, String flow, String reason, String place) {
    }

    /** How a copy of a frame ended. */
    public enum Fate { DELIVERED, DROPPED, OUTSIDE, ANSWERED, LOOPED }

    /**
     * Where a copy of a frame ended.
     *
     * @param at {@code host/bridge/port} or, for a drop, {@code host/bridge}
     * @param why what decided, in words
     * @param place where the file says so, or ""
     */
    public record End(Fate fate, String at, String why, String place) {
    }
}
