package io.heddle.config;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowSyntaxException;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Product;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads matches in words, such as {@code {proto: tcp, src: [10.0.0.1, 10.0.1.0/24], dst-port: [22, 8000-8100]}}. No
 * frame fits two of the resulting matches.
 */
final class MatchWords {
    /** The most matches that one rule may stand for: each becomes an entry for each port and network of the scope. */
    static final int MOST_MATCHES = 4096;

    private static final Map<String, String> PLAIN = new LinkedHashMap<>();

    static {
        PLAIN.put("in-port", "in_port");
        PLAIN.put("src-mac", "dl_src");
        PLAIN.put("dst-mac", "dl_dst");
        PLAIN.put("ethertype", "dl_type");
        PLAIN.put("vlan", "dl_vlan");
        PLAIN.put("icmp-type", "icmp_type");
        PLAIN.put("icmp-code", "icmp_code");
        PLAIN.put("arp-op", "arp_op");
    }

    private enum Version {
        V4,
        V6
    }

    private final Yaml y;
    private final Function<String, OptionalInt> ports;
    private final List<Problem> problems;
    private final int before;
    private final AddressNames names;
    private final Optional<AddressWords> src;
    private final Optional<AddressWords> dst;
    private final Optional<PortWords> srcPort;
    private final Optional<PortWords> dstPort;
    private final String proto;

    private MatchWords(Yaml y, AddressNames names, Function<String, OptionalInt> ports, List<Problem> problems) {
        this.y = y;
        this.names = names;
        this.ports = ports;
        this.problems = problems;
        before = problems.size();
        src = AddressWords.read(y, "src", names, problems);
        dst = AddressWords.read(y, "dst", names, problems);
        srcPort = PortWords.read(y, "src-port", problems);
        dstPort = PortWords.read(y, "dst-port", problems);
        proto = y.text("proto", "");
    }

    /**
     * The frames that a mapping stands for; none after an error.
     *
     * @param ports gives the number of a port that {@code in-port} names
     */
    static List<Product> read(Yaml y, AddressNames names, Function<String, OptionalInt> ports, List<Problem> problems) {
        return new MatchWords(y, names, ports, problems).products();
    }

    /** The matches of one protocol and IP version before the addresses and ports. */
    private record Base(String proto, Version version, List<List<Masked>> values) {
        String text() {
            boolean ports = Services.PROTOCOLS.contains(proto);
            return version == null
                    ? proto
                    : proto.isEmpty()
                            ? version == Version.V6 ? "ipv6" : "ip"
                            : ports && version == Version.V6 ? proto + "6" : proto;
        }

        /** The fields that the values are for. */
        List<Field> fields() {
            boolean v6 = version == Version.V6;
            boolean arp = proto.equals("arp");
            return List.of(
                    v6 ? Field.IPV6_SRC : arp ? Field.ARP_SPA : Field.IPV4_SRC,
                    v6 ? Field.IPV6_DST : arp ? Field.ARP_TPA : Field.IPV4_DST,
                    proto.equals("udp") ? Field.UDP_SRC : proto.equals("sctp") ? Field.SCTP_SRC : Field.TCP_SRC,
                    proto.equals("udp") ? Field.UDP_DST : proto.equals("sctp") ? Field.SCTP_DST : Field.TCP_DST);
        }
    }

    private List<Product> products() {
        List<String> protocols = protocols();
        Set<Version> versions = versions();
        if (problems.size() > before) {
            return List.of();
        }
        boolean ip = src.isPresent() || dst.isPresent() || protocols.stream().anyMatch(Services.PROTOCOLS::contains);
        List<Base> bases = new ArrayList<>();
        for (String p : protocols) {
            if (!ip) {
                bases.add(base(p, null));
            } else {
                versions.forEach(v -> bases.add(base(p, v)));
            }
        }
        List<Product> out = new ArrayList<>();
        for (Base base : bases) {
            product(base).ifPresent(out::add);
        }
        long cost = out.stream().mapToLong(Product::cost).sum();
        if (cost > MOST_MATCHES) {
            problems.add(y.problem("stands for " + cost + " matches, and " + MOST_MATCHES
                    + " are possible in one rule: write shorter prefixes or fewer addresses and ports"));
            return List.of();
        }
        return out;
    }

    /** The protocols of the match; one empty text if it has none. */
    private List<String> protocols() {
        List<PortWords> given = new ArrayList<>();
        srcPort.ifPresent(given::add);
        dstPort.ifPresent(given::add);
        if (given.isEmpty() || problems.size() > before) {
            return List.of(proto);
        }
        if (!proto.isEmpty()) {
            if (!Services.PROTOCOLS.contains(proto)) {
                problems.add(y.problem("proto " + proto + " has no ports: write proto: tcp, udp or sctp"));
            } else {
                given.forEach(w -> w.check(proto, problems));
            }
            return List.of(proto);
        }
        List<PortWords> services =
                given.stream().filter(w -> !w.implied().isEmpty()).toList();
        if (services.isEmpty()) {
            problems.add(y.problem("a port needs a protocol: add proto: tcp, udp or sctp"));
        }
        List<String> common = Services.PROTOCOLS.stream()
                .filter(p -> services.stream().allMatch(w -> w.implied().contains(p)))
                .toList();
        services.forEach(w -> w.checkImplied(problems));
        if (common.isEmpty() && !services.isEmpty()) {
            problems.add(y.problem("no protocol has both these source ports and these destination ports"));
        }
        return common;
    }

    /** The IP versions that the match can have; both if it is not about IP. */
    private Set<Version> versions() {
        Set<Version> out = EnumSet.allOf(Version.class);
        if (List.of("ip", "icmp", "arp").contains(proto)) {
            out.remove(Version.V6);
        } else if (List.of("ipv6", "icmp6").contains(proto)) {
            out.remove(Version.V4);
        }
        String right = out.contains(Version.V4) ? "ipv6" : "ip";
        String instead =
                proto.startsWith("icmp") ? right.replace("ipv6", "icmp6").replaceAll("^ip$", "icmp") : right;
        String why = "proto " + proto + " is not: write " + instead;
        if (out.size() < 2) {
            check(src, out, why);
            check(dst, out, why);
        }
        if (src.isPresent() && dst.isPresent() && problems.size() == before) {
            Set<Version> common = EnumSet.copyOf(out);
            common.removeIf(v -> !has(src.get(), v) || !has(dst.get(), v));
            boolean empty = src.get().all().isEmpty() || dst.get().all().isEmpty();
            if (common.isEmpty() && !empty) {
                List<String> of = new ArrayList<>(src.get().versions());
                of.addAll(dst.get().versions());
                problems.add(y.problem("src and dst are of two IP versions: no frame has both"
                        + (of.isEmpty() ? "" : "; " + String.join(", ", of))));
            } else if (!empty) {
                check(src, common, "dst is not");
                check(dst, common, "src is not");
            }
            return common;
        }
        src.or(() -> dst).ifPresent(a -> out.removeIf(v -> !has(a, v)));
        return out;
    }

    private void check(Optional<AddressWords> words, Set<Version> versions, String why) {
        words.ifPresent(w -> w.check(versions.contains(Version.V4), versions.contains(Version.V6), why, problems));
    }

    private static boolean has(AddressWords words, Version version) {
        return words.has(version == Version.V6);
    }

    private Base base(String p, Version version) {
        boolean v6 = version == Version.V6;
        return new Base(
                p,
                version,
                List.of(
                        src.map(a -> names.shared(a.of(v6))).orElse(List.of(Masked.of(0, 0))),
                        dst.map(a -> names.shared(a.of(v6))).orElse(List.of(Masked.of(0, 0))),
                        srcPort.map(w -> w.masks(p)).orElse(List.of(Masked.of(0, 0))),
                        dstPort.map(w -> w.masks(p)).orElse(List.of(Masked.of(0, 0)))));
    }

    private Optional<Product> product(Base base) {
        List<String> parts = new ArrayList<>(List.of(base.text()));
        PLAIN.forEach((word, field) -> y.get(word).ifPresent(v -> parts.add(field + "=" + v.text())));
        Match match;
        try {
            match = FlowText.parseMatch(String.join(",", parts), ports);
        } catch (FlowSyntaxException e) {
            problems.add(y.problem(e.getMessage()));
            return Optional.empty();
        }
        List<Product.Factor> factors = new ArrayList<>();
        for (int i = 0; i < base.values().size(); i++) {
            Field field = base.fields().get(i);
            List<Masked> values = base.values().get(i);
            if (values.size() == 1) {
                match = match.with(field, values.get(0));
            } else {
                factors.add(new Product.Factor(field, values));
            }
        }
        return Optional.of(new Product(match, factors));
    }
}
