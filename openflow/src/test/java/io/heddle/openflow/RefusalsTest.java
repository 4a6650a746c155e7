package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Action;
import io.heddle.openflow.codec.PacketIn;
import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    /** A packet-in of a frame that has come by a tunnel from 192.0.2.1. @param tag with VLAN 200 */
    private static PacketIn fromTunnel(boolean tag) {
        ByteBuf out = Unpooled.buffer();
        int start = Wire.begin(out, Wire.PACKET_IN, 1);
        out.writeInt(-1).writeShort(60).writeByte(1).writeByte(0).writeLong(0);
        // OpenFlow 1.3.5 §7.2.2: OXM type, length with header, fields, padding to 8 bytes.
        out.writeShort(1).writeShort(4 + 8 + 8);
        out.writeInt(0x80000004).writeInt(7);
        out.writeInt(0x00013e04).writeInt(0xc0000201);
        out.writeZero(4 + 2);
        out.writeZero(12);
        if (tag) {
            out.writeShort(0x8100).writeShort(200);
        }
        out.writeShort(0x0800).writeZero(46);
        Wire.end(out, start);
        PacketIn packet = new PacketIn();
        assertTrue(packet.wrap(out));
        return packet;
    }

    private static boolean pops(PacketIn packet, boolean overlay) {
        List<Action> back = Refusals.back(packet, overlay);
        assertTrue(back.get(back.size() - 1) instanceof Action.Output);
        return back.contains(new Action.PopVlan());
    }

    /** Table 0 gives frames between hosts a tag. In a tunnel that is a trunk, the tag is the far end's own. */
    @Test
    void onlyTheTagThatHeddleHasPushedIsTakenOff() {
        assertEquals(0x1000 | 200, fromTunnel(true).vlanVid());
        assertTrue(pops(fromTunnel(true), true));
        assertEquals(false, pops(fromTunnel(false), true));
        assertEquals(false, pops(fromTunnel(true), false));
    }
}
