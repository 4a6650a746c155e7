package io.heddle.controller.hosts;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Host;
import io.heddle.tls.PeerCertificate;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether a connection may speak for a host. By TLS, its certificate must name the host. Over plain TCP, neither
 * OpenFlow nor OVSDB prove who a peer is; a datapath id or system-id alone could be made up by anyone who reaches the
 * port. So the remote address decides.
 *
 * <p>If the network file has {@code connects-from}, that decides. Otherwise the host's known addresses do: that of its
 * OVSDB session, the one that Heddle dials, and its {@code tunnel-ip}. Without a session and an address to dial, Heddle
 * knows no management address, and the first connection may speak for the host; it is asked again as soon as a session
 * exists.
 */
public final class Claims {
    private Claims() {}

    /** What is known of a connection's other end. @param certificate empty without TLS */
    public record Peer(InetAddress from, Optional<PeerCertificate> certificate) {}

    /**
     * Why a connection may not speak for a host; empty if it may.
     *
     * @param session the remote address of the host's OVSDB session, if there is one
     */
    public static Optional<String> refusal(Host host, Optional<InetAddress> session, Peer peer) {
        InetAddress from = peer.from();
        if (peer.certificate().isPresent() && !peer.certificate().get().isFor(host.name())) {
            return Optional.of(
                    sentence(host, from, "it has " + peer.certificate().get()));
        }
        if (peer.certificate().isEmpty() && host.needsTls()) {
            return Optional.of(sentence(host, from, "it came without TLS, and the file says ssl: for this host"));
        }
        if (peer.certificate().isPresent() && host.connectsFrom().isEmpty()) {
            return Optional.empty();
        }
        if (!host.connectsFrom().isEmpty()) {
            return host.connectsFrom().stream().anyMatch(p -> p.contains(from))
                    ? Optional.empty()
                    : Optional.of(sentence(
                            host,
                            from,
                            "connects-from has "
                                    + host.connectsFrom().stream()
                                            .map(Object::toString)
                                            .collect(Collectors.joining(", "))));
        }
        Set<String> known = new TreeSet<>();
        session.map(InetAddresses::toAddrString).ifPresent(known::add);
        if (host.ovsdb() instanceof Host.Dial dial && InetAddresses.isInetAddress(dial.address())) {
            known.add(InetAddresses.toAddrString(InetAddresses.forString(dial.address())));
        }
        if (known.isEmpty()) {
            return Optional.empty();
        }
        host.tunnelIp()
                .map(InetAddresses::forString)
                .map(InetAddresses::toAddrString)
                .ifPresent(known::add);
        return known.contains(InetAddresses.toAddrString(from))
                ? Optional.empty()
                : Optional.of(sentence(
                        host,
                        from,
                        "its known addresses are " + String.join(", ", known) + "; if "
                                + InetAddresses.toAddrString(from) + " is right, add it to connects-from of the host"));
    }

    private static String sentence(Host host, InetAddress from, String why) {
        return InetAddresses.toAddrString(from) + " may not speak for host " + host.name() + ": " + why;
    }
}
