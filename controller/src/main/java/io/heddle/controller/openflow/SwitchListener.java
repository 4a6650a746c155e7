package io.heddle.controller.openflow;

/** Hears of switches. Called on a switch's event loop: must not block. */
public interface SwitchListener {
    /** A switch has introduced itself and its ports are known. */
    void connected(SwitchConnection connection);

    /** A port was added, removed, or its link changed. */
    void portsChanged(SwitchConnection connection);

    /** A switch that {@link #connected} spoke of has gone. */
    void disconnected(SwitchConnection connection);
}
