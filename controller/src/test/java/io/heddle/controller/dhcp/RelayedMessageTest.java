package io.heddle.controller.dhcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RelayedMessageTest {
    private static final int GATEWAY = Clients.number("10.0.200.254");
    private static final byte[] AGENT = RelayedMessage.agent("hv1/br0/vm1", "red");

    private static byte[] asked(int type) {
        return Clients.message(type, 7, 0, DhcpOptions.NONE.with(DhcpOptions.HOST_NAME, "vm".getBytes()))
                .write();
    }

    /** What a server answers. */
    private static byte[] answer(int type, int giaddr, byte[] agent) {
        DhcpOptions options = DhcpOptions.NONE
                .with(DhcpOptions.MESSAGE_TYPE, new byte[] {(byte) type})
                .with(DhcpOptions.LEASE_TIME, 120);
        return new DhcpMessage(
                        true,
                        7,
                        0,
                        0,
                        0,
                        Clients.number("10.0.200.50"),
                        0,
                        giaddr,
                        7,
                        "pxelinux.0",
                        agent.length == 0 ? options : options.with(DhcpOptions.RELAY_AGENT, agent))
                .write();
    }

    @Test
    void namesThePort() {
        assertArrayEquals("\u0001\u000bhv1/br0/vm1\u0002\u0003red".getBytes(), AGENT);
        assertEquals(253, RelayedMessage.agent("x".repeat(251), "red").length, "what does not fit is left out");
    }

    @Test
    void addsWhatServersNeed() {
        byte[] in = asked(DhcpMessage.DISCOVER);
        byte[] out = RelayedMessage.toServer(in, GATEWAY, AGENT).orElseThrow();
        DhcpMessage m = DhcpMessage.read(out).orElseThrow();
        assertEquals(1, out[3], "hops");
        assertEquals(GATEWAY, m.giaddr());
        assertArrayEquals(AGENT, m.options().bytes(DhcpOptions.RELAY_AGENT).orElseThrow());
        assertEquals("vm", new String(m.options().bytes(DhcpOptions.HOST_NAME).orElseThrow()));
        out[3] = 0;
        Arrays.fill(out, 24, 28, (byte) 0);
        assertArrayEquals(Arrays.copyOf(in, DhcpMessage.FIXED), Arrays.copyOf(out, DhcpMessage.FIXED), "nothing else");
    }

    @Test
    void ignoresWhatHostsMayNotSend() {
        byte[] relayed = asked(DhcpMessage.DISCOVER);
        relayed[27] = 1;
        refused(relayed);
        byte[] far = asked(DhcpMessage.DISCOVER);
        far[3] = 15;
        assertEquals(16, RelayedMessage.toServer(far, GATEWAY, AGENT).orElseThrow()[3]);
        far[3] = 16;
        refused(far);
        far[3] = -1;
        refused(far);
        refused(Clients.message(
                        DhcpMessage.DISCOVER, 7, 0, DhcpOptions.NONE.with(DhcpOptions.RELAY_AGENT, new byte[] {1}))
                .write());
        for (int type : new int[] {DhcpMessage.OFFER, DhcpMessage.ACK, DhcpMessage.NAK, 0, 9}) {
            refused(asked(type));
        }
        refused(answer(DhcpMessage.OFFER, 0, new byte[0]));
        refused(Clients.message(DhcpMessage.DISCOVER, 7, 0, DhcpOptions.NONE.with(200, new byte[1200]))
                .write());
        byte[] cut = Arrays.copyOf(asked(DhcpMessage.DISCOVER), DhcpMessage.FIXED + 5);
        cut[DhcpMessage.FIXED + 4] = 9;
        refused(cut);
    }

    private static void refused(byte[] in) {
        assertEquals(Optional.empty(), RelayedMessage.toServer(in, GATEWAY, AGENT));
    }

    @Test
    void takesItsOptionAwayAgain() {
        byte[] with = answer(DhcpMessage.ACK, GATEWAY, AGENT);
        byte[] without = answer(DhcpMessage.ACK, GATEWAY, new byte[0]);
        assertArrayEquals(without, RelayedMessage.toClient(with, GATEWAY, AGENT).orElseThrow());
        assertArrayEquals(
                without,
                RelayedMessage.toClient(without, GATEWAY, AGENT).orElseThrow(),
                "servers need not send it back");
    }

    @Test
    void ignoresAnswersForOthers() {
        assertTrue(RelayedMessage.toClient(answer(DhcpMessage.ACK, GATEWAY + 1, AGENT), GATEWAY, AGENT)
                .isEmpty());
        byte[] other = RelayedMessage.agent("hv1/br0/vm2", "red");
        assertTrue(RelayedMessage.toClient(answer(DhcpMessage.ACK, GATEWAY, other), GATEWAY, AGENT)
                .isEmpty());
        assertTrue(RelayedMessage.toClient(asked(DhcpMessage.REQUEST), GATEWAY, AGENT)
                .isEmpty());
        assertTrue(RelayedMessage.toClient(answer(DhcpMessage.REQUEST, GATEWAY, AGENT), GATEWAY, AGENT)
                .isEmpty());
    }

    @Test
    void surviveAnything() {
        Random random = new Random(18);
        byte[][] seeds = {asked(DhcpMessage.REQUEST), answer(DhcpMessage.ACK, GATEWAY, AGENT)};
        for (int i = 0; i < 20_000; i++) {
            byte[] seed = seeds[i % 2];
            byte[] in = Arrays.copyOf(seed, random.nextInt(seed.length + 40));
            for (int n = random.nextInt(8); n > 0 && in.length > 0; n--) {
                in[random.nextInt(in.length)] = (byte) random.nextInt(256);
            }
            RelayedMessage.toServer(in, GATEWAY, AGENT)
                    .ifPresent(b -> assertTrue(DhcpMessage.read(b).isPresent()));
            RelayedMessage.toClient(in, GATEWAY, AGENT)
                    .ifPresent(b -> assertTrue(DhcpMessage.read(b).isPresent()));
        }
    }
}
