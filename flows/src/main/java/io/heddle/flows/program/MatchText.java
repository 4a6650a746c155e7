package io.heddle.flows.program;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Matches as ovs-ofctl text, both ways. */
final class MatchText {
    private static final int IP = 0x0800;
    private static final int ARP = 0x0806;
    private static final int IPV6 = 0x86dd;
    private static final int NO_PROTO = -1;

    /** A word that stands for an Ethernet type and an IP protocol, such as {@code tcp}. */
    private record Shorthand(int etherType, int proto) {
    }

    private static final Map<String, Shorthand> SHORTHANDS = new LinkedHashMap<>();

    static {
        SHORTHANDS.put("ip", new Shorthand(IP, NO_PROTO));
        SHORTHANDS.put("icmp", new Shorthand(IP, 1));
        SHORTHANDS.put("tcp", new Shorthand(IP, 6));
        SHORTHANDS.put("udp", new Shorthand(IP, 17));
        SHORTHANDS.put("sctp", new Shorthand(IP, 132));
        SHORTHANDS.put("arp", new Shorthand(ARP, NO_PROTO));
        SHORTHANDS.put("ipv6", new Shorthand(IPV6, NO_PROTO));
        SHORTHANDS.put("icmp6", new Shorthand(IPV6, 58));
        SHORTHANDS.put("tcp6", new Shorthand(IPV6, 6));
        SHORTHANDS.put("udp6", new Shorthand(IPV6, 17));
        SHORTHANDS.put("sctp6", new Shorthand(IPV6, 132));
    }

    private MatchText() {
    }

    static String print(Match match) {
        List<String> out = new ArrayList<>();
        Optional<Long> type = match.exact(Field.ETH_TYPE);
        Optional<Long> proto = match.exact(Field.IP_PROTO);
        String word = type.map(t -> shorthand(t.intValue(), proto.map(Long::intValue).orElse(NO_PROTO))).orElse(null);
        boolean protoSaid = word != null && SHORTHANDS.get(word).proto != NO_PROTO;
        if (word != null) {
            out.add(word);
        }
        match.fields().forEach((f, m) -> {
            boolean said = f == Field.ETH_TYPE && word != null || f == Field.IP_PROTO && protoSaid;
            if (!said) {
                out.add(field(f, m));
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
            case VLAN_VID -> vlan(m);
            case IP_DSCP -> "nw_tos=" + (m.lo() << 2);
            case TCP_SRC, UDP_SRC, SCTP_SRC -> "tp_src=" + FieldText.print(f, m);
            case TCP_DST, UDP_DST, SCTP_DST -> "tp_dst=" + FieldText.print(f, m);
            case ICMPV6_TYPE -> "icmp_type=" + FieldText.print(f, m);
            case ICMPV6_CODE -> "icmp_code=" + FieldText.print(f, m);
            default -> f.text() + "=" + FieldText.print(f, m);
        };
    }

    private static String vlan(Masked m) {
        if (m.isExact(Field.VLAN_VID) && (m.lo() & Field.VLAN_PRESENT) != 0) {
            return "dl_vlan=" + (m.lo() & 0xfff);
        }
        return m.isExact(Field.VLAN_VID) && m.lo() == 0 ? "vlan_tci=0x0000/0x1fff"
                : String.format("vlan_tci=0x%04x/0x%04x", m.lo(), m.maskLo());
    }

    /**
     * Reads a match.
     *
     * @param ports what number a port name has; asked for every {@code in_port} that is not a number
     */
    static Match parse(String text, Function<String, OptionalInt> ports) {
        Map<String, String> tokens = tokens(text);
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
        // Types first: what nw_src or tp_dst means depends on them, and ovs-ofctl takes the parts in any order.
        for (String early : List.of("dl_type", "eth_type", "nw_proto", "ip_proto")) {
            if (tokens.get(early) != null) {
                Field f = Field.byName(early).orElseThrow();
                put(fields, f, FieldText.parse(f, tokens.get(early)), early);
                tokens.remove(early);
            }
        }
        tokens.forEach((name, value) -> {
            if (value != null) {
                assign(fields, name, value, ports);
            } else if (!SHORTHANDS.containsKey(name)) {
                throw unknown(name);
            }
        });
        Match match = Match.of(fields);
        Prerequisites.check(match);
        return match;
    }

    private static Map<String, String> tokens(String text) {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String part : text.trim().split("[,\\s]+")) {
            if (part.isEmpty()) {
                continue;
            }
            int eq = part.indexOf('=');
            String name = eq < 0 ? part : part.substring(0, eq);
            String value = eq < 0 ? null : part.substring(eq + 1);
            if (tokens.containsKey(name)) {
                throw new FlowSyntaxException(name + " is given twice");
            }
            tokens.put(name, value);
        }
        return tokens;
    }

    private static void assign(Map<Field, Masked> fields, String name, String value,
                               Function<String, OptionalInt> ports) {
        int type = exact(fields, Field.ETH_TYPE);
        int proto = exact(fields, Field.IP_PROTO);
        switch (name) {
            case "dl_vlan" -> {
                long vid = FieldText.parse(Field.VLAN_VID, value).lo();
                if (vid > 0xfff && vid != 0xffff) {
                    throw new FlowSyntaxException("dl_vlan: " + value + " is out of range, expected 0 to 4095");
                }
                put(fields, Field.VLAN_VID, Masked.exact(Field.VLAN_VID, vid | Field.VLAN_PRESENT), name);
            }
            case "vlan_tci" -> put(fields, Field.VLAN_VID, tci(value), name);
            case "nw_tos" -> put(fields, Field.IP_DSCP,
                    Masked.exact(Field.IP_DSCP, FieldText.parse(Field.IP_PROTO, value).lo() >> 2), name);
            case "in_port" -> put(fields, Field.IN_PORT, inPort(value, ports), name);
            default -> {
                Field f = byContext(name, type, proto).or(() -> Field.byName(name)).orElseThrow(() -> unknown(name));
                put(fields, f, FieldText.parse(f, value), name);
            }
        }
    }

    /** Names whose meaning depends on the protocol: nw_src is an ARP sender under arp, tp_dst a TCP port under tcp. */
    private static Optional<Field> byContext(String name, int type, int proto) {
        return Optional.ofNullable(switch (name) {
            case "nw_src", "ip_src" -> type == ARP ? Field.ARP_SPA : null;
            case "nw_dst", "ip_dst" -> type == ARP ? Field.ARP_TPA : null;
            case "tp_src" -> transport(name, proto, Field.TCP_SRC, Field.UDP_SRC, Field.SCTP_SRC);
            case "tp_dst" -> transport(name, proto, Field.TCP_DST, Field.UDP_DST, Field.SCTP_DST);
            case "icmp_type" -> proto == 58 ? Field.ICMPV6_TYPE : null;
            case "icmp_code" -> proto == 58 ? Field.ICMPV6_CODE : null;
            default -> null;
        });
    }

    private static Field transport(String name, int proto, Field tcp, Field udp, Field sctp) {
        return switch (proto) {
            case 6 -> tcp;
            case 17 -> udp;
            case 132 -> sctp;
            default -> throw new FlowSyntaxException(name + " needs a protocol that has ports: add tcp, udp or sctp"
                    + " (tcp6, udp6 or sctp6 for IPv6)");
        };
    }

    private static int exact(Map<Field, Masked> fields, Field f) {
        Masked m = fields.get(f);
        return m == null ? -1 : (int) m.lo();
    }

    /** A tag control word: only the "tagged" bit and the VLAN number can be matched. */
    private static Masked tci(String text) {
        int slash = text.indexOf('/');
        long value = Long.decode(slash < 0 ? text : text.substring(0, slash));
        long mask = slash < 0 ? 0xffff : Long.decode(text.substring(slash + 1));
        if (slash < 0 && value == 0) {
            mask = 0x1fff;
        }
        if ((mask & ~0x1fff) != 0) {
            throw new FlowSyntaxException("vlan_tci=" + text + ": match the priority with dl_vlan_pcp instead");
        }
        return Masked.of(value, mask);
    }

    private static Masked inPort(String value, Function<String, OptionalInt> ports) {
        if (value.equals("LOCAL")) {
            return Masked.exact(Field.IN_PORT, PortNumber.LOCAL & 0xffffffffL);
        }
        if (Character.isDigit(value.charAt(0)) && value.matches("\\d+|0x[0-9a-fA-F]+")) {
            return FieldText.parse(Field.IN_PORT, value);
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
            throw new FlowSyntaxException(name + " contradicts what was said of " + f.text() + " before");
        }
    }

    private static FlowSyntaxException unknown(String name) {
        List<String> known = new ArrayList<>(SHORTHANDS.keySet());
        Field.names().forEach(known::add);
        known.addAll(List.of("dl_vlan", "vlan_tci", "tp_src", "tp_dst", "nw_tos"));
        String nearest = Nearest.of(name, known).map(n -> ", did you mean " + n + "?").orElse("; known are "
                + known.stream().sorted().collect(Collectors.joining(", ")));
        return new FlowSyntaxException("unknown field \"" + name + "\"" + nearest);
    }
}
