package io.heddle.controller.api;

import com.google.common.net.InetAddresses;
import io.heddle.controller.dhcp.Lease;
import io.heddle.controller.services.Services;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Prefix;
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
        return active.stream().map(this::row).toList();
    }

    private Map<String, Object> row(Lease l) {
        String[] place = l.port().split("/", 3);
        return Row.of("network", l.network())
                .and("address", InetAddresses.toAddrString(l.address()))
                .and("mac", String.format("%012x", l.mac()).replaceAll("(..)(?!$)", "$1:"))
                .and("host", place[0])
                .and("port", place[place.length - 1])
                .and("name", l.name())
                .and("state", l.state().name().toLowerCase(Locale.ROOT))
                .and("origin", isDeclared(l) ? "declared" : "range")
                .and("client", l.client())
                .and("ends", Instant.ofEpochSecond(l.ends()).toString())
                .map();
    }

    private boolean isDeclared(Lease l) {
        Network network = services.fleet().model().networks().get(l.network());
        return network != null
                && services.fleet().model().declared4(network).stream().anyMatch(l.address()::equals);
    }
}
