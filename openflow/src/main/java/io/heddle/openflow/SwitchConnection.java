package io.heddle.openflow;

import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.apps.router.RoutedNetworks;
import io.heddle.apps.router.RouterApp;
import io.heddle.events.Counters;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.PortNumber;
import io.heddle.openflow.codec.Framer;
import io.heddle.openflow.codec.PacketOut;
import io.heddle.openflow.codec.Wire;
import io.heddle.tls.PeerCertificate;
import io.heddle.tls.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.timeout.IdleStateEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One switch's connection: its datapath id, its ports and its pending requests. Confined to its channel's event loop;
 * thread-safe methods say so.
 */
public final class SwitchConnection extends ChannelInboundHandlerAdapter implements Switch {
    /** openflowj's messages of the version that Heddle speaks. */
    static final OFFactory MESSAGES = OFFactories.getFactory(OFVersion.OF_13);

    private static final Logger LOG = LoggerFactory.getLogger(SwitchConnection.class);

    private final SwitchRegistry registry;
    private final Counters counters;
    private final MessageCounters received;
    private final PendingRequests requests = new PendingRequests();
    private final Liveness liveness = new Liveness(this, requests);
    private final PortTable ports = new PortTable(this);
    private final Leading leading;
    private final Handshake handshake;
    /** Whether the switch has been greeted in the {@link Lobby}. */
    private final boolean greeted;

    private final Framer framer = new Framer(this::received);
    private final GuestShare guestShare;
    private final ReadPause readPause;
    private Channel channel;
    private Outbox outbox;
    private volatile FlowSync sync;
    private volatile Learning learning;
    private Routing routing;
    private PacketIns packetIns;

    private volatile long datapathId;
    private volatile boolean accepted;
    private volatile String closeReason = "the switch closed the connection";

    SwitchConnection(SwitchRegistry registry, Counters counters) {
        this(registry, counters, Leading.ALONE, false);
    }

    /** @param greeted whether the switch has got a HELLO already */
    SwitchConnection(SwitchRegistry registry, Counters counters, Leading leading, boolean greeted) {
        this.leading = leading;
        this.handshake = new Handshake(this, leading);
        this.greeted = greeted;
        this.registry = registry;
        this.counters = counters;
        this.received = new MessageCounters(counters);
        this.readPause = new ReadPause(
                reading -> channel.config().setAutoRead(reading),
                System::nanoTime,
                (task, nanos) -> loop().schedule(task, nanos, TimeUnit.NANOSECONDS));
        this.guestShare = new GuestShare(this, registry.guests());
    }

    /** The switch's datapath id, 64 bits; any thread. */
    public long datapathId() {
        return datapathId;
    }

    /** The switch's address, {@code address:port}; any thread. */
    public String remote() {
        return String.valueOf(channel.remoteAddress()).replaceFirst("^/", "");
    }

    /** The switch's IP address; empty once the connection is closed. Any thread. */
    public Optional<InetAddress> address() {
        return channel.remoteAddress() instanceof InetSocketAddress a ? Optional.of(a.getAddress()) : Optional.empty();
    }

    /** The certificate that the switch has proved to own; empty without TLS. Any thread. */
    public Optional<PeerCertificate> certificate() {
        return Tls.peer(channel);
    }

    /** The switch's ports by name; any thread. */
    public Map<String, SwitchPort> ports() {
        return ports.byName();
    }

    /** The same for whom tells of them; only on the loop. */
    PortTable portTable() {
        return ports;
    }

    /** The event loop that this connection is confined to; any thread. */
    public EventLoop loop() {
        return channel.eventLoop();
    }

    /** Whether the connection is open; any thread. */
    @Override
    public boolean isActive() {
        return channel.isActive();
    }

    /** The status of the switch's flow entries; any thread. */
    public FlowSync.State state() {
        FlowSync s = sync;
        return s == null ? FlowSync.State.NONE : s.state();
    }

    /** Sets the wanted flow entries of a switch that was reported as connected; any thread. */
    public void want(FlowProgram program, LearningPorts ports, RoutedNetworks routed, FlowSync.Listener listener) {
        loop().execute(() -> {
            routing.configure(routed);
            sync.want(program, ports, listener.after(routing::confirmed));
        });
    }

    /** The MACs learnt on this switch; any thread. The answer comes from the loop. */
    public CompletableFuture<List<LearntMac>> macs() {
        return CompletableFuture.supplyAsync(() -> learning == null ? List.of() : learning.macs(), loop());
    }

    /** The reconciler of the switch's flow entries; only on the loop. */
    FlowSync sync() {
        return sync;
    }

    /** The controller's part in the routers of this switch; only on the loop. */
    Routing routing() {
        return routing;
    }

    /** The MAC learning of this switch; only on the loop. */
    Learning learning() {
        return learning;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public void report(String kind, String text) {
        registry.report(this, kind, label(), text);
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public void schedule(Runnable task, long millis) {
        loop().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** {@code 00004eddf00dcafe}, as ovs-vsctl prints it. */
    public static String format(long datapathId) {
        return String.format("%016x", datapathId);
    }

    /** The switch's name for people: its bridge in the network file, else its datapath id. */
    String label() {
        return registry.listener().name(datapathId);
    }

    /** Closes the connection; any thread. @param why text for the event log */
    public void close(String why) {
        closeReason = why;
        channel.close();
    }

    /** Closes the connection of a peer that may not speak for its switch, and adds an event; any thread. */
    public void refuse(String why) {
        registry.report(this, "refused", remote(), why);
        close(why);
    }

    /** Sends an openflowj message and flushes at once. */
    void send(OFMessage message) {
        message.writeTo(out());
        flush();
    }

    @Override
    public void ask(ObjIntConsumer<ByteBuf> writer, Answer answer) {
        int id = nextXid();
        if (requests.add(id, answer)) {
            writer.accept(out(), id);
            flush();
        }
    }

    @Override
    public ByteBuf out() {
        return outbox.out();
    }

    /**
     * Makes the switch process a frame as if a port had received it; any thread. Source: OpenFlow 1.3.5 §7.3.7.
     */
    public void inject(int inPort, byte[] frame) {
        loop().execute(() -> {
            PacketOut.write(out(), nextXid(), inPort, PortNumber.TABLE, frame);
            flush();
        });
    }

    /**
     * Makes the switch send a frame out of a port as it is, tag and all; any thread. The frame comes from no port: a
     * private port gets none from itself.
     */
    public void output(int port, byte[] frame) {
        output(List.of(new Outgoing(port, frame)));
    }

    /** Likewise for many frames: the event loop takes them in one turn, and the switch gets them at once. */
    public void output(List<Outgoing> frames) {
        loop().execute(() -> {
            frames.forEach(f -> PacketOut.write(out(), nextXid(), PortNumber.CONTROLLER, f.port, f.frame));
            flush();
        });
    }

    /** A frame to send. @param port out of which */
    public record Outgoing(int port, byte[] frame) {}

    /**
     * Makes the switch's router of a network take an untagged packet of the controller's, as if a guest had sent it to
     * the gateway; any thread. It is dropped where no router joins the network.
     *
     * @param network the network's number
     */
    public void route(int network, byte[] frame) {
        loop().execute(() -> {
            PacketOut.write(out(), nextXid(), PortNumber.CONTROLLER, Routing.fromInside(network), frame);
            flush();
        });
    }

    /**
     * Lets the switch's router ask all of a network for the MAC of an address; any thread. The answer comes to {@link
     * SwitchListener#neighbourAnswered}.
     *
     * @param network the network's number
     */
    public void askFor(int network, InetAddress address) {
        loop().execute(() -> routing.ask(network, address));
    }

    /** See {@link SwitchListener#neighbourAnswered}. */
    void neighbourAnswered(int network, InetAddress address, long mac) {
        registry.listener().neighbourAnswered(this, network, address, mac);
    }

    @Override
    public void flush() {
        outbox.flush();
    }

    Channel channel() {
        return channel;
    }

    /** Whether the registry has let the switch stay. */
    boolean isAccepted() {
        return accepted;
    }

    Limits limits() {
        return registry.limits();
    }

    @Override
    public int nextXid() {
        return requests.nextXid();
    }

    @Override
    public void watch(MessageBatch<?> batch) {
        requests.watch(batch);
    }

    @Override
    public void unwatch(MessageBatch<?> batch) {
        requests.unwatch(batch);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (greeted) {
            open(ctx.channel());
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        open(ctx.channel());
        handshake.hello();
    }

    private void open(Channel to) {
        channel = to;
        outbox = new Outbox(channel, this::close);
        counters.count("openflow_connections_total");
        guestShare.opened();
        liveness.start();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        liveness.heard();
        framer.read(ctx, (ByteBuf) message);
    }

    private void received(ByteBuf in) {
        int type = Wire.type(in);
        if (accepted && type == Wire.PACKET_IN) {
            packetIns.received(in);
        } else {
            received.count(type);
            guestShare.received(in);
            dispatch(type, in);
        }
    }

    private void dispatch(int type, ByteBuf in) {
        if (!handshake.done()) {
            handshake.received(type, in);
            return;
        }
        switch (type) {
            case Wire.ECHO_REQUEST -> echo(in);
            case Wire.FLOW_REMOVED -> {
                if (accepted) {
                    learning.flowRemoved(in);
                    routing.flowRemoved(in);
                }
            }
            case Wire.ERROR -> error(in);
            case Handshake.PORT_STATUS -> ports.changed(in);
            default -> {
                if (!requests.answered(in) && type == Wire.MULTIPART_REPLY && sync != null) {
                    sync.monitorEvent(in);
                }
            }
        }
    }

    /**
     * Answers an echo request by sending its bytes back as an echo reply. A peer that does not read its messages gets
     * no more of them: its echo requests of 64 KiB would fill the memory.
     */
    void echo(ByteBuf in) {
        if (!channel.isWritable()) {
            counters.count("openflow_echoes_unanswered_total");
            return;
        }
        ByteBuf out = out();
        int start = out.writerIndex();
        out.writeBytes(in, in.readerIndex(), in.readableBytes()).setByte(start + 1, Wire.ECHO_REPLY);
        flush();
    }

    private void error(ByteBuf in) {
        String text = ErrorText.of(in);
        counters.count("openflow_errors_received_total");
        if (registry.mayLog()) {
            LOG.warn("switch {} refuses: {}", format(datapathId), text);
        }
        requests.refused(in, text);
        if (leading.term().isPresent() && Handshake.isFromSlave(in)) {
            hasAnotherMaster();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flush();
        if (accepted) {
            packetIns.readComplete();
        }
        guestShare.readComplete();
    }

    /** Bytes of memory, about, that the peer's messages have taken and that the end of the connection frees. */
    long held() {
        return GuestMemory.of(requests.bytes(), outbox.unsent(), ports().size(), learntMacs());
    }

    /** Reads nothing for some time. */
    void pause(long nanos) {
        counters.count("openflow_reading_paused_total");
        readPause.begin(nanos);
    }

    /** Whether the connection has not introduced itself, or the network file does not name its switch; any thread. */
    public boolean isGuest() {
        return !accepted || !registry.listener().isDeclared(datapathId);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        outbox.writabilityChanged();
    }

    /** Bytes still to be sent; any thread. */
    public long unsent() {
        return outbox.unsent();
    }

    /** The number of MACs learnt on this switch; any thread. */
    public int learntMacs() {
        Learning l = learning;
        return l == null ? 0 : l.size();
    }

    /** The switch says which it is, before the handshake is complete. */
    void claims(long id) {
        datapathId = id;
    }

    /** Another controller is the switch's master. Only a switch of the file may say so: this costs a question to etcd. */
    void hasAnotherMaster() {
        if (registry.listener().isDeclared(datapathId)
                && registry.listener().refusal(this).isEmpty()) {
            leading.deposed().run();
        }
    }

    /** The handshake calls this when it is complete; the registry decides whether the switch may stay. */
    void introduced(long id) {
        datapathId = id;
        registry.introduce(this);
    }

    /** The registry calls this when the switch may stay; only on the loop. */
    void accept() {
        if (!channel.isActive()) {
            // It broke during the read that completed its handshake.
            registry.forget(this);
            return;
        }
        outbox.accepted();
        learning = new Learning(this);
        routing = new Routing(this);
        sync = new FlowSync(this, learning::configure, this::restore);
        packetIns = new PacketIns(this, registry.listener().packetIns().with(RouterApp.NUMBER, routing), learning);
        accepted = true;
        new Reflections(this, registry.listener()).start();
        new DropWatch(this, registry.listener()).start();
        new TrafficWatch(this, registry.listener()).start();
        report("connected", "switch connected from " + remote() + " with " + ports().size() + " ports");
        registry.listener().connected(this);
    }

    /** Takes over what the switch has learnt before. @return entries that no longer hold */
    private List<FlowEntry> restore(List<FlowEntry> learnt) {
        Map<Boolean, List<FlowEntry>> byApp =
                learnt.stream().collect(Collectors.partitioningBy(e -> e.cookie() == RouterApp.LEARNT));
        List<FlowEntry> stray = new ArrayList<>(learning.restore(byApp.get(false)));
        stray.addAll(routing.restore(byApp.get(true)));
        return stray;
    }

    /** See {@link SwitchListener#spoke}. */
    void spoke(long mac, int inPort) {
        registry.listener().spoke(this, mac, inPort);
    }

    /**
     * Forgets that a host is behind a port of this switch: it has moved to another one; any thread.
     *
     * @param network the network's number
     * @param mac 48 bits
     */
    public void hasLeft(int network, long mac) {
        loop().execute(() -> {
            if (learning != null) {
                learning.hasLeft(network, mac);
            }
        });
    }

    /** See {@link SwitchListener#sighted}. */
    void sighted(int network, long mac, int ipv4) {
        registry.listener().sighted(this, network, mac, ipv4);
    }

    void portsChanged() {
        if (accepted) {
            registry.listener().portsChanged(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        requests.close("the connection closed");
        framer.close();
        outbox.close();
        liveness.stop();
        registry.forget(this);
        if (accepted) {
            report("disconnected", closeReason);
            accepted = false;
            registry.listener().disconnected(this);
        }
        // Tasks that are still to come hold the connection for some seconds: keep little in it.
        ports.clear();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            liveness.silent(handshake.done());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            // Each write that was pending when the connection closed reports this; it is no fault.
            return;
        }
        counters.count("openflow_bad_connections_total");
        closeReason = Tls.reason(cause);
        if (registry.mayLog()) {
            LOG.warn("closing the OpenFlow connection from {}: {}", remote(), closeReason);
            LOG.debug("why", cause);
        }
        ctx.close();
    }
}
