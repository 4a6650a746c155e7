package io.heddle.controller.leases;

import com.google.common.net.InetAddresses;
import io.heddle.controller.dhcp.Dhcp6Frame;
import io.heddle.controller.dhcp.DhcpFrame;
import io.heddle.controller.dhcp.DhcpMessage;
import io.heddle.controller.dhcp.RelayedMessage;
import io.heddle.events.Counters;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Metadata;
import java.net.Inet4Address;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Relays what hosts ask to the DHCP servers of their network, through its router, from the gateway's address; and what
 * the servers answer back to the port of the host. It remembers who has asked, so nobody gets an answer to what he has
 * not asked. Confined to one thread.
 *
 * <p>Source: RFC 2131 §4.1, RFC 1542 §4.1; for DHCPv6 see {@link DhcpRelay6}.
 */
final class DhcpRelay {
    /** What is read from the servers behind one port. */
    private static final int ANSWERS_PER_SECOND = 500;

    private final Counters counters;
    private final LongSupplier clock;
    private final SenderRates rates = new SenderRates(ANSWERS_PER_SECOND, 5 * ANSWERS_PER_SECOND);
    private final Pending<Question, Asker> pending;
    private final DhcpRelay6 six;

    /** @param network its number @param client the host's MAC */
    private record Question(int network, int xid, long client) {}

    /** @param back takes the frame of the answer @param tags of the question @param agent the option of the relay */
    private record Asker(Consumer<byte[]> back, byte[] tags, byte[] agent) {}

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    DhcpRelay(Counters counters, LongSupplier clock) {
        this.counters = counters;
        this.clock = clock;
        this.pending = new Pending<>(clock);
        this.six = new DhcpRelay6(clock);
    }

    /** Whether an address is that of a server of a network. */
    static boolean isServer(Network network, int address) {
        return network.dhcpServers4().contains(InetAddresses.fromInteger(address));
    }

    /**
     * Relays what a host asks.
     *
     * @param network has a relay
     * @param port {@code host/bridge/port}
     * @param router takes frames to the gateway of the network
     * @param back takes the frames of the answers, for the port
     */
    void ask(Network network, String port, DhcpFrame frame, Consumer<byte[]> router, Consumer<byte[]> back) {
        int gateway = gateway(network);
        byte[] agent = RelayedMessage.agent(port, network.name());
        Optional<byte[]> message = RelayedMessage.toServer(frame.payload(), gateway, agent);
        if (message.isEmpty()) {
            counters.count("dhcp_relay_refused_total");
            return;
        }
        DhcpMessage asked = DhcpMessage.read(frame.payload()).orElseThrow();
        Question question = new Question(network.number(), asked.xid(), asked.chaddr());
        pending.put(question, port, new Asker(back, frame.tags(), agent));
        for (Inet4Address server : network.dhcpServers4()) {
            router.accept(request(gateway, server, message.get()));
        }
        counters.count("dhcp_relayed_total");
    }

    /** Relays what a host asks by DHCPv6. @param network has a relay of IPv6; for the others see {@link #ask} */
    void ask6(Network network, String port, Dhcp6Frame frame, Consumer<byte[]> router, Consumer<byte[]> back) {
        boolean isAsked = six.ask(network, port, frame, router, back);
        counters.count(isAsked ? "dhcp_relayed_total" : "dhcp_relay_refused_total");
    }

    private static byte[] request(int gateway, Inet4Address server, byte[] message) {
        return new DhcpFrame(
                        Gateways.MAC,
                        Gateways.MAC,
                        new byte[0],
                        gateway,
                        InetAddresses.coerceToInteger(server),
                        DhcpFrame.SERVER_PORT,
                        DhcpFrame.SERVER_PORT,
                        message)
                .write();
    }

    /** Relays what a server has sent to a gateway. @param router its number in the metadata */
    void answered(NetworkModel model, int router, long datapathId, int inPort, byte[] bytes) {
        boolean isRelayed = rates.admits(datapathId, inPort, clock.getAsLong())
                && (answer(model, router, bytes)
                        || Dhcp6Frame.read(bytes)
                                .filter(f -> six.answer(model, router, f))
                                .isPresent());
        counters.count(isRelayed ? "dhcp_relayed_answers_total" : "dhcp_relay_refused_total");
    }

    private boolean answer(NetworkModel model, int router, byte[] bytes) {
        Optional<DhcpFrame> read = DhcpFrame.read(bytes).filter(f -> f.toPort() == DhcpFrame.SERVER_PORT);
        Optional<Network> network = read.flatMap(f -> network(model, router, f));
        Optional<DhcpMessage> message = read.flatMap(f -> DhcpMessage.read(f.payload()));
        if (network.isEmpty() || message.isEmpty()) {
            return false;
        }
        DhcpMessage m = message.get();
        Optional<Asker> found = pending.find(new Question(network.get().number(), m.xid(), m.chaddr()));
        if (found.isEmpty()) {
            return false;
        }
        Asker asker = found.get();
        int gateway = gateway(network.get());
        Optional<byte[]> back = RelayedMessage.toClient(read.get().payload(), gateway, asker.agent);
        back.ifPresent(payload -> asker.back.accept(frame(m, gateway, asker.tags, payload)));
        return back.isPresent();
    }

    private static Optional<Network> network(NetworkModel model, int router, DhcpFrame frame) {
        return network(model, router, n -> isServer(n, frame.from()) && gateway(n) == frame.to());
    }

    /** The network of a router to whose hosts an answer goes. @param router its number in the metadata */
    static Optional<Network> network(NetworkModel model, int router, Predicate<Network> answered) {
        return model.routers().values().stream()
                .filter(r -> Metadata.ofRouter(r.number()) == router)
                .flatMap(r -> r.networks().stream())
                .map(model.networks()::get)
                .filter(answered)
                .findFirst();
    }

    /** A refusal goes to all hosts: who hears it has no address that holds (RFC 2131 §4.3.2). */
    private static byte[] frame(DhcpMessage answer, int gateway, byte[] tags, byte[] payload) {
        int address = answer.yiaddr() != 0 ? answer.yiaddr() : answer.ciaddr();
        boolean all = answer.type() == DhcpMessage.NAK || (answer.flags() & DhcpMessage.BROADCAST) != 0 || address == 0;
        return new DhcpFrame(
                        all ? DhcpFrame.ALL_MACS : answer.chaddr(),
                        Gateways.MAC,
                        tags,
                        gateway,
                        all ? DhcpFrame.ALL_ADDRESSES : address,
                        DhcpFrame.CLIENT_PORT,
                        payload)
                .write();
    }

    private static int gateway(Network network) {
        return InetAddresses.coerceToInteger(network.gateway4().orElseThrow());
    }
}
