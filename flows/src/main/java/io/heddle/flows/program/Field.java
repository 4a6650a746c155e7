package io.heddle.flows.program;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A header or metadata field that a flow entry can match or set: its name in ovs-ofctl syntax, its OXM class and number
 * on the wire, its width in bits and the text form of its values.
 *
 * <p>The order of the constants is the order in which {@code ovs-ofctl dump-flows} prints them. The fields of
 * connection tracking ({@code ct_*}) exist only in frames that an {@link Action.Ct} has tracked; see {@link CtState}.
 *
 * <p>Source: OpenFlow 1.3.5 §7.2.3.7, ovs-fields(7).
 */
public enum Field {
    /** The id of a conjunction whose clauses a frame satisfies, see {@link Action.Conjunction}. */
    CONJ_ID("conj_id", Oxm.NXM_1, 37, 32, Form.DECIMAL, false),
    CT_STATE("ct_state", Oxm.NXM_1, 105, 32, Form.CT_STATE, true),
    CT_ZONE("ct_zone", Oxm.NXM_1, 106, 16, Form.DECIMAL, false),
    CT_MARK("ct_mark", Oxm.NXM_1, 107, 32, Form.HEX, true),
    CT_NW_SRC("ct_nw_src", Oxm.NXM_1, 120, 32, Form.IPV4, true),
    CT_NW_DST("ct_nw_dst", Oxm.NXM_1, 121, 32, Form.IPV4, true),
    CT_IPV6_SRC("ct_ipv6_src", Oxm.NXM_1, 122, 128, Form.IPV6, true),
    CT_IPV6_DST("ct_ipv6_dst", Oxm.NXM_1, 123, 128, Form.IPV6, true),
    CT_NW_PROTO("ct_nw_proto", Oxm.NXM_1, 119, 8, Form.DECIMAL, false),
    CT_TP_SRC("ct_tp_src", Oxm.NXM_1, 124, 16, Form.DECIMAL, true),
    CT_TP_DST("ct_tp_dst", Oxm.NXM_1, 125, 16, Form.DECIMAL, true),
    REG0("reg0", Oxm.NXM_1, 0, 32, Form.HEX, true),
    REG1("reg1", Oxm.NXM_1, 1, 32, Form.HEX, true),
    REG2("reg2", Oxm.NXM_1, 2, 32, Form.HEX, true),
    REG3("reg3", Oxm.NXM_1, 3, 32, Form.HEX, true),
    REG4("reg4", Oxm.NXM_1, 4, 32, Form.HEX, true),
    REG5("reg5", Oxm.NXM_1, 5, 32, Form.HEX, true),
    TUN_ID("tun_id", Oxm.BASIC, 38, 64, Form.HEX, true),
    TUN_SRC("tun_src", Oxm.NXM_1, 31, 32, Form.IPV4, true),
    TUN_DST("tun_dst", Oxm.NXM_1, 32, 32, Form.IPV4, true),
    TUN_IPV6_SRC("tun_ipv6_src", Oxm.NXM_1, 109, 128, Form.IPV6, true),
    TUN_IPV6_DST("tun_ipv6_dst", Oxm.NXM_1, 110, 128, Form.IPV6, true),
    METADATA("metadata", Oxm.BASIC, 2, 64, Form.HEX, true),
    IN_PORT("in_port", Oxm.BASIC, 0, 32, Form.PORT, false),
    VLAN_VID("vlan_vid", Oxm.BASIC, 6, 13, Form.HEX, true),
    VLAN_PCP("dl_vlan_pcp", Oxm.BASIC, 7, 3, Form.DECIMAL, false),
    ETH_SRC("dl_src", Oxm.BASIC, 4, 48, Form.MAC, true),
    ETH_DST("dl_dst", Oxm.BASIC, 3, 48, Form.MAC, true),
    ETH_TYPE("dl_type", Oxm.BASIC, 5, 16, Form.HEX, false),
    IPV4_SRC("nw_src", Oxm.BASIC, 11, 32, Form.IPV4, true),
    IPV4_DST("nw_dst", Oxm.BASIC, 12, 32, Form.IPV4, true),
    IPV6_SRC("ipv6_src", Oxm.BASIC, 26, 128, Form.IPV6, true),
    IPV6_DST("ipv6_dst", Oxm.BASIC, 27, 128, Form.IPV6, true),
    IPV6_LABEL("ipv6_label", Oxm.BASIC, 28, 20, Form.HEX, true),
    IP_PROTO("nw_proto", Oxm.BASIC, 10, 8, Form.DECIMAL, false),
    IP_DSCP("ip_dscp", Oxm.BASIC, 8, 6, Form.DECIMAL, false),
    IP_ECN("nw_ecn", Oxm.BASIC, 9, 2, Form.DECIMAL, false),
    IP_TTL("nw_ttl", Oxm.NXM_1, 29, 8, Form.DECIMAL, false),
    MPLS_LABEL("mpls_label", Oxm.BASIC, 34, 20, Form.DECIMAL, false),
    MPLS_TC("mpls_tc", Oxm.BASIC, 35, 3, Form.DECIMAL, false),
    MPLS_TTL("mpls_ttl", Oxm.NXM_1, 30, 8, Form.DECIMAL, false),
    MPLS_BOS("mpls_bos", Oxm.BASIC, 36, 1, Form.DECIMAL, false),
    IP_FRAG("nw_frag", Oxm.NXM_1, 26, 2, Form.FRAGMENT, true),
    ARP_SPA("arp_spa", Oxm.BASIC, 22, 32, Form.IPV4, true),
    ARP_TPA("arp_tpa", Oxm.BASIC, 23, 32, Form.IPV4, true),
    ARP_OP("arp_op", Oxm.BASIC, 21, 16, Form.DECIMAL, false),
    ARP_SHA("arp_sha", Oxm.BASIC, 24, 48, Form.MAC, true),
    ARP_THA("arp_tha", Oxm.BASIC, 25, 48, Form.MAC, true),
    TCP_SRC("tcp_src", Oxm.BASIC, 13, 16, Form.DECIMAL, true),
    TCP_DST("tcp_dst", Oxm.BASIC, 14, 16, Form.DECIMAL, true),
    UDP_SRC("udp_src", Oxm.BASIC, 15, 16, Form.DECIMAL, true),
    UDP_DST("udp_dst", Oxm.BASIC, 16, 16, Form.DECIMAL, true),
    SCTP_SRC("sctp_src", Oxm.BASIC, 17, 16, Form.DECIMAL, true),
    SCTP_DST("sctp_dst", Oxm.BASIC, 18, 16, Form.DECIMAL, true),
    TCP_FLAGS("tcp_flags", Oxm.NXM_1, 34, 12, Form.TCP_FLAGS, true),
    ICMP_TYPE("icmp_type", Oxm.BASIC, 19, 8, Form.DECIMAL, false),
    ICMP_CODE("icmp_code", Oxm.BASIC, 20, 8, Form.DECIMAL, false),
    ICMPV6_TYPE("icmpv6_type", Oxm.BASIC, 29, 8, Form.DECIMAL, false),
    ICMPV6_CODE("icmpv6_code", Oxm.BASIC, 30, 8, Form.DECIMAL, false),
    ND_TARGET("nd_target", Oxm.BASIC, 31, 128, Form.IPV6, true),
    ND_SLL("nd_sll", Oxm.BASIC, 32, 48, Form.MAC, true),
    ND_TLL("nd_tll", Oxm.BASIC, 33, 48, Form.MAC, true),
    ND_RESERVED("nd_reserved", Oxm.ERICSSON, 1, 32, Form.HEX, false),
    ND_OPTIONS_TYPE("nd_options_type", Oxm.ERICSSON, 2, 8, Form.DECIMAL, false);

    /** The OXM classes that Heddle supports. */
    private static final class Oxm {
        static final int BASIC = 0x8000;
        static final int NXM_1 = 0x0001;
        static final int ERICSSON = 0x1000;
    }

    /** The text form of a field's values. */
    public enum Form {
        DECIMAL,
        HEX,
        MAC,
        IPV4,
        IPV6,
        PORT,
        FRAGMENT,
        TCP_FLAGS,
        CT_STATE
    }

    /** The bit of frames with an 802.1Q tag in {@link #VLAN_VID} (OFPVID_PRESENT). */
    public static final long VLAN_PRESENT = 0x1000;

    /** The multicast bit of {@link #ETH_DST}, which no {@link #ETH_SRC} may have. */
    public static final long ETH_MULTICAST = 0x0100_0000_0000L;

    /**
     * Values of {@link #ETH_DST} of protocols between neighbours, such as LLDP, LACP and STP. No bridge forwards them.
     * Source: IEEE 802.1Q, table 8-1.
     */
    public static final Masked LINK_PROTOCOLS = Masked.of(0x0180_c200_0000L, 0xffff_ffff_fff0L);

    /** The bit of fragments in {@link #IP_FRAG}. */
    public static final long FRAGMENT = 1;

    /** The bit of fragments other than the first in {@link #IP_FRAG}; never set without {@link #FRAGMENT}. */
    public static final long LATER_FRAGMENT = 2;

    /** Fields of the sender and of the receiver. */
    private static final List<List<Field>> ENDS = List.of(
            List.of(ETH_SRC, ETH_DST),
            List.of(IPV4_SRC, IPV4_DST),
            List.of(IPV6_SRC, IPV6_DST),
            List.of(TCP_SRC, TCP_DST),
            List.of(UDP_SRC, UDP_DST),
            List.of(SCTP_SRC, SCTP_DST),
            List.of(ARP_SPA, ARP_TPA),
            List.of(ARP_SHA, ARP_THA));

    private static final Map<Field, Field> OPPOSITE = new EnumMap<>(Field.class);

    private static final Map<String, Field> BY_NAME = new HashMap<>();
    private static final Map<Integer, Field> BY_OXM = new HashMap<>();

    static {
        for (List<Field> ends : ENDS) {
            OPPOSITE.put(ends.get(0), ends.get(1));
            OPPOSITE.put(ends.get(1), ends.get(0));
        }
        for (Field f : values()) {
            BY_NAME.put(f.text, f);
            BY_OXM.put(f.oxmClass << 7 | f.oxmField, f);
        }
        Map<String, Field> synonyms = Map.ofEntries(
                Map.entry("eth_src", ETH_SRC),
                Map.entry("eth_dst", ETH_DST),
                Map.entry("eth_type", ETH_TYPE),
                Map.entry("ip_src", IPV4_SRC),
                Map.entry("ip_dst", IPV4_DST),
                Map.entry("ip_proto", IP_PROTO),
                Map.entry("vlan_pcp", VLAN_PCP),
                Map.entry("tunnel_id", TUN_ID),
                Map.entry("ip_ecn", IP_ECN),
                Map.entry("ip_frag", IP_FRAG),
                Map.entry("icmpv4_type", ICMP_TYPE),
                Map.entry("icmpv4_code", ICMP_CODE),
                Map.entry("arp_target", ARP_TPA),
                Map.entry("tun_ipv4_dst", TUN_DST),
                // The names that ovs-ofctl prints for the fields of a move.
                Map.entry("NXM_OF_IP_SRC", IPV4_SRC),
                Map.entry("NXM_OF_IP_DST", IPV4_DST),
                Map.entry("NXM_OF_ETH_SRC", ETH_SRC),
                Map.entry("NXM_OF_ETH_DST", ETH_DST),
                Map.entry("NXM_OF_ARP_SPA", ARP_SPA),
                Map.entry("NXM_OF_ARP_TPA", ARP_TPA),
                Map.entry("NXM_NX_ARP_SHA", ARP_SHA),
                Map.entry("NXM_NX_ARP_THA", ARP_THA),
                Map.entry("NXM_NX_IPV6_SRC", IPV6_SRC),
                Map.entry("NXM_NX_IPV6_DST", IPV6_DST));
        BY_NAME.putAll(synonyms);
    }

    private final String text;
    private final int oxmClass;
    private final int oxmField;
    private final int bits;
    private final int bytes;
    private final Form form;
    private final boolean maskable;

    Field(String text, int oxmClass, int oxmField, int bits, Form form, boolean maskable) {
        this.text = text;
        this.oxmClass = oxmClass;
        this.oxmField = oxmField;
        this.bits = bits;
        // A label of 20 bits takes four bytes.
        this.bytes = bits > 16 && bits < 32 ? Integer.BYTES : (bits + 7) / 8;
        this.form = form;
        this.maskable = maskable;
    }

    /** The name that ovs-ofctl prints. */
    public String text() {
        return text;
    }

    /** The OXM class, 0x8000 for OpenFlow's own fields. */
    public int oxmClass() {
        return oxmClass;
    }

    /** The number within {@link #oxmClass()}, 0 to 127. */
    public int oxmField() {
        return oxmField;
    }

    /** The width of a value in bits, 1 to 128. */
    public int bits() {
        return bits;
    }

    /** The width of a value on the wire in bytes. */
    public int bytes() {
        return bytes;
    }

    /** The text form of values. */
    public Form form() {
        return form;
    }

    /** Whether a match on this field may have a mask. */
    public boolean maskable() {
        return maskable;
    }

    /** Whether the field belongs to the switch's own bookkeeping, so that no frame that a person writes has it. */
    public boolean isInternal() {
        return this == CONJ_ID || ordinal() >= REG0.ordinal() && ordinal() <= REG5.ordinal();
    }

    /** Whether the field tells of the connection that a tracked frame belongs to: a {@code ct_*} field. */
    public boolean isTracking() {
        return ordinal() >= CT_STATE.ordinal() && ordinal() <= CT_TP_DST.ordinal();
    }

    /** Whether the field tells of the first packet of a tracked frame's connection, such as {@link #CT_NW_SRC}. */
    public boolean isTuple() {
        return isTracking() && ordinal() >= CT_NW_SRC.ordinal();
    }

    /** The field that has this one's value in an answer: of the other end, or the field itself. */
    public Field opposite() {
        return OPPOSITE.getOrDefault(this, this);
    }

    /** The field with this ovs-ofctl name or synonym. */
    public static Optional<Field> byName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** All names that {@link #byName} accepts, for "did you mean". */
    public static Iterable<String> names() {
        return BY_NAME.keySet();
    }

    /** The field with this OXM class and number, or empty if Heddle does not support it. */
    public static Optional<Field> byOxm(int oxmClass, int oxmField) {
        return Optional.ofNullable(BY_OXM.get(oxmClass << 7 | oxmField));
    }
}
