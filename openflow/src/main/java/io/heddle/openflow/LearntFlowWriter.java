package io.heddle.openflow;

import io.heddle.apps.l2learning.LearntFlows;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Match;
import io.heddle.openflow.codec.FlowCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.ObjIntConsumer;

/**
 * Writes the FLOW_MODs of learnt entries by copying template bytes and filling in the MAC, port, network and target.
 * {@link FlowCodec} makes the templates once from {@link LearntFlows}, so that only one place defines a learnt entry.
 * Confined to one thread, because it fills the templates in place.
 */
final class LearntFlowWriter {
    private static final long MAC = 0x0a51_5253_5455L;
    private static final int PORT = 0x5a61_6263;
    private static final int NETWORK = 0x0371_7273;
    private static final int VTEP = 0x7a01_0203;
    private static final long TARGET = 0x5b81_8283L << 32;
    private static final int VID = 0x1a93 & 0x1fff;
    private static final int XID = 4;
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** A message with placeholders and their offsets; -1 for a placeholder that the message does not have. */
    private record Template(byte[] bytes, int mac, int port, int network, int vtep, int target) {
        static Template of(ObjIntConsumer<ByteBuf> message, boolean unnamed) {
            ByteBuf out = Unpooled.buffer();
            message.accept(out, 0);
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            return new Template(
                    bytes,
                    find(bytes, ByteBuffer.allocate(8).putLong(MAC).array(), 2),
                    find(bytes, ByteBuffer.allocate(4).putInt(PORT).array(), 0),
                    unnamed
                            ? find(bytes, new byte[] {6 << 1, 2, (byte) (VID >> 8), (byte) VID}, 0) + 2
                            : find(bytes, ByteBuffer.allocate(4).putInt(NETWORK).array(), 0),
                    find(bytes, ByteBuffer.allocate(4).putInt(VTEP).array(), 0),
                    find(bytes, ByteBuffer.allocate(8).putLong(TARGET).array(), 0));
        }

        /** The offset of {@code wanted} without its first {@code skip} bytes; -1 if it is not found. */
        private static int find(byte[] bytes, byte[] wanted, int skip) {
            int length = wanted.length - skip;
            for (int at = 0; at + length <= bytes.length; at++) {
                if (Arrays.equals(bytes, at, at + length, wanted, skip, wanted.length)) {
                    return at;
                }
            }
            return -1;
        }

        /** Fills the placeholders, overwriting the values of the last call, and copies the message to {@code out}. */
        void write(ByteBuf out, int xid, int net, long macAddress, int inPort, int tunnelEnd, long to) {
            INT.set(bytes, XID, xid);
            SHORT.set(bytes, mac, (short) (macAddress >> 32));
            INT.set(bytes, mac + 2, (int) macAddress);
            if ((net & LearntFlows.UNNAMED) != 0) {
                SHORT.set(bytes, network, (short) (net & 0x1fff));
            } else {
                INT.set(bytes, network, net);
            }
            if (port >= 0) {
                INT.set(bytes, port, inPort);
            }
            if (vtep >= 0) {
                INT.set(bytes, vtep, tunnelEnd);
            }
            if (target >= 0) {
                LONG.set(bytes, target, to);
            }
            out.writeBytes(bytes);
        }
    }

    /** The messages about a source: on a port, behind a tunnel, or on a switch that the network file does not name. */
    private record Sources(Template local, Template tunnel, Template unnamed) {
        static Sources of(int aging, BiFunction<FlowEntry, Boolean, Template> template) {
            return new Sources(
                    template.apply(LearntFlows.source(NETWORK, MAC, PORT, Match.ALL, aging), false),
                    template.apply(
                            LearntFlows.source(NETWORK, MAC, PORT, Match.ALL.with(Field.TUN_SRC, VTEP), aging), false),
                    template.apply(LearntFlows.source(LearntFlows.UNNAMED | VID, MAC, PORT, Match.ALL, aging), true));
        }

        Template at(int network, int vtep) {
            return (network & LearntFlows.UNNAMED) != 0 ? unnamed : vtep != 0 ? tunnel : local;
        }
    }

    private final Sources sources;
    private final Sources removals;
    private final Template destination;
    private final Template unnamedDestination;

    LearntFlowWriter(int aging) {
        sources = Sources.of(aging, LearntFlowWriter::added);
        removals = Sources.of(
                aging, (entry, unnamed) -> Template.of((out, xid) -> FlowCodec.writeRemove(out, xid, entry), unnamed));
        destination = added(LearntFlows.destination(NETWORK, MAC, TARGET, aging), false);
        unnamedDestination = added(LearntFlows.destination(LearntFlows.UNNAMED | VID, MAC, TARGET, aging), true);
    }

    private static Template added(FlowEntry entry, boolean unnamed) {
        return Template.of((out, xid) -> FlowCodec.writeAdd(out, xid, entry), unnamed);
    }

    /** Adds the entry of {@link LearntFlows#source}. @param vtep the IPv4 address of the tunnel's far end, or 0 */
    void source(ByteBuf out, int xid, int network, long mac, int inPort, int vtep) {
        sources.at(network, vtep).write(out, xid, network, mac, inPort, vtep, 0);
    }

    /** Removes the entry of {@link LearntFlows#source}. */
    void removeSource(ByteBuf out, int xid, int network, long mac, int inPort, int vtep) {
        removals.at(network, vtep).write(out, xid, network, mac, inPort, vtep, 0);
    }

    /** Adds the entry of {@link LearntFlows#destination}. */
    void destination(ByteBuf out, int xid, int network, long mac, long target) {
        Template t = (network & LearntFlows.UNNAMED) != 0 ? unnamedDestination : destination;
        t.write(out, xid, network, mac, 0, 0, target);
    }
}
