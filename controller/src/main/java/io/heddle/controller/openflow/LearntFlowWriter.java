package io.heddle.controller.openflow;

import io.heddle.apps.l2learning.LearntFlows;
import io.heddle.controller.openflow.codec.FlowCodec;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Match;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes the FLOW_MODs of learnt entries by copying ready bytes and filling in what differs: the MAC, the port, the
 * network, the target. The bytes are made once by {@link FlowCodec} from {@link LearntFlows}, so there is one truth
 * of what a learnt entry is.
 */
final class LearntFlowWriter {
    private static final long MAC = 0x0a51_5253_5455L;
    private static final int PORT = 0x5a61_6263;
    private static final int NETWORK = 0x0371_7273;
    private static final int VTEP = 0x7a01_0203;
    private static final long TARGET = 0x5b81_8283L << 32;
    private static final int VID = 0x1a93 & 0x1fff;
    private static final int XID = 4;

    /** A message with holes, and where the holes are; -1 for a hole that it does not have. */
    private record Template(byte[] bytes, int mac, int port, int network, int vtep, int target) {
        static Template of(FlowEntry entry, boolean unnamed) {
            ByteBuf out = Unpooled.buffer();
            FlowCodec.writeAdd(out, 0, entry);
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            return new Template(bytes,
                    find(bytes, ByteBuffer.allocate(8).putLong(MAC).array(), 2),
                    find(bytes, ByteBuffer.allocate(4).putInt(PORT).array(), 0),
                    unnamed ? find(bytes, new byte[] {6 << 1, 2, (byte) (VID >> 8), (byte) VID}, 0) + 2
                            : find(bytes, ByteBuffer.allocate(4).putInt(NETWORK).array(), 0),
                    find(bytes, ByteBuffer.allocate(4).putInt(VTEP).array(), 0),
                    find(bytes, ByteBuffer.allocate(8).putLong(TARGET).array(), 0));
        }

        /** Where {@code wanted}, without its first {@code skip} bytes, stands; -1 if it does not. */
        private static int find(byte[] bytes, byte[] wanted, int skip) {
            int length = wanted.length - skip;
            for (int at = 0; at + length <= bytes.length; at++) {
                if (Arrays.equals(bytes, at, at + length, wanted, skip, wanted.length)) {
                    return at;
                }
            }
            return -1;
        }

        void write(ByteBuf out, int xid, int net, long macAddress, int inPort, int tunnelEnd, long to) {
            int start = out.writerIndex();
            out.writeBytes(bytes).setInt(start + XID, xid);
            out.setShort(start + mac, (int) (macAddress >> 32)).setInt(start + mac + 2, (int) macAddress);
            if ((net & LearntFlows.UNNAMED) != 0) {
                out.setShort(start + network, net & 0x1fff);
            } else {
                out.setInt(start + network, net);
            }
            if (port >= 0) {
                out.setInt(start + port, inPort);
            }
            if (vtep >= 0) {
                out.setInt(start + vtep, tunnelEnd);
            }
            if (target >= 0) {
                out.setLong(start + target, to);
            }
        }
    }

    private final Template source;
    private final Template tunnelSource;
    private final Template destination;
    private final Template unnamedSource;
    private final Template unnamedDestination;

    LearntFlowWriter(int aging) {
        int unnamed = LearntFlows.UNNAMED | VID;
        source = Template.of(LearntFlows.source(NETWORK, MAC, PORT, Match.ALL, aging), false);
        tunnelSource = Template.of(LearntFlows.source(NETWORK, MAC, PORT,
                Match.ALL.with(Field.TUN_SRC, VTEP), aging), false);
        destination = Template.of(LearntFlows.destination(NETWORK, MAC, TARGET, aging), false);
        unnamedSource = Template.of(LearntFlows.source(unnamed, MAC, PORT, Match.ALL, aging), true);
        unnamedDestination = Template.of(LearntFlows.destination(unnamed, MAC, TARGET, aging), true);
    }

    /** The entry of {@link LearntFlows#source}. @param vtep the IPv4 address of the tunnel's far end, or 0 */
    void source(ByteBuf out, int xid, int network, long mac, int inPort, int vtep) {
        Template t = (network & LearntFlows.UNNAMED) != 0 ? unnamedSource : vtep != 0 ? tunnelSource : source;
        t.write(out, xid, network, mac, inPort, vtep, 0);
    }

    /** The entry of {@link LearntFlows#destination}. */
    void destination(ByteBuf out, int xid, int network, long mac, long target) {
        Template t = (network & LearntFlows.UNNAMED) != 0 ? unnamedDestination : destination;
        t.write(out, xid, network, mac, 0, 0, target);
    }
}
