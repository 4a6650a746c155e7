package io.heddle.openflow;

import io.heddle.apps.router.Neighbours;
import io.heddle.apps.router.RoutedNetworks;
import io.heddle.apps.router.RouterApp;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.PortNumber;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.NeighbourFrame;
import io.heddle.openflow.codec.PacketIn;
import io.heddle.openflow.codec.PacketOut;
import io.heddle.openflow.codec.Refusal;
import io.heddle.openflow.codec.RouterAdvertisement;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The controller's part in the routers of one switch: asks for neighbours whose MAC nobody has declared, holds a few of
 * the packets for them meanwhile, and tells senders what happened to their packets. Confined to the switch's event
 * loop.
 *
 * <p>A switch goes on without the controller: it keeps the neighbours that it knows, as long as packets go to them.
 */
final class Routing implements PacketInHandler {
    /** Seconds between two advertisements to all guests. */
    private static final int ADVERTISE_SECONDS = 600;

    private static final int ETHERNET_HEADER = 14;

    private final SwitchConnection connection;
    private final Rate answers;
    private final NeighbourTable neighbours;
    private final Announcements announcements;
    private RoutedNetworks routed = RoutedNetworks.NONE;
    /** Lets seconds pass for the neighbours, while there are any. */
    private final Recurring seconds;
    /** Tells the guests again, before they forget the gateway. */
    private final Recurring rounds;

    Routing(SwitchConnection connection) {
        this.connection = connection;
        this.answers = new Rate(RouterApp.ANSWERS_PER_SECOND, RouterApp.ANSWERS_PER_SECOND, System.nanoTime());
        this.neighbours = new NeighbourTable(new NeighbourTable.Link() {
            @Override
            public void ask(int network, InetAddress address) {
                send(question(network), NeighbourFrame.question(address, routed.mac()));
            }

            @Override
            public void deliver(int network, long mac, byte[] frame) {
                send(delivery(network, mac), frame);
            }

            @Override
            public void learn(int network, InetAddress address, long mac) {
                Neighbours.learnt(network, address, mac, routed.hops().containsValue(address))
                        .forEach(e -> FlowCodec.writeAdd(connection.out(), connection.nextXid(), e));
            }

            @Override
            public void forget(int network, InetAddress address) {
                Neighbours.learnt(network, address, 0, true)
                        .forEach(e -> FlowCodec.writeRemove(connection.out(), connection.nextXid(), e));
            }
        });
        this.announcements = new Announcements(connection, (network, frame) -> send(question(network), frame));
        this.seconds = new Recurring(connection, 1, () -> neighbours.size() > 0, neighbours::second);
        this.rounds = new Recurring(
                connection,
                ADVERTISE_SECONDS,
                () -> !routed.listeners().isEmpty(),
                () -> routed.listeners().forEach(this::advertise));
    }

    private void advertise(RoutedNetworks.Listener to) {
        byte[] frame = RouterAdvertisement.frame(
                to.vlan(),
                to.mtu(),
                to.prefixes(),
                to.autonomous(),
                to.dhcp(),
                to.domain().map(d -> new RouterAdvertisement.Names(to.gateway(), d)));
        PacketOut.write(connection.out(), connection.nextXid(), PortNumber.CONTROLLER, to.port(), frame);
    }

    /** Sets the routers, and forgets the neighbours of networks that have none any more. */
    void configure(RoutedNetworks now) {
        boolean news = !now.listeners().equals(routed.listeners());
        routed = now;
        if (news) {
            now.listeners().forEach(this::advertise);
            connection.flush();
        }
        rounds.start();
        neighbours.keep(now.links().keySet());
        neighbours.need(now.needed());
        announcements.configure(now.claims());
        seconds.start();
    }

    /** The switch has the entries that belong to what was set. */
    void confirmed() {
        neighbours.ready();
        announcements.confirmed();
        connection.flush();
    }

    /** A port has become alive, or is no longer. */
    void liveness(int port) {
        announcements.changed(port);
    }

    @Override
    public void handle(SwitchConnection from, PacketIn packet) {
        int table = packet.table();
        if (table == Table.SOURCE.number() || table == Table.NEIGHBOUR.number() && isTooLong(packet)) {
            tooLong(packet);
        } else if (table == Table.NEIGHBOUR.number()) {
            unknown(packet);
        } else if (table == Table.GATEWAY.number() || table == Table.SERVED.number()) {
            heard(network(packet), packet.inPort(), packet.frameBytes());
        } else if (table >= Table.ROUTER.number()
                && table <= Table.DESTINATION.number()
                && answers.tryTake(System.nanoTime())) {
            answer(from, packet);
        }
    }

    /** Whether a packet to a neighbour is too long for the network; no neighbour is resolved for such a packet. */
    private boolean isTooLong(PacketIn packet) {
        Integer mtu = routed.mtus().get(network(packet));
        return mtu != null && packet.frameBytes().length > mtu + ETHERNET_HEADER;
    }

    /**
     * The answer passes the tables like a packet of the router, so it reaches a sender anywhere, and is translated like
     * the packet.
     */
    private void tooLong(PacketIn packet) {
        int at = network(packet);
        OptionalInt router = packet.table() == Table.SOURCE.number() ? OptionalInt.of(at) : routed.routerOf(at);
        Integer mtu = routed.mtus().get(at);
        if (mtu == null || router.isEmpty() || !answers.tryTake(System.nanoTime())) {
            return;
        }
        Optional<InetAddress> gateway =
                packet.ipSource().flatMap(sender -> routed.gatewayFor(router.getAsInt(), sender));
        Refusal.tooLong(packet.frameBytes(), gateway, mtu).ifPresent(frame -> {
            send(List.of(inNetwork(router.getAsInt()), new Action.Resubmit(Table.ROUTE.number())), frame);
            connection.flush();
        });
    }

    private static int network(PacketIn packet) {
        return (int) (packet.metadata() & Metadata.NETWORK_MASK);
    }

    /** A guest asks for its gateway, or a neighbour answers, or tells that it has the address of another one. */
    private void heard(int network, int port, byte[] frame) {
        if (!RouterAdvertisement.isAskedFor(frame)) {
            NeighbourFrame.read(frame)
                    .filter(a -> isNeighbour(network, a.address()))
                    .ifPresent(a -> {
                        neighbours.answered(network, a.address(), a.mac());
                        connection.neighbourAnswered(network, a.address(), a.mac());
                    });
        } else if (answers.tryTake(System.nanoTime())) {
            routed.listeners().stream()
                    .filter(l -> l.port() == port && l.network() == network)
                    .forEach(this::advertise);
        }
    }

    /** Whether an address may be a neighbour's: it is in the network, and not a router's own. */
    private boolean isNeighbour(int network, InetAddress address) {
        RoutedNetworks.Link link = routed.links().get(network);
        return link != null && link.has(address);
    }

    private void unknown(PacketIn packet) {
        int network = network(packet);
        long target = packet.metadata() & Metadata.TARGET_MASK;
        Optional<InetAddress> hop = target == 0
                ? packet.ipDestination()
                : Optional.ofNullable(routed.hops().get(target));
        hop.filter(a -> isNeighbour(network, a)).ifPresent(a -> neighbours.wanted(network, a, packet.frameBytes()));
        seconds.start();
    }

    private void answer(SwitchConnection from, PacketIn packet) {
        int router = network(packet);
        boolean expired = packet.ipTtl() <= 1;
        Optional<InetAddress> gateway = expired
                ? packet.ipSource().flatMap(sender -> routed.gatewayFor(router, sender))
                : packet.ipDestination();
        Refusal.of(packet.frameBytes(), expired ? Refusal.Kind.EXPIRED : Refusal.Kind.NO_PORT, gateway)
                .ifPresent(frame -> PacketOut.write(
                        from.out(),
                        from.nextXid(),
                        packet.inPort(),
                        Refusals.back(packet, from.learning().isOverlay(packet.inPort())),
                        frame));
    }

    /** Asks all of a network for the MAC of an address. */
    void ask(int network, InetAddress address) {
        if (isNeighbour(network, address)) {
            send(question(network), NeighbourFrame.question(address, routed.mac()));
            connection.flush();
        }
    }

    /** The way of a question: to all of a network. */
    private static List<Action> question(int network) {
        return List.of(inNetwork(network), new Action.Resubmit(Table.FLOOD.number()));
    }

    /** The way of a packet whose next hop is known now. */
    private static List<Action> delivery(int network, long mac) {
        return List.of(
                inNetwork(network),
                new Action.SetField(Field.ETH_DST, mac),
                new Action.Resubmit(Table.SERVED.number()));
    }

    /** The way of a packet to the gateway of a network. */
    static List<Action> fromInside(int network) {
        return List.of(inNetwork(network), new Action.Resubmit(Table.GATEWAY.number()));
    }

    private static Action inNetwork(int network) {
        return new Action.SetField(Field.METADATA, Masked.exact(Field.METADATA, network));
    }

    private void send(List<Action> actions, byte[] frame) {
        PacketOut.write(connection.out(), connection.nextXid(), PortNumber.CONTROLLER, actions, frame);
    }

    /** A learnt neighbour timed out, because nobody sent to it, or was removed. */
    void flowRemoved(ByteBuf message) {
        FlowCodec.readRemoved(message)
                .flatMap(Neighbours::of)
                .ifPresent(n -> neighbours.gone(n.network(), n.address()));
    }

    /** Takes over the neighbours that a switch still knows. @return entries that no longer hold */
    List<FlowEntry> restore(List<FlowEntry> entries) {
        List<FlowEntry> stray = new ArrayList<>();
        List<FlowEntry> told = new ArrayList<>();
        for (FlowEntry e : entries) {
            if (e.table() == Table.SERVED.number()) {
                told.add(e);
                continue;
            }
            Optional<Neighbours.Known> known = Neighbours.of(e);
            if (known.isPresent()
                    && isNeighbour(known.get().network(), known.get().address())) {
                neighbours.restore(
                        known.get().network(),
                        known.get().address(),
                        known.get().mac());
            } else if (!Neighbours.isByHop(e) || !routed.links().containsKey(Neighbours.network(e))) {
                stray.add(e);
            }
        }
        told.stream()
                .filter(e -> Neighbours.told(e).filter(neighbours::knows).isEmpty())
                .forEach(stray::add);
        seconds.start();
        return stray;
    }
}
