package io.heddle.flows.pipeline;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The pipeline: every table of a switch that Heddle programs, in the order in which a frame meets them. This file is
 * the one place that says what a table looks at and where it may go next; entries that break it are refused when a
 * program is compiled, not by the switch.
 *
 * <p>Two rules shape it. A frame stays as it came in until the action that outputs it, because NORMAL judges VLANs by
 * the frame and the port it came in by. And whatever no entry decides reaches NORMAL, so that a table not yet filled,
 * or a switch that has lost its controller, still carries traffic.
 */
public enum Table {
    /** Which network is this frame in? Drops what its port may not carry, each reason an entry of its own. */
    ADMISSION(0, Miss.GOTO_NEXT, Set.of(Field.IN_PORT, Field.VLAN_VID, Field.TUN_ID, Field.ETH_SRC)),
    /** May this source send by this port? Teaches the switch which addresses are at home here. */
    PORT_SECURITY(4, Miss.GOTO_NEXT, Set.of(Field.IN_PORT, Field.METADATA, Field.ETH_SRC)),
    /** Does the port keep to its rate? */
    POLICE(8, Miss.GOTO_NEXT, Set.of(Field.IN_PORT)),
    /** Named drops and allows, before anything is learnt or forwarded. */
    ACL(
            10,
            Miss.GOTO_NEXT,
            EnumSet.complementOf(EnumSet.of(Field.TUN_SRC, Field.TUN_DST, Field.TUN_IPV6_SRC, Field.TUN_IPV6_DST))),
    /**
     * Is the source known here? If not, a copy goes to the controller, and the frame goes on. A source that is at home
     * on this bridge and comes back through an uplink is a reflection and is dropped.
     */
    LEARN(
            20,
            Miss.COPY_TO_CONTROLLER,
            Set.of(Field.IN_PORT, Field.METADATA, Field.VLAN_VID, Field.TUN_SRC, Field.TUN_IPV6_SRC, Field.ETH_SRC)),
    /** Where is the destination? Writes the target; answers who asks for a known address; meters what will flood. */
    FORWARD(
            30,
            Miss.GOTO_NEXT,
            Set.of(
                    Field.IN_PORT,
                    Field.METADATA,
                    Field.VLAN_VID,
                    Field.ETH_SRC,
                    Field.ETH_DST,
                    Field.ETH_TYPE,
                    Field.ARP_OP,
                    Field.ARP_TPA,
                    Field.IP_PROTO,
                    Field.ICMPV6_TYPE,
                    Field.ICMPV6_CODE,
                    Field.IPV6_SRC,
                    Field.ND_TARGET)),
    /** What nobody knows goes to NORMAL, and to the peers of an overlay. */
    FLOOD(35, Miss.NORMAL, Set.of(Field.IN_PORT, Field.METADATA, Field.VLAN_VID)),
    /** Tags as the target port wants it and outputs; targets that only OVS can serve (bonds) go to NORMAL. */
    EGRESS(40, Miss.NORMAL, Set.of(Field.IN_PORT, Field.METADATA, Field.VLAN_VID)),
    /** Sends to a remote VTEP. */
    TUNNEL(50, Miss.DROP, Set.of(Field.METADATA)),
    /** Finishes the answer to a neighbour solicitation: its last field can be set only once it is an advertisement. */
    ANSWER(60, Miss.DROP, Set.of(Field.METADATA, Field.ETH_TYPE, Field.IP_PROTO, Field.ICMPV6_TYPE, Field.ND_TARGET));

    /** What happens to a frame that no entry of a table matches. */
    public enum Miss {
        GOTO_NEXT,
        COPY_TO_CONTROLLER,
        NORMAL,
        DROP
    }

    private final int number;
    private final Miss miss;
    private final Set<Field> matches;

    Table(int number, Miss miss, Set<Field> matches) {
        this.number = number;
        this.miss = miss;
        this.matches = matches;
    }

    /** The table's number on the wire; the gaps leave room for stages to come. */
    public int number() {
        return number;
    }

    /** What becomes of frames that no entry matches. */
    public Miss miss() {
        return miss;
    }

    /** The fields that entries of this table may match. */
    public Set<Field> matches() {
        return matches;
    }

    /** The table after this one. */
    public Table next() {
        return values()[ordinal() + 1];
    }

    /** What people call the table with this number; the number itself for one that the pipeline does not have. */
    public static String label(int number) {
        for (Table t : values()) {
            if (t.number == number) {
                return t.name().toLowerCase(Locale.ROOT);
            }
        }
        return Integer.toString(number);
    }

    /** The table with this number. @throws IllegalArgumentException when the pipeline has none */
    public static Table byNumber(int number) {
        for (Table t : values()) {
            if (t.number == number) {
                return t;
            }
        }
        throw new IllegalArgumentException("the pipeline has no table " + number);
    }

    /**
     * Refuses an entry that the pipeline does not allow.
     *
     * @throws IllegalArgumentException when the entry matches a field that its table does not look at, or goes back
     */
    public static void check(FlowEntry entry) {
        Table table = byNumber(entry.table());
        for (Field f : entry.match().fields().keySet()) {
            if (!table.matches.contains(f)) {
                throw new IllegalArgumentException("table " + table + " does not look at " + f.text() + ": " + entry);
            }
        }
        entry.instructions().nextTable().ifPresent(next -> {
            if (byNumber(next).ordinal() <= table.ordinal()) {
                throw new IllegalArgumentException("table " + table + " may not go back to " + next + ": " + entry);
            }
        });
    }
}
