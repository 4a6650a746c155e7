package io.heddle.importing.firewall;

import java.util.Map;
import java.util.Optional;

/**
 * The types of ICMP by the names that firewalls give them. Source: IANA's registries of ICMP and ICMPv6 parameters;
 * iptables-extensions(8) and nft(8) for the names.
 */
final class Icmp {
    private static final Map<String, String> V4 = Map.ofEntries(
            Map.entry("echo-reply", "0"),
            Map.entry("pong", "0"),
            Map.entry("destination-unreachable", "3"),
            Map.entry("network-unreachable", "3/0"),
            Map.entry("host-unreachable", "3/1"),
            Map.entry("protocol-unreachable", "3/2"),
            Map.entry("port-unreachable", "3/3"),
            Map.entry("fragmentation-needed", "3/4"),
            Map.entry("source-quench", "4"),
            Map.entry("redirect", "5"),
            Map.entry("echo-request", "8"),
            Map.entry("ping", "8"),
            Map.entry("router-advertisement", "9"),
            Map.entry("router-solicitation", "10"),
            Map.entry("time-exceeded", "11"),
            Map.entry("ttl-exceeded", "11"),
            Map.entry("ttl-zero-during-transit", "11/0"),
            Map.entry("parameter-problem", "12"),
            Map.entry("timestamp-request", "13"),
            Map.entry("timestamp-reply", "14"),
            Map.entry("address-mask-request", "17"),
            Map.entry("address-mask-reply", "18"));
    private static final Map<String, String> V6 = Map.ofEntries(
            Map.entry("destination-unreachable", "1"),
            Map.entry("no-route", "1/0"),
            Map.entry("communication-prohibited", "1/1"),
            Map.entry("address-unreachable", "1/3"),
            Map.entry("port-unreachable", "1/4"),
            Map.entry("packet-too-big", "2"),
            Map.entry("time-exceeded", "3"),
            Map.entry("ttl-exceeded", "3"),
            Map.entry("parameter-problem", "4"),
            Map.entry("echo-request", "128"),
            Map.entry("echo-reply", "129"),
            Map.entry("mld-listener-query", "130"),
            Map.entry("mld-listener-report", "131"),
            Map.entry("mld-listener-done", "132"),
            Map.entry("mld-listener-reduction", "132"),
            Map.entry("nd-router-solicit", "133"),
            Map.entry("router-solicitation", "133"),
            Map.entry("nd-router-advert", "134"),
            Map.entry("router-advertisement", "134"),
            Map.entry("nd-neighbor-solicit", "135"),
            Map.entry("neighbor-solicitation", "135"),
            Map.entry("neighbour-solicitation", "135"),
            Map.entry("nd-neighbor-advert", "136"),
            Map.entry("neighbor-advertisement", "136"),
            Map.entry("neighbour-advertisement", "136"),
            Map.entry("nd-redirect", "137"),
            Map.entry("redirect", "137"),
            Map.entry("router-renumbering", "138"),
            Map.entry("ind-neighbor-solicit", "141"),
            Map.entry("ind-neighbor-advert", "142"),
            Map.entry("mld2-listener-report", "143"));

    private Icmp() {}

    /** Reads a name, TYPE or TYPE/CODE; empty if the text is none of these. */
    static Optional<Conditions> type(String text, boolean v6) {
        String number = (v6 ? V6 : V4).getOrDefault(text, text);
        if (text.equals("any")) {
            return Optional.of(Conditions.icmp(v6, null, null));
        } else if (!number.matches("\\d{1,3}(/\\d{1,3})?")) {
            return Optional.empty();
        }
        String[] parts = number.split("/");
        int type = Integer.parseInt(parts[0]);
        Integer code = parts.length > 1 ? Integer.valueOf(parts[1]) : null;
        return type > 255 || code != null && code > 255
                ? Optional.empty()
                : Optional.of(Conditions.icmp(v6, type, code));
    }
}
