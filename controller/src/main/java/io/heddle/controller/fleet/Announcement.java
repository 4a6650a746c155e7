package io.heddle.controller.fleet;

import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.SwitchPort;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * Tells a network where a guest is by a RARP request in its name, as QEMU does after a migration. A guest that is
 * silent at its new place, or speaks to one neighbour only, would else be looked for at its old place, by the switches
 * of Heddle and by others behind uplinks. Source: RFC 903.
 */
final class Announcement {
    private static final int LENGTH = 60;
    private static final int VLAN = 0x8100;
    private static final int RARP = 0x8035;
    private static final int ETHERNET = 1;
    private static final int IPV4 = 0x0800;
    private static final int REQUEST = 3;

    private Announcement() {}

    /** Lets a switch take the announcement of a port from that port. Does nothing if the port has no known MAC. */
    static void send(SwitchConnection to, NetworkModel model, Port port) {
        OptionalLong mac = port.endpoint().mac();
        for (String device : port.interfaces()) {
            SwitchPort at = to.ports().get(device);
            if (at != null && mac.isPresent()) {
                frames(model, port, mac.getAsLong()).forEach(f -> to.inject(at.number(), f));
            }
        }
    }

    /** One frame for each network of a port, with the tag that the guest gives it. */
    static List<byte[]> frames(NetworkModel model, Port port, long mac) {
        List<byte[]> out = new ArrayList<>();
        for (String name : port.vlans() instanceof Port.Dot1qTunnel ? List.<String>of() : port.networks()) {
            out.add(frame(mac, port.tag(model.networks().get(name))));
        }
        return out;
    }

    /** Does something with the MAC of a port's guest, if it is known, in each of the port's networks. */
    static void eachMac(NetworkModel model, Port port, BiConsumer<Network, Long> action) {
        port.endpoint()
                .mac()
                .ifPresent(mac -> port.networks()
                        .forEach(n -> action.accept(model.networks().get(n), mac)));
    }

    /** @param tag the VLAN, 0 for no tag */
    private static byte[] frame(long mac, int tag) {
        ByteBuffer out = ByteBuffer.allocate(LENGTH);
        out.putInt(-1).putShort((short) -1);
        put(out, mac);
        if (tag != 0) {
            out.putShort((short) VLAN).putShort((short) tag);
        }
        out.putShort((short) RARP);
        out.putShort((short) ETHERNET).putShort((short) IPV4).put((byte) 6).put((byte) 4);
        out.putShort((short) REQUEST);
        put(out, mac);
        out.putInt(0);
        put(out, mac);
        return out.array();
    }

    private static void put(ByteBuffer out, long mac) {
        out.putShort((short) (mac >> 32)).putInt((int) mac);
    }
}
