package io.heddle.controller.leases;

import com.google.common.net.InetAddresses;
import io.heddle.controller.dhcp.AddressPlan;
import io.heddle.controller.dhcp.Dhcp6Frame;
import io.heddle.controller.dhcp.Dhcp6Message;
import io.heddle.controller.dhcp.DhcpFrame;
import io.heddle.controller.dhcp.DhcpMessage;
import io.heddle.controller.dhcp.DhcpOptions;
import io.heddle.controller.dhcp.Plan6;
import io.heddle.controller.dhcp.Responder;
import io.heddle.controller.dhcp.Responder6;
import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.codec.PacketIn;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the DHCP messages that switches hand to the controller, on a thread of its own. It takes messages in batches
 * and syncs the changes of a batch to disk before it sends any answer of the batch. What comes while the queue is full
 * is dropped: clients ask again.
 */
public final class DhcpService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DhcpService.class);
    /** Messages that may wait; a batch takes fewer. */
    private static final int LONGEST_QUEUE = 4096;

    private static final int LARGEST_BATCH = 128;
    /** Bytes of a frame: DHCP messages of clients are far shorter. */
    private static final int LONGEST_FRAME = 1600;

    /** How many messages of one port are read. */
    private static final int MESSAGES_PER_SECOND = 20;

    private static final int MESSAGES_AT_ONCE = 200;
    private static final long POLL_MILLIS = 200;
    private static final int CLOSE_SECONDS = 5;

    private static final int LONGEST_WAIT_SECONDS = 10;

    private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    private final Leases leases;
    private final DhcpEvents events;
    private final Counters counters;
    private final SenderRates rates = new SenderRates(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE);
    private final DhcpRelay relay;
    private final Thread thread = new Thread(this::run, "heddle-dhcp");
    private volatile boolean closing;
    /** The places of the network in force; on the thread. */
    private Places places = Places.NONE;

    private sealed interface Work {}

    /**
     * A frame that a switch has handed over.
     *
     * @param network the number of the port's network, or that of the router
     * @param toRouter whether it is for the router's own address
     */
    private record Arrival(
            NetworkModel model, SwitchConnection from, int inPort, int network, byte[] frame, boolean toRouter)
            implements Work {}

    /** A change of leases whose caller waits. @param done completes when the change is on disk */
    private record Task(Consumer<Leases> change, CompletableFuture<Void> done) implements Work {}

    /** An answer that waits for the disk. */
    private record Answer(Arrival to, byte[] frame) {}

    /**
     * Begins to serve, with the leases of earlier controllers.
     *
     * @throws IOException if their file cannot be used; its message says why
     */
    public DhcpService(StateFolder state, Journal journal, Counters counters) throws IOException {
        this.events = new DhcpEvents(journal);
        this.leases = Leases.open(state, events);
        this.counters = counters;
        this.relay = new DhcpRelay(counters, System::nanoTime);
        thread.setDaemon(true);
        thread.start();
    }

    /** The leases; any thread may list them. */
    public Leases leases() {
        return leases;
    }

    /** Takes a packet-in; on a switch's event loop. @param model the network in force */
    public void received(NetworkModel model, SwitchConnection from, PacketIn packet) {
        byte[] frame = packet.totalLength() > LONGEST_FRAME ? new byte[0] : packet.frameBytes();
        int network = (int) (packet.metadata() & Metadata.NETWORK_MASK);
        boolean toRouter = packet.table() == Table.ROUTER.number();
        // One port that sends without end fills no queue.
        boolean admitted = toRouter || rates.admits(from.datapathId(), packet.inPort(), System.nanoTime());
        if (!admitted
                || frame.length == 0
                || frame.length > LONGEST_FRAME
                || !queue.offer(new Arrival(model, from, packet.inPort(), network, frame, toRouter))) {
            counters.count("dhcp_messages_left_out_total");
        }
    }

    /**
     * Changes leases in turn with the messages of clients, and waits until the changes are on disk.
     *
     * @param change runs on the service's thread
     * @throws IOException if they cannot be stored, or not in time
     */
    void change(Consumer<Leases> change) throws IOException, InterruptedException {
        Task task = new Task(change, new CompletableFuture<>());
        try {
            if (!queue.offer(task, LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("too many DHCP messages wait: try again");
            }
            task.done.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("the leases are not stored yet: try again", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private void run() {
        List<Work> batch = new ArrayList<>();
        while (!closing) {
            batch.clear();
            try {
                Work first = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                queue.drainTo(batch, LARGEST_BATCH - 1);
                serve(batch);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // One message must not end the service for all.
                LOG.warn("DHCP messages were left unanswered", e);
            }
        }
    }

    private void serve(List<Work> batch) {
        List<Answer> answers = new ArrayList<>();
        List<Task> tasks = new ArrayList<>();
        long now = System.currentTimeMillis() / 1000;
        for (Work w : batch) {
            if (w instanceof Task t) {
                if (ran(t)) {
                    tasks.add(t);
                }
            } else if (w instanceof Arrival a && a.toRouter) {
                relay.answered(a.model, a.network, a.from.datapathId(), a.inPort, a.frame);
            } else if (w instanceof Arrival a) {
                counters.count("dhcp_messages_total");
                answer(a, now).ifPresent(answers::add);
            }
        }
        if (leases.commit()) {
            counters.of("dhcp_answers_total").add(answers.size());
            send(answers);
            tasks.forEach(t -> t.done.complete(null));
        } else {
            tasks.forEach(t -> t.done.completeExceptionally(new IOException("the leases cannot be stored")));
        }
    }

    private static void send(List<Answer> answers) {
        Map<SwitchConnection, List<SwitchConnection.Outgoing>> bySwitch = new LinkedHashMap<>();
        for (Answer a : answers) {
            bySwitch.computeIfAbsent(a.to.from, c -> new ArrayList<>())
                    .add(new SwitchConnection.Outgoing(a.to.inPort, a.frame));
        }
        bySwitch.forEach(SwitchConnection::output);
    }

    private boolean ran(Task task) {
        try {
            task.change.accept(leases);
            return true;
        } catch (RuntimeException e) {
            task.done.completeExceptionally(e);
            return false;
        }
    }

    private Optional<Answer> answer(Arrival a, long now) {
        if (places.model() != a.model) {
            places = new Places(a.model);
        }
        Optional<Places.Place> place = places.find(a.from, a.inPort, a.network);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        return DhcpFrame.read(a.frame)
                .flatMap(f -> answer4(a, place.get(), f, now))
                .or(() -> Dhcp6Frame.read(a.frame).flatMap(f -> answer6(a, place.get(), f, now)))
                .map(frame -> new Answer(a, frame));
    }

    private Optional<byte[]> answer4(Arrival a, Places.Place place, DhcpFrame frame, long now) {
        Optional<DhcpMessage> message = DhcpMessage.read(frame.payload());
        if (message.isEmpty() || place.plan().isEmpty() && !place.isRelayed()) {
            return Optional.empty();
        }
        if (frame.toPort() == DhcpFrame.CLIENT_PORT) {
            // A server that answers through its gateway answers hosts of other networks.
            if (message.get().reply()
                    && frame.destination() != Gateways.MAC
                    && !DhcpRelay.isServer(place.at(), frame.from())) {
                events.otherServer(place, Responder.text(frame.from()), frame.source());
            }
            return Optional.empty();
        }
        // A frame of another source would be answered to whoever it names.
        if (frame.source() != message.get().chaddr()) {
            return Optional.empty();
        }
        if (place.isRelayed()) {
            relay.ask(
                    place.at(), place.port(), frame, f -> a.from.route(a.network, f), f -> a.from.output(a.inPort, f));
            return Optional.empty();
        }
        AddressPlan plan = place.plan().get();
        Responder.Answer answer = new Responder(plan, leases.of(plan.name()), now)
                .answer(new Responder.Request(message.get(), place.port()));
        int declined =
                message.get().options().fourBytes(DhcpOptions.REQUESTED_ADDRESS).orElse(0);
        events.trouble(place, answer.trouble(), Responder.text(declined));
        answer.change().ifPresent(leases::put);
        return answer.reply().map(r -> Answers.frame(place, frame, r));
    }

    private Optional<byte[]> answer6(Arrival a, Places.Place place, Dhcp6Frame frame, long now) {
        Optional<Dhcp6Message> message = Dhcp6Message.read(frame.payload());
        if (frame.toPort() == Dhcp6Frame.CLIENT_PORT) {
            message.filter(m -> m.type() == Dhcp6Message.ADVERTISE || m.type() == Dhcp6Message.REPLY)
                    .filter(m -> frame.destination() != Gateways.MAC
                            && !place.at().dhcpServers6().contains(frame.from()))
                    .ifPresent(
                            m -> events.otherServer(place, InetAddresses.toAddrString(frame.from()), frame.source()));
            return Optional.empty();
        }
        if (place.isRelayed6()) {
            relay.ask6(
                    place.at(), place.port(), frame, f -> a.from.route(a.network, f), f -> a.from.output(a.inPort, f));
            return Optional.empty();
        }
        if (message.isEmpty() || place.plan6().isEmpty()) {
            return Optional.empty();
        }
        if (!frame.from().isLinkLocalAddress()) {
            return Optional.empty();
        }
        Plan6 plan = place.plan6().get();
        Responder6.Answer answer = Responder6.answer(
                plan,
                leases.of(plan.name()),
                now,
                leases::put,
                new Responder6.Request(message.get(), place.port(), frame.source()));
        String declined = message.get().associations().stream()
                .flatMap(ia -> ia.addresses().stream())
                .map(InetAddresses::toAddrString)
                .findFirst()
                .orElse("");
        events.trouble(place, answer.trouble(), declined);
        return answer.reply().map(r -> Answers.frame(place, frame, r));
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        leases.close();
    }
}
