package io.heddle.flows.pipeline;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Match;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The pipeline: every table of a switch that Heddle programs, in the order in which a frame passes them. Only this file
 * says which fields a table may match and which tables may follow. The compiler refuses entries that break these rules.
 *
 * <p>Two rules shape it. A frame stays as it came in until the action that outputs it, because NORMAL judges VLANs by
 * the frame and its ingress port. Frames that no entry decides reach NORMAL, so a table without entries, or a switch
 * that has lost its controller, still carries traffic.
 */
public enum Table {
    /**
     * Finds the network of a frame. Drops frames that the port may not carry, with one entry for each reason. Leaves
     * protocols between neighbours, such as LLDP, to Open vSwitch, which forwards none of them.
     */
    ADMISSION(
            0,
            Miss.GOTO_NEXT,
            Set.of(Field.IN_PORT, Field.VLAN_VID, Field.TUN_ID, Field.ETH_SRC, Field.ETH_DST, Field.ETH_TYPE)),
    /**
     * Checks that a frame from a tunnel comes from a peer of its network. Sends probes of a way out back. Other frames
     * pass it by.
     */
    PEERS(1, Miss.DROP, Set.of(Field.REG4, Field.METADATA, Field.TUN_SRC, Field.TUN_IPV6_SRC)),
    /** Checks the sender against the addresses that the file declares for the port. Drops what only servers send. */
    GUARD(
            2,
            Miss.GOTO_NEXT,
            Set.of(
                    Field.IN_PORT,
                    Field.ETH_SRC,
                    Field.ETH_DST,
                    Field.ETH_TYPE,
                    Field.IP_PROTO,
                    Field.IP_FRAG,
                    Field.IPV4_SRC,
                    Field.IPV4_DST,
                    Field.IPV6_SRC,
                    Field.IPV6_DST,
                    Field.UDP_SRC,
                    Field.UDP_DST,
                    Field.ICMPV6_TYPE)),
    /** Checks the addresses that ARP and neighbour discovery claim. */
    CLAIMS(
            3,
            Miss.GOTO_NEXT,
            Set.of(
                    Field.IN_PORT,
                    Field.ETH_TYPE,
                    Field.ARP_OP,
                    Field.ARP_SPA,
                    Field.ARP_TPA,
                    Field.ARP_SHA,
                    Field.IP_PROTO,
                    Field.IPV6_SRC,
                    Field.ICMPV6_TYPE,
                    Field.ICMPV6_CODE,
                    Field.ND_TARGET,
                    Field.ND_SLL,
                    Field.ND_TLL)),
    /** Checks the source against its port. Teaches the switch which addresses are attached to this bridge. */
    PORT_SECURITY(4, Miss.GOTO_NEXT, Set.of(Field.IN_PORT, Field.METADATA, Field.ETH_SRC)),
    /** Limits the rate of the port. */
    POLICE(8, Miss.GOTO_NEXT, Set.of(Field.IN_PORT)),
    /** Drops and allows by access list, before learning and forwarding. */
    ACL(10, Miss.GOTO_NEXT, allOfFrame()),
    /** Looks up the connections of frames from ports with stateful lists. Other frames pass by. */
    TRACK_FROM(12, Miss.GOTO_NEXT, tracking(Field.IN_PORT)),
    /** Judges connections of which a frame comes from a port with stateful lists, by the frame's own headers. */
    FROM(13, Miss.GOTO_NEXT, judging()),
    /**
     * Judges likewise frames that do not look like their connection, by what the switch knows of it: ICMP errors about
     * it, replies of ICMP, fragments, and connections that it has agreed on.
     */
    FROM_RELATED(14, Miss.GOTO_NEXT, connections()),
    /** Remembers new connections that the lists allow. */
    ADMIT_FROM(15, Miss.GOTO_NEXT, admission()),
    /**
     * Checks whether the source is known here. If not, a copy goes to the controller, and the frame goes on; but what
     * goes to the controller anyway needs no copy. A frame from an uplink whose source is attached to this bridge is a
     * reflection, and is dropped.
     */
    LEARN(
            16,
            Miss.COPY_TO_CONTROLLER,
            Set.of(
                    Field.CT_STATE,
                    Field.CT_ZONE,
                    Field.CT_MARK,
                    Field.IN_PORT,
                    Field.METADATA,
                    Field.VLAN_VID,
                    Field.TUN_SRC,
                    Field.TUN_IPV6_SRC,
                    Field.ETH_SRC,
                    Field.ETH_DST,
                    Field.ETH_TYPE,
                    Field.IP_PROTO,
                    Field.UDP_DST)),
    /** Takes the packets that hosts send to their gateway, and what others send to this host's router. */
    GATEWAY(
            17,
            Miss.GOTO_NEXT,
            Set.of(
                    Field.IN_PORT,
                    Field.METADATA,
                    Field.ETH_SRC,
                    Field.ETH_DST,
                    Field.ETH_TYPE,
                    Field.ARP_OP,
                    Field.ARP_TPA,
                    Field.IPV4_SRC,
                    Field.IPV4_DST,
                    Field.IPV6_SRC,
                    Field.IPV6_DST,
                    Field.IP_PROTO,
                    Field.UDP_SRC,
                    Field.UDP_DST,
                    Field.ICMPV6_TYPE)),
    /** Answers what is meant for the router itself, and sorts out what no router forwards. */
    ROUTER(
            18,
            Miss.DROP,
            Set.of(
                    Field.REG4,
                    Field.METADATA,
                    Field.VLAN_VID,
                    Field.ETH_TYPE,
                    Field.ARP_OP,
                    Field.IPV4_SRC,
                    Field.IPV4_DST,
                    Field.IPV6_SRC,
                    Field.IPV6_DST,
                    Field.IP_PROTO,
                    Field.IP_TTL,
                    Field.TCP_SRC,
                    Field.TCP_DST,
                    Field.UDP_DST,
                    Field.ICMP_TYPE,
                    Field.ICMP_CODE,
                    Field.ICMPV6_TYPE,
                    Field.ICMPV6_CODE)),
    /** Sorts packets to outside addresses and services: those of known connections, and those that may begin one. */
    TRANSLATE(19, Miss.DROP, translating()),
    /** Gives packets to outside addresses that lead inside their inside destination. */
    DESTINATION(20, Miss.DROP, translating()),
    /** Finds the route by the longest prefix. From here on, a frame has no tag and comes from no port. */
    ROUTE(
            21,
            Miss.DROP,
            Set.of(
                    Field.REG5,
                    Field.METADATA,
                    Field.ETH_TYPE,
                    Field.IPV4_SRC,
                    Field.IPV4_DST,
                    Field.IPV6_SRC,
                    Field.IPV6_DST)),
    /**
     * Sends packets to the host that has the way out, or gives them an outside source. Chooses between several next
     * routers.
     */
    SOURCE(
            22,
            Miss.GOTO_NEXT,
            Set.of(
                    Field.CT_STATE,
                    Field.CT_MARK,
                    Field.REG4,
                    Field.REG5,
                    Field.METADATA,
                    Field.ETH_TYPE,
                    Field.IPV4_SRC,
                    Field.IPV4_DST,
                    Field.IPV6_DST,
                    Field.IP_PROTO,
                    Field.TCP_SRC,
                    Field.UDP_SRC,
                    Field.TCP_FLAGS)),
    /** Lets translated packets out, and no others that should be. */
    DEPART(23, Miss.DROP, Set.of(Field.METADATA, Field.ETH_TYPE, Field.CT_STATE, Field.IPV4_SRC)),
    /** Finds the MAC address of the next hop. */
    NEIGHBOUR(24, Miss.DROP, Set.of(Field.REG4, Field.METADATA, Field.ETH_TYPE, Field.IPV4_DST, Field.IPV6_DST)),
    /**
     * Gives answers of services the address that the client knows. Remembers by which next router a connection came.
     * Other frames pass by.
     */
    SERVED(
            25,
            Miss.GOTO_NEXT,
            Set.of(
                    Field.METADATA,
                    Field.ETH_SRC,
                    Field.ETH_DST,
                    Field.ETH_TYPE,
                    Field.ARP_SPA,
                    Field.IPV4_SRC,
                    Field.IP_PROTO,
                    Field.TCP_SRC,
                    Field.UDP_SRC,
                    Field.ICMP_TYPE,
                    Field.ICMPV6_TYPE,
                    Field.ICMPV6_CODE,
                    Field.ND_TARGET)),
    /** Looks up the connections of frames to ports with stateful lists. Other frames pass by. */
    TRACK_TO(26, Miss.GOTO_NEXT, tracking(Field.ETH_DST)),
    /** Judges connections of which a frame goes to a port with stateful lists. */
    TO(27, Miss.GOTO_NEXT, judging()),
    /** Likewise for frames that do not look like their connection. */
    TO_RELATED(28, Miss.GOTO_NEXT, connections()),
    /** Remembers new connections that the lists allow. */
    ADMIT_TO(29, Miss.GOTO_NEXT, admission()),
    /**
     * Finds the destination and writes the target. Answers requests for known addresses; meters frames that will flood.
     */
    FORWARD(
            30,
            Miss.GOTO_NEXT,
            Set.of(
                    Field.CT_STATE,
                    Field.CT_ZONE,
                    Field.CT_MARK,
                    Field.REG4,
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
    /** Sends frames to unknown destinations to NORMAL, and to the peers of an overlay. */
    FLOOD(35, Miss.NORMAL, Set.of(Field.IN_PORT, Field.METADATA, Field.VLAN_VID)),
    /** Sets the tag for the target port and outputs; frames to ports that only OVS can serve (bonds) go to NORMAL. */
    EGRESS(40, Miss.NORMAL, Set.of(Field.IN_PORT, Field.METADATA, Field.VLAN_VID)),
    /** Outputs to a remote VTEP. */
    TUNNEL(50, Miss.DROP, Set.of(Field.METADATA)),
    /** Completes the answer to a neighbour solicitation: OpenFlow can set its last field only in an advertisement. */
    ANSWER(60, Miss.DROP, Set.of(Field.METADATA, Field.ETH_TYPE, Field.IP_PROTO, Field.ICMPV6_TYPE, Field.ND_TARGET));

    /** The treatment of a frame that no entry of a table matches. */
    public enum Miss {
        GOTO_NEXT,
        COPY_TO_CONTROLLER,
        NORMAL,
        DROP
    }

    private static final Table[] BY_NUMBER = new Table[256];

    static {
        for (Table t : values()) {
            BY_NUMBER[t.number] = t;
        }
    }

    private final int number;
    private final Miss miss;
    private final Set<Field> matches;
    /** The same, as {@link Match#bits}: each entry of each program is checked. */
    private final long matchBits;

    Table(int number, Miss miss, Set<Field> matches) {
        this.number = number;
        this.miss = miss;
        this.matches = matches;
        this.matchBits = Match.bits(matches);
    }

    /** All fields but the addresses of the tunnel and those of connection tracking, which needs its own tables. */
    private static Set<Field> allOfFrame() {
        Set<Field> fields =
                EnumSet.complementOf(EnumSet.of(Field.TUN_SRC, Field.TUN_DST, Field.TUN_IPV6_SRC, Field.TUN_IPV6_DST));
        fields.removeIf(f -> f.isTracking() || f.isInternal() && f != Field.CONJ_ID);
        return fields;
    }

    /** The fields that choose the frames to track. @param port the field that names the port */
    private static Set<Field> tracking(Field port) {
        return Set.of(
                port,
                Field.METADATA,
                Field.ETH_TYPE,
                Field.IP_PROTO,
                Field.IP_TTL,
                Field.CT_STATE,
                Field.CT_MARK,
                Field.IPV4_SRC,
                Field.IPV4_DST,
                Field.IPV6_DST,
                Field.UDP_SRC,
                Field.UDP_DST,
                Field.ICMPV6_TYPE);
    }

    /** The headers of packets, the state of their connections, and the lists that judge a port. */
    private static Set<Field> judging() {
        Set<Field> fields = EnumSet.of(
                Field.CT_STATE,
                Field.CT_ZONE,
                Field.CT_MARK,
                Field.ETH_TYPE,
                Field.IP_PROTO,
                Field.IP_FRAG,
                Field.IPV4_SRC,
                Field.IPV4_DST,
                Field.IPV6_SRC,
                Field.IPV6_DST);
        for (Field f : Field.values()) {
            boolean port = f.compareTo(Field.TCP_SRC) >= 0 && f.compareTo(Field.ICMPV6_CODE) <= 0;
            if (f.isInternal() || port && f != Field.TCP_FLAGS) {
                fields.add(f);
            }
        }
        return fields;
    }

    /** The fields of connection tracking, what they need, and the lists that judge a port. */
    private static Set<Field> connections() {
        Set<Field> fields = EnumSet.of(Field.ETH_TYPE, Field.IP_PROTO, Field.IP_FRAG);
        for (Field f : Field.values()) {
            if (f.isTracking() || f.isInternal()) {
                fields.add(f);
            }
        }
        return fields;
    }

    /** The fields that tell whether an outside address leads inside. */
    private static Set<Field> translating() {
        return Set.of(
                Field.METADATA,
                Field.VLAN_VID,
                Field.ETH_TYPE,
                Field.CT_STATE,
                Field.CT_ZONE,
                Field.CT_MARK,
                Field.IPV4_SRC,
                Field.IPV4_DST,
                Field.IP_PROTO,
                Field.TCP_SRC,
                Field.TCP_DST,
                Field.UDP_SRC,
                Field.UDP_DST,
                Field.ICMP_TYPE,
                Field.ICMP_CODE);
    }

    /** The fields that choose the connections to remember. */
    private static Set<Field> admission() {
        Set<Field> fields = EnumSet.of(
                Field.CT_STATE,
                Field.CT_ZONE,
                Field.ETH_TYPE,
                Field.IP_PROTO,
                Field.IP_FRAG,
                Field.TCP_DST,
                Field.UDP_DST);
        for (Field f : Field.values()) {
            if (f.isInternal() && f != Field.CONJ_ID) {
                fields.add(f);
            }
        }
        return fields;
    }

    /** The table's number on the wire; the gaps leave room for future tables. */
    public int number() {
        return number;
    }

    /** The treatment of frames that no entry matches. */
    public Miss miss() {
        return miss;
    }

    /** The fields that entries of this table may match. */
    public Set<Field> matches() {
        return matches;
    }

    /** The table after this one, for frames that need no detour. */
    public Table next() {
        return switch (this) {
            case ADMISSION -> GUARD;
            case TRACK_FROM -> LEARN;
            case GATEWAY -> SERVED;
            case TRACK_TO -> FORWARD;
            default -> values()[ordinal() + 1];
        };
    }

    /** The table's name for people; the number itself if the pipeline has no such table. */
    public static String label(int number) {
        Table table = find(number);
        return table == null ? Integer.toString(number) : table.name().toLowerCase(Locale.ROOT);
    }

    /** The table with this number. @throws IllegalArgumentException if the pipeline has none */
    public static Table byNumber(int number) {
        Table table = find(number);
        if (table == null) {
            throw new IllegalArgumentException("the pipeline has no table " + number);
        }
        return table;
    }

    private static Table find(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    /**
     * Refuses an entry that the pipeline does not allow.
     *
     * @throws IllegalArgumentException if the entry matches a field that its table may not match, or goes back to an
     *     earlier table
     */
    public static void check(FlowEntry entry) {
        Table table = byNumber(entry.table());
        if (entry.match().looksBeyond(table.matchBits)) {
            for (Field f : entry.match().fields().keySet()) {
                if (!table.matches.contains(f)) {
                    throw new IllegalArgumentException(
                            "table " + table + " does not look at " + f.text() + ": " + entry);
                }
            }
        }
        check(entry, table, entry.instructions().next());
        for (Action action : entry.instructions().apply()) {
            if (action instanceof Action.Ct ct && ct.table().isPresent()) {
                check(entry, table, ct.table().getAsInt());
            }
        }
    }

    private static void check(FlowEntry entry, Table table, int next) {
        if (next >= 0 && byNumber(next).ordinal() <= table.ordinal()) {
            throw new IllegalArgumentException("table " + table + " may not go back to " + next + ": " + entry);
        }
    }
}
