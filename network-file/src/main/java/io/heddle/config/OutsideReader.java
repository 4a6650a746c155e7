package io.heddle.config;

import io.heddle.flows.model.Network;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.program.Nearest;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a router's way out, and its translations of addresses. */
final class OutsideReader {
    private final Map<String, Network> networks;
    private final List<Network> joined;
    private final List<Problem> problems;
    private final SubnetReader addresses;

    /** @param joined the router's own networks */
    OutsideReader(Map<String, Network> networks, List<Network> joined, List<Problem> problems) {
        this.networks = networks;
        this.joined = joined;
        this.problems = problems;
        this.addresses = new SubnetReader(problems);
    }

    Optional<Router.Outside> read(Yaml y) {
        int before = problems.size();
        for (String key : List.of("network", "addresses", "hosts")) {
            if (y.get(key).isEmpty() && !(key.equals("hosts") && y.get("host").isPresent())) {
                problems.add(y.problem("needs " + key + ", such as {network: uplink, addresses: [192.0.2.10/24],"
                        + " gateway: 192.0.2.1, hosts: [hv1]}"));
            }
        }
        y.get("network").ifPresent(this::checkNetwork);
        checkHosts(y);
        List<Inet4Address> own = new ArrayList<>();
        Optional<Prefix> subnet = Optional.empty();
        for (Yaml item : y.get("addresses").map(Yaml::items).orElse(List.of())) {
            Optional<Prefix> read = addresses.prefix(item);
            if (read.isEmpty()) {
                continue;
            }
            Prefix prefix = read.get();
            if (!prefix.isV4() || !prefix.isHost(prefix.address())) {
                problems.add(item.problem("expected the IPv4 address of a host, such as 192.0.2.10/24"));
            } else if (subnet.isPresent() && !subnet.get().equals(prefix.canonical())) {
                problems.add(item.problem("is not in " + subnet.get() + ", where the first address is"));
            } else {
                subnet = Optional.of(prefix.canonical());
                own.add((Inet4Address) prefix.address());
            }
        }
        Optional<Inet4Address> gateway = gateway(y, subnet, own);
        return problems.size() > before || subnet.isEmpty()
                ? Optional.empty()
                : Optional.of(new Router.Outside(
                        y.get("network").get().text(),
                        subnet.get(),
                        own,
                        gateway,
                        hosts(y).stream().map(Yaml::text).toList(),
                        y.text("shared", "false").equals("true")));
    }

    /** The places of the hosts that may have the way out. */
    static List<Yaml> hosts(Yaml outside) {
        return outside.get("hosts")
                .map(Yaml::items)
                .orElseGet(() -> outside.get("host").stream().toList());
    }

    private void checkHosts(Yaml y) {
        if (y.get("host").isPresent()) {
            y.get("hosts").ifPresent(h -> problems.add(h.problem("stands beside host: write hosts: [hv1, hv2] only")));
        }
        Set<String> names = new HashSet<>();
        for (Yaml host : hosts(y)) {
            if (!names.add(host.text())) {
                problems.add(host.problem("is in the list already"));
            }
        }
        y.get("hosts").filter(h -> h.items().isEmpty()).ifPresent(h -> problems.add(h.problem("names no host")));
    }

    private void checkNetwork(Yaml y) {
        Network network = networks.get(y.text());
        if (network == null) {
            problems.add(y.problem(Nearest.unknown("network", y.text(), networks.keySet())));
        } else if (joined.contains(network)) {
            problems.add(y.problem("is one of the router's own networks: the outside is another one"));
        }
    }

    private Optional<Inet4Address> gateway(Yaml y, Optional<Prefix> subnet, List<Inet4Address> own) {
        Optional<Inet4Address> gateway = y.get("gateway").flatMap(addresses::address4);
        if (gateway.isPresent() && subnet.isPresent()) {
            Yaml place = y.get("gateway").get();
            if (!subnet.get().isHost(gateway.get())) {
                problems.add(place.problem("is no address of a host in " + subnet.get()));
            } else if (own.contains(gateway.get())) {
                problems.add(place.problem("is the router's own address"));
            }
        }
        return gateway;
    }

    List<Router.Translation> translations(Yaml y, Optional<Router.Outside> outside) {
        List<Router.Translation> out = new ArrayList<>();
        List<Yaml> items = y.get("nat").map(Yaml::items).orElse(List.of());
        if (!items.isEmpty() && outside.isEmpty()) {
            if (y.get("outside").isEmpty()) {
                problems.add(y.get("nat").get().problem("needs outside, the way out of the router"));
            }
            return out;
        }
        Set<String> taken = new HashSet<>();
        for (Yaml item : items) {
            Optional<Router.Translation> read = translation(item, outside.get());
            boolean second =
                    read.isPresent() && read.get() instanceof Router.Floating f && !taken.add("inside " + f.inside());
            if (second || read.isPresent() && !taken.add(key(read.get()))) {
                problems.add(item.problem("translates what an earlier one does already"));
            } else {
                read.ifPresent(out::add);
            }
        }
        return out;
    }

    private static String key(Router.Translation t) {
        if (t instanceof Router.Masquerade m) {
            return m.network();
        } else if (t instanceof Router.Forward f) {
            return f.outside() + " " + f.protocol() + " " + f.port();
        }
        return t.outside().toString();
    }

    private Optional<Router.Translation> translation(Yaml y, Router.Outside outside) {
        List<String> kinds = List.of("snat", "dnat", "floating").stream()
                .filter(k -> y.get(k).isPresent())
                .toList();
        if (kinds.size() != 1) {
            problems.add(y.problem("expected one of snat, dnat and floating, such as {snat: red},"
                    + " {dnat: \"192.0.2.10:8080\", to: \"10.0.200.11:80\"} or"
                    + " {floating: 192.0.2.20, to: 10.0.200.7}"));
            return Optional.empty();
        }
        Map.of("proto", "dnat", "at", "floating")
                .forEach((key, kind) -> y.get(key)
                        .filter(k -> !kinds.contains(kind))
                        .ifPresent(k -> problems.add(k.problem("belongs to " + kind + " only"))));
        return switch (kinds.get(0)) {
            case "snat" -> masquerade(y, outside);
            case "dnat" -> forward(y, outside);
            default -> floating(y, outside);
        };
    }

    private Optional<Router.Translation> masquerade(Yaml y, Router.Outside outside) {
        Yaml name = y.get("snat").get();
        Optional<Network> network =
                joined.stream().filter(n -> n.name().equals(name.text())).findFirst();
        if (network.isEmpty()) {
            problems.add(name.problem(Nearest.unknown(
                    "network of the router",
                    name.text(),
                    joined.stream().map(Network::name).toList())));
            return Optional.empty();
        }
        if (network.get().subnet4().isEmpty()) {
            problems.add(name.problem("has no IPv4 subnet to translate"));
            return Optional.empty();
        }
        Optional<Inet4Address> by = y.get("to").flatMap(addresses::address4);
        if (y.get("to").isPresent() && by.isEmpty()
                || by.isPresent() && !isOutside(by.get(), outside, y.get("to").get())) {
            return Optional.empty();
        }
        return Optional.of(
                new Router.Masquerade(name.text(), by.orElse(outside.addresses().get(0))));
    }

    private Optional<Router.Translation> forward(Yaml y, Router.Outside outside) {
        Optional<Door> from = Door.read(y.get("dnat").get(), problems);
        Optional<Door> to = y.get("to").flatMap(e -> Door.read(e, problems));
        if (y.get("to").isEmpty()) {
            problems.add(y.problem("needs to, the address and port of a host, such as \"10.0.200.11:80\""));
        }
        if (from.isEmpty()
                || to.isEmpty()
                || !isOutside(from.get().address(), outside, y.get("dnat").get())) {
            return Optional.empty();
        }
        if (!isInside(to.get().address(), y.get("to").get())) {
            return Optional.empty();
        }
        int protocol = y.text("proto", "tcp").equals("udp") ? 17 : 6;
        return Optional.of(new Router.Forward(
                protocol,
                from.get().address(),
                from.get().port(),
                to.get().address(),
                to.get().port()));
    }

    private Optional<Router.Translation> floating(Yaml y, Router.Outside outside) {
        Optional<Inet4Address> address = y.get("floating").flatMap(addresses::address4);
        Optional<Inet4Address> to = y.get("to").flatMap(addresses::address4);
        if (y.get("to").isEmpty()) {
            problems.add(y.problem("needs to, the address of a host inside, such as 10.0.200.7"));
        }
        if (address.isEmpty()
                || to.isEmpty()
                || !isOutside(address.get(), outside, y.get("floating").get())
                || !isInside(to.get(), y.get("to").get())) {
            return Optional.empty();
        }
        if (outside.addresses().contains(address.get())) {
            problems.add(y.get("floating").get().problem("is the router's own address: take another of the subnet"));
            return Optional.empty();
        }
        return Optional.of(
                new Router.Floating(address.get(), to.get(), y.get("at").isPresent()));
    }

    private boolean isOutside(Inet4Address address, Router.Outside outside, Yaml place) {
        boolean right = outside.subnet().isHost(address) && !outside.gateway().equals(Optional.of(address));
        if (!right) {
            problems.add(
                    place.problem("expected an address of a host in " + outside.subnet() + ", where the router is"));
        }
        return right;
    }

    private boolean isInside(InetAddress address, Yaml place) {
        boolean right = joined.stream()
                .anyMatch(n -> n.contains(address) && !n.gateways().contains(address));
        if (!right) {
            problems.add(place.problem("is no host's address in a network of the router"));
        }
        return right;
    }
}
