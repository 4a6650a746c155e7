package io.heddle.openflow.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFlowAdd;

class FlowCodecTest {
    /** Bytes of a FLOW_MOD before its match. */
    private static final int FIXED = 48;

    /** openflowj, an independent codec, reads Heddle's bytes and writes equal ones, but orders match fields itself. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cookie=0x4edd010000000001, table=0, priority=100,in_port=3,vlan_tci=0x0000/0x1fff "
                        + "actions=write_metadata:0x20000c8/0xfffffff,goto_table:10",
                "table=10, idle_timeout=300, hard_timeout=330, send_flow_rem "
                        + "priority=9,tcp,nw_src=10.0.0.0/8,tp_dst=23 actions=drop",
                "table=30, priority=5,dl_vlan=200,dl_dst=02:00:00:00:00:01 "
                        + "actions=NORMAL,pop_vlan,set_field:0x27d8->tun_id,output:7",
                "table=0, priority=1,icmp6,ipv6_src=2001:db8::/32,icmp_type=135 actions=CONTROLLER:128",
                "table=40, priority=1,arp,arp_op=1,arp_spa=10.0.0.1 "
                        + "actions=push_vlan:0x8100,set_field:4296->vlan_vid,output:2"
            })
    void writesWhatOpenflowjReads(String text) throws Exception {
        ByteBuf ours = Unpooled.buffer();
        FlowCodec.writeAdd(ours, 7, FlowText.parseEntry(text));
        OFFlowAdd parsed = (OFFlowAdd) OFFactories.getGenericReader().readFrom(ours.duplicate());
        ByteBuf theirs = Unpooled.buffer();
        parsed.writeTo(theirs);
        assertEquals(ours.readableBytes(), theirs.readableBytes(), parsed.toString());
        assertEquals(ours.readSlice(FIXED), theirs.readSlice(FIXED), parsed.toString());
        assertEquals(OxmCodec.readMatch(ours), OxmCodec.readMatch(theirs), parsed.toString());
        assertEquals(ours, theirs, parsed.toString());
    }

    /** Pairs of a match in the form that Open vSwitch 3.1 reports, which may differ from the one sent, and its text. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "80000a020800 0001340103|ip,nw_frag=later",
                "80000a020800 0001340100|ip,nw_frag=no",
                "80000a020800 00013502 0002|ip,nw_frag=not_later",
                "80000a0286dd 00013502 0101|ipv6,nw_frag=yes",
                "80000a020800 8000140106 ffff5508 4f4e4600 00020012|tcp,tcp_flags=+syn-ack",
                "80000a020800 8000140106 ffff5406 4f4e4600 0002|tcp,tcp_flags=syn",
                "80000a020800 8000140106 00014504 00020012|tcp,tcp_flags=+syn-ack",
                "80000a0286dd 80003804 00000005|ipv6,ipv6_label=0x00005",
                "80000a0286dd 80003908 00000005000000ff|ipv6,ipv6_label=0x00005/0x000ff",
                "80000a028847 80004404 00000005 8000460102 00013c0140 8000480101|"
                        + "mpls,mpls_label=5,mpls_tc=2,mpls_ttl=64,mpls_bos=1",
                "80000a020800 00013a0105|ip,nw_ttl=5",
                "80000d04 10001000 80000e0105|dl_vlan_pcp=5",
                "80000d04 100f100f 80000e0105|vlan_tci=0xb00f/0xf00f",
                "80000a028035 80002a020003|rarp,arp_op=3",
                "0001d308 00000021 00000025|ct_state=+new-rel+trk",
                "0001d308 00000001 000000ff|ct_state=new",
                "0001d402 0005 0001d708 00000003 0000000f|ct_zone=5,ct_mark=0x3/0xf",
                "80000004 00000001 80000a020800 8000140111 0001d308 0000002100000021 0001f108 0a000000ff000000"
                        + " 0001f204 0a000001 0001ee0111 0001f802 0001 0001fb04 0010fff0 80000408 0000000000000003|"
                        + "ct_state=+new+trk,ct_nw_src=10.0.0.0/8,ct_nw_dst=10.0.0.1,ct_nw_proto=17,ct_tp_src=1,"
                        + "ct_tp_dst=0x10/0xfff0,udp,metadata=0x3,in_port=1",
                "80000a0286dd 0001d308 0000002100000021 0001f520 fd000000000000000000000000000000"
                        + " ffff0000000000000000000000000000 0001f610 fd000000000000000000000000000001|"
                        + "ct_state=+new+trk,ct_ipv6_src=fd00::/16,ct_ipv6_dst=fd00::1,ipv6"
            })
    void readsMatchesAsTheSwitchReportsThem(String hex, String text) {
        byte[] fields = HexFormat.of().parseHex(hex.replace(" ", ""));
        ByteBuf reported =
                Unpooled.buffer().writeShort(1).writeShort(4 + fields.length).writeBytes(fields);
        reported.writeZero(OxmCodec.pad8(4 + fields.length));
        Match match = OxmCodec.readMatch(reported).orElseThrow();
        assertEquals(text, match.toString());
        assertEquals(0, reported.readableBytes());
        ByteBuf ours = Unpooled.buffer();
        OxmCodec.writeMatch(ours, match);
        assertEquals(Optional.of(match), OxmCodec.readMatch(ours));
        assertEquals(match, FlowText.parseEntryMatch(text));
    }

    /** Open vSwitch refuses a tuple that stands before the Ethernet type or the state. */
    @Test
    void writesTheConnectionAfterItsPrerequisites() {
        ByteBuf ours = Unpooled.buffer();
        OxmCodec.writeMatch(
                ours, FlowText.parseEntryMatch("ct_state=+new+trk,ct_nw_src=10.0.0.1,ct_nw_proto=17,ct_tp_dst=53,ip"));
        assertEquals(
                "00010029" + "80000a020800" + "0001d3080000002100000021" + "0001f0040a000001" + "0001ee0111"
                        + "0001fa020035" + "00".repeat(7),
                ByteBufUtil.hexDump(ours));
    }

    /**
     * Instructions as Open vSwitch 3.1 reports them, and their text. What Heddle sends must come back as it was sent.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "00040028 00000000 ffff0020 00002320 0025 000000000000 0000000800800000"
                        + " 00050008000003e8 000100081e000000|"
                        + "controller(max_len=128,meter_id=1000),goto_table:30",
                "00040018 00000000 00000010 fffffffa 0000 000000000000|NORMAL",
                "00040020 00000000 ffff0018 00002320 0023 0001 00000000 0005 0a 0000000000|"
                        + "ct(commit,table=10,zone=5)",
                "00040020 00000000 ffff0018 00002320 0023 0001 0001d402 000f ff 0000000000|"
                        + "ct(commit,zone=NXM_NX_CT_ZONE[])",
                "00040020 00000000 ffff0018 00002320 0023 0000 00000000 0000 ff 0000000000|ct()",
                "00040020 00000000 ffff0018 00002320 0023 0000 00000000 0000 03 0000000000|ct(table=3)",
                "00040018 00000000 ffff0010 00002320 002b 000000000000|ct_clear",
                "00040020 00000000 ffff0018 00002320 0023 0001 00000000 0000 0a 000000 0015|ct(commit,table=10,alg=ftp)",
                "00040018 00000000 ffff0010 00002320 0022 00 02 ffffffc0|conjunction(4294967232,1/2)",
                "00040020 00000000 ffff0018 00002320 0031 05b8 0011 00010804 000000000000|"
                        + "check_pkt_larger(1464)->NXM_NX_REG4[17]",
                "00040030 00000000 ffff0028 00002320 000d 0000 0000 0000 00000002 0002 000f 00010804 00000000 0004 0008"
                        + " 00000000|bundle_load(eth_src,0,active_backup,ofport,NXM_NX_REG4[0..15],members:4,8)",
                "00040038 00000000 ffff0030 00002320 0023 0001 00000000 0001 17 0000000000"
                        + " ffff0018 00002320 0024 0000 0001 0001 01010101 00000000"
                        + "|ct(commit,table=23,zone=1,nat(src=1.1.1.1))",
                "00040038 00000000 ffff0030 00002320 0023 0001 00000000 0001 15 0000000000"
                        + " ffff0018 00002320 0024 0000 0002 0011 0a00c801 0050 0000"
                        + "|ct(commit,table=21,zone=1,nat(dst=10.0.200.1:80))",
                "00040030 00000000 ffff0028 00002320 0023 0000 00000000 0001 13 0000000000"
                        + " ffff0010 00002320 0024 0000 0000 0000|ct(table=19,zone=1,nat)",
                "00040038 00000000 ffff0030 00002320 0023 0001 00000000 0005 ff 0000000000"
                        + " ffff0018 00002320 0007 040f 0001d604 0000000000000007"
                        + "|ct(commit,zone=5,exec(set_field:0x70000/0xffff0000->ct_mark))",
                "00040010 00000000 0018 0008 00000000|dec_ttl",
                "00040018 00000000 0019 0010 00000002 fffd 000000000000|set_field:CONTROLLER->in_port"
            })
    void readsInstructionsAsTheSwitchReportsThem(String hex, String text) {
        ByteBuf reported = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
        ByteBuf ours = Unpooled.buffer();
        Instructions wanted =
                FlowText.parseEntry("table=0, priority=1 actions=" + text).instructions();
        ActionCodec.writeInstructions(ours, wanted);
        assertEquals(ByteBufUtil.hexDump(reported), ByteBufUtil.hexDump(ours));
        assertEquals(wanted, ActionCodec.readInstructions(reported, reported.writerIndex()));
    }

    /** Options of ct that Heddle does not support: it keeps the bytes and sends them back as they came. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // ct(commit,zone=1,nat(src=1.1.1.1,random))
                "ffff0030 00002320 0023 0001 00000000 0001 ff 0000000000"
                        + " ffff0018 00002320 0024 0000 0011 0001 01010101 00000000",
                // ct(commit,force,zone=1)
                "ffff0018 00002320 0023 0003 00000000 0001 ff 0000000000",
                // ct(zone=NXM_NX_REG0[0..15])
                "ffff0018 00002320 0023 0000 00010004 000f ff 0000000000",
                // ct with a helper that Open vSwitch does not have
                "ffff0018 00002320 0023 0000 00000000 0000 ff 000000 0016"
            })
    void keepsTrackingThatItDoesNotSupport(String hex) {
        String action = hex.replace(" ", "");
        int length = 8 + action.length() / 2;
        String instruction = "0004" + HexFormat.of().toHexDigits((short) length) + "00000000" + action;
        ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(instruction));
        Instructions read = ActionCodec.readInstructions(in, in.writerIndex());
        assertEquals("unknown:" + action, FlowText.instructions(read));
        ByteBuf ours = Unpooled.buffer();
        ActionCodec.writeInstructions(ours, read);
        assertEquals(instruction, ByteBufUtil.hexDump(ours));
    }

    /** An entry with an unknown match field or action must not prevent reading the entries after it. */
    @Test
    void readsEntriesAfterForeignOnesThatItCannotRead() {
        ByteBuf body = Unpooled.buffer();
        stats(body, 1, new byte[] {0, 1, 0, 12, 0, 1, 14, 4, 0, 0, 0, 1, 0, 0, 0, 0}, new byte[0]);
        stats(body, 2, new byte[] {0, 1, 0, 4, 0, 0, 0, 0}, new byte[] {
            0, 4, 0, 24, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 0, 16, 0, 0, 0x23, 0x20, 0, 35, 0, 0, 0, 0, 0, 0
        });
        stats(body, 3, new byte[] {0, 1, 0, 4, 0, 0, 0, 0}, new byte[] {0, 1, 0, 8, 10, 0, 0, 0});
        List<FlowCodec.Reported> out = new ArrayList<>();
        FlowCodec.readStats(body, out::add);
        assertEquals(
                List.of(1L, 2L, 3L),
                out.stream().map(FlowCodec.Reported::cookie).toList());
        assertTrue(out.get(0).entry().isEmpty());
        assertTrue(out.get(1).entry().orElseThrow().toString().contains("unknown:ffff"));
        FlowEntry ours = out.get(2).entry().orElseThrow();
        assertEquals(10, ours.instructions().next());
    }

    private static void stats(ByteBuf out, long cookie, byte[] match, byte[] instructions) {
        int start = out.writerIndex();
        out.writeShort(0)
                .writeByte(0)
                .writeByte(0)
                .writeInt(1)
                .writeInt(0)
                .writeShort(5)
                .writeZero(4)
                .writeShort(0)
                .writeZero(4)
                .writeLong(cookie)
                .writeLong(0)
                .writeLong(0)
                .writeBytes(match)
                .writeBytes(instructions);
        out.setShort(start, out.writerIndex() - start);
    }
}
