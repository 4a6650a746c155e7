package io.heddle.flows.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBytesTest {
    private static final String MACS = "dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2,icmp_type=8,icmp_code=0",
                "tcp,nw_src=10.0.0.1,nw_dst=255.1.2.3,tp_src=65535,tp_dst=80,dl_vlan=4094",
                "udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=53",
                "sctp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=2",
                "tcp6,ipv6_src=fd00::1,ipv6_dst=fd00::2,tp_src=1,tp_dst=22,dl_vlan=7",
                "icmp6,ipv6_src=fe80::1,ipv6_dst=ff02::1,icmp_type=128,icmp_code=0",
                "arp,arp_op=2,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_sha=02:00:00:00:00:01,arp_tha=02:00:00:00:00:02",
                "dl_type=0x88b5",
                "dl_type=0x05ff",
                "rarp,arp_op=3,arp_sha=02:00:00:00:00:01,arp_tha=02:00:00:00:00:01",
                "tcp,nw_tos=184,nw_ecn=1,nw_ttl=3,nw_frag=no,tp_src=1,tp_dst=2,tcp_flags=fin|ack|ns"
                        + ",dl_vlan=5,dl_vlan_pcp=6",
                "tcp,nw_frag=first,tp_src=0,tp_dst=0,tcp_flags=syn",
                "udp,nw_frag=later",
                "icmp,nw_frag=first,icmp_type=0,icmp_code=0",
                "tcp6,nw_tos=4,nw_ttl=255,ipv6_label=0xfffff,nw_frag=first,tp_src=0,tp_dst=0,tcp_flags=syn|ack",
                "ipv6,nw_proto=44,nw_frag=later,ipv6_src=fd00::1",
                "mpls,mpls_label=1048575,mpls_tc=7,mpls_ttl=1,mpls_bos=1",
                "mplsm,mpls_label=16,mpls_tc=0,mpls_ttl=255,mpls_bos=0"
            })
    void whatIsWrittenIsReadAgain(String text) {
        Match header = FlowText.parseMatch(MACS + text);
        byte[] mark = {1, 2, 3, 4, 5, 6, 7, 8};
        byte[] frame = FrameBytes.write(header, mark);
        Match read = FrameBytes.read(frame);
        for (Map.Entry<Field, Masked> e : header.fields().entrySet()) {
            assertEquals(e.getValue(), read.get(e.getKey()).orElse(null), e.getKey() + " of " + read);
        }
        assertTrue(frame.length >= 60);
        assertTrue(
                new String(frame, java.nio.charset.StandardCharsets.ISO_8859_1).contains("\1\2\3\4\5\6\7\10"),
                "the mark is in it");
    }

    /**
     * Frames that {@link FrameBytes#write} never writes. The expected matches are those of Open vSwitch's own tracer.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // Hop-by-hop options before TCP; two fragments of a UDP packet; IP options; SNAP; a large ARP
                // operation.
                "86dd 60000000 001c 00 40 F1 F2 0600010000000000 0005 0050 0000000000000000 5012 0000 0000 0000"
                        + ";tcp6,nw_frag=no,tp_dst=80,tcp_flags=syn|ack",
                "86dd 60000000 0010 2c 40 F1 F2 1100 0001 00000007 1234 0035 0008 0000;udp6,nw_frag=first,tp_dst=0",
                "86dd 60000000 0010 2c 40 F1 F2 1100 0008 00000007 1234 0035 0008 0000;ipv6,nw_proto=44,nw_frag=later",
                "0800 4500 0024 0001 2000 40 11 0000 0a000001 0a000002 1234 0035 0010 0000 0000000000000000"
                        + ";udp,nw_frag=first,tp_src=0",
                "0800 4500 001c 0001 00b9 40 11 0000 0a000001 0a000002 0102030405060708;udp,nw_frag=later,nw_ttl=64",
                "0800 4600 0020 0001 4000 40 11 0000 0a000001 0a000002 01010101 1234 0035 0008 0000"
                        + ";udp,nw_frag=no,tp_dst=53",
                "0024 aaaa03000000 0800 4500 001c 0000 0000 40 11 0000 0a000001 0a000002 1234 0035 0008 0000"
                        + ";udp,tp_dst=53",
                "0026 424203000000 0000 00000000;dl_type=0x05ff",
                "0806 0001 0800 06 04 0101 020000000001 0a000001 000000000000 0a000002;arp,arp_op=0"
            })
    void framesOfOthersAreReadAsASwitchReadsThem(String hex, String match) {
        String bytes = "020000000002020000000001"
                + hex.replace("F1", "fe800000000000000000000000000001")
                        .replace("F2", "fe800000000000000000000000000002")
                        .replace(" ", "");
        Match read = FrameBytes.read(HexFormat.of().parseHex(bytes));
        assertTrue(Frame.of(read).matches(FlowText.parseMatch(match)), read.toString());
    }

    @Test
    void fragmentsHaveNoPortsForAMatch() {
        Frame first = Frame.of(FlowText.parseMatch("tcp,nw_frag=first,tp_src=5,tp_dst=80,tcp_flags=syn"));
        assertTrue(first.matches(FlowText.parseMatch("tcp,tp_dst=0,tcp_flags=+syn")));
        assertFalse(first.matches(FlowText.parseMatch("tcp,tp_dst=80")));
        Frame later = Frame.of(FlowText.parseMatch("tcp,nw_frag=later"));
        assertTrue(later.matches(FlowText.parseMatch("tcp,tp_dst=0,tcp_flags=0")));
        assertFalse(later.matches(FlowText.parseMatch("tcp,nw_frag=not_later")));
    }

    /** A frame of any length yields the fields that it contains, and no others. */
    @Test
    void framesThatWereCutAreReadAsFarAsTheyGo() {
        byte[] frame = FrameBytes.write(
                FlowText.parseMatch(MACS + "tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=5,tp_dst=80"), new byte[0]);
        Match whole = FrameBytes.read(frame);
        for (int length = 0; length < frame.length; length++) {
            Match part = FrameBytes.read(Arrays.copyOf(frame, length));
            part.fields().forEach((f, v) -> assertEquals(whole.get(f).orElse(null), v));
        }
        assertEquals(Match.ALL, FrameBytes.read(new byte[3]));
    }
}
