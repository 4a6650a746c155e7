package io.heddle.controller.openflow.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFlowAdd;

class FlowCodecTest {
    /** Bytes of a FLOW_MOD before its match. */
    private static final int FIXED = 48;

    /** openflowj reads our bytes and writes them again, fields in its own order: codecs written apart agree. */
    @ParameterizedTest
    @ValueSource(strings = {
        "cookie=0x4edd010000000001, table=0, priority=100,in_port=3,vlan_tci=0x0000/0x1fff "
            + "actions=write_metadata:0x20000c8/0xfffffff,goto_table:10",
        "table=10, idle_timeout=300, hard_timeout=330, send_flow_rem priority=9,tcp,nw_src=10.0.0.0/8,tp_dst=23 "
            + "actions=drop",
        "table=30, priority=5,dl_vlan=200,dl_dst=02:00:00:00:00:01 "
            + "actions=NORMAL,pop_vlan,set_field:0x27d8->tun_id,output:7",
        "table=0, priority=1,icmp6,ipv6_src=2001:db8::/32,icmp_type=135 actions=CONTROLLER:128",
        "table=40, priority=1,arp,arp_op=1,arp_spa=10.0.0.1 actions=push_vlan:0x8100,set_field:4296->vlan_vid,output:2"})
    void openflowjAgrees(String text) throws Exception {
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

    /** A statistics entry with a field and an action that nobody here knows costs only itself. */
    @Test
    void strangersEntriesDoNotHideOurs() {
        ByteBuf body = Unpooled.buffer();
        stats(body, 1, new byte[] {0, 1, 0, 12, 0, 1, (byte) 0xd2, 4, 0, 0, 0, 1, 0, 0, 0, 0}, new byte[0]);
        stats(body, 2, new byte[] {0, 1, 0, 4, 0, 0, 0, 0},
                new byte[] {0, 4, 0, 24, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 0, 16, 0, 0, 0x23, 0x20, 0, 35, 0, 0, 0, 0, 0, 0});
        stats(body, 3, new byte[] {0, 1, 0, 4, 0, 0, 0, 0}, new byte[] {0, 1, 0, 8, 10, 0, 0, 0});
        List<FlowCodec.Reported> out = new ArrayList<>();
        FlowCodec.readStats(body, out::add);
        assertEquals(List.of(1L, 2L, 3L), out.stream().map(FlowCodec.Reported::cookie).toList());
        assertTrue(out.get(0).entry().isEmpty());
        assertTrue(out.get(1).entry().orElseThrow().toString().contains("unknown:ffff"));
        FlowEntry ours = out.get(2).entry().orElseThrow();
        assertEquals(10, ours.instructions().next());
    }

    private static void stats(ByteBuf out, long cookie, byte[] match, byte[] instructions) {
        int start = out.writerIndex();
        out.writeShort(0).writeByte(0).writeByte(0).writeInt(1).writeInt(0).writeShort(5).writeZero(4).writeShort(0)
                .writeZero(4).writeLong(cookie).writeLong(0).writeLong(0).writeBytes(match).writeBytes(instructions);
        out.setShort(start, out.writerIndex() - start);
    }
}
