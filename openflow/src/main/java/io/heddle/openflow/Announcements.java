package io.heddle.openflow;

import io.heddle.apps.router.RoutedNetworks;
import io.heddle.openflow.codec.NeighbourFrame;
import java.net.Inet4Address;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Announces the outside addresses of a router by gratuitous ARP when its way out has moved here, so that switches
 * outside learn the new place. They would learn it from the next frame that leaves, but a router that only serves
 * others sends none. Confined to the switch's event loop.
 */
final class Announcements {
    private final SwitchConnection connection;
    private final Sender sender;
    private List<RoutedNetworks.Claim> claims = List.of();
    /** Whether the claims are new, and wait for the flow entries that let the announcement out. */
    private boolean isNew;

    /** Floods a frame in a network. */
    interface Sender {
        void toAll(int network, byte[] frame);
    }

    Announcements(SwitchConnection connection, Sender sender) {
        this.connection = connection;
        this.sender = sender;
    }

    /** Sets what may move here. */
    void configure(List<RoutedNetworks.Claim> now) {
        isNew |= !now.equals(claims);
        claims = now;
    }

    /** The switch has the entries that belong to the claims. */
    void confirmed() {
        if (isNew) {
            isNew = false;
            announce(c -> true);
        }
    }

    /** A port has become live, or is no longer. */
    void changed(int port) {
        announce(c -> c.dependsOn(port));
    }

    /** Announces the addresses for which this host has the way out. */
    private void announce(Predicate<RoutedNetworks.Claim> which) {
        if (claims.isEmpty()) {
            return;
        }
        Set<Integer> live = connection.ports().values().stream()
                .filter(SwitchPort::live)
                .map(SwitchPort::number)
                .collect(Collectors.toSet());
        claims.stream().filter(which).filter(c -> c.isHere(live)).forEach(this::announce);
        connection.flush();
    }

    private void announce(RoutedNetworks.Claim claim) {
        for (Inet4Address address : claim.addresses()) {
            sender.toAll(claim.network(), NeighbourFrame.announcement(address, claim.mac()));
        }
    }
}
