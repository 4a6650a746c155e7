package io.heddle.importing.host;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the translations of a host into a router. The router needs an address of its own outside: a rule of the host
 * names it, or people do. Without one, the host goes on to translate.
 */
final class Routing {
    private final Layout layout;
    private final Machine machine;
    private final FreeVlans free;
    /** The router's address outside that people gave; "" for none. */
    private final String given;

    /** What each segment that several hosts may have is to the routers of all hosts: inside or outside. */
    private final Map<String, String> roles;

    private RouterDraft router;

    private Routing(Layout layout, FreeVlans free, String given, Map<String, String> roles) {
        this.layout = layout;
        machine = layout.machine;
        this.free = free;
        this.given = given;
        this.roles = roles;
    }

    /** @param roles receives what segments are to this host's router, for those of the other hosts */
    static Optional<RouterDraft> of(Layout layout, FreeVlans free, String given, Map<String, String> roles) {
        Routing routing = new Routing(layout, free, given, roles);
        layout.machine.nats.forEach(routing::nat);
        layout.machine.forwards.forEach(routing::forward);
        layout.machine.routes.forEach(routing::route);
        return Optional.ofNullable(routing.router);
    }

    private void stays(Machine.Nat nat, String why) {
        machine.left(nat.place(), "translation of " + (nat.from().isEmpty() ? "all networks" : nat.from()), why);
    }

    private void nat(Machine.Nat nat) {
        Optional<Device> out = machine.devices.values().stream()
                .filter(d -> nat.out().isEmpty() ? !d.gateways.isEmpty() : d.name.equals(nat.out()))
                .findFirst();
        Segment outside = out.map(d -> layout.segments.get(d.name)).orElse(null);
        if (outside == null) {
            stays(
                    nat,
                    "the host goes on to do it, as " + (nat.out().isEmpty() ? "its way out" : nat.out())
                            + " is on no bridge");
            return;
        }
        List<Device> inside = inside(nat, out.get());
        if (inside.isEmpty()) {
            stays(nat, "no device of the host is in it");
            return;
        }
        Optional<String> address = address(nat, out.get());
        if (address.isEmpty()) {
            stays(
                    nat,
                    "the host goes on to do it, as a router of Heddle needs an outside address of its own: name a"
                            + " free one with --outside " + machine.name + "=ADDRESS");
            return;
        }
        if (router == null && roles.getOrDefault(key(outside), "outside").equals("inside")) {
            stays(nat, "the host goes on to do it, as a router of another host joins its way out to others");
            return;
        }
        if (router == null) {
            roles.put(key(outside), "outside");
            router = new RouterDraft(layout, outside, address.get());
            out.get().gateways.stream()
                    .map(Value::text)
                    .filter(g -> Addresses.isV4(g) && fits(address.get(), g))
                    .findFirst()
                    .ifPresent(g -> router.gateway = g);
            PortDraft port = layout.own.get(out.get().name);
            if (port != null && port.tail.get("address") instanceof List<?> all && all.size() > 1) {
                port.tail.put(
                        "address",
                        all.stream()
                                .filter(a -> !Addresses.ip((String) a).equals(Addresses.ip(address.get())))
                                .toList());
            }
        } else if (router.outside != outside) {
            stays(nat, "the host goes on to do it: the router has another way out already");
            return;
        }
        inside.forEach(d -> join(d, nat, Addresses.ip(address.get())));
    }

    /** A name for what may be one network on several hosts. */
    private String key(Segment s) {
        return s.vni != 0
                ? "vni " + s.vni
                : s.isLocal()
                        ? "host " + machine.name + " " + s.bridge.name + " " + s.vlan
                        : s.vlan != 0 ? "vlan " + s.vlan : "bridge " + s.bridge.name;
    }

    /** The devices of the host whose networks a rule translates. */
    private List<Device> inside(Machine.Nat nat, Device out) {
        return machine.devices.values().stream()
                .filter(d -> d != out && layout.own.containsKey(d.name) && layout.segments.containsKey(d.name))
                .filter(d -> nat.inside().isEmpty() || nat.inside().equals(d.name))
                .filter(d -> v4(d).filter(a -> nat.from().isEmpty()
                                || Prefix.of(nat.from()).isV4()
                                        && Prefix.of(nat.from()).contains(InetAddresses.forString(Addresses.ip(a))))
                        .isPresent())
                .toList();
    }

    private static Optional<String> v4(Device d) {
        return d.addresses.stream().map(Value::text).filter(Addresses::isV4).findFirst();
    }

    private static boolean fits(String withLength, String address) {
        return Addresses.contains(withLength, address)
                && Addresses.subnet(withLength).isHost(InetAddresses.forString(address))
                && !Addresses.ip(withLength).equals(address);
    }

    private Optional<String> address(Machine.Nat nat, Device out) {
        Optional<String> first = v4(out);
        boolean named = Addresses.isAddress(nat.to())
                && Addresses.isV4(nat.to())
                && !nat.to().equals(first.map(Addresses::ip).orElse(""));
        String wanted = named ? nat.to() : given;
        if (wanted.isEmpty() || !Addresses.isAddress(Addresses.ip(wanted)) || !Addresses.isV4(wanted)) {
            return Optional.empty();
        }
        Optional<String> subnet = out.addresses.stream()
                .map(Value::text)
                .filter(a -> Addresses.isV4(a) && !a.endsWith("/32") && Addresses.contains(a, Addresses.ip(wanted)))
                .findFirst();
        return subnet.map(s -> Addresses.ip(wanted) + "/" + Addresses.subnet(s).length())
                .or(() -> Optional.of(wanted).filter(w -> w.contains("/")))
                .filter(a -> Addresses.subnet(a).isHost(InetAddresses.forString(Addresses.ip(a))));
    }

    private void join(Device d, Machine.Nat nat, String by) {
        Segment s = layout.segments.get(d.name);
        Prefix mine = Addresses.subnet(v4(d).orElseThrow());
        boolean overlap = mine.contains(Addresses.subnet(router.address).address())
                || Addresses.subnet(router.address).contains(mine.address())
                || router.gateways.entrySet().stream()
                        .anyMatch(e -> e.getKey() != s
                                && e.getValue().stream()
                                        .filter(Addresses::isV4)
                                        .anyMatch(g -> Addresses.subnet(g).contains(mine.address())
                                                || mine.contains(
                                                        Addresses.subnet(g).address())));
        if (s == router.outside || overlap || mine.length() > 30) {
            stays(nat, "the host goes on to do it, as " + mine + " overlaps another network of the router");
            return;
        }
        PortDraft ownPort = layout.own.get(d.name);
        boolean empty = s.bridge.ports.values().stream()
                .noneMatch(p -> p != ownPort && (p.untagged == s || s.vlan != 0 && p.tagged.contains(s.vlan)));
        if (empty) {
            stays(nat, "the host goes on to do it, as no file describes a port of a guest in " + s.bridge.name);
            return;
        }
        if (!router.inside.contains(s) && roles.putIfAbsent(key(s), "inside") != null) {
            stays(
                    nat,
                    "the host goes on to do it, as a router of another host has this network: a network has one router");
            return;
        }
        boolean isNew = router.inside.add(s);
        router.places.add(nat.place());
        if (!isNew) {
            return;
        }
        List<String> gateways = new ArrayList<>();
        for (Value a : d.addresses) {
            // A network has one gateway of each IP version.
            if (gateways.stream().noneMatch(g -> Addresses.isV4(g) == Addresses.isV4(a.text()))) {
                gateways.add(a.text());
            }
        }
        router.gateways.put(s, gateways);
        router.nat.add(Map.entry(
                by.equals(Addresses.ip(router.address)) ? Map.of("snat", "") : Map.of("snat", "", "to", by),
                nat.place()));
        PortDraft port = layout.own.remove(d.name);
        s.bridge.ports.remove(port.name);
        s.bridge.moveInto(router.outside.bridge, free);
        machine.left(
                d.place,
                d.name + " with " + d.addresses.get(0).text(),
                "now the router's own address: take it from" + " the host, and the rule of " + nat.place()
                        + " with it");
    }

    private void forward(Machine.Forward f) {
        String to = f.to().replaceFirst(":.*", "");
        boolean known = router != null
                && router.gateways.entrySet().stream()
                        .anyMatch(e -> e.getValue().stream().anyMatch(g -> fits(g, to)));
        String port = f.to().replaceFirst(".*:", "");
        if (!known || !port.matches("[1-9]\\d{0,4}") || Integer.parseInt(port) > 0xffff || f.port() > 0xffff) {
            machine.left(f.place(), "DNAT of port " + f.port() + " to " + f.to(), "the host goes on to do it");
            return;
        }
        String own = Addresses.ip(router.address);
        if (!f.outside().isEmpty() && !f.outside().equals(own)) {
            machine.left(
                    f.place(),
                    "DNAT of " + f.outside() + ":" + f.port(),
                    "the router has " + own + ": tell those" + " who connect");
        }
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("dnat", own + ":" + f.port());
        if (f.proto().equals("udp")) {
            out.put("proto", "udp");
        }
        out.put("to", f.to());
        if (router.nat.stream()
                .noneMatch(e -> out.get("dnat").equals(e.getKey().get("dnat"))
                        && f.proto().equals(e.getKey().getOrDefault("proto", "tcp")))) {
            router.nat.add(Map.entry(out, f.place()));
        }
    }

    private void route(Machine.Route r) {
        boolean inside = router != null
                && Addresses.isV4(r.to()) == Addresses.isV4(r.via())
                && router.gateways.values().stream()
                        .anyMatch(all -> all.stream().anyMatch(g -> fits(g, r.via())))
                && router.gateways.values().stream()
                        .noneMatch(all -> all.stream()
                                .anyMatch(g -> Addresses.subnet(g)
                                        .toString()
                                        .equals(Addresses.subnet(r.to()).toString())))
                && router.routes.stream()
                        .noneMatch(e -> e.getKey()
                                .get("to")
                                .equals(Addresses.subnet(r.to()).toString()));
        if (inside) {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("to", Addresses.subnet(r.to()).toString());
            out.put("via", r.via());
            router.routes.add(Map.entry(out, r.place()));
        } else {
            machine.stays(r.place(), "route to " + r.to() + " via " + r.via());
        }
    }
}
