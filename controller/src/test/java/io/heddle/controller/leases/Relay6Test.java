package io.heddle.controller.leases;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.net.InetAddresses;
import io.heddle.controller.dhcp.Dhcp6Frame;
import io.heddle.controller.dhcp.Dhcp6Message;
import io.heddle.flows.model.Gateways;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class Relay6Test extends RelayCase<Dhcp6Frame> {
    private static final String FILE = """
            heddle: v1
            networks:
              red:
                vlan: 200
                subnet: fd00:200::/64
                gateway: fd00:200::fe
                dhcp: {relay: ["fd00:30::5", "fd00:30::6"]}
              blue: {vlan: 300, subnet: fd00:30::/64, gateway: fd00:30::fe}
            routers:
              edge: {networks: [red, blue]}
            """;

    private static final int XID = 0x07_0809;

    Relay6Test() {
        super(FILE);
    }

    private static InetAddress ip(String address) {
        return InetAddresses.forString(address);
    }

    private static byte[] message(int type, int xid) {
        Dhcp6Message.Option id = new Dhcp6Message.Option(Dhcp6Message.CLIENT_ID, new byte[] {0, 3, 0, 1, 7});
        return new Dhcp6Message(type, xid, List.of(id)).write();
    }

    private void ask(String from, byte[] payload) {
        Dhcp6Frame frame = new Dhcp6Frame(0x3333_0001_0002L, HOST, TAGS, ip(from), ip("ff02::1:2"), 547, payload);
        relay.ask6(
                red,
                PORT,
                frame,
                f -> asked.add(Dhcp6Frame.read(f).orElseThrow()),
                f -> answered.add(Dhcp6Frame.read(f).orElseThrow()));
    }

    private void ask() {
        ask("fe80::7", message(Dhcp6Message.SOLICIT, XID));
    }

    private static byte[] reply(String link, String peer, String port, int xid) {
        byte[] inner = message(Dhcp6Message.ADVERTISE, xid);
        byte[] id = port.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(34 + 4 + id.length + 4 + inner.length)
                .put((byte) 13)
                .put((byte) 0)
                .put(ip(link).getAddress())
                .put(ip(peer).getAddress())
                .putShort((short) 18)
                .putShort((short) id.length)
                .put(id)
                .putShort((short) 9)
                .putShort((short) inner.length)
                .put(inner)
                .array();
    }

    private static byte[] reply() {
        return reply("fd00:200::fe", "fe80::7", PORT, XID);
    }

    private void answer(String server, String to, byte[] payload) {
        byte[] frame = new Dhcp6Frame(Gateways.MAC, 5, new byte[0], ip(server), ip(to), 547, 547, payload).write();
        relay.answered(model, router, 1, 1, frame);
    }

    @Test
    void asksEachServerFromTheGateway() {
        ask();
        assertEquals(
                List.of(ip("fd00:30::5"), ip("fd00:30::6")),
                asked.stream().map(Dhcp6Frame::to).toList());
        Dhcp6Frame first = asked.get(0);
        assertEquals(ip("fd00:200::fe"), first.from());
        assertEquals(547, first.fromPort());
        assertEquals(547, first.toPort());
        assertEquals(Gateways.MAC, first.destination(), "so that the router takes it");
        assertEquals(0, first.tags().length);
        assertEquals(12, first.payload()[0], "relay-forward");
        assertEquals(1L, counters.snapshot().get("dhcp_relayed_total"));
    }

    @Test
    void answersGoToThePortThatAsked() {
        ask();
        answer("fd00:30::6", "fd00:200::fe", reply());
        Dhcp6Frame answer = answered.get(0);
        assertEquals(HOST, answer.destination());
        assertEquals(Gateways.MAC, answer.source());
        assertEquals(ip("fe80::7"), answer.to());
        assertEquals(Gateways.linkLocal(), answer.from());
        assertEquals(547, answer.fromPort());
        assertEquals(546, answer.toPort());
        assertArrayEquals(TAGS, answer.tags());
        assertArrayEquals(message(Dhcp6Message.ADVERTISE, XID), answer.payload());
        assertEquals(1L, counters.snapshot().get("dhcp_relayed_answers_total"));
    }

    @Test
    void nobodyElseIsHeard() {
        answer("fd00:30::5", "fd00:200::fe", reply());
        ask();
        answer("fd00:30::7", "fd00:200::fe", reply());
        answer("fd00:30::5", "fd00:30::fe", reply());
        answer("fd00:30::5", "fd00:200::fe", reply("fd00:30::fe", "fe80::7", PORT, XID));
        answer("fd00:30::5", "fd00:200::fe", reply("fd00:200::fe", "fe80::8", PORT, XID));
        answer("fd00:30::5", "fd00:200::fe", reply("fd00:200::fe", "fe80::7", "hv1/br0/vm2", XID));
        answer("fd00:30::5", "fd00:200::fe", reply("fd00:200::fe", "fe80::7", PORT, XID + 1));
        answer("fd00:30::5", "fd00:200::fe", message(Dhcp6Message.ADVERTISE, XID));
        now += TimeUnit.SECONDS.toNanos(61);
        answer("fd00:30::5", "fd00:200::fe", reply());
        assertEquals(List.of(), answered);
        assertEquals(9L, counters.snapshot().get("dhcp_relay_refused_total"));
        ask();
        answer("fd00:30::5", "fd00:200::fe", reply());
        assertEquals(1, answered.size(), "asked anew");
    }

    @Test
    void hostsAreNoRelays() {
        ask("fe80::7", reply());
        ask("fd00:200::7", message(Dhcp6Message.SOLICIT, XID));
        ask("fe80::7", message(Dhcp6Message.ADVERTISE, XID));
        assertEquals(List.of(), asked);
        assertEquals(3L, counters.snapshot().get("dhcp_relay_refused_total"));
    }

    @Test
    void serversCannotFloodTheController() {
        ask();
        for (int i = 0; i < 5000; i++) {
            answer("fd00:30::5", "fd00:200::fe", reply());
        }
        assertEquals(2500, answered.size());
    }
}
