package io.heddle.openflow;

import io.heddle.openflow.codec.PacketIn;

/** What is done with the packet-ins of one purpose. Called on a switch's event loop: must not block. */
public interface PacketInHandler {
    /**
     * A packet-in.
     *
     * @param packet readable during the call only
     */
    void handle(SwitchConnection connection, PacketIn packet);
}
