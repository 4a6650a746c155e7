package io.heddle.controller.api;

import com.google.common.net.InetAddresses;
import io.heddle.controller.dhcp.Lease;
import io.heddle.controller.dhcp.Reserver;
import io.heddle.controller.leases.Reservations;
import io.heddle.controller.services.Services;
import io.heddle.flows.model.NamedAddresses;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Prefix;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Lists who uses which address of a network, and reserves and frees addresses. */
final class AddressViews {
    private final Services services;
    private final Reservations reservations;

    AddressViews(Services services) {
        this.services = services;
        this.reservations = new Reservations(services.dhcp());
    }

    /** All addresses in use, by network and address. */
    List<Map<String, Object>> addresses() {
        NetworkModel model = services.fleet().model();
        Map<String, Map<InetAddress, Row>> rows = new TreeMap<>();
        NamedAddresses.all(model)
                .forEach((n, all) -> all.forEach((a, use) ->
                        rows.computeIfAbsent(n, AddressViews::byAddress).put(a, named(n, a, use))));
        for (Lease r : services.dhcp().leases().reservations()) {
            if (r.state() == Lease.State.RESERVED) {
                rows.computeIfAbsent(r.network(), AddressViews::byAddress)
                        .merge(r.address(), reserved(r), (declared, own) -> declared.and("reservedFor", owner(r)));
            }
        }
        long now = Instant.now().getEpochSecond();
        for (Lease l : services.dhcp().leases().all()) {
            if (l.isActive(now)) {
                rows.computeIfAbsent(l.network(), AddressViews::byAddress)
                        .merge(l.address(), leased(l), (known, own) -> known.and("lease", state(l)));
            }
        }
        return rows.values().stream()
                .flatMap(n -> n.values().stream())
                .map(Row::map)
                .toList();
    }

    private static Map<InetAddress, Row> byAddress(String network) {
        return new TreeMap<>(Prefix.ORDER);
    }

    private static Row row(String network, InetAddress address, String source) {
        return Row.of("network", network)
                .and("address", InetAddresses.toAddrString(address))
                .and("source", source);
    }

    private static Row named(String network, InetAddress address, NamedAddresses.Use use) {
        String source = switch (use.kind()) {
            case PORT -> "declared";
            case SHARED -> "shared";
            case GATEWAY -> "gateway";
            case SERVICE -> "service";
            case SERVER -> "server";
        };
        String[] place = use.port().split("/", 3);
        Row row = row(network, address, source)
                .and("mac", use.mac().isPresent() ? mac(use.mac().getAsLong()) : "")
                .and("host", place[0])
                .and("port", place[place.length - 1]);
        return row.and("reservedFor", "").and("lease", "");
    }

    private static Row reserved(Lease r) {
        return row(r.network(), r.address(), "reserved")
                .and("mac", r.mac() == 0 ? "" : mac(r.mac()))
                .and("host", "")
                .and("port", "")
                .and("reservedFor", owner(r))
                .and("lease", "");
    }

    private static Row leased(Lease l) {
        String[] place = l.port().split("/", 3);
        return row(l.network(), l.address(), "leased")
                .and("mac", mac(l.mac()))
                .and("host", place[0])
                .and("port", place[place.length - 1])
                .and("reservedFor", "")
                .and("lease", state(l));
    }

    private static String state(Lease l) {
        return l.state().name().toLowerCase(Locale.ROOT);
    }

    private static String owner(Lease r) {
        return r.name().isEmpty() ? mac(r.mac()) : r.name();
    }

    private static String mac(long mac) {
        return Lease.forMac(mac).substring(Lease.FOR_MAC.length());
    }

    /** Reserves the next free address, or the wanted one, for a name or a MAC. */
    Map<String, Object> reserve(RoutingContext request) throws BadRequest, IOException, InterruptedException {
        Network network = network(request);
        Reserver.Wish wish = AddressWish.of(request.body().asString(), network);
        try {
            Lease lease = reservations.reserve(services.fleet().model(), network, wish);
            Prefix subnet = network.subnets().stream()
                    .filter(s -> s.contains(lease.address()))
                    .findFirst()
                    .orElseThrow();
            return reserved(lease)
                    .and("cidr", InetAddresses.toAddrString(lease.address()) + "/" + subnet.length())
                    .map();
        } catch (Reserver.Refused e) {
            throw new BadRequest(409, e.getMessage());
        }
    }

    /** Frees a reserved address. */
    Map<String, Object> free(RoutingContext request) throws BadRequest, IOException, InterruptedException {
        String name = request.pathParam("network");
        checkScope(request, name);
        String text = request.pathParam("address");
        if (!InetAddresses.isInetAddress(text)) {
            throw new BadRequest(400, "\"" + text + "\" is no IP address, such as 10.0.200.12");
        }
        Optional<Lease> freed = reservations.free(name, InetAddresses.forString(text));
        if (freed.isEmpty()) {
            throw new BadRequest(404, text + " of network " + name + " is not reserved");
        }
        return reserved(freed.get()).map();
    }

    private Network network(RoutingContext request) throws BadRequest {
        String name = request.pathParam("network");
        Network network = services.fleet().model().networks().get(name);
        if (network == null) {
            throw new BadRequest(404, "there is no network " + name);
        }
        checkScope(request, name);
        return network;
    }

    private static void checkScope(RoutingContext request, String network) throws BadRequest {
        if (!Access.principal(request).scope().coversNetwork(network)) {
            throw new BadRequest(
                    403,
                    "you may change " + Access.principal(request).scope() + ", which does not include network "
                            + network);
        }
    }
}
