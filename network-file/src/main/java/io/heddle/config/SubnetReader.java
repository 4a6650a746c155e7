package io.heddle.config;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Prefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the IP addresses of a network: its subnets and gateways. */
final class SubnetReader {
    private final List<Problem> problems;

    SubnetReader(List<Problem> problems) {
        this.problems = problems;
    }

    /** The values of a key that takes one or a list. */
    static List<Yaml> oneOrMany(Yaml y, String key) {
        return y.get(key).map(Yaml::itemsOrSelf).orElse(List.of());
    }

    List<Prefix> subnets(Yaml y) {
        List<Prefix> subnets = new ArrayList<>();
        for (Yaml item : oneOrMany(y, "subnet")) {
            Optional<Prefix> read = prefix(item);
            if (read.isPresent()
                    && subnets.stream().anyMatch(s -> s.isV4() == read.get().isV4())) {
                problems.add(item.problem("is a second subnet of the same IP version: a network has one of each"));
            } else {
                read.ifPresent(subnets::add);
            }
        }
        return subnets;
    }

    Optional<Prefix> prefix(Yaml y) {
        String address = y.text().replaceFirst("/.*", "");
        boolean right = InetAddresses.isInetAddress(address)
                && y.text().matches(".*/\\d{1,3}")
                && Integer.parseInt(y.text().replaceFirst(".*/", "")) <= (address.contains(":") ? 128 : 32);
        if (!right) {
            problems.add(y.problem("expected an IP prefix such as 10.0.200.0/24, found \"" + y.text() + "\""));
        }
        return right ? Optional.of(Prefix.parse(y.text())) : Optional.empty();
    }

    List<InetAddress> gateways(Yaml y, List<Prefix> subnets) {
        List<InetAddress> gateways = new ArrayList<>();
        for (Yaml item : oneOrMany(y, "gateway")) {
            Optional<InetAddress> read = address(item);
            if (read.isEmpty()) {
                continue;
            }
            InetAddress gateway = read.get();
            Optional<Prefix> subnet =
                    subnets.stream().filter(s -> s.contains(gateway)).findFirst();
            if (subnet.isEmpty()) {
                problems.add(item.problem("is in no subnet of the network"
                        + (subnets.isEmpty() ? ": add subnet" : ", expected an address in " + subnets.get(0))));
            } else if (!subnet.get().isHost(gateway)) {
                problems.add(item.problem("is no address of a host in " + subnet.get()));
            } else if (gateways.stream().anyMatch(g -> isV4(g) == isV4(gateway))) {
                problems.add(item.problem("is a second gateway of the same IP version: a network has one of each"));
            } else {
                gateways.add(gateway);
            }
        }
        return gateways;
    }

    Optional<InetAddress> address(Yaml y) {
        if (InetAddresses.isInetAddress(y.text())) {
            return Optional.of(InetAddresses.forString(y.text()));
        }
        problems.add(y.problem("expected an IP address such as 10.0.200.1, found \"" + y.text() + "\""));
        return Optional.empty();
    }

    Optional<Inet4Address> address4(Yaml y) {
        Optional<InetAddress> read = address(y);
        read.filter(a -> !isV4(a)).ifPresent(a -> problems.add(y.problem("expected an IPv4 address")));
        return read.filter(SubnetReader::isV4).map(Inet4Address.class::cast);
    }

    private static boolean isV4(InetAddress address) {
        return address instanceof Inet4Address;
    }
}
