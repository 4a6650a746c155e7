package io.heddle.importing.firewall;

import com.google.common.collect.ImmutableRangeSet;
import com.google.common.collect.Range;
import io.heddle.config.Services;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the values that all formats have: ports, addresses and protocols. Empty for a text that is none. */
final class Values {
    private static final Map<String, Integer> PROTOCOLS = Map.ofEntries(
            Map.entry("icmp", Conditions.ICMP),
            Map.entry("igmp", 2),
            Map.entry("ipencap", 4),
            Map.entry("tcp", Conditions.TCP),
            Map.entry("udp", Conditions.UDP),
            Map.entry("dccp", 33),
            Map.entry("ipv6", 41),
            Map.entry("gre", 47),
            Map.entry("esp", 50),
            Map.entry("ah", 51),
            Map.entry("icmpv6", Conditions.ICMP6),
            Map.entry("ipv6-icmp", Conditions.ICMP6),
            Map.entry("ospf", 89),
            Map.entry("ipip", 94),
            Map.entry("pim", 103),
            Map.entry("vrrp", 112),
            Map.entry("sctp", Conditions.SCTP),
            Map.entry("udplite", 136));

    private Values() {}

    static Optional<Integer> protocol(String text) {
        return text.matches("\\d{1,3}") && Integer.parseInt(text) < 256
                ? Optional.of(Integer.valueOf(text))
                : Optional.ofNullable(PROTOCOLS.get(text));
    }

    /** @param texts ports, services, and ranges with - or :, of which an end may be missing */
    static Optional<ImmutableRangeSet<Integer>> ports(Collection<String> texts) {
        List<Range<Integer>> ranges = new ArrayList<>();
        for (String text : texts) {
            Optional<Range<Integer>> range = ports(text);
            if (range.isEmpty()) {
                return Optional.empty();
            }
            ranges.add(range.get());
        }
        return ranges.isEmpty() ? Optional.empty() : Optional.of(Conditions.ports(ranges));
    }

    private static Optional<Range<Integer>> ports(String text) {
        if (text.matches("\\d{0,5}[:-]\\d{0,5}") && text.length() > 1) {
            String[] ends = text.split("[:-]", -1);
            int first = ends[0].isEmpty() ? 0 : Integer.parseInt(ends[0]);
            int last = ends[1].isEmpty() ? 0xffff : Integer.parseInt(ends[1]);
            return first <= last && last <= 0xffff ? Optional.of(Conditions.port(first, last)) : Optional.empty();
        }
        int port = text.matches("\\d{1,5}")
                ? Integer.parseInt(text)
                : Services.find(text).map(Services.Service::port).orElse(-1);
        return port < 0 || port > 0xffff ? Optional.empty() : Optional.of(Conditions.port(port, port));
    }

    /** @param texts addresses, prefixes and ranges FIRST-LAST */
    static Optional<Addresses> addresses(Collection<String> texts) {
        List<Prefix> all = new ArrayList<>();
        for (String text : texts) {
            String[] ends = text.equals("0/0") ? new String[] {"0.0.0.0/0"} : text.split("-", 2);
            Optional<List<Prefix>> some = ends.length == 2
                    ? Prefix.range(ends[0], ends[1])
                    : Prefix.parse(ends[0]).map(List::of);
            if (some.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(some.get());
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(Addresses.of(all));
    }
}
