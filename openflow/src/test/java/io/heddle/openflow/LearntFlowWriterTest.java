package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.apps.l2learning.LearntFlows;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Match;
import io.heddle.openflow.codec.FlowCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The templates give the same bytes as the codec, for every network, MAC, port and tunnel. */
class LearntFlowWriterTest {
    private static final int AGING = 300;
    private final LearntFlowWriter writer = new LearntFlowWriter(AGING);

    @Property
    void writesTheSameBytesAsTheCodec(
            @ForAll @IntRange(max = 4095) int vlan,
            @ForAll boolean unnamed,
            @ForAll @LongRange(max = 0xffff_ffff_ffffL) long mac,
            @ForAll @IntRange(min = 1, max = 0xfeff) int port,
            @ForAll int tunnelEnd) {
        int network = unnamed ? LearntFlows.UNNAMED | vlan | 0x1000 : Metadata.networkOfVlan(vlan);
        int vtep = unnamed ? 0 : tunnelEnd;
        ByteBuf source = Unpooled.buffer();
        writer.source(source, 9, network, mac, port, vtep);
        FlowEntry expected = LearntFlows.source(
                network, mac, port, vtep == 0 ? Match.ALL : Match.ALL.with(Field.TUN_SRC, vtep & 0xffffffffL), AGING);
        same(FlowCodec::writeAdd, expected, source);
        ByteBuf removal = Unpooled.buffer();
        writer.removeSource(removal, 9, network, mac, port, vtep);
        same(FlowCodec::writeRemove, expected, removal);
        long target = vtep == 0 ? Metadata.port(port) : Metadata.vtep(vtep);
        ByteBuf destination = Unpooled.buffer();
        writer.destination(destination, 9, network, mac, target);
        same(FlowCodec::writeAdd, LearntFlows.destination(network, mac, target, AGING), destination);
    }

    private interface Codec {
        void write(ByteBuf out, int xid, FlowEntry entry);
    }

    private static void same(Codec codec, FlowEntry expected, ByteBuf written) {
        ByteBuf bytes = Unpooled.buffer();
        codec.write(bytes, 9, expected);
        assertEquals(ByteBufUtil.hexDump(bytes), ByteBufUtil.hexDump(written), expected.toString());
    }
}
