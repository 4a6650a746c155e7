package io.heddle.flows.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTextTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "ip,nw_src=10.0.0.66",
        "tcp,in_port=3,dl_vlan=200,nw_src=10.0.0.0/8,tp_dst=23",
        "tcp6,ipv6_dst=2001:db8::/32,tp_src=0x10/0xfff0",
        "arp,arp_spa=10.0.0.1,arp_op=1",
        "icmp,icmp_type=8",
        "icmp6,icmp_type=135,nd_target=fe80::1",
        "vlan_tci=0x0000/0x1fff,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00",
        "vlan_tci=0x1000/0x1000",
        "tun_id=0x27d8,tun_src=172.31.0.2,metadata=0x20000c8/0xfffffff",
        "dl_type=0x88cc", "in_port=LOCAL", "ip,nw_proto=47", "dl_vlan=5,dl_vlan_pcp=3", "udp,nw_tos=184"})
    void printsWhatItReads(String text) {
        assertEquals(text, FlowText.match(FlowText.parseMatch(text)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "nw_src=10.0.0.66|needs its protocol: add ip",
        "ip,nw_src=10.0.0.666|not an IPv4 address such as",
        "ip,nw_scr=10.0.0.6|did you mean nw_src?",
        "tp_dst=23|add tcp, udp or sctp",
        "tcp,udp|contradicts",
        "dl_vlan=4097|out of range, expected 0 to 4095",
        "dl_src=02:00:00:00:00|six bytes",
        "ip,nw_src=10.0.0.0/33|prefix length 33",
        "in_port=vm1|no port named \"vm1\"",
        "ip,ip|given twice",
        "tcp,tp_dst=70000|expected 0 to 65535"})
    void saysWhatWouldBeRight(String text, String remedy) {
        String message = assertThrows(FlowSyntaxException.class, () -> FlowText.parseMatch(text)).getMessage();
        assertTrue(message.contains(remedy), message);
    }

    @Property(tries = 500)
    void everyEntrySurvivesPrintingAndReading(@ForAll("entries") FlowEntry entry) {
        assertEquals(entry, FlowText.parseEntry(FlowText.entry(entry)));
    }

    @Provide
    Arbitrary<FlowEntry> entries() {
        return Entries.any();
    }
}
