package io.heddle.flows.model;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How the hosts of a network get their addresses from Heddle: declared ones by their MAC, others from the ranges.
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

    /** The ranges of one IP version, in their order. */
    public List<Range> ranges(boolean v4) {
        return ranges.stream().filter(r -> r.isV4() == v4).toList();
    }

    /**
     * The addresses from one to another of the same IP version, both included. The first is not above the last; of IPv6
     * addresses, the first 64 bits are equal.
     */
    public record Range(InetAddress first, InetAddress last) {
        /** Whether it is of IPv4. */
        public boolean isV4() {
            return first instanceof Inet4Address;
        }

        /** Whether an address is in the range. */
        public boolean contains(InetAddress address) {
            byte[] bytes = address.getAddress();
            byte[] from = first.getAddress();
            return bytes.length == from.length
                    && Arrays.compareUnsigned(from, bytes) <= 0
                    && Arrays.compareUnsigned(bytes, last.getAddress()) <= 0;
        }

        /** The number of addresses. */
        public long size() {
            return low(last) - low(first) + 1;
        }

        /** An address of the range. @param index from 0 */
        public InetAddress at(long index) {
            return Prefix.plus(first, index);
        }

        private static long low(InetAddress address) {
            return address instanceof Inet4Address
                    ? InetAddresses.coerceToInteger(address) & 0xffff_ffffL
                    : ByteBuffer.wrap(address.getAddress()).getLong(Long.BYTES);
        }
    }

    /** A route that hosts get. @param via a router in their network */
    public record Route(Prefix to, InetAddress via) {}
}
