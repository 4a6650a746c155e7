package io.heddle.controller.openflow;

/** Hears of switches. Called on a switch's event loop: must not block. */
public interface SwitchListener {
    /** A switch has introduced itself and its ports are known. */
    void connected(SwitchConnection connection);

    /** A port was added, removed, or its link changed. */
    void portsChanged(SwitchConnection connection);

    /**
     * An untagged frame came in by a trunk that has no native network, and was dropped; told of about one a second and
     * port. On the switch's event loop.
     *
     * @param ipv4 the address of who sent it, 0 where it has none
     */
    void untagged(SwitchConnection connection, int inPort, long mac, int ipv4);

    /**
     * Frames of a host that is at home on this switch came back through an uplink, and were dropped. On the switch's
     * event loop.
     *
     * @param network the network's number
     * @param port the name of the port that the host is behind, "" where it is not known
     */
    void reflected(SwitchConnection connection, int network, long mac, String port, long frames);

    /** A switch has copied a frame for a capture, which had {@code length} bytes. On the switch's event loop. */
    void captured(SwitchConnection connection, byte[] frame, int length);

    /** A switch that {@link #connected} spoke of has gone. */
    void disconnected(SwitchConnection connection);
}
