package io.heddle.openflow;

import io.heddle.flows.program.Reason;
import io.heddle.openflow.codec.PortCount;
import java.util.Map;

/** Hears of switches. Called on a switch's event loop: must not block. */
public interface SwitchListener {
    /** What people call a switch; any thread. */
    String name(long datapathId);

    /** A switch has introduced itself and its ports are known. */
    void connected(SwitchConnection connection);

    /** A port was added, removed, or its link changed. */
    void portsChanged(SwitchConnection connection);

    /** Who handles packet-ins, but for those that learning handles. Asked once for each connection. */
    PacketInHandlers packetIns();

    /**
     * What a switch has dropped so far, read every few seconds. On the switch's event loop.
     *
     * @param drops by cookie
     * @param meters by number, frames beyond a rate
     */
    void counted(SwitchConnection connection, Map<Long, FrameCount> drops, Map<Integer, FrameCount> meters);

    /**
     * What a switch has carried so far, read every few seconds. On the switch's event loop.
     *
     * @param ports by number
     * @param tunnels what was sent to each peer, by the cookie of the entry that sends it
     * @param acls what rules of access lists have let through, by rule
     */
    void carried(
            SwitchConnection connection,
            Map<Integer, PortCount> ports,
            Map<Long, FrameCount> tunnels,
            Map<Reason.AclRule, FrameCount> acls);

    /**
     * A MAC is seen anew, and sends from an address. On the switch's event loop.
     *
     * @param network the network's number, or a tag where no file names the switch
     */
    void sighted(SwitchConnection connection, int network, long mac, int ipv4);

    /**
     * Frames of a host that is at home on this switch came back through an uplink, and were dropped. On the switch's
     * event loop.
     *
     * @param network the network's number
     * @param port the name of the port that the host is behind, "" where it is not known
     */
    void reflected(SwitchConnection connection, int network, long mac, String port, long frames);

    /** A switch that {@link #connected} spoke of has gone. */
    void disconnected(SwitchConnection connection);
}
