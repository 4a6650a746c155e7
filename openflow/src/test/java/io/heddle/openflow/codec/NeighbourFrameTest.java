package io.heddle.openflow.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.net.InetAddresses;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NeighbourFrameTest {
    private static final long MAC = 0x0e4e_2227_030dL;

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void asksFromNoAddress() {
        byte[] frame = NeighbourFrame.question(InetAddresses.forString("10.0.30.9"), MAC);
        assertArrayEquals(
                hex("ffffffffffff 0e4e2227030d 0806 0001 0800 06 04 0001"
                        + "0e4e2227030d 00000000 000000000000 0a001e09"),
                Arrays.copyOf(frame, 42));
        assertEquals(60, frame.length);
    }

    @Test
    void solicitsFromTheLinkLocalAddressOfTheMac() {
        byte[] frame = NeighbourFrame.question(InetAddresses.forString("fd00:30::12:3456"), MAC);
        assertArrayEquals(
                hex("3333ff123456 0e4e2227030d 86dd 60000000 0020 3a ff"
                        + "fe800000000000000c4e22fffe27030d ff0200000000000000000001ff123456"
                        + "8700"),
                Arrays.copyOf(frame, 56));
        assertArrayEquals(
                hex("00000000 fd000030000000000000000000123456 01010e4e2227030d"), Arrays.copyOfRange(frame, 58, 86));
        byte[] body = Arrays.copyOfRange(frame, 54, 86);
        assertEquals(
                0, Checksum.of(body, 0, 32, Checksum.add(frame, 22, 32, 58 + 32)), "a right checksum sums up to 0");
    }

    @Test
    void readsAnswers() {
        byte[] reply = hex(
                "0e4e2227030d 020000000905 0806 0001 0800 06 04 0002" + "020000000905 0a001e09 0e4e2227030d 00000000");
        NeighbourFrame.Answer answer = NeighbourFrame.read(reply).orElseThrow();
        assertEquals("10.0.30.9", answer.address().getHostAddress());
        assertEquals(0x0200_0000_0905L, answer.mac());
        byte[] tagged = hex("0e4e2227030d 020000000905 8100 012c 0806 0001 0800 06 04 0002"
                + "020000000905 0a001e09 0e4e2227030d 00000000");
        assertEquals(Optional.of(answer), NeighbourFrame.read(tagged));
        byte[] many = reply.clone();
        many[22] = 1;
        assertEquals(Optional.empty(), NeighbourFrame.read(many), "no host has a MAC for many");
    }

    @Test
    void readsAnyBytes() {
        Random random = new Random(1);
        byte[] question = NeighbourFrame.question(InetAddresses.forString("fd00::1"), MAC);
        for (int i = 0; i < 20_000; i++) {
            byte[] some = Arrays.copyOf(question, random.nextInt(question.length));
            for (int j = 0; j < 4 && some.length > 0; j++) {
                some[random.nextInt(some.length)] = (byte) random.nextInt();
            }
            NeighbourFrame.read(some);
        }
    }
}
