package io.heddle.controller.api;

import com.google.common.net.InetAddresses;
import io.heddle.controller.dhcp.Lease;
import io.heddle.controller.services.Services;
import io.heddle.flows.model.NamedAddresses;
import io.heddle.flows.model.Prefix;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The addresses that hosts have by DHCP, as rows. */
final class LeaseViews {
    private final Services services;

    LeaseViews(Services services) {
        this.services = services;
    }

    /** The leases that have not ended, by network and address. */
    List<Map<String, Object>> leases() {
        long now = Instant.now().getEpochSecond();
        List<Lease> active = new ArrayList<>(services.dhcp().leases().all());
        active.removeIf(l -> !l.isActive(now));
        active.sort(Comparator.comparing(Lease::network).thenComparing(Lease::address, Prefix.ORDER));
        Map<String, Map<InetAddress, NamedAddresses.Use>> named =
                NamedAddresses.all(services.fleet().model());
        return active.stream().map(l -> row(l, isDeclared(l, named))).toList();
    }

    private static Map<String, Object> row(Lease l, boolean declared) {
        String[] place = l.port().split("/", 3);
        return Row.of("network", l.network())
                .and("address", InetAddresses.toAddrString(l.address()))
                .and("mac", String.format("%012x", l.mac()).replaceAll("(..)(?!$)", "$1:"))
                .and("host", place[0])
                .and("port", place[place.length - 1])
                .and("name", l.name())
                .and("state", l.state().name().toLowerCase(Locale.ROOT))
                .and("origin", declared ? "declared" : "range")
                .and("client", l.client())
                .and("ends", Instant.ofEpochSecond(l.ends()).toString())
                .map();
    }

    private static boolean isDeclared(Lease l, Map<String, Map<InetAddress, NamedAddresses.Use>> named) {
        NamedAddresses.Use use = named.getOrDefault(l.network(), Map.of()).get(l.address());
        return use != null && use.kind() == NamedAddresses.Kind.PORT;
    }
}
