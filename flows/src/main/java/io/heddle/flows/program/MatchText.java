package io.heddle.flows.program;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads and writes matches in ovs-ofctl syntax. */
final class MatchText {
    private static final int IP = 0x0800;
    private static final int ARP = 0x0806;
    private static final int RARP = 0x8035;
    private static final int IPV6 = 0x86dd;
    private static final int MPLS = 0x8847;
    private static final int MPLS_MULTICAST = 0x8848;
    private static final int NO_PROTO = -1;
    /** Larger port numbers are reserved, see ovs-ofctl(8). */
    private static final int MOST_PORTS = 0xff00;
    /** Matches Ethernet frames, that is, all frames. */
    private static final String ETHERNET = "eth";
    /** Names of parts of fields, and names whose field depends on the protocol. */
    private static final List<String> SYNONYMS = List.of("dl_vlan", "vlan_tci", "tp_src", "tp_dst", "nw_tos");
    /** The fields that {@code tp_src} means under TCP, UDP, SCTP, ICMP and ICMPv6. */
    private static final List<Field> SOURCES =
            List.of(Field.TCP_SRC, Field.UDP_SRC, Field.SCTP_SRC, Field.ICMP_TYPE, Field.ICMPV6_TYPE);
    /** Likewise {@code tp_dst}. */
    private static final List<Field> DESTINATIONS =
            List.of(Field.TCP_DST, Field.UDP_DST, Field.SCTP_DST, Field.ICMP_CODE, Field.ICMPV6_CODE);

    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");
    private static final Pattern BIT_RANGE = Pattern.compile("\\[(?:(\\d{1,3})(?:\\.\\.(\\d{1,3}))?)?]");

    /** A word for an Ethernet type and an IP protocol, such as {@code tcp}. */
    private record Shorthand(int etherType, int proto) {}

    private static final Map<String, Shorthand> SHORTHANDS = new LinkedHashMap<>();

    static {
        SHORTHANDS.put("ip", new Shorthand(IP, NO_PROTO));
        SHORTHANDS.put("icmp", new Shorthand(IP, 1));
        SHORTHANDS.put("tcp", new Shorthand(IP, 6));
        SHORTHANDS.put("udp", new Shorthand(IP, 17));
        SHORTHANDS.put("sctp", new Shorthand(IP, 132));
        SHORTHANDS.put("arp", new Shorthand(ARP, NO_PROTO));
        SHORTHANDS.put("rarp", new Shorthand(RARP, NO_PROTO));
        SHORTHANDS.put("mpls", new Shorthand(MPLS, NO_PROTO));
        SHORTHANDS.put("mplsm", new Shorthand(MPLS_MULTICAST, NO_PROTO));
        SHORTHANDS.put("ipv6", new Shorthand(IPV6, NO_PROTO));
        SHORTHANDS.put("icmp6", new Shorthand(IPV6, 58));
        SHORTHANDS.put("tcp6", new Shorthand(IPV6, 6));
        SHORTHANDS.put("udp6", new Shorthand(IPV6, 17));
        SHORTHANDS.put("sctp6", new Shorthand(IPV6, 132));
    }

    private MatchText() {}

    static String print(Match match) {
        List<String> out = new ArrayList<>();
        Optional<Long> type = match.exact(Field.ETH_TYPE);
        Optional<Long> proto = match.exact(Field.IP_PROTO);
        String word = type.map(
                        t -> shorthand(t.intValue(), proto.map(Long::intValue).orElse(NO_PROTO)))
                .orElse(null);
        boolean protoSaid = word != null && SHORTHANDS.get(word).proto != NO_PROTO;
        match.fields().forEach((f, m) -> {
            if (f.isTracking() || f == Field.CONJ_ID) {
                out.add(field(f, m));
            }
        });
        if (word != null) {
            out.add(word);
        }
        match.fields().forEach((f, m) -> {
            boolean implied = f.isTracking()
                    || f == Field.CONJ_ID
                    || f == Field.ETH_TYPE && word != null
                    || f == Field.IP_PROTO && protoSaid
                    || f == Field.VLAN_PCP && match.has(Field.VLAN_VID);
            if (!implied) {
                out.add(f == Field.VLAN_VID ? VlanText.print(m, match.get(Field.VLAN_PCP)) : field(f, m));
            }
        });
        return String.join(",", out);
    }

    private static String shorthand(int type, int proto) {
        String general = null;
        for (Map.Entry<String, Shorthand> e : SHORTHANDS.entrySet()) {
            if (e.getValue().etherType == type) {
                if (e.getValue().proto == proto) {
                    return e.getKey();
                }
                general = e.getValue().proto == NO_PROTO ? e.getKey() : general;
            }
        }
        return general;
    }

    private static String field(Field f, Masked m) {
        return switch (f) {
            case IP_DSCP -> "nw_tos=" + (m.lo() << 2);
            case TCP_SRC, UDP_SRC, SCTP_SRC -> "tp_src=" + FieldText.print(f, m);
            case TCP_DST, UDP_DST, SCTP_DST -> "tp_dst=" + FieldText.print(f, m);
            case ND_RESERVED -> f.text() + "=" + m.lo();
            case ICMPV6_TYPE -> "icmp_type=" + FieldText.print(f, m);
            case ICMPV6_CODE -> "icmp_code=" + FieldText.print(f, m);
            default -> f.text() + "=" + FieldText.print(f, m);
        };
    }

    /**
     * Reads a match on frames that are not tracked, and so not on their connections.
     *
     * @param ports gives the number of a port name; called for every {@code in_port} that is not a number
     */
    static Match parse(String text, Function<String, OptionalInt> ports) {
        Map<String, String> tokens = tokens(text);
        tokens.keySet().forEach(MatchText::refuseInternal);
        return parse(tokens, ports);
    }

    /** Reads the match of a flow entry, which may match connections. */
    static Match parseEntry(String text) {
        return parse(tokens(text), port -> OptionalInt.empty());
    }

    private static void refuseInternal(String token) {
        String name = token.replaceFirst("\\[.*", "");
        if (Field.byName(name).filter(f -> f.isTracking() || f.isInternal()).isPresent()) {
            throw Unmatchable.reason(name).orElseThrow();
        }
    }

    private static Match parse(Map<String, String> tokens, Function<String, OptionalInt> ports) {
        EnumMap<Field, Masked> fields = new EnumMap<>(Field.class);
        for (Map.Entry<String, String> t : tokens.entrySet()) {
            Shorthand s = SHORTHANDS.get(t.getKey());
            if (s != null && t.getValue() == null) {
                put(fields, Field.ETH_TYPE, Masked.exact(Field.ETH_TYPE, s.etherType), t.getKey());
                if (s.proto != NO_PROTO) {
                    put(fields, Field.IP_PROTO, Masked.exact(Field.IP_PROTO, s.proto), t.getKey());
                }
            }
        }
        // Types first: the meaning of nw_src or tp_dst depends on them, and ovs-ofctl takes the parts in any order.
        for (String early : List.of("dl_type", "eth_type", "nw_proto", "ip_proto")) {
            if (tokens.get(early) != null) {
                assign(fields, early, tokens.get(early), ports);
                tokens.remove(early);
            }
        }
        tokens.forEach((name, value) -> {
            if (value != null) {
                assign(fields, name, value, ports);
            } else if (!SHORTHANDS.containsKey(name) && !name.equals(ETHERNET)) {
                throw isKnown(name)
                        ? new FlowSyntaxException(name + " needs a value: write " + name + "=VALUE")
                        : unknown(name);
            }
        });
        VlanText.completeTag(fields);
        Match match = Match.of(fields);
        Prerequisites.check(match);
        return match;
    }

    private static Map<String, String> tokens(String text) {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String part : SEPARATOR.split(text.trim())) {
            if (part.isEmpty()) {
                continue;
            }
            int eq = part.indexOf('=');
            String name = eq < 0 ? part : part.substring(0, eq);
            String value = eq < 0 || eq == part.length() - 1 ? null : part.substring(eq + 1);
            if (tokens.containsKey(name)) {
                throw new FlowSyntaxException(name + " is given twice");
            }
            tokens.put(name, value);
        }
        return tokens;
    }

    private static void assign(
            Map<Field, Masked> fields, String name, String value, Function<String, OptionalInt> ports) {
        if (value.equals("*") && isKnown(name)) {
            return;
        }
        int bits = name.indexOf('[');
        Field f = field(fields, bits < 0 ? name : name.substring(0, bits));
        if (bits >= 0) {
            putBits(fields, f, name, name.substring(bits), value);
            return;
        }
        switch (name) {
            case "dl_vlan" -> put(fields, Field.VLAN_VID, VlanText.parseVlan(value), name);
            case "vlan_tci" -> VlanText.parseTci(value).forEach((field, m) -> put(fields, field, m, name));
            case "nw_tos" -> put(fields, f, Masked.exact(f, FieldText.integer(name, 8, value) >> 2), name);
            case "in_port" -> put(fields, f, inPort(value, ports), name);
            default -> put(fields, f, FieldText.parse(f, value), name);
        }
    }

    /** The field of a name, given the protocol. */
    private static Field field(Map<Field, Masked> fields, String name) {
        return switch (name) {
            case "dl_vlan", "vlan_tci" -> Field.VLAN_VID;
            case "nw_tos" -> Field.IP_DSCP;
            default ->
                byContext(name, exact(fields, Field.ETH_TYPE), exact(fields, Field.IP_PROTO))
                        .or(() -> Field.byName(name))
                        .orElseThrow(() -> unknown(name));
        };
    }

    /** Names whose meaning depends on the protocol: nw_src is an ARP sender under arp, tp_dst a TCP port under tcp. */
    private static Optional<Field> byContext(String name, int type, int proto) {
        return Optional.ofNullable(
                switch (name) {
                    case "nw_src", "ip_src" -> address(name, type, Field.ARP_SPA);
                    case "nw_dst", "ip_dst" -> address(name, type, Field.ARP_TPA);
                    case "nw_proto", "ip_proto" -> isArp(type) ? Field.ARP_OP : null;
                    case "tp_src" -> transport(name, proto, SOURCES);
                    case "tp_dst" -> transport(name, proto, DESTINATIONS);
                    case "icmp_type" -> proto == 58 ? Field.ICMPV6_TYPE : null;
                    case "icmp_code" -> proto == 58 ? Field.ICMPV6_CODE : null;
                    default -> null;
                });
    }

    private static boolean isArp(int type) {
        return type == ARP || type == RARP;
    }

    private static Field address(String name, int type, Field arp) {
        if (type == IPV6) {
            throw new FlowSyntaxException(
                    name + " is an IPv4 address: with ipv6, write ipv6_" + name.substring(name.length() - 3));
        }
        return isArp(type) ? arp : null;
    }

    /** @param choice for TCP, UDP, SCTP, ICMP, ICMPv6 */
    private static Field transport(String name, int proto, List<Field> choice) {
        return switch (proto) {
            case 6 -> choice.get(0);
            case 17 -> choice.get(1);
            case 132 -> choice.get(2);
            case 1 -> choice.get(3);
            case 58 -> choice.get(4);
            default ->
                throw new FlowSyntaxException(name + " needs a protocol that has ports: add tcp, udp or sctp"
                        + " (tcp6, udp6 or sctp6 for IPv6)");
        };
    }

    private static int exact(Map<Field, Masked> fields, Field f) {
        Masked m = fields.get(f);
        return m == null ? -1 : (int) m.lo();
    }

    /** Reads {@code nw_src[0..7]=5}: some bits of a field, in addition to bits that the match already has. */
    private static void putBits(Map<Field, Masked> fields, Field f, String name, String range, String value) {
        Matcher m = BIT_RANGE.matcher(range);
        if (!m.matches() || f == Field.IP_FRAG || f == Field.VLAN_VID) {
            String remedy = f == Field.IP_FRAG
                    ? "nw_frag=yes, no, first, later or not_later"
                    : name.substring(0, name.indexOf('[')) + "=VALUE/MASK";
            throw new FlowSyntaxException(name + ": write " + remedy + " instead");
        }
        int from = m.group(1) == null ? 0 : Integer.parseInt(m.group(1));
        int to = m.group(2) != null ? Integer.parseInt(m.group(2)) : m.group(1) == null ? f.bits() - 1 : from;
        if (to < from || to >= f.bits()) {
            throw new FlowSyntaxException(name + ": " + f.text() + " has the bits 0 to " + (f.bits() - 1));
        }
        int width = to - from + 1;
        if (width < f.bits() && !f.maskable()) {
            throw new FlowSyntaxException(f.text() + " cannot be masked: write " + f.text() + "=VALUE");
        }
        BigInteger v = FieldText.number(name, width, value).shiftLeft(from);
        BigInteger mask =
                BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE).shiftLeft(from);
        Masked old = fields.getOrDefault(f, Masked.of(0, 0));
        Masked bits = new Masked(
                v.shiftRight(64).longValue(), v.longValue(), mask.shiftRight(64).longValue(), mask.longValue());
        if ((old.maskHi() & bits.maskHi()) != 0 || (old.maskLo() & bits.maskLo()) != 0) {
            throw new FlowSyntaxException(name + " matches bits that an earlier field already matches");
        }
        fields.put(
                f,
                new Masked(
                        old.hi() | bits.hi(),
                        old.lo() | bits.lo(),
                        old.maskHi() | bits.maskHi(),
                        old.maskLo() | bits.maskLo()));
    }

    private static Masked inPort(String text, Function<String, OptionalInt> ports) {
        String value = text.matches("\"[^\"]+\"") ? text.substring(1, text.length() - 1) : text;
        if (value.equals("LOCAL") || value.equals("CONTROLLER")) {
            return FieldText.parse(Field.IN_PORT, value);
        }
        if (Character.isDigit(value.charAt(0)) && value.matches("\\d+|0x[0-9a-fA-F]+")) {
            Masked port = FieldText.parse(Field.IN_PORT, value);
            if (port.lo() > MOST_PORTS) {
                throw new FlowSyntaxException("in_port: Open vSwitch numbers its ports from 1 to " + MOST_PORTS
                        + ", not " + value + ": write LOCAL for the bridge's own, or the name of a port");
            }
            return port;
        }
        OptionalInt number = ports.apply(value);
        if (number.isEmpty()) {
            throw new FlowSyntaxException("in_port: there is no port named \"" + value + "\"");
        }
        return Masked.exact(Field.IN_PORT, number.getAsInt() & 0xffffffffL);
    }

    private static void put(Map<Field, Masked> fields, Field f, Masked m, String name) {
        Masked old = fields.put(f, m);
        if (old != null && !old.equals(m)) {
            throw new FlowSyntaxException(name + " contradicts the earlier " + f.text());
        }
    }

    private static boolean isKnown(String name) {
        return SYNONYMS.contains(name) || Field.byName(name).isPresent();
    }

    private static FlowSyntaxException unknown(String name) {
        return Unmatchable.reason(name).orElseGet(() -> {
            List<String> known = new ArrayList<>(SHORTHANDS.keySet());
            Field.names().forEach(n -> {
                Field f = Field.byName(n).orElseThrow();
                if (!f.isTracking() && !f.isInternal()) {
                    known.add(n);
                }
            });
            known.addAll(SYNONYMS);
            String nearest = Nearest.of(name, known)
                    .map(n -> ", did you mean " + n + "?")
                    .orElse("; known are " + known.stream().sorted().collect(Collectors.joining(", ")));
            return new FlowSyntaxException("unknown field \"" + name + "\"" + nearest);
        });
    }
}
