package io.heddle.openflow.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checksums in the expected frames are those of the Linux kernel. */
class RefusalTest {
    private static final String FROM = "020000000001";
    private static final String TO = "020000000002";
    private static final String V4 = TO + FROM + "0800";
    private static final String V6 = TO + FROM + "86dd";
    private static final String ADDRESSES = "0a000001 0a000002";

    private static Optional<String> of(String frame) {
        return Refusal.of(HexFormat.of().parseHex(frame.replace(" ", "")), Refusal.Kind.PROHIBITED, Optional.empty())
                .map(f -> HexFormat.of().formatHex(f));
    }

    private static String tcp(String flags, String payload) {
        int length = 40 + payload.length() / 2;
        return V4 + String.format("4500%04x0000400040060000", length) + ADDRESSES + "03e7 0050 00000064 000000c8 50"
                + flags + "ffff 0000 0000" + payload;
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    /** The sum over everything that a checksum covers is all ones. */
    private static void assertSound(byte[] frame) {
        int ip = word(frame, 12) == 0x8100 ? 18 : 14;
        boolean v4 = frame[ip] >> 4 == 4;
        int header = v4 ? 20 : 40;
        int length = v4 ? word(frame, ip + 2) - header : word(frame, ip + 4);
        int protocol = frame[ip + (v4 ? 9 : 6)];
        if (v4) {
            assertEquals(0xffff, sum(frame, ip, header, 0), "IPv4 header");
        }
        int pseudo = protocol == 1 ? 0 : sum(frame, ip + (v4 ? 12 : 8), v4 ? 8 : 32, 0) + protocol + length;
        assertEquals(0xffff, sum(frame, ip + header, length, pseudo), "payload of protocol " + protocol);
    }

    private static int sum(byte[] bytes, int at, int length, int begun) {
        byte[] padded = Arrays.copyOf(bytes, at + length + length % 2);
        if (length % 2 == 1) {
            padded[at + length] = 0;
        }
        int sum = begun;
        for (int i = at; i < at + length; i += 2) {
            sum += word(padded, i);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    @Test
    void resetsTcpByWhatThePacketAcknowledges() {
        String syn = of(tcp("02", "")).orElseThrow();
        assertTrue(syn.startsWith(FROM + TO + "0800"), syn);
        assertTrue(syn.contains("0a0000020a000001" + "005003e7" + "00000000" + "00000065" + "5014"), syn);
        String data = of(tcp("18", "6162")).orElseThrow();
        assertTrue(data.contains("005003e7" + "000000c8" + "00000000" + "5004"), data);
        String fin = of(tcp("01", "616263")).orElseThrow();
        assertTrue(fin.contains("005003e7" + "00000000" + "00000068" + "5014"), fin);
        for (String f : new String[] {syn, data, fin}) {
            assertSound(HexFormat.of().parseHex(f));
        }
    }

    @Test
    void resetsOnlyTheBeginOfAConnectionOnRequest() {
        byte[] syn = HexFormat.of().parseHex(tcp("02", "").replace(" ", ""));
        byte[] data = HexFormat.of().parseHex(tcp("18", "6162").replace(" ", ""));
        assertTrue(Refusal.of(syn, Refusal.Kind.PROHIBITED_TO_BEGIN, Optional.empty())
                .isPresent());
        assertTrue(Refusal.of(data, Refusal.Kind.PROHIBITED_TO_BEGIN, Optional.empty())
                .isEmpty());
    }

    @Test
    void quotesOtherPacketsInAnError() {
        String udp = V4 + "4500002100004000 4011 0000" + ADDRESSES + "03e7 0035 000d 0000 6162636465";
        String answer = of(udp).orElseThrow();
        assertTrue(answer.contains("0a0000020a000001" + "030d"), answer);
        assertTrue(answer.contains("45000021000040004011" + "0000" + "0a0000010a000002" + "03e70035000d0000"), answer);
        assertSound(HexFormat.of().parseHex(answer));
        String tagged = (TO + FROM + "8100 00c8") + udp.substring(24);
        String back = of(tagged).orElseThrow();
        assertTrue(back.startsWith(FROM + TO + "810000c80800"), back);
        assertSound(HexFormat.of().parseHex(back));
    }

    @Test
    void answersIpv6() {
        String a = "fd000000000000000000000000000001";
        String b = "fd000000000000000000000000000002";
        String syn = of(V6 + "60000000 0014 06 40" + a + b + "03e7 0050 00000064 00000000 5002 ffff 0000 0000")
                .orElseThrow();
        assertTrue(syn.contains("0014" + "0640" + b + a + "005003e7" + "00000000" + "00000065" + "5014"), syn);
        assertSound(HexFormat.of().parseHex(syn));
        String udp = of(V6 + "60000000 000d 11 40" + a + b + "03e7 0035 000d 0000 6162636465")
                .orElseThrow();
        assertTrue(udp.contains("3a40" + b + a + "0101"), udp);
        assertSound(HexFormat.of().parseHex(udp));
    }

    /** Senders learn how long packets may be (RFC 1191, RFC 8201). */
    @Test
    void tellsHowLongPacketsMayBe() throws UnknownHostException {
        Optional<InetAddress> gateway = Optional.of(InetAddress.getByName("10.0.0.254"));
        byte[] udp = HexFormat.of()
                .parseHex((V4 + "4500002100004000 4011 0000" + ADDRESSES + "03e7 0035 000d 0000 6162636465")
                        .replace(" ", ""));
        byte[] told = Refusal.tooLong(udp, gateway, 1450).orElseThrow();
        assertTrue(HexFormat.of().formatHex(told).contains("0a0000fe0a000001" + "0304"));
        assertEquals(1450, word(told, 14 + 20 + 6));
        assertSound(told);
        String header =
                V6 + "60000000 0e00 11 40" + "fd000000000000000000000000000001" + "fd000000000000000000000000000002";
        byte[] told6 = Refusal.tooLong(
                        HexFormat.of().parseHex((header + "00".repeat(0xe00)).replace(" ", "")), Optional.empty(), 1450)
                .orElseThrow();
        assertTrue(told6.length == 14 + 1280 && told6[54] == 2 && word(told6, 60) == 1450, "an error of 1280 bytes");
        assertSound(told6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a reset | 020000000002020000000001 0800 450000280000400040060000 0a000001 0a000002 03e70050 00000064 000000c8 5004 ffff 00000000
            an error | 020000000002020000000001 0800 450000280000400040010000 0a000001 0a000002 03010000 00000000 4500001c00000000
            to all | ffffffffffff020000000001 0800 450000280000400040110000 0a000001 0a0000ff 03e70050 00140000 000000000000000000000000
            to a group | 020000000002020000000001 0800 450000280000400040110000 0a000001 e0000001 03e70050 00140000 000000000000000000000000
            a fragment | 020000000002020000000001 0800 450000280000200040110000 0a000001 0a000002 03e70050 00140000 000000000000000000000000
            from nobody | 020000000002020000000001 0800 450000280000400040110000 00000000 0a000002 03e70050 00140000 000000000000000000000000
            ARP | 020000000002020000000001 0806 00010800060400010200000000010a0000010000000000000a000002 000000000000000000000000000000000000
            no length | 020000000002020000000001 0800 450000000000400040060000 0a000001 0a000002 03e70050 00000064 000000c8 5002 ffff 00000000
            too short | 020000000002020000000001 0800 45000028
            """)
    void answersNothingElse(String what, String frame) {
        assertEquals(Optional.empty(), of(frame), what);
    }

    /** Whatever a switch sends, there is an answer or none. */
    @Test
    void noBytesUpsetIt() {
        byte[] frame = HexFormat.of().parseHex(tcp("02", "6162").replace(" ", ""));
        for (int i = 0; i < frame.length; i++) {
            Refusal.of(Arrays.copyOf(frame, i), Refusal.Kind.PROHIBITED, Optional.empty());
            for (int b = 0; b < 256; b++) {
                byte[] other = frame.clone();
                other[i] = (byte) b;
                Refusal.of(other, Refusal.Kind.PROHIBITED, Optional.empty()).ifPresent(RefusalTest::assertSound);
            }
        }
    }
}
