package io.heddle.config;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Dhcp;
import io.heddle.flows.model.Prefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads how a network hands out addresses; see {@link RelayReader} for those that another server hands out. */
final class DhcpReader {
    private static final int SHORTEST_SECONDS = 60;
    private static final long LONGEST_SECONDS = 365L * 24 * 3600;
    /** As many leases as a network can have. */
    private static final int MOST_OF_IPV6 = 1 << 16;

    private static final Map<Character, Integer> UNITS = Map.of('s', 1, 'm', 60, 'h', 3600, 'd', 24 * 3600);

    private final List<Problem> problems;
    private final SubnetReader addresses;

    DhcpReader(List<Problem> problems) {
        this.problems = problems;
        this.addresses = new SubnetReader(problems);
    }

    /** Reads the network's {@code dhcp}. */
    Optional<Dhcp> read(Yaml network, List<Prefix> subnets, List<InetAddress> gateways) {
        Optional<Yaml> given = network.get("dhcp");
        if (given.isEmpty() || given.get().get(RelayReader.KEY).isPresent()) {
            return Optional.empty();
        }
        Yaml y = given.get();
        if (subnets.isEmpty()) {
            problems.add(y.problem("needs a subnet of the network, such as subnet: 10.0.200.0/24"));
            return Optional.empty();
        }
        Optional<Prefix> subnet = subnets.stream().filter(Prefix::isV4).findFirst();
        List<Dhcp.Range> ranges = ranges(y, subnets, gateways);
        return Optional.of(new Dhcp(
                ranges,
                lease(y),
                list(y, "dns"),
                list(y, "ntp"),
                y.get("domain").map(Yaml::text),
                y.texts("search"),
                routes(y, subnet),
                y.get("boot-server").map(Yaml::text),
                y.get("boot-file").map(Yaml::text)));
    }

    private List<InetAddress> list(Yaml y, String key) {
        List<InetAddress> out = new ArrayList<>();
        y.get(key)
                .map(Yaml::items)
                .orElse(List.of())
                .forEach(item -> addresses.address(item).ifPresent(out::add));
        return out;
    }

    private List<Dhcp.Range> ranges(Yaml y, List<Prefix> subnets, List<InetAddress> gateways) {
        List<Dhcp.Range> out = new ArrayList<>();
        for (Yaml item : SubnetReader.oneOrMany(y, "range")) {
            Optional<Dhcp.Range> read = range(item.text());
            if (read.isEmpty()) {
                problems.add(
                        item.problem("expected a range such as 10.0.200.100-199 or 10.0.200.100-10.0.201.20, found \""
                                + item.text() + "\""));
                continue;
            }
            Dhcp.Range range = read.get();
            Optional<Prefix> subnet =
                    subnets.stream().filter(p -> p.isV4() == range.isV4()).findFirst();
            Optional<InetAddress> gateway =
                    gateways.stream().filter(range::contains).findFirst();
            if (subnet.isEmpty()) {
                problems.add(item.problem("needs a subnet of the same IP version"));
            } else if (!subnet.get().isHost(range.first()) || !subnet.get().isHost(range.last())) {
                problems.add(item.problem("is not within the hosts of the subnet " + subnet.get()));
            } else if (!range.isV4() && range.size() > MOST_OF_IPV6) {
                problems.add(item.problem("has more than " + MOST_OF_IPV6 + " addresses"));
            } else if (gateway.isPresent()) {
                problems.add(item.problem("contains the gateway " + InetAddresses.toAddrString(gateway.get())
                        + ": leave it out, such as by two ranges"));
            } else if (out.stream().anyMatch(o -> o.contains(range.first()) || range.contains(o.first()))) {
                problems.add(item.problem("overlaps another range"));
            } else {
                out.add(range);
            }
        }
        return out;
    }

    /** Reads {@code 10.0.200.100-199}, {@code 10.0.200.100-10.0.201.20} or {@code fd00:200::100-1ff}. */
    private static Optional<Dhcp.Range> range(String text) {
        String[] ends = text.split("-", -1);
        if (ends.length != 2 || !InetAddresses.isInetAddress(ends[0])) {
            return Optional.empty();
        }
        String last = InetAddresses.isInetAddress(ends[1])
                ? ends[1]
                : ends[0].replaceFirst(ends[0].contains(":") ? "[0-9a-fA-F]+$" : "\\d+$", ends[1]);
        if (!InetAddresses.isInetAddress(last)) {
            return Optional.empty();
        }
        Dhcp.Range range = new Dhcp.Range(InetAddresses.forString(ends[0]), InetAddresses.forString(last));
        boolean right = range.contains(range.last())
                && (range.isV4() || new Prefix(range.first(), Long.SIZE).contains(range.last()));
        return right ? Optional.of(range) : Optional.empty();
    }

    private int lease(Yaml y) {
        Optional<Yaml> given = y.get("lease");
        if (given.isEmpty()) {
            return Dhcp.DEFAULT_LEASE_SECONDS;
        }
        String text = given.get().text();
        long seconds = -1;
        if (text.matches("\\d{1,9}[smhd]")) {
            seconds = Long.parseLong(text.substring(0, text.length() - 1)) * UNITS.get(text.charAt(text.length() - 1));
        }
        if (seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS) {
            problems.add(given.get().problem("expected 60s to 365d, such as 1h, found \"" + text + "\""));
            return Dhcp.DEFAULT_LEASE_SECONDS;
        }
        return (int) seconds;
    }

    private List<Dhcp.Route> routes(Yaml y, Optional<Prefix> subnet) {
        List<Dhcp.Route> out = new ArrayList<>();
        for (Yaml item : y.get("routes").map(Yaml::items).orElse(List.of())) {
            Optional<Prefix> to = item.get("to").flatMap(addresses::prefix);
            Optional<Inet4Address> via = item.get("via").flatMap(addresses::address4);
            if (item.get("to").isEmpty() || item.get("via").isEmpty()) {
                problems.add(item.problem("needs to and via, such as {to: 10.99.0.0/24, via: 10.0.200.254}"));
            } else if (to.isPresent() && !to.get().isV4()) {
                problems.add(item.get("to").get().problem("expected an IPv4 prefix"));
            } else if (to.isPresent() && via.isPresent()) {
                if (subnet.filter(s -> s.isHost(via.get())).isEmpty()) {
                    problems.add(item.get("via")
                            .get()
                            .problem(subnet.map(s -> "is no address of a host in " + s)
                                    .orElse("needs an IPv4 subnet of the network")));
                }
                out.add(new Dhcp.Route(to.get(), via.get()));
            }
        }
        return out;
    }
}
