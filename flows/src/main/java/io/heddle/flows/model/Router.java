package io.heddle.flows.model;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Joins networks at layer 3. Every host routes the packets of its own guests, with the same gateway address and MAC.
 *
 * @param number identifies it in flow entries, 0 to 16777215; unique in the model
 * @param networks the names of the networks that it joins, all with subnets and gateways; none is in another router
 * @param routes to prefixes that are not in these networks
 * @param outside how it reaches everything else
 * @param translations of addresses between the inside and the outside; the first that fits holds
 * @param services what is spread over several hosts of its networks
 */
public record Router(
        String name,
        int number,
        List<String> networks,
        List<Route> routes,
        Optional<Outside> outside,
        List<Translation> translations,
        List<Service> services) {
    /** How many numbers there are. */
    public static final int NUMBERS = 1 << 24;
    /** How many outside addresses routers may share. */
    public static final int MOST_SHARED = 15;

    public Router {
        networks = List.copyOf(networks);
        routes = List.copyOf(routes);
        translations = List.copyOf(translations);
        services = List.copyOf(services);
    }

    /**
     * The way out of a router. One host has it at a time; the others send it what goes out.
     *
     * @param network the network where the outside begins; not one of the router's own
     * @param subnet the prefix of the addresses
     * @param addresses the router's own addresses there, all in the subnet
     * @param gateway the next router, in the subnet; empty if the router reaches the subnet only
     * @param hosts the names of the hosts that may have the way out; the first that is alive has it. With several, the
     *     way out has a MAC of its own, which moves with it
     * @param shared whether the addresses are also those of all other routers with the same way out
     */
    public record Outside(
            String network,
            Prefix subnet,
            List<Inet4Address> addresses,
            Optional<Inet4Address> gateway,
            List<String> hosts,
            boolean shared) {
        public Outside {
            addresses = List.copyOf(addresses);
            hosts = List.copyOf(hosts);
        }

        /** Whether the way out moves to another host if one fails. */
        public boolean moves() {
            return hosts.size() > 1;
        }
    }

    /** A translation of addresses. */
    public sealed interface Translation {
        /** The address by which the outside sees it. */
        Inet4Address outside();
    }

    /** Hosts of a network reach the outside by one address of the router. */
    public record Masquerade(String network, Inet4Address outside) implements Translation {}

    /**
     * A port of an outside address leads to a host inside.
     *
     * @param protocol 6 for TCP, 17 for UDP
     */
    public record Forward(int protocol, Inet4Address outside, int port, Inet4Address inside, int insidePort)
            implements Translation {}

    /**
     * A host inside has an outside address of its own, in both directions.
     *
     * @param atWayOut whether the host with the way out translates it in any case, see {@link NetworkModel#home}
     */
    public record Floating(Inet4Address outside, Inet4Address inside, boolean atWayOut) implements Translation {}

    /** The outside addresses at which it answers: its own, and those of single hosts. */
    public Set<Inet4Address> outsideAddresses() {
        Set<Inet4Address> all = new LinkedHashSet<>();
        outside.ifPresent(o -> all.addAll(o.addresses()));
        translations.forEach(t -> all.add(t.outside()));
        services.stream().filter(this::isOutside).forEach(s -> all.add(s.address()));
        return all;
    }

    /** Whether a service has an outside address: the host with the way out spreads its connections. */
    public boolean isOutside(Service service) {
        return outside.filter(o -> o.subnet().contains(service.address())).isPresent();
    }

    /** The addresses of services that only the router's own networks reach: every host spreads those of its guests. */
    public Set<Inet4Address> insideServices() {
        Set<Inet4Address> all = new LinkedHashSet<>();
        services.stream().filter(s -> !isOutside(s)).forEach(s -> all.add(s.address()));
        return all;
    }

    /** Whether an outside address stands for one host inside and for nothing else. */
    public boolean isAlone(Floating floating) {
        return translations.stream()
                                .filter(t -> t.outside().equals(floating.outside()))
                                .count()
                        == 1
                && services.stream().noneMatch(s -> s.address().equals(floating.outside()));
    }

    /** The same router with other translations. */
    public Router withTranslations(List<Translation> others) {
        return new Router(name, number, networks, routes, outside, others, services);
    }

    /** The same router with other services. */
    public Router with(List<Service> others) {
        return new Router(name, number, networks, routes, outside, translations, others);
    }

    /**
     * A static route. The longest prefix that fits a packet's destination counts; of equally long ones, the one with
     * the longest prefix that fits its source.
     *
     * @param from the sources for which it holds; empty for all
     * @param via the next routers, in the networks; empty to drop what goes there. New connections are spread over
     *     several
     */
    public record Route(Prefix to, Optional<Prefix> from, List<Hop> via) {
        /** How many next routers one route may have. */
        public static final int MOST = 16;

        public Route {
            via = List.copyOf(via);
        }

        /** The same route with what is known of its next routers, if it has several. */
        public Route with(UnaryOperator<Hop> known) {
            return spreads() ? new Route(to, from, via.stream().map(known).toList()) : this;
        }

        /** Whether it has several next routers. */
        public boolean spreads() {
            return via.size() > 1;
        }

        /** What it leads to, in words. */
        public String text() {
            return to + from.map(f -> " from " + f).orElse("");
        }
    }

    /**
     * A next router.
     *
     * @param alive false if it is one of several and has not answered the controller
     * @param mac the MAC with which it has answered, if it is one of several
     */
    public record Hop(InetAddress address, boolean alive, OptionalLong mac) {
        /** One of which nothing more is known. */
        public Hop(InetAddress address) {
            this(address, true, OptionalLong.empty());
        }
    }

    /** Whether a route has several next routers. */
    public boolean spreads() {
        return routes.stream().anyMatch(Route::spreads);
    }

    /** The same router with other routes. */
    public Router withRoutes(UnaryOperator<Route> others) {
        return new Router(
                name, number, networks, routes.stream().map(others).toList(), outside, translations, services);
    }
}
