package io.heddle.flows.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBytesTest {
    private static final String MACS = "dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,";

    @ParameterizedTest
    @ValueSource(strings = {
        "icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2,icmp_type=8,icmp_code=0",
        "tcp,nw_src=10.0.0.1,nw_dst=255.1.2.3,tp_src=65535,tp_dst=80,dl_vlan=4094",
        "udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=53",
        "sctp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=2",
        "tcp6,ipv6_src=fd00::1,ipv6_dst=fd00::2,tp_src=1,tp_dst=22,dl_vlan=7",
        "icmp6,ipv6_src=fe80::1,ipv6_dst=ff02::1,icmp_type=128,icmp_code=0",
        "arp,arp_op=2,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_sha=02:00:00:00:00:01,arp_tha=02:00:00:00:00:02",
        "dl_type=0x88b5"})
    void whatIsWrittenIsReadAgain(String text) {
        Match header = FlowText.parseMatch(MACS + text);
        byte[] mark = {1, 2, 3, 4, 5, 6, 7, 8};
        byte[] frame = FrameBytes.write(header, mark);
        Match read = FrameBytes.read(frame);
        for (Map.Entry<Field, Masked> e : header.fields().entrySet()) {
            assertEquals(e.getValue(), read.get(e.getKey()).orElse(null), e.getKey() + " of " + read);
        }
        assertTrue(frame.length >= 60);
        assertTrue(new String(frame, java.nio.charset.StandardCharsets.ISO_8859_1).contains("\1\2\3\4\5\6\7\10"), "the mark is in it");
    }

    /** However little of a frame there is, what can be told is told, and nothing else. */
    @Test
    void framesThatWereCutAreReadAsFarAsTheyGo() {
        byte[] frame = FrameBytes.write(FlowText.parseMatch(MACS + "tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=5,tp_dst=80"), new byte[0]);
        Match whole = FrameBytes.read(frame);
        for (int length = 0; length < frame.length; length++) {
            Match part = FrameBytes.read(Arrays.copyOf(frame, length));
            part.fields().forEach((f, v) -> assertEquals(whole.get(f).orElse(null), v));
        }
        assertEquals(Match.ALL, FrameBytes.read(new byte[3]));
    }
}
