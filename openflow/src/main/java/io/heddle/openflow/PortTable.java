package io.heddle.openflow;

import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ports of one switch, as it has described them. A switch that the network file does not name keeps no more than
 * {@link Limits#GUEST_PORTS} of those that it adds. Further ones are ignored before any object is made of them: closing
 * the connection instead would make the switch begin anew, which costs others more. Confined to the connection's event
 * loop, but for {@link #byName()}.
 */
final class PortTable {
    /** Bytes of a PORT_STATUS. Source: OpenFlow 1.3.5 §7.4.3. */
    private static final int STATUS_BYTES = Wire.HEADER + 8 + SwitchPort.BYTES;

    private static final int ADD = 0;
    private static final int DELETE = 1;
    private static final int MODIFY = 2;

    private final SwitchConnection connection;
    private final Map<String, SwitchPort> ports = new ConcurrentHashMap<>();
    private boolean incomplete;

    PortTable(SwitchConnection connection) {
        this.connection = connection;
    }

    /** The ports by name; any thread. */
    Map<String, SwitchPort> byName() {
        return ports;
    }

    /** Whether ports of the switch were ignored. */
    boolean isIncomplete() {
        return incomplete;
    }

    /** A port of the handshake. @throws IllegalStateException if there are more than OpenFlow has numbers for */
    void describe(SwitchPort port) {
        if (ports.size() >= Limits.PORTS && !ports.containsKey(port.name())) {
            throw new IllegalStateException("more than " + Limits.PORTS + " ports");
        }
        ports.put(port.name(), port);
    }

    /**
     * Takes a PORT_STATUS.
     *
     * @throws IllegalArgumentException if it is malformed
     * @throws IllegalStateException if there are more ports than OpenFlow has numbers for
     */
    void changed(ByteBuf in) {
        int reason = in.readableBytes() == STATUS_BYTES ? in.getUnsignedByte(in.readerIndex() + Wire.HEADER) : -1;
        if (reason != ADD && reason != DELETE && reason != MODIFY) {
            throw new IllegalArgumentException("unreadable PORT_STATUS of " + in.readableBytes() + " bytes, reason "
                    + reason + ": expected " + STATUS_BYTES + " bytes and reason 0, 1 or 2");
        }
        if (reason == ADD && isFull()) {
            ignored();
            return;
        }
        changed(reason, SwitchPort.read(in, in.readerIndex() + Wire.HEADER + 8));
    }

    private void changed(int reason, SwitchPort port) {
        SwitchPort before = ports.get(port.name());
        if (reason == DELETE) {
            ports.remove(port.name());
        } else if (before == null && isFull()) {
            ignored();
            return;
        } else {
            describe(port);
        }
        if (connection.learning() == null) {
            return;
        }
        if (reason == DELETE || !port.up()) {
            connection.learning().portGone(port.number());
        }
        if (before == null || before.number() != port.number() || reason == DELETE) {
            connection.portsChanged();
        } else if (before.live() != port.live()) {
            connection.routing().liveness(port.number());
        }
    }

    private boolean isFull() {
        return ports.size() >= Limits.GUEST_PORTS && connection.isAccepted() && connection.isGuest();
    }

    private void ignored() {
        connection.counters().count("openflow_guest_ports_ignored_total");
        if (!incomplete) {
            incomplete = true;
            connection.report(
                    "refused",
                    "the network file does not name this switch, and it has more than " + Limits.GUEST_PORTS
                            + " ports: ports that it adds are ignored");
        }
    }

    /** The connection has ended. */
    void clear() {
        ports.clear();
    }
}
