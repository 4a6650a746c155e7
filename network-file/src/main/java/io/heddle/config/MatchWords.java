package io.heddle.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Converts matches in words, such as {@code {proto: tcp, dst-port: 23}}, to ovs-ofctl text. */
final class MatchWords {
    private static final Map<String, String> PLAIN = new LinkedHashMap<>();

    static {
        PLAIN.put("in-port", "in_port");
        PLAIN.put("src-mac", "dl_src");
        PLAIN.put("dst-mac", "dl_dst");
        PLAIN.put("ethertype", "dl_type");
        PLAIN.put("vlan", "dl_vlan");
        PLAIN.put("src-port", "tp_src");
        PLAIN.put("dst-port", "tp_dst");
        PLAIN.put("icmp-type", "icmp_type");
        PLAIN.put("icmp-code", "icmp_code");
        PLAIN.put("arp-op", "arp_op");
    }

    private MatchWords() {}

    /** One text, or two if a protocol means both IPv4 and IPv6; none after an error. */
    static List<String> texts(Yaml y, List<Problem> problems) {
        boolean v4 = isV4(y, "src") || isV4(y, "dst");
        boolean v6 = isV6(y, "src") || isV6(y, "dst");
        if (v4 && v6) {
            problems.add(y.problem("src and dst are of two IP versions: no frame has both"));
            return List.of();
        }
        String proto = y.text("proto", v4 ? "ip" : v6 ? "ipv6" : "");
        boolean ports = List.of("tcp", "udp", "sctp").contains(proto);
        if (proto.isEmpty()
                && (y.get("src-port").isPresent() || y.get("dst-port").isPresent())) {
            problems.add(y.problem("a port needs a protocol: add proto: tcp, udp or sctp"));
            return List.of();
        }
        if (v6 && (proto.equals("ip") || proto.equals("icmp") || proto.equals("arp"))) {
            problems.add(
                    y.problem("proto " + proto + " is not IPv6: write " + (proto.equals("icmp") ? "icmp6" : "ipv6")));
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        if (!v6) {
            texts.add(text(y, proto, false));
        }
        if (v6 || ports && !v4) {
            texts.add(text(y, ports ? proto + "6" : proto, true));
        }
        return texts;
    }

    private static String text(Yaml y, String proto, boolean v6) {
        List<String> parts = new ArrayList<>();
        if (!proto.isEmpty()) {
            parts.add(proto);
        }
        address(y, "src", v6).ifPresent(parts::add);
        address(y, "dst", v6).ifPresent(parts::add);
        PLAIN.forEach((word, field) -> y.get(word).ifPresent(v -> parts.add(field + "=" + v.text())));
        return String.join(",", parts);
    }

    private static Optional<String> address(Yaml y, String end, boolean v6) {
        return y.get(end).map(a -> (v6 ? "ipv6_" : "nw_") + end + "=" + a.text());
    }

    private static boolean isV4(Yaml y, String key) {
        return y.get(key).filter(a -> !a.text().contains(":")).isPresent();
    }

    private static boolean isV6(Yaml y, String key) {
        return y.get(key).filter(a -> a.text().contains(":")).isPresent();
    }
}
