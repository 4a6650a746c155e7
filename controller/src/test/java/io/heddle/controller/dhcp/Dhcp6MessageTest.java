package io.heddle.controller.dhcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Dhcp6MessageTest {
    /** A solicitation of dhclient's, with an association for fd00::5. */
    private static final byte[] SOLICIT = HexFormat.of()
            .parseHex("01abcdef" + "0001000e" + "000100012b3c4d5e020000001801" + "00060004" + "00170018" + "00080002"
                    + "0000" + "00030028" + "00001801" + "00000e10" + "00001518" + "00050018"
                    + "fd000000000000000000000000000005" + "00001c20" + "00002a30");

    @Test
    void readsARealMessage() {
        Dhcp6Message m = Dhcp6Message.read(SOLICIT).orElseThrow();
        assertEquals(Dhcp6Message.SOLICIT, m.type());
        assertEquals(0xabcdef, m.xid());
        assertEquals(
                List.of(new Dhcp6Message.Association(0x1801, List.of(InetAddresses.forString("fd00::5")))),
                m.associations());
        assertArrayEquals(SOLICIT, m.write());
    }

    @Test
    void refusesWrongLengths() {
        for (int n = 0; n < SOLICIT.length; n++) {
            Optional<Dhcp6Message> cut = Dhcp6Message.read(Arrays.copyOf(SOLICIT, n));
            assertTrue(cut.isEmpty() || cut.get().write().length == n, "cut at " + n);
        }
        String message = HexFormat.of().formatHex(SOLICIT);
        for (String wrong : List.of(
                message.replace("00030028", "0003ffff"),
                message.replace("00030028", "00030029"),
                message.replace("00050018", "00050017"),
                message.replace("00050018", "0005ffff"),
                "01abcdef" + "0003000b" + "00".repeat(11),
                "01abcdef" + "00060000".repeat(65))) {
            assertTrue(Dhcp6Message.read(HexFormat.of().parseHex(wrong)).isEmpty(), wrong);
        }
    }

    @Test
    void noBytesDoHarm() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = SOLICIT.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Dhcp6Message.read(bytes).ifPresent(m -> assertTrue(m.associations().size() <= 4));
        }
    }

    @Test
    void aFrameIsReadAsItIsWritten() {
        Dhcp6Frame frame = new Dhcp6Frame(
                0x0200_0000_0001L,
                0x0200_0000_0002L,
                new byte[] {(byte) 0x81, 0, 0, (byte) 200},
                InetAddresses.forString("fe80::1"),
                InetAddresses.forString("fe80::2"),
                Dhcp6Frame.CLIENT_PORT,
                SOLICIT);
        byte[] bytes = frame.write();
        Dhcp6Frame read = Dhcp6Frame.read(bytes).orElseThrow();
        assertArrayEquals(bytes, read.write());
        assertArrayEquals(SOLICIT, read.payload());
        assertEquals(frame.from(), read.from());
        assertEquals(frame.destination(), read.destination());
        for (int n = 0; n < bytes.length; n++) {
            assertTrue(Dhcp6Frame.read(Arrays.copyOf(bytes, n)).isEmpty(), "cut at " + n);
        }
        assertTrue(DhcpFrame.read(bytes).isEmpty());
    }
}
