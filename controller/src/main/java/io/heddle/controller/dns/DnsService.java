package io.heddle.controller.dns;

import io.heddle.controller.dhcp.Lease;
import io.heddle.controller.leases.SenderRates;
import io.heddle.events.Counters;
import io.heddle.flows.model.Dns;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.codec.PacketIn;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/**
 * Answers the DNS queries that switches hand to the controller, on an event loop of its own. An answer leaves by the
 * port of its query, whatever addresses the query has. Queries beyond the limits are dropped: hosts repeat them.
 */
public final class DnsService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsService.class);
    /** Queries that may wait for the thread. */
    private static final int LONGEST_QUEUE = 4096;
    /** Bytes of a frame: queries are far shorter. */
    private static final int LONGEST_FRAME = 1600;
    /** How many queries of one port are read. */
    private static final int QUESTIONS_PER_SECOND = 100;

    private static final int QUESTIONS_AT_ONCE = 500;
    private static final int DEFAULT_MTU = 1500;

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("heddle-dns", true), NioIoHandler.newFactory());
    private final AtomicInteger waiting = new AtomicInteger();
    private final SenderRates rates = new SenderRates(QUESTIONS_PER_SECOND, QUESTIONS_AT_ONCE);
    private final PendingQuestions pending = new PendingQuestions();
    private final Resolvers resolvers;
    private final Forwarder forwarder;
    private final NamesInForce names;
    private final Counters counters;

    /**
     * A query and the way back.
     *
     * @param mac the source of the answer
     * @param most the bytes of the largest answer
     * @param back sends the frame of the answer
     */
    private record Question(
            Asker asker,
            NetworkModel model,
            Network network,
            Datagram datagram,
            long mac,
            int most,
            Consumer<byte[]> back) {}

    /** A port of a switch. */
    record Asker(long datapathId, int port) {}

    /** @param leases lists all leases; called on the service's thread */
    public DnsService(Supplier<List<Lease>> leases, Counters counters) {
        this(leases, counters, Dns.PORT);
    }

    /** Likewise. @param port where other servers listen */
    DnsService(Supplier<List<Lease>> leases, Counters counters, int port) {
        this.resolvers = new Resolvers(port);
        this.forwarder = new Forwarder(loop.next(), resolvers);
        this.names = new NamesInForce(leases);
        this.counters = counters;
    }

    /** Takes a packet-in; on a switch's event loop. @param model the network in force */
    public void received(NetworkModel model, SwitchConnection from, PacketIn packet) {
        if (packet.totalLength() > LONGEST_FRAME) {
            counters.count("dns_left_out_total");
            return;
        }
        int port = packet.inPort();
        int network = (int) (packet.metadata() & Metadata.NETWORK_MASK);
        received(model, new Asker(from.datapathId(), port), network, packet.frameBytes(), f -> from.output(port, f));
    }

    /** Takes a frame; any thread. @param network its number @param back takes the frame of the answer */
    void received(NetworkModel model, Asker asker, int network, byte[] frame, Consumer<byte[]> back) {
        if (waiting.incrementAndGet() > LONGEST_QUEUE) {
            waiting.decrementAndGet();
            counters.count("dns_left_out_total");
            return;
        }
        loop.execute(() -> {
            waiting.decrementAndGet();
            try {
                serve(model, asker, network, frame, back);
            } catch (RuntimeException e) {
                // One question must not end the service for all.
                LOG.warn("a question for a name was left unanswered", e);
            }
        });
    }

    private void serve(NetworkModel model, Asker asker, int number, byte[] frame, Consumer<byte[]> back) {
        if (!rates.admits(asker.datapathId, asker.port, System.nanoTime())) {
            counters.count("dns_left_out_total");
            return;
        }
        Optional<Datagram> datagram = Datagram.read(frame).filter(d -> d.toPort() == Dns.PORT && d.isBetweenHosts());
        Optional<Network> network = model.byDatapathId(asker.datapathId)
                .flatMap(place -> place.bridge().networks().stream()
                        .map(model.networks()::get)
                        .filter(n ->
                                n != null && n.number() == number && n.dns().isPresent())
                        .findFirst());
        if (datagram.isEmpty()
                || network.filter(n -> n.gateways().contains(datagram.get().to()))
                        .isEmpty()) {
            return;
        }
        // Without a router of Heddle's, somebody else has the gateway's address: the answer comes from that MAC.
        boolean routed = model.routerOf(network.get().name()).isPresent();
        long mac = routed ? Gateways.MAC : datagram.get().destination();
        int headers = datagram.get().to() instanceof Inet4Address ? Datagram.HEADERS_4 : Datagram.HEADERS_6;
        int most = model.mtu(network.get()).orElse(DEFAULT_MTU) - headers;
        answer(new Question(asker, model, network.get(), datagram.get(), mac, most, back));
    }

    private void answer(Question q) {
        byte[] bytes = q.datagram.payload();
        if (!Messages.isQuery(bytes)) {
            return;
        }
        Optional<Message> read = Messages.read(bytes);
        if (read.isEmpty()) {
            counters.count("dns_refused_total");
            send(q, Messages.malformed(bytes));
            return;
        }
        Message query = read.get();
        List<InetSocketAddress> servers = resolvers.of(q.network.dns().orElseThrow());
        int fault = Messages.fault(query);
        Optional<Message> own = fault == Rcode.NOERROR
                ? names.of(q.model, q.network).flatMap(n -> n.answer(query, !servers.isEmpty()))
                : Optional.empty();
        if (own.isPresent()) {
            counters.count("dns_answered_total");
            send(q, Messages.write(query, own.get(), q.most));
        } else if (fault != Rcode.NOERROR
                || servers.isEmpty()
                || !query.getHeader().getFlag(Flags.RD)) {
            counters.count("dns_refused_total");
            int rcode = fault == Rcode.NOERROR ? Rcode.REFUSED : fault;
            send(q, Messages.write(query, Messages.reply(query, rcode, !servers.isEmpty()), q.most));
        } else {
            forward(q, query, servers);
        }
    }

    private void forward(Question q, Message query, List<InetSocketAddress> servers) {
        PendingQuestions.Key key = PendingQuestions.key(q.datagram, query);
        switch (pending.add(q.asker, key)) {
            case TWICE -> {}
            case TOO_MANY -> counters.count("dns_left_out_total");
            case NEW -> {
                if (!forwarder.ask(servers, query, answer -> forwarded(q, query, key, answer))) {
                    pending.remove(q.asker, key);
                    counters.count("dns_left_out_total");
                }
            }
        }
    }

    private void forwarded(Question q, Message query, PendingQuestions.Key key, Optional<Message> answer) {
        pending.remove(q.asker, key);
        counters.count(answer.isPresent() ? "dns_forwarded_total" : "dns_unanswered_total");
        Message failed = Messages.reply(query, Rcode.SERVFAIL, true);
        Message reply = answer.map(a -> Messages.relay(query, a)).orElse(failed);
        byte[] bytes;
        try {
            bytes = Messages.write(query, reply, q.most);
        } catch (RuntimeException e) {
            // Another server has sent records that the codec can read but not write.
            bytes = Messages.write(query, failed, q.most);
        }
        send(q, bytes);
    }

    private static void send(Question q, byte[] answer) {
        q.back.accept(q.datagram.back(q.mac, answer).write());
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
}
