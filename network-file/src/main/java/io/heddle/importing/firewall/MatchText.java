package io.heddle.importing.firewall;

import com.google.common.collect.ImmutableRangeSet;
import com.google.common.collect.Range;
import io.heddle.config.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Writes a condition as the matches of one or more rules of an access list. */
final class MatchText {
    /** The most matches that a rule may stand for. */
    private static final int MOST = 4096;

    private static final Map<Integer, String> WORDS = Map.of(
            Conditions.TCP, "tcp",
            Conditions.UDP, "udp",
            Conditions.SCTP, "sctp",
            Conditions.ICMP, "icmp",
            Conditions.ICMP6, "icmp6");

    private final Conditions when;
    private final Item.Version version;
    private final Consumer<String> uses;

    /** @param uses receives the names of address sets that the text uses */
    MatchText(Conditions when, Item.Version version, Consumer<String> uses) {
        this.when = when;
        this.version = version;
        this.uses = uses;
    }

    /** The values of {@code match}, in YAML; one for each rule. Empty if the rule would stand for too much. */
    List<String> texts() {
        long versions = when.src() == null && when.dst() == null && version == Item.Version.BOTH ? 2 : 1;
        if (versions * size(when.src()) * size(when.dst()) * blocks(when.srcPort()) * blocks(when.dstPort()) > MOST) {
            return List.of();
        }
        return hasWord(when.proto()) ? List.of(words()) : otherProtocol();
    }

    /** Whether {@code proto} has a word for a protocol. Null is any. */
    static boolean hasWord(Integer proto) {
        return proto == null || WORDS.containsKey(proto);
    }

    private String words() {
        Map<String, Object> match = new LinkedHashMap<>();
        boolean v4 = version == Item.Version.V4;
        if (when.proto() != null) {
            match.put("proto", WORDS.get(when.proto()));
        } else if (version != Item.Version.BOTH && !isOfOneVersion(when.src()) && !isOfOneVersion(when.dst())) {
            match.put("proto", v4 ? "ip" : "ipv6");
        }
        boolean plain = version == Item.Version.BOTH
                || !match.containsKey("proto")
                || !List.of(Conditions.TCP, Conditions.UDP, Conditions.SCTP)
                        .contains(when.proto() == null ? Integer.valueOf(0) : when.proto())
                || isOfOneVersion(when.src())
                || isOfOneVersion(when.dst());
        addresses(match, "src", when.src(), plain);
        addresses(match, "dst", when.dst(), plain);
        if (!plain && !match.containsKey("src")) {
            // The only way to say that the addresses are of this version.
            match.put("src", Prefix.all(!v4).text());
        }
        ports(match, "src-port", when.srcPort());
        ports(match, "dst-port", when.dstPort());
        if (when.icmpType() != null) {
            match.put("icmp-type", when.icmpType());
        }
        if (when.icmpCode() != null) {
            match.put("icmp-code", when.icmpCode());
        }
        return YamlText.flow(match);
    }

    private static boolean isOfOneVersion(Addresses a) {
        return a != null && a.v4() != a.v6();
    }

    /** @param byName whether a name may stand for the addresses; not if it stands for both versions, and one is meant */
    private void addresses(Map<String, Object> match, String key, Addresses a, boolean byName) {
        if (a == null) {
            return;
        } else if (byName && !a.name().isEmpty()) {
            uses.accept(a.name());
            match.put(key, a.name());
            return;
        }
        List<String> texts = prefixes(a).stream().map(Prefix::text).toList();
        match.put(key, texts.size() == 1 ? texts.get(0) : texts);
    }

    private List<Prefix> prefixes(Addresses a) {
        return a.prefixes().stream()
                .filter(p -> version == Item.Version.BOTH || p.v6() == (version == Item.Version.V6))
                .toList();
    }

    private static void ports(Map<String, Object> match, String key, ImmutableRangeSet<Integer> ports) {
        if (ports == null) {
            return;
        }
        List<Object> texts = new ArrayList<>();
        for (Range<Integer> r : ports.asRanges()) {
            int first = r.lowerEndpoint();
            int last = r.upperEndpoint() - 1;
            texts.add(first == last ? (Object) first : first + "-" + last);
        }
        match.put(key, texts.size() == 1 ? texts.get(0) : texts);
    }

    /** Words have no number for a protocol, so these matches are those of ovs-ofctl, which have one address each. */
    private List<String> otherProtocol() {
        List<String> out = new ArrayList<>();
        for (boolean v6 : new boolean[] {false, true}) {
            if (version == (v6 ? Item.Version.V4 : Item.Version.V6)) {
                continue;
            }
            String proto = (v6 ? "ipv6" : "ip") + ",nw_proto=" + when.proto();
            for (String src : fields(when.src(), v6, v6 ? "ipv6_src" : "nw_src")) {
                for (String dst : fields(when.dst(), v6, v6 ? "ipv6_dst" : "nw_dst")) {
                    out.add(YamlText.flow(proto + src + dst));
                }
            }
        }
        return out;
    }

    private static List<String> fields(Addresses a, boolean v6, String field) {
        return a == null
                ? List.of("")
                : a.prefixes().stream()
                        .filter(p -> p.v6() == v6)
                        .map(p -> "," + field + "=" + p.text())
                        .toList();
    }

    private static long size(Addresses a) {
        return a == null ? 1 : a.prefixes().size();
    }

    /** How many blocks of a power of two the ports are: a switch compares bits. */
    private static long blocks(ImmutableRangeSet<Integer> ports) {
        long blocks = 0;
        for (Range<Integer> r : ports == null ? List.<Range<Integer>>of() : List.copyOf(ports.asRanges())) {
            int from = r.lowerEndpoint();
            for (int to = r.upperEndpoint(); from < to; blocks++) {
                from += Math.min(from == 0 ? to : Integer.lowestOneBit(from), Integer.highestOneBit(to - from));
            }
        }
        return Math.max(1, blocks);
    }
}
