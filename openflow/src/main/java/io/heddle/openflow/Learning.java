package io.heddle.openflow;

import com.carrotsearch.hppc.IntLongHashMap;
import io.heddle.apps.SwitchView;
import io.heddle.apps.dhcp.DhcpApp;
import io.heddle.apps.l2learning.Conversations;
import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.apps.l2learning.LearntFlows;
import io.heddle.apps.l2learning.MacTable;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.PacketIn;
import io.heddle.openflow.codec.PacketOut;
import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Turns packet-ins of one switch into learnt entries. Confined to the switch's event loop. Writes its messages into the
 * connection's outgoing buffer, which is flushed at the end of the read.
 */
final class Learning implements PacketInHandler {
    /** Pause between two copies of a direction in which an answer was seen; 1 s in other directions. */
    private static final int LONG_PAUSE_SECONDS = 10;
    /** At most this many addresses a second are reported for the search for duplicates; a storm needs only a sample. */
    private static final int SIGHTED_PER_SECOND = 1000;

    private final SwitchConnection connection;
    private final MacTable macs = new MacTable();
    private final Conversations conversations = new Conversations();
    private final MoveReports moveReports;
    private final LongAdder learnt;
    private final LongAdder flowMods;
    private final LongAdder moves;
    private boolean configured;
    /** By port over its MAC limit: the second in which the switch last got the entry that suppresses its copies. */
    private final IntLongHashMap suppressed = new IntLongHashMap();

    /** As other threads see it. */
    private volatile int size;

    private long second;
    private int sightedThisSecond;
    private int learntNow;
    private int flowModsNow;
    private int movesNow;
    private LearningPorts ports = LearningPorts.of(new SwitchView(NetworkModel.EMPTY, Optional.empty(), Map.of()));
    /** Created with the first learnt MAC, to save memory: most of ten thousand switches may be idle. */
    private LearntFlowWriter writer;

    Learning(SwitchConnection connection) {
        this.connection = connection;
        moveReports = new MoveReports(connection, this::name);
        learnt = connection.counters().of("macs_learnt_total");
        moves = connection.counters().of("mac_moves_total");
        flowMods = connection.counters().of("openflow_learnt_flow_mods_total");
    }

    /** The number of MACs known on this switch after the last read; any thread. */
    int size() {
        return size;
    }

    /** The MACs known on this switch; only on the loop. */
    List<LearntMac> macs() {
        return macs.entries().stream()
                .map(e -> new LearntMac(e, macs.address(e.network(), e.mac())))
                .toList();
    }

    /** The name of the port that a MAC is behind, "" if unknown; only on the loop. */
    String port(int network, long mac) {
        MacTable.Entry e = macs.find(network, mac);
        return e == null ? "" : name(e.inPort());
    }

    private String name(int number) {
        return connection.ports().values().stream()
                .filter(p -> p.number() == number)
                .map(SwitchPort::name)
                .findFirst()
                .orElseGet(() -> Integer.toUnsignedString(number));
    }

    /** Whether some of the ports lead to other switches; only on the loop. */
    boolean hasUplinks() {
        return ports.hasUplinks();
    }

    /** Whether a port is the tunnel port to all other hosts; only on the loop. */
    boolean isOverlay(int port) {
        return ports.isOverlay(port);
    }

    /** Sets the ports, and forgets MACs in networks that their ports no longer carry. */
    void configure(LearningPorts now) {
        if (now.aging() != ports.aging()) {
            writer = null;
        }
        if (configured && now.named() != ports.named()) {
            forgetAll();
        }
        configured = true;
        ports = now;
        macs.forgetIf(e -> !ports.carries(e.inPort(), e.network())).forEach(this::removeEntries);
        connection.flush();
    }

    /** The network file has begun or ceased to name the switch: the entries learnt by the other rules must go. */
    private void forgetAll() {
        macs.forgetIf(e -> true);
        FlowCodec.writeRemoveAll(
                connection.out(), connection.nextXid(), FlowCodec.ALL_TABLES, L2LearningApp.LEARNT, -1L, Match.ALL);
        flowMods.increment();
    }

    /** A read with packet-ins begins. @param nanos its time, from {@link System#nanoTime} */
    void begin(long nanos) {
        long now = nanos / 1_000_000_000L;
        if (now != second) {
            second = now;
            sightedThisSecond = 0;
        }
    }

    /** A read is over: shows other threads the number of MACs. */
    void readComplete() {
        if (size != macs.size()) {
            size = macs.size();
        }
    }

    /** A read with packet-ins is over: adds its totals to the shared counters. */
    void count() {
        learnt.add(learntNow);
        flowMods.add(flowModsNow);
        moves.add(movesNow);
        learntNow = 0;
        flowModsNow = 0;
        movesNow = 0;
    }

    /** A copy of a frame of an unknown host, or of a conversation, that the switch has forwarded already. */
    @Override
    public void handle(SwitchConnection from, PacketIn packet) {
        long source = packet.ethSrc();
        int network = network(packet);
        // Before the ports are known, the reconciler would remove an entry learnt now as stray.
        if (!configured || isGroup(source) || !ports.carries(packet.inPort(), network)) {
            return;
        }
        if (packet.table() == Table.EGRESS.number()) {
            conversation(packet, network);
        } else {
            learn(packet, network, source);
        }
    }

    /** A frame that has come for DHCP, and whose source the switch may know. */
    void taught(SwitchConnection from, PacketIn packet) {
        if (!DhcpApp.teaches(packet.table(), packet.ethDst())) {
            return;
        }
        MacTable.Entry known = macs.find(network(packet), packet.ethSrc());
        if (known == null || known.inPort() != packet.inPort()) {
            handle(from, packet);
        }
    }

    /** A frame that somebody else's entry has sent here instead of forwarding it. */
    void held(SwitchConnection from, PacketIn packet) {
        long source = packet.ethSrc();
        if (!configured || isGroup(source)) {
            return;
        }
        learn(packet, network(packet), source);
        int start = PacketOut.begin(connection.out(), connection.nextXid(), packet.inPort(), PortNumber.NORMAL);
        packet.copyFrame(connection.out());
        Wire.end(connection.out(), start);
    }

    private int network(PacketIn packet) {
        return ports.named()
                ? (int) (packet.metadata() & Metadata.NETWORK_MASK)
                : LearntFlows.UNNAMED | packet.vlanVid();
    }

    private static boolean isGroup(long mac) {
        return (mac & Field.ETH_MULTICAST) != 0;
    }

    private void learn(PacketIn packet, int network, long mac) {
        ByteBuf out = connection.out();
        int inPort = packet.inPort();
        int attachment = ports.attachment(inPort);
        int peer = ports.peer(inPort, packet.tunSrc());
        MacTable.Sighting sighting = macs.see(network, mac, inPort, attachment, peer, limit(inPort));
        if (sighting == MacTable.Sighting.OVER_LIMIT) {
            overLimit(out, inPort);
            return;
        }
        if (sighting == MacTable.Sighting.MOVED) {
            moved(out, network, mac, inPort);
        }
        if (sighting != MacTable.Sighting.SAME && ports.isRoaming(inPort)) {
            connection.spoke(mac, inPort);
        }
        int ipv4 = packet.senderIpv4();
        if (ipv4 != 0 && macs.address(ipv4, (int) second) && ++sightedThisSecond <= SIGHTED_PER_SECOND) {
            connection.sighted(network, mac, ipv4);
        }
        learntNow++;
        flowModsNow += 2;
        if (ports.isV6(peer)) {
            FlowCodec.writeAdd(
                    out,
                    connection.nextXid(),
                    LearntFlows.source(network, mac, inPort, ports.from(peer), ports.aging()));
        } else {
            writer().source(out, connection.nextXid(), network, mac, inPort, peer);
        }
        long target = peer != 0 ? Metadata.vtep(peer) : Metadata.port(attachment);
        writer().destination(out, connection.nextXid(), network, mac, target);
    }

    private int limit(int inPort) {
        return macs.size() < Limits.MACS ? ports.limit(inPort) : 0;
    }

    private LearntFlowWriter writer() {
        if (writer == null) {
            writer = new LearntFlowWriter(ports.aging());
        }
        return writer;
    }

    private void overLimit(ByteBuf out, int inPort) {
        if (suppressed.size() > Limits.PORTS) {
            // More ports than a switch can have: the numbers are made up.
            suppressed.clear();
        }
        // Packet-ins already under way when the switch receives the entry need no second entry, nor do those that come
        // for another purpose while it lasts.
        if (suppressed.containsKey(inPort) && second - suppressed.get(inPort) < LearntFlows.SUPPRESS_SECONDS) {
            return;
        }
        suppressed.put(inPort, second);
        FlowCodec.writeAdd(out, connection.nextXid(), LearntFlows.suppress(inPort));
        connection.counters().count("mac_limit_reached_total");
        connection.report(
                "mac-limit",
                "port " + name(inPort) + " has its " + limit(inPort) + " MACs: no more are learnt from it, and "
                        + "their frames are left to NORMAL");
    }

    private void moved(ByteBuf out, int network, long mac, int inPort) {
        int before = macs.previousInPort();
        writeSourceRemoval(out, network, mac, before, macs.previousVtep());
        flowModsNow++;
        movesNow++;
        moveReports.moved(mac, before, inPort, second);
    }

    private void writeSourceRemoval(ByteBuf out, int network, long mac, int inPort, int vtep) {
        if (ports.isV6(vtep)) {
            FlowCodec.writeRemove(
                    out,
                    connection.nextXid(),
                    LearntFlows.source(network, mac, inPort, ports.from(vtep), ports.aging()));
        } else {
            writer().removeSource(out, connection.nextXid(), network, mac, inPort, vtep);
        }
    }

    /**
     * A frame went through NORMAL to a host behind another port. Answers in both directions prove that OVS joins the
     * two ports; frames between them may then bypass NORMAL. Until then one copy a second is enough of a sample.
     */
    private void conversation(PacketIn packet, int network) {
        MacTable.Entry to = macs.find(network, packet.ethDst());
        if (to == null || to.inPort() == packet.inPort()) {
            return;
        }
        int a = packet.inPort();
        int b = to.inPort();
        boolean answer = packet.isAnswer();
        ByteBuf out = connection.out();
        if (answer && conversations.answered(network, a, b)) {
            FlowCodec.writeAdd(out, connection.nextXid(), LearntFlows.proven(network, a, b, ports.aging()));
            FlowCodec.writeAdd(out, connection.nextXid(), LearntFlows.proven(network, b, a, ports.aging()));
            flowModsNow += 2;
        } else {
            int pause = answer ? LONG_PAUSE_SECONDS : 1;
            FlowCodec.writeAdd(out, connection.nextXid(), LearntFlows.unproven(network, a, b, pause));
            flowModsNow++;
        }
    }

    /** A learnt destination timed out or was removed: forgets the host, which is learnt again when it sends. */
    void flowRemoved(ByteBuf message) {
        FlowCodec.readRemoved(message)
                .filter(e -> e.cookie() == L2LearningApp.LEARNT && e.table() == Table.FORWARD.number())
                .ifPresent(e -> {
                    MacTable.Entry gone = macs.forget(
                            LearntSource.network(e),
                            e.match().exact(Field.ETH_DST).orElse(0L));
                    if (gone != null) {
                        writeSourceRemoval(connection.out(), gone.network(), gone.mac(), gone.inPort(), gone.vtep());
                    }
                });
    }

    /** A port disappeared or lost its link: forgets the MACs that were learnt from it. */
    void portGone(int number) {
        conversations.forget(number);
        suppressed.remove(number);
        FlowCodec.writeRemove(connection.out(), connection.nextXid(), LearntFlows.suppress(number));
        macs.forgetIf(e -> e.inPort() == number && e.vtep() == 0).forEach(this::removeEntries);
        connection.flush();
    }

    /** A host has moved to another switch, from where an uplink may bring its frames. @param network its number */
    void hasLeft(int network, long mac) {
        MacTable.Entry known = macs.find(network, mac);
        if (known != null && known.vtep() == 0 && ports.isRoaming(known.inPort())) {
            macs.forget(network, mac);
            removeEntries(known);
        } else if (ports.hasUplinks()) {
            FlowCodec.writeRemove(connection.out(), connection.nextXid(), LearntFlows.reflected(network, mac));
        }
        connection.flush();
    }

    /**
     * Fills the MAC table from the learnt entries that a switch still has, so that a restart learns no MAC again.
     *
     * @return entries that no longer hold and must be removed
     */
    List<FlowEntry> restore(Collection<FlowEntry> entries) {
        List<FlowEntry> stray = new ArrayList<>();
        macs.forgetIf(e -> true);
        for (FlowEntry e : entries) {
            if (e.table() == Table.LEARN.number() && e.match().has(Field.ETH_SRC)) {
                LearntSource source = LearntSource.of(e);
                if (ports.carries(source.inPort(), source.network())) {
                    macs.see(
                            source.network(),
                            source.mac(),
                            source.inPort(),
                            ports.attachment(source.inPort()),
                            source.vtep(),
                            Integer.MAX_VALUE);
                } else {
                    stray.add(e);
                }
            }
        }
        for (FlowEntry e : entries) {
            if (e.table() == Table.EGRESS.number() && ports.named()) {
                stray.add(e);
            } else if (e.table() == Table.FORWARD.number()
                    && e.match().has(Field.ETH_DST)
                    && macs.find(
                                    LearntSource.network(e),
                                    e.match().exact(Field.ETH_DST).orElse(0L))
                            == null) {
                stray.add(e);
            }
        }
        return stray;
    }

    private void removeEntries(MacTable.Entry e) {
        ByteBuf out = connection.out();
        writeSourceRemoval(out, e.network(), e.mac(), e.inPort(), e.vtep());
        FlowCodec.writeRemove(
                out,
                connection.nextXid(),
                LearntFlows.destination(e.network(), e.mac(), LearningPorts.target(e), ports.aging()));
        if (ports.hasUplinks()) {
            // The MAC may have moved to another host; this entry would drop its frames when an uplink brings them.
            FlowCodec.writeRemove(out, connection.nextXid(), LearntFlows.reflected(e.network(), e.mac()));
        }
        flowMods.add(2);
    }
}
