package io.heddle.flows.model;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * How the hosts of a network get their IPv4 addresses from Heddle: declared ones by their MAC, others from the ranges.
 *
 * @param ranges addresses for hosts that no port declares, in the order in which they are given out
 * @param leaseSeconds how long a host may use its address without asking again
 * @param dns addresses of name servers
 * @param ntp addresses of time servers
 * @param domain the hosts' own domain
 * @param search domains in which they look for short names
 * @param routes further routes, besides the one by the gateway
 * @param bootServer the name or address of a server from which hosts boot
 * @param bootFile the file that they boot from
 */
public record Dhcp(
        List<Range> ranges,
        int leaseSeconds,
        List<InetAddress> dns,
        List<InetAddress> ntp,
        Optional<String> domain,
        List<String> search,
        List<Route> routes,
        Optional<String> bootServer,
        Optional<String> bootFile) {
    /** The lease time of networks that say nothing else: an hour. */
    public static final int DEFAULT_LEASE_SECONDS = 3600;

    public Dhcp {
        ranges = List.copyOf(ranges);
        dns = List.copyOf(dns);
        ntp = List.copyOf(ntp);
        search = List.copyOf(search);
        routes = List.copyOf(routes);
    }

    /** The addresses from one to another, both included; the first is not above the last. */
    public record Range(Inet4Address first, Inet4Address last) {
        /** Whether an address is in the range. */
        public boolean contains(Inet4Address address) {
            return compare(first, address) <= 0 && compare(address, last) <= 0;
        }

        /** The number of addresses. */
        public long size() {
            return number(last) - number(first) + 1;
        }

        private static int compare(Inet4Address a, Inet4Address b) {
            return Long.compare(number(a), number(b));
        }

        private static long number(Inet4Address address) {
            return InetAddresses.coerceToInteger(address) & 0xffff_ffffL;
        }
    }

    /** A route that hosts get. @param via a router in their network */
    public record Route(Prefix to, InetAddress via) {}
}
