package io.heddle.controller.dhcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DhcpMessageTest {
    private static final byte[] TAGS = {(byte) 0x81, 0, 0x20, 0x64};

    private static DhcpMessage message() {
        return Clients.message(
                DhcpMessage.REQUEST,
                7,
                Clients.number("10.0.0.10"),
                DhcpOptions.NONE
                        .with(DhcpOptions.HOST_NAME, "vm\u001b[31m".getBytes())
                        .with(DhcpOptions.PARAMETER_LIST, new byte[] {1, 3, 6, 121}));
    }

    private static byte[] frame(byte[] payload) {
        return new DhcpFrame(DhcpFrame.ALL_MACS, 0x0200_0000_0007L, TAGS, 0, -1, 67, payload).write();
    }

    @Test
    void readsWhatItWrites() {
        DhcpMessage m = message();
        byte[] bytes = m.write();
        DhcpMessage back = DhcpMessage.read(bytes).orElseThrow();
        assertEquals(m.chaddr(), back.chaddr());
        assertEquals(m.ciaddr(), back.ciaddr());
        assertEquals(DhcpMessage.REQUEST, back.type());
        assertArrayEquals(bytes, back.write());
        DhcpFrame frame = DhcpFrame.read(frame(bytes)).orElseThrow();
        assertArrayEquals(bytes, frame.payload());
        assertArrayEquals(TAGS, frame.tags());
        assertEquals(0x0200_0000_0007L, frame.source());
        assertEquals(DhcpFrame.ALL_MACS, frame.destination());
        assertEquals(DhcpFrame.ALL_ADDRESSES, frame.to());
    }

    /** The sum of everything that a checksum covers, with the checksum, is all ones (RFC 1071). */
    @Test
    void computesChecksums() {
        byte[] frame = new DhcpFrame(1, 2, new byte[0], 0x0a000001, 0x0a00000a, 68, new byte[] {1, 2, 3}).write();
        assertEquals("ffff", fold(plain(frame, 14, 34)));
        int pseudo = 17 + 11 + 0x0a00 + 1 + 0x0a00 + 0x0a;
        assertEquals("ffff", fold(pseudo + plain(frame, 34, frame.length)));
    }

    private static int plain(byte[] frame, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += (frame[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    private static String fold(int sum) {
        int folded = (sum & 0xffff) + (sum >>> 16);
        return String.format("%04x", (folded & 0xffff) + (folded >>> 16));
    }

    @Test
    void readsOptionsInTheFieldsOfNames() {
        byte[] bytes =
                new DhcpMessage(false, 1, 0, 0, 0, 0, 0, 0, 7, "", DhcpOptions.NONE.with(52, new byte[] {3})).write();
        byte[] file = {53, 1, 1, (byte) 255};
        byte[] sname = {50, 4, 10, 0, 0, 9, (byte) 255};
        System.arraycopy(file, 0, bytes, 108, file.length);
        System.arraycopy(sname, 0, bytes, 44, sname.length);
        DhcpMessage m = DhcpMessage.read(bytes).orElseThrow();
        assertEquals(DhcpMessage.DISCOVER, m.type());
        assertEquals(0x0a000009, m.options().fourBytes(50).orElseThrow());
    }

    @Test
    void refusesWhatIsCutOff() {
        byte[] payload = message().write();
        byte[] frame = frame(payload);
        for (int n = 0; n < frame.length; n++) {
            assertEquals(Optional.empty(), DhcpFrame.read(Arrays.copyOf(frame, n)));
        }
        for (int n = 0; n < payload.length; n++) {
            Optional<DhcpMessage> m = DhcpMessage.read(Arrays.copyOf(payload, n));
            assertEquals(n >= 240, m.isPresent());
        }
        byte[] fragment = frame.clone();
        fragment[24] |= 0x20;
        assertEquals(Optional.empty(), DhcpFrame.read(fragment));
    }

    /** Nothing that a guest sends may end in an exception, or in an answer that cannot be written. */
    @Test
    void survivesAnything() {
        Random random = new Random(18);
        byte[] valid = frame(message().write());
        Clients clients = new Clients("red");
        int answers = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = i % 4 == 0 ? new byte[random.nextInt(700)] : valid.clone();
            if (i % 4 == 0) {
                random.nextBytes(bytes);
            }
            for (int n = random.nextInt(6); n > 0 && bytes.length > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (i % 4 == 2) {
                // The options alone.
                for (int n = random.nextInt(40); n > 0; n--) {
                    bytes[18 + 28 + 240 + random.nextInt(40)] = (byte) random.nextInt();
                }
            }
            if (i % 4 == 3) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            }
            Optional<DhcpMessage> m = DhcpFrame.read(bytes).flatMap(f -> DhcpMessage.read(f.payload()));
            if (m.isPresent()) {
                Optional<DhcpMessage> answer = clients.send(Clients.ANY, m.get());
                answer.ifPresent(a -> assertTrue(a.write().length <= 1472));
                answers += answer.isPresent() ? 1 : 0;
            }
            DhcpMessage.read(bytes).ifPresent(DhcpMessage::write);
        }
        assertTrue(answers > 1000, "only " + answers);
        clients.leases.all().forEach(l -> assertTrue(l.name().matches("[A-Za-z0-9._-]*"), l.name()));
    }
}
