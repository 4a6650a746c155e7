package io.heddle.flows.program;

/**
 * One flow entry of a switch.
 *
 * @param table 0 to 253
 * @param priority 0 to 65535; the highest that matches applies
 * @param match the frames that it applies to
 * @param instructions the treatment of these frames
 * @param cookie its owner and reason, see {@code Cookies}
 * @param idleTimeout seconds without a frame until the switch removes it, 0 for never
 * @param hardTimeout seconds until the switch removes it, 0 for never
 * @param notifyRemoval whether the switch reports the removal to the controller (OFPFF_SEND_FLOW_REM)
 */
public record FlowEntry(
        int table,
        int priority,
        Match match,
        Instructions instructions,
        long cookie,
        int idleTimeout,
        int hardTimeout,
        boolean notifyRemoval) {

    /** The identity of a flow entry: adding another entry with the same key replaces it (OpenFlow 1.3.5 §6.4). */
    public record Key(int table, int priority, Match match) implements Comparable<Key> {
        @Override
        public int compareTo(Key o) {
            int c = Integer.compare(table, o.table);
            c = c != 0 ? c : Integer.compare(o.priority, priority);
            return c != 0 ? c : match.toString().compareTo(o.match.toString());
        }
    }

    public FlowEntry {
        if (table < 0 || table > 253) {
            throw new IllegalArgumentException("table " + table + ": expected 0 to 253");
        }
        if (priority < 0 || priority > 0xffff) {
            throw new IllegalArgumentException("priority " + priority + ": expected 0 to 65535");
        }
    }

    /** An entry without timeouts. */
    public FlowEntry(int table, int priority, Match match, Instructions instructions, long cookie) {
        this(table, priority, match, instructions, cookie, 0, 0, false);
    }

    public Key key() {
        return new Key(table, priority, match);
    }

    /** As ovs-ofctl prints it, without counters. */
    @Override
    public String toString() {
        return FlowText.entry(this);
    }
}
