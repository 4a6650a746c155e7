package io.heddle.openflow;

import io.heddle.flows.program.Reason;
import io.heddle.openflow.codec.PortCount;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/** Receives the events of switches. Called on a switch's event loop: must not block. */
public interface SwitchListener {
    /** The name of a switch for people; any thread. */
    String name(long datapathId);

    /** Whether the network file names a switch; any thread. */
    boolean isDeclared(long datapathId);

    /** Why a switch may not have the datapath id that it introduces itself with; empty if it may. */
    Optional<String> refusal(SwitchConnection connection);

    /** A switch has finished its handshake; its ports are known. */
    void connected(SwitchConnection connection);

    /** A port was added, removed, or its link changed. */
    void portsChanged(SwitchConnection connection);

    /** Who handles packet-ins, but for those that learning handles. Asked once for each connection. */
    PacketInHandlers packetIns();

    /**
     * The counters of dropped frames, read every few seconds. On the switch's event loop.
     *
     * @param drops frames dropped by flow entries, by cookie
     * @param meters frames beyond a meter's rate, by meter number
     */
    void counted(SwitchConnection connection, Map<Long, FrameCount> drops, Map<Integer, FrameCount> meters);

    /**
     * The counters of forwarded frames, read every few seconds. On the switch's event loop.
     *
     * @param ports port counters, by port number
     * @param tunnels frames sent to each peer, by the cookie of the entry that sends them
     * @param acls frames that rules of access lists have allowed, by rule
     */
    void carried(
            SwitchConnection connection,
            Map<Integer, PortCount> ports,
            Map<Long, FrameCount> tunnels,
            Map<Reason.AclRule, FrameCount> acls);

    /**
     * A MAC has sent a frame from an IPv4 address. On the switch's event loop.
     *
     * @param network the network's number, or a VLAN tag on a switch that the network file does not name
     */
    void sighted(SwitchConnection connection, int network, long mac, int ipv4);

    /**
     * A host has sent by a port that may move between switches, and was not known to be there; on the connection's
     * loop.
     *
     * @param mac 48 bits
     * @param inPort the port's number
     */
    void spoke(SwitchConnection connection, long mac, int inPort);

    /**
     * A neighbour has told the switch's router its MAC. On the switch's event loop.
     *
     * @param network the network's number
     */
    void neighbourAnswered(SwitchConnection connection, int network, InetAddress address, long mac);

    /**
     * The switch has dropped frames of one of its own hosts that an uplink has sent back. On the switch's event loop.
     *
     * @param network the network's number
     * @param port the name of the port that the host is behind, "" if unknown
     */
    void reflected(SwitchConnection connection, int network, long mac, String port, long frames);

    /** A switch that {@link #connected} spoke of has gone. */
    void disconnected(SwitchConnection connection);
}
