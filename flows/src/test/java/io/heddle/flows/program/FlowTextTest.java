package io.heddle.flows.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ip,nw_src=10.0.0.66",
                "tcp,in_port=3,dl_vlan=200,nw_src=10.0.0.0/8,tp_dst=23",
                "tcp6,ipv6_dst=2001:db8::/32,tp_src=0x10/0xfff0",
                "arp,arp_spa=10.0.0.1,arp_op=1",
                "icmp,icmp_type=8",
                "icmp6,icmp_type=135,nd_target=fe80::1",
                "vlan_tci=0x0000/0x1fff,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00",
                "vlan_tci=0x1000/0x1000",
                "tun_id=0x27d8,tun_src=172.31.0.2,metadata=0x20000c8/0xfffffff",
                "dl_type=0x88cc",
                "in_port=LOCAL",
                "ip,nw_proto=47",
                "dl_vlan=5,dl_vlan_pcp=3",
                "udp,nw_tos=184"
            })
    void printsWhatItReads(String text) {
        assertEquals(text, FlowText.match(FlowText.parseMatch(text)));
    }

    /** Matches that ovs-ofctl 3.1 accepts in OpenFlow 1.3, and its output for them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ip,nw_frag=LATER;ip,nw_frag=later",
                "ip,ip_frag=first;ip,nw_frag=first",
                "ipv6,nw_frag=yes;ipv6,nw_frag=yes",
                "ip,nw_frag=no;ip,nw_frag=no",
                "tcp,tp_dst=5,nw_frag=not_later;tcp,nw_frag=not_later,tp_dst=5",
                "tcp,tcp_flags=+syn-ack;tcp,tcp_flags=+syn-ack",
                "tcp,tcp_flags=-ack+syn;tcp,tcp_flags=+syn-ack",
                "tcp,tcp_flags=0x2;tcp,tcp_flags=syn",
                "tcp6,tcp_flags=0x2/0x12;tcp6,tcp_flags=+syn-ack",
                "tcp,tcp_flags=syn|0x10;tcp,tcp_flags=syn|ack",
                "tcp,tcp_flags=2/0xfff;tcp,tcp_flags=syn",
                "tcp,tcp_flags=0;tcp,tcp_flags=0",
                "tcp,tcp_flags=0/0;tcp",
                "tcp,tcp_flags[1]=1;tcp,tcp_flags=+syn",
                "tcp,tcp_flags=+[200]-ns;tcp,tcp_flags=-ns+[200]",
                "tcp,tp_src=4,tcp_flags=+fin,tp_dst=5;tcp,tp_src=4,tp_dst=5,tcp_flags=+fin",
                "ipv6,ipv6_label=5;ipv6,ipv6_label=0x00005",
                "ipv6,ipv6_label=0x5/0xff;ipv6,ipv6_label=0x00005/0x000ff",
                "ip,nw_ttl=0x40;ip,nw_ttl=64",
                "tcp6,nw_ttl=1,nw_ecn=3,nw_tos=185;tcp6,nw_tos=184,nw_ecn=3,nw_ttl=1",
                "mpls;mpls",
                "dl_type=0x8848;mplsm",
                "mplsm,mpls_label=17,mpls_tc=2,mpls_bos=0,mpls_ttl=64;"
                        + "mplsm,mpls_label=17,mpls_tc=2,mpls_ttl=64,mpls_bos=0",
                "rarp;rarp",
                "rarp,nw_proto=3,nw_src=1.2.3.4;rarp,arp_spa=1.2.3.4,arp_op=3",
                "arp,nw_proto=1;arp,arp_op=1",
                "dl_vlan_pcp=5;dl_vlan_pcp=5",
                "vlan_pcp=0,vlan_vid=0x1005;dl_vlan=5,dl_vlan_pcp=0",
                "dl_vlan=0xffff;vlan_tci=0x0000/0x1fff",
                "vlan_vid=0x5/0xf,dl_vlan_pcp=3;vlan_tci=0x7005/0xf00f",
                "vlan_tci=0xb000/0xf000;dl_vlan_pcp=5",
                "vlan_tci=0xb005;dl_vlan=5,dl_vlan_pcp=5",
                "vlan_tci=0;vlan_tci=0x0000/0x1fff",
                "vlan_tci=0x0000/0xf000;vlan_tci=0x0000/0x1000",
                "vlan_tci=0xb00f/0xf00f;vlan_tci=0xb00f/0xf00f",
                "vlan_tci=0x0005/0x0fff;vlan_tci=0x0005/0x0fff",
                "dl_type=0x600;dl_type=0x0600",
                "dl_type=5;dl_type=0x0005",
                "eth,ip;ip",
                "ip,nw_src=*;ip",
                "dl_vlan=*;''",
                "in_port=CONTROLLER;in_port=CONTROLLER",
                "icmp,tp_src=8,tp_dst=0;icmp,icmp_type=8,icmp_code=0",
                "icmp6,tp_src=135;icmp6,icmp_type=135",
                "ip,nw_src[0..7]=5,nw_src[8..15]=6;ip,nw_src=0.0.6.5/0.0.255.255",
                "ipv6,ipv6_src[0..7]=5;ipv6,ipv6_src=::5/::ff",
                "dl_src[40]=1;dl_src=01:00:00:00:00:00/01:00:00:00:00:00",
                "ipv6,ipv6_src=::ffff:1.2.3.4;ipv6,ipv6_src=::ffff:1.2.3.4",
                "ipv6,ipv6_src=::102:304;ipv6,ipv6_src=::1.2.3.4",
                "icmp6,icmp_type=136,nd_reserved=0xffffffff;icmp6,icmp_type=136,nd_reserved=4294967295"
            })
    void takesWhatOvsOfctlTakesAndPrintsItAlike(String text, String printed) {
        assertEquals(printed, FlowText.match(FlowText.parseMatch(text)));
        assertEquals(FlowText.parseMatch(text), FlowText.parseMatch(printed));
    }

    @Test
    void portsMayStandInQuotes() {
        assertEquals(
                "in_port=7",
                FlowText.match(FlowText.parseMatch(
                        "in_port=\"vm1\"", name -> name.equals("vm1") ? OptionalInt.of(7) : OptionalInt.empty())));
    }

    /** Fields that ovs-ofctl knows but that are no headers, or that no frame has here. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp,ct_state=+trk|for new TCP connections write tcp_flags=+syn-ack",
                "ct_nw_src=1.2.3.4|connection tracking",
                "reg0=5|match a header",
                "xxreg3=5|registers",
                "tun_metadata0=3|name networks with on:",
                "tun_gbp_id=3|name networks",
                "pkt_mark=1|such as nw_tos",
                "skb_priority=1|mark of the host's kernel",
                "dp_hash=1|leave it out",
                "recirc_id=0|leave it out",
                "conj_id=5|Heddle uses it itself",
                "actset_output=3|match the frame's headers",
                "packet_type=(1,0x800)|leave it out",
                "in_port_oxm=5|write in_port",
                "nsh_spi=5|dl_type=0x894f"
            })
    void saysWhyAFieldCannotBeMatched(String text, String remedy) {
        String message = assertThrows(FlowSyntaxException.class, () -> FlowText.parseMatch(text))
                .getMessage();
        assertTrue(message.contains(" cannot be matched: ") && message.contains(remedy), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
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
                "tcp,tp_dst=70000|expected 0 to 65535",
                "ip,nw_frag=maybe|expected no (whole packets), yes (any fragment), first, later or not_later",
                "ip,nw_frag[0]=1|write nw_frag=yes, no, first, later or not_later",
                "arp,nw_frag=no|add ip or ipv6",
                "tcp,nw_frag=later,tp_dst=5|leave it out, or write nw_frag=not_later",
                "tcp,tcp_flags=+syn,nw_frag=later|in the first fragment only",
                "tcp,tcp_flags=+sny|expected flags such as +syn-ack",
                "tcp,tcp_flags=+syn-syn|given twice",
                "tcp,tcp_flags=0x1000|expected 0 to 4095",
                "udp,tcp_flags=+syn|add tcp or tcp6",
                "ip,ipv6_label=5|add ipv6",
                "mpls_label=5|add mpls or mplsm",
                "mpls,mpls_label=0x5/0x7|cannot be masked: write mpls_label=0x5",
                "mpls,mpls_tc=8|expected 0 to 7",
                "nw_ttl=5|add ip or ipv6",
                "ip,nw_tos=256|expected 0 to 255",
                "dl_vlan=5/7|not a number",
                "dl_vlan_pcp=8|expected 0 to 7",
                "dl_vlan=0xffff,dl_vlan_pcp=3|needs a tag",
                "vlan_tci=0x2000/0x2000|write a rule with dl_vlan_pcp=N for each",
                "vlan_tci=0x0005|matches no frame",
                "ipv6,nw_src=fe80::1|with ipv6, write ipv6_src",
                "ipv6,nw_proto=1,icmp_type=3|add icmp",
                "icmp6,nd_target=fe80::1|add icmp_type=135 or icmp_type=136",
                "icmp6,icmp_type=136,nd_sll=02:00:00:00:00:01|add icmp_type=135",
                "arp,arp_op=256|expected 0 to 255",
                "tcp,tp_dst=010|write 10",
                "tcp,tp_dst|needs a value: write tp_dst=VALUE",
                "tcp,tp_dst[0..3]=16|expected 0 to 15",
                "tcp,tp_dst[8..16]=1|has the bits 0 to 15",
                "ip,nw_ttl[0]=1|cannot be masked",
                "ip,nw_src=10.0.0.1,nw_src[0..7]=5|already matches",
                "in_port=65534|write LOCAL"
            })
    void saysWhatWouldBeRight(String text, String remedy) {
        String message = assertThrows(FlowSyntaxException.class, () -> FlowText.parseMatch(text))
                .getMessage();
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
