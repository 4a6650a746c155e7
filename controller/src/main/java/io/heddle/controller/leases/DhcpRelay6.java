package io.heddle.controller.leases;

import io.heddle.controller.dhcp.Dhcp6Frame;
import io.heddle.controller.dhcp.Dhcp6Message;
import io.heddle.controller.dhcp.RelayedMessage6;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The part of {@link DhcpRelay} for DHCPv6. Confined to one thread. Source: RFC 8415 §19. */
final class DhcpRelay6 {
    private final Pending<Question, Asker> pending;

    /** @param network its number @param port the interface id @param peer the host's link-local address */
    private record Question(int network, String port, int xid, InetAddress peer) {}

    /** @param back takes the frame of the answer @param mac of the host @param tags of the question */
    private record Asker(Consumer<byte[]> back, long mac, byte[] tags) {}

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    DhcpRelay6(LongSupplier clock) {
        this.pending = new Pending<>(clock);
    }

    /** Relays what a host asks, as {@link DhcpRelay#ask6} says. @return whether a relay may */
    boolean ask(Network network, String port, Dhcp6Frame frame, Consumer<byte[]> router, Consumer<byte[]> back) {
        Inet6Address gateway = network.gateway6().orElseThrow();
        Optional<byte[]> message = frame.from().isLinkLocalAddress()
                ? RelayedMessage6.toServer(
                        frame.payload(), new RelayedMessage6.Client(gateway, frame.from(), frame.source(), port))
                : Optional.empty();
        if (message.isEmpty()) {
            return false;
        }
        int xid = Dhcp6Message.read(frame.payload()).orElseThrow().xid();
        pending.put(
                new Question(network.number(), port, xid, frame.from()),
                port,
                new Asker(back, frame.source(), frame.tags()));
        network.dhcpServers6().forEach(server -> router.accept(request(gateway, server, message.get())));
        return true;
    }

    private static byte[] request(Inet6Address gateway, Inet6Address server, byte[] message) {
        return new Dhcp6Frame(
                        Gateways.MAC,
                        Gateways.MAC,
                        new byte[0],
                        gateway,
                        server,
                        Dhcp6Frame.SERVER_PORT,
                        Dhcp6Frame.SERVER_PORT,
                        message)
                .write();
    }

    /** Relays what a server has sent to a gateway. @param router its number in the metadata @return whether it may */
    boolean answer(NetworkModel model, int router, Dhcp6Frame frame) {
        Optional<Network> network = DhcpRelay.network(
                model,
                router,
                n -> n.dhcpServers6().contains(frame.from())
                        && n.gateway6().filter(frame.to()::equals).isPresent());
        if (network.isEmpty() || frame.toPort() != Dhcp6Frame.SERVER_PORT) {
            return false;
        }
        Optional<RelayedMessage6.Answer> answer = RelayedMessage6.toClient(frame.payload(), frame.to());
        Optional<Asker> asker =
                answer.flatMap(a -> pending.find(new Question(network.get().number(), a.port(), a.xid(), a.peer())));
        asker.ifPresent(to -> to.back.accept(frame(to, answer.get())));
        return asker.isPresent();
    }

    private static byte[] frame(Asker to, RelayedMessage6.Answer answer) {
        return new Dhcp6Frame(
                        to.mac,
                        Gateways.MAC,
                        to.tags,
                        Gateways.linkLocal(),
                        answer.peer(),
                        Dhcp6Frame.CLIENT_PORT,
                        answer.payload())
                .write();
    }
}
