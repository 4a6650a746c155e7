package io.heddle.controller.leases;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.net.InetAddresses;
import io.heddle.controller.dhcp.DhcpFrame;
import io.heddle.controller.dhcp.DhcpMessage;
import io.heddle.controller.dhcp.DhcpOptions;
import io.heddle.controller.dhcp.RelayedMessage;
import io.heddle.flows.model.Gateways;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RelayTest extends RelayCase<DhcpFrame> {
    private static final String FILE = """
            heddle: v1
            networks:
              red:
                vlan: 200
                subnet: 10.0.200.0/24
                gateway: 10.0.200.254
                dhcp: {relay: [10.0.30.5, 10.0.30.6]}
              blue: {vlan: 300, subnet: 10.0.30.0/24, gateway: 10.0.30.254}
            routers:
              edge: {networks: [red, blue]}
            """;

    private static final byte[] AGENT = RelayedMessage.agent(PORT, "red");

    RelayTest() {
        super(FILE);
    }

    private static int number(String address) {
        return InetAddresses.coerceToInteger(InetAddresses.forString(address));
    }

    private static DhcpMessage message(boolean reply, int type, int flags, int yiaddr, int giaddr) {
        DhcpOptions options = DhcpOptions.NONE.with(DhcpOptions.MESSAGE_TYPE, new byte[] {(byte) type});
        return new DhcpMessage(
                reply,
                7,
                0,
                flags,
                0,
                yiaddr,
                0,
                giaddr,
                HOST,
                "",
                reply ? options.with(DhcpOptions.RELAY_AGENT, AGENT) : options);
    }

    private void ask() {
        byte[] payload = message(false, DhcpMessage.DISCOVER, 0, 0, 0).write();
        DhcpFrame frame = new DhcpFrame(DhcpFrame.ALL_MACS, HOST, TAGS, 0, DhcpFrame.ALL_ADDRESSES, 67, payload);
        relay.ask(
                red,
                PORT,
                frame,
                f -> asked.add(DhcpFrame.read(f).orElseThrow()),
                f -> answered.add(DhcpFrame.read(f).orElseThrow()));
    }

    private void answer(String server, String to, DhcpMessage message) {
        byte[] frame = new DhcpFrame(Gateways.MAC, 5, new byte[0], number(server), number(to), 67, 67, message.write())
                .write();
        relay.answered(model, router, 1, 1, frame);
    }

    private static DhcpMessage offer(int flags) {
        return message(true, DhcpMessage.OFFER, flags, number("10.0.200.50"), number("10.0.200.254"));
    }

    @Test
    void asksEachServerFromTheGateway() {
        ask();
        assertEquals(
                List.of(number("10.0.30.5"), number("10.0.30.6")),
                asked.stream().map(DhcpFrame::to).toList());
        DhcpFrame first = asked.get(0);
        assertEquals(number("10.0.200.254"), first.from());
        assertEquals(67, first.fromPort());
        assertEquals(67, first.toPort());
        assertEquals(Gateways.MAC, first.destination(), "so that the router takes it");
        assertEquals(0, first.tags().length);
        DhcpMessage m = DhcpMessage.read(first.payload()).orElseThrow();
        assertEquals(number("10.0.200.254"), m.giaddr());
        assertArrayEquals(AGENT, m.options().bytes(DhcpOptions.RELAY_AGENT).orElseThrow());
    }

    @Test
    void answersGoToThePortThatAsked() {
        ask();
        answer("10.0.30.6", "10.0.200.254", offer(0));
        answer("10.0.30.5", "10.0.200.254", offer(DhcpMessage.BROADCAST));
        answer("10.0.30.5", "10.0.200.254", message(true, DhcpMessage.NAK, 0, 0, number("10.0.200.254")));
        DhcpFrame offer = answered.get(0);
        assertEquals(HOST, offer.destination());
        assertEquals(number("10.0.200.50"), offer.to());
        assertEquals(number("10.0.200.254"), offer.from());
        assertEquals(68, offer.toPort());
        assertArrayEquals(TAGS, offer.tags());
        assertEquals(
                List.of(HOST, DhcpFrame.ALL_MACS, DhcpFrame.ALL_MACS),
                answered.stream().map(DhcpFrame::destination).toList());
        assertEquals(3L, counters.snapshot().get("dhcp_relayed_answers_total"));
    }

    @Test
    void nobodyElseIsHeard() {
        answer("10.0.30.5", "10.0.200.254", offer(0));
        ask();
        answer("10.0.30.7", "10.0.200.254", offer(0));
        answer("10.0.30.5", "10.0.30.254", offer(0));
        answer("10.0.30.5", "10.0.200.254", message(true, DhcpMessage.OFFER, 0, 9, number("10.0.30.254")));
        relay.answered(model, router, 1, 1, new byte[60]);
        now += TimeUnit.SECONDS.toNanos(61);
        answer("10.0.30.5", "10.0.200.254", offer(0));
        assertEquals(List.of(), answered);
        assertEquals(6L, counters.snapshot().get("dhcp_relay_refused_total"));
        ask();
        answer("10.0.30.5", "10.0.200.254", offer(0));
        assertEquals(1, answered.size(), "asked anew");
    }

    @Test
    void serversCannotFloodTheController() {
        ask();
        for (int i = 0; i < 5000; i++) {
            answer("10.0.30.5", "10.0.200.254", offer(0));
        }
        assertEquals(2500, answered.size());
    }
}
