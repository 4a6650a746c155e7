package io.heddle.controller.dhcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RelayedMessage6Test {
    private static final InetAddress GATEWAY = InetAddresses.forString("fd00:200::fe");
    private static final InetAddress PEER = InetAddresses.forString("fe80::7");
    private static final RelayedMessage6.Client CLIENT =
            new RelayedMessage6.Client(GATEWAY, PEER, 0x0200_0000_3101L, "hv1/br0/vm1");
    private static final Dhcp6Message.Option PORT =
            new Dhcp6Message.Option(RelayedMessage6.INTERFACE_ID, "hv1/br0/vm1".getBytes());

    private static byte[] message(int type, Dhcp6Message.Option... more) {
        List<Dhcp6Message.Option> options = new ArrayList<>();
        options.add(new Dhcp6Message.Option(Dhcp6Message.CLIENT_ID, new byte[] {0, 3, 0, 1, 7}));
        options.addAll(List.of(more));
        return new Dhcp6Message(type, 0x07_0809, options).write();
    }

    private static Dhcp6Message.Option holds(byte[] message) {
        return new Dhcp6Message.Option(RelayedMessage6.RELAY_MESSAGE, message);
    }

    /** A message of a relay or for one. */
    private static byte[] relayed(int type, int hops, InetAddress link, Dhcp6Message.Option... options) {
        byte[] written = Dhcp6Message.written(List.of(options));
        byte[] out = Arrays.copyOf(new byte[] {(byte) type, (byte) hops}, 34 + written.length);
        System.arraycopy(link.getAddress(), 0, out, 2, 16);
        System.arraycopy(PEER.getAddress(), 0, out, 18, 16);
        System.arraycopy(written, 0, out, 34, written.length);
        return out;
    }

    private static byte[] reply(byte[] inner) {
        return relayed(RelayedMessage6.RELAY_REPLY, 0, GATEWAY, PORT, holds(inner));
    }

    @Test
    void wrapsWhatClientsAsk() {
        byte[] solicit = message(Dhcp6Message.SOLICIT);
        String expected = "0c00" + "fd0002000000000000000000000000fe" + "fe800000000000000000000000000007"
                + "0012000b" + HexFormat.of().formatHex("hv1/br0/vm1".getBytes())
                + "004f0008" + "0001" + "020000003101"
                + "0009" + String.format("%04x", solicit.length)
                + HexFormat.of().formatHex(solicit);
        assertEquals(
                expected,
                HexFormat.of()
                        .formatHex(RelayedMessage6.toServer(solicit, CLIENT).orElseThrow()));
        for (int type : new int[] {1, 3, 4, 5, 6, 8, 9, 11}) {
            assertTrue(RelayedMessage6.toServer(message(type), CLIENT).isPresent(), "type " + type);
        }
    }

    @Test
    void ignoresWhatClientsMayNotSend() {
        for (int type : new int[] {0, 2, 7, 10, 12, 13, 14, 255}) {
            refused(message(type));
        }
        byte[] solicit = message(Dhcp6Message.SOLICIT);
        refused(relayed(RelayedMessage6.RELAY_FORWARD, 0, GATEWAY, PORT, holds(solicit)));
        refused(relayed(RelayedMessage6.RELAY_FORWARD, 7, GATEWAY, holds(solicit)));
        for (int option : new int[] {9, 18, 37, 79}) {
            refused(message(Dhcp6Message.SOLICIT, new Dhcp6Message.Option(option, new byte[4])));
        }
        refused(message(Dhcp6Message.SOLICIT, new Dhcp6Message.Option(200, new byte[1200])));
        refused(Arrays.copyOf(solicit, solicit.length - 1));
        refused(new byte[0]);
    }

    private static void refused(byte[] in) {
        assertEquals(Optional.empty(), RelayedMessage6.toServer(in, CLIENT));
    }

    @Test
    void unwrapsWhatServersAnswer() {
        for (int type : new int[] {Dhcp6Message.ADVERTISE, Dhcp6Message.REPLY}) {
            byte[] inner = message(type);
            RelayedMessage6.Answer a =
                    RelayedMessage6.toClient(reply(inner), GATEWAY).orElseThrow();
            assertEquals(PEER, a.peer());
            assertEquals("hv1/br0/vm1", a.port());
            assertEquals(0x07_0809, a.xid());
            assertArrayEquals(inner, a.payload());
        }
    }

    @Test
    void ignoresWhatIsNoAnswerForThisRelay() {
        byte[] inner = message(Dhcp6Message.REPLY);
        lost(relayed(RelayedMessage6.RELAY_REPLY, 0, PEER, PORT, holds(inner)));
        lost(relayed(RelayedMessage6.RELAY_REPLY, 1, GATEWAY, PORT, holds(inner)));
        lost(relayed(RelayedMessage6.RELAY_FORWARD, 0, GATEWAY, PORT, holds(inner)));
        lost(relayed(RelayedMessage6.RELAY_REPLY, 0, GATEWAY, holds(inner)));
        lost(relayed(RelayedMessage6.RELAY_REPLY, 0, GATEWAY, PORT));
        lost(relayed(RelayedMessage6.RELAY_REPLY, 0, GATEWAY, PORT, holds(inner), holds(inner)));
        lost(relayed(RelayedMessage6.RELAY_REPLY, 0, GATEWAY, PORT, PORT, holds(inner)));
        lost(reply(message(Dhcp6Message.SOLICIT)));
        lost(reply(message(10)));
        lost(reply(reply(inner)));
        lost(Arrays.copyOf(reply(inner), reply(inner).length - 1));
        lost(inner);
    }

    private static void lost(byte[] in) {
        assertEquals(Optional.empty(), RelayedMessage6.toClient(in, GATEWAY));
    }

    @Test
    void surviveAnything() {
        Random random = new Random(18);
        byte[][] seeds = {message(Dhcp6Message.REQUEST), reply(message(Dhcp6Message.REPLY))};
        for (int i = 0; i < 20_000; i++) {
            byte[] seed = seeds[i % 2];
            byte[] in = Arrays.copyOf(seed, random.nextInt(seed.length + 40));
            for (int n = random.nextInt(8); n > 0 && in.length > 0; n--) {
                in[random.nextInt(in.length)] = (byte) random.nextInt(256);
            }
            RelayedMessage6.toServer(in, CLIENT).ifPresent(b -> assertTrue(b.length > in.length));
            RelayedMessage6.toClient(in, GATEWAY)
                    .ifPresent(a -> assertTrue(Dhcp6Message.read(a.payload()).isPresent()));
        }
    }
}
