package io.heddle.openflow;

import io.heddle.apps.router.RoutedNetworks;
import io.heddle.openflow.codec.NeighbourFrame;
import java.net.Inet4Address;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Announces the outside addresses of a router by gratuitous ARP when its way out has moved here, so that switches
 * outside learn the new place. They would learn it from the next frame that leaves, but a router that only serves
 * others sends none.
 *
 * <p>A host that is not the first to have a way out waits after a change until it sees whether those before it are
 * alive: otherwise it would draw the packets away from a host that works. Does no I/O. Confined to one thread.
 */
final class Announcements {
    /** BFD between two hosts takes about two seconds to begin: it sends one packet a second (RFC 5880 §6.8.3). */
    static final int SETTLE_SECONDS = 3;

    private final Supplier<Set<Integer>> alive;
    private final Sender sender;
    private List<RoutedNetworks.Claim> claims = List.of();
    /** Whether the claims are new, and wait for the flow entries that let the announcement out. */
    private boolean isNew;
    /** The seconds until the hosts before this one should be seen. */
    private int settling;

    /** Floods a frame in a network. */
    interface Sender {
        void toAll(int network, byte[] frame);
    }

    /** @param alive the ports behind which somebody is alive */
    Announcements(Supplier<Set<Integer>> alive, Sender sender) {
        this.alive = alive;
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
            announce(RoutedNetworks.Claim::isFirst);
            settling = claims.stream().allMatch(RoutedNetworks.Claim::isFirst) ? 0 : SETTLE_SECONDS;
        }
    }

    /** A port has become live, or is no longer. */
    void changed(int port) {
        announce(c -> c.others().contains(port) && (c.isFirst() || !isWaiting() && !isNew));
    }

    /** Whether the host waits until it sees others. */
    boolean isWaiting() {
        return settling > 0;
    }

    /** A second has passed. */
    void second() {
        if (isWaiting() && --settling == 0) {
            announce(c -> !c.isFirst());
        }
    }

    /** Announces the addresses for which this host has the way out: no preferred host is alive. */
    private void announce(Predicate<RoutedNetworks.Claim> which) {
        if (!claims.isEmpty()) {
            Set<Integer> now = alive.get();
            claims.stream()
                    .filter(which)
                    .filter(c -> c.ahead().stream().noneMatch(now::contains))
                    .forEach(this::announce);
        }
    }

    private void announce(RoutedNetworks.Claim claim) {
        for (Inet4Address address : claim.addresses()) {
            sender.toAll(claim.network(), NeighbourFrame.announcement(address, claim.mac()));
        }
    }
}
