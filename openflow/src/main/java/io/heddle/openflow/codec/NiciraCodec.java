package io.heddle.openflow.codec;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.Optional;

/**
 * Actions that OpenFlow 1.3 does not have and Open vSwitch does: {@code move}, {@code learn}, {@code conjunction},
 * {@code check_pkt_larger} and {@code controller} with a meter. Source: ovs-actions(7); the layout of
 * nx_action_reg_move, nx_action_learn, nx_action_conjunction, nx_action_check_pkt_larger, nx_action_controller2 and ONF's copy-field (EXT-320), as which OVS reports a move.
 */
final class NiciraCodec {
    /** The experimenter number of Nicira, whose actions Open vSwitch has inherited. */
    static final int NICIRA = 0x2320;

    /** The action type of actions that OpenFlow does not have. */
    static final int EXPERIMENTER = 0xffff;

    private static final int REG_MOVE = 6;
    private static final int LEARN = 16;
    private static final int COPY_FIELD = 3200;
    private static final int RESUBMIT_TABLE = 14;
    /** OFPP_IN_PORT of OpenFlow 1.0: the frame keeps its port. */
    private static final int SAME_PORT = 0xfff8;

    private static final int CONJUNCTION = 34;
    private static final int CONJUNCTION_BYTES = 16;
    private static final int CONTROLLER2 = 37;
    private static final int LONGER_THAN = 49;
    private static final int LONGER_THAN_BYTES = 24;
    /** The number of the bit {@link Action.LongerThan#BIT}. */
    private static final int TOO_LONG_BIT = Long.numberOfTrailingZeros(Action.LongerThan.BIT);
    /** Properties of {@code controller2}: most bytes, and the meter. */
    private static final int MAX_LENGTH = 0;

    private static final int METER_ID = 5;
    private static final int COPY_BYTES = 32;
    private static final int LEARN_FIXED = 32;
    /** Flag in the header of a learn specification: the source is an immediate value, not a field. */
    private static final int IMMEDIATE = 0x2000;

    private static final int OXM_BASIC = 0x8000;
    private static final int METADATA = OXM_BASIC << 16 | 2 << 9 | 8;
    /** Fields by their NXM numbers, from before OXM: OVS still uses them in these actions. */
    private static final Map<Integer, Field> BY_NXM = Map.ofEntries(
            Map.entry(nxm(0, 1), Field.ETH_DST),
            Map.entry(nxm(0, 2), Field.ETH_SRC),
            Map.entry(nxm(0, 7), Field.IPV4_SRC),
            Map.entry(nxm(0, 8), Field.IPV4_DST),
            Map.entry(nxm(0, 15), Field.ARP_OP),
            Map.entry(nxm(0, 16), Field.ARP_SPA),
            Map.entry(nxm(0, 17), Field.ARP_TPA),
            Map.entry(nxm(1, 17), Field.ARP_SHA),
            Map.entry(nxm(1, 18), Field.ARP_THA),
            Map.entry(nxm(1, 19), Field.IPV6_SRC),
            Map.entry(nxm(1, 20), Field.IPV6_DST));

    private NiciraCodec() {}

    private static int nxm(int oxmClass, int number) {
        return oxmClass << 7 | number;
    }

    static void writeMove(ByteBuf out, Action.Move m) {
        out.writeShort(EXPERIMENTER).writeShort(24).writeInt(NICIRA).writeShort(REG_MOVE);
        out.writeShort(m.from().bits()).writeShort(0).writeShort(0);
        out.writeInt(header(m.from())).writeInt(header(m.to()));
    }

    /** Two properties of 8 bytes. Open vSwitch counts the padding of a short property in its length. */
    static void writeCopy(ByteBuf out, Action.Copy c) {
        out.writeShort(EXPERIMENTER)
                .writeShort(COPY_BYTES)
                .writeInt(NICIRA)
                .writeShort(CONTROLLER2)
                .writeZero(6);
        out.writeShort(MAX_LENGTH).writeShort(8).writeShort(c.maxLength()).writeShort(0);
        out.writeShort(METER_ID).writeShort(8).writeInt(c.meter());
    }

    static void writeResubmit(ByteBuf out, Action.Resubmit r) {
        out.writeShort(EXPERIMENTER).writeShort(16).writeInt(NICIRA).writeShort(RESUBMIT_TABLE);
        out.writeShort(SAME_PORT).writeByte(r.table()).writeZero(3);
    }

    static void writeLongerThan(ByteBuf out, Action.LongerThan l) {
        out.writeShort(EXPERIMENTER)
                .writeShort(LONGER_THAN_BYTES)
                .writeInt(NICIRA)
                .writeShort(LONGER_THAN);
        out.writeShort(l.bytes())
                .writeShort(TOO_LONG_BIT)
                .writeInt(header(Field.REG4))
                .writeZero(6);
    }

    static void writeConjunction(ByteBuf out, Action.Conjunction c) {
        out.writeShort(EXPERIMENTER)
                .writeShort(CONJUNCTION_BYTES)
                .writeInt(NICIRA)
                .writeShort(CONJUNCTION);
        out.writeByte(c.clause() - 1).writeByte(c.clauses()).writeInt(c.id());
    }

    /** Specifications: metadata equals a value, and the source address equals the teaching frame's; no actions. */
    static void writeLearn(ByteBuf out, Action.Learn l) {
        int start = out.writerIndex();
        out.writeShort(EXPERIMENTER).writeShort(0).writeInt(NICIRA).writeShort(LEARN);
        out.writeShort(0).writeShort(l.hardTimeout()).writeShort(l.priority()).writeLong(l.cookie());
        out.writeShort(0).writeByte(l.table()).writeByte(0).writeShort(0).writeShort(0);
        int bits = Long.bitCount(l.metadata().maskLo());
        out.writeShort(IMMEDIATE | bits);
        for (int word = (bits + 15) / 16 - 1; word >= 0; word--) {
            out.writeShort((int) (l.metadata().lo() >>> word * 16));
        }
        out.writeInt(METADATA).writeShort(0);
        out.writeShort(Field.ETH_SRC.bits());
        out.writeInt(header(Field.ETH_SRC))
                .writeShort(0)
                .writeInt(header(Field.ETH_SRC))
                .writeShort(0);
        int length = out.writerIndex() - start;
        out.writeZero(OxmCodec.pad8(length)).setShort(start + 2, length + OxmCodec.pad8(length));
    }

    /** The NXM or OXM header of a field without a mask. */
    static int header(Field f) {
        return f.oxmClass() << 16 | f.oxmField() << 9 | f.bytes();
    }

    /** Reads an experimenter action after its type and length; empty for an action that Heddle does not support. */
    static Optional<Action> read(ByteBuf in) {
        int start = in.readerIndex() - 4;
        int length = in.getUnsignedShort(start + 2);
        int experimenter = in.readInt();
        int subtype = in.readUnsignedShort();
        if (experimenter == NICIRA && subtype == REG_MOVE) {
            return move(in, start + 16, in.getUnsignedShort(start + 10), in.getInt(start + 12));
        } else if (experimenter == Wire.ONF && subtype == COPY_FIELD) {
            return move(in, start + 20, in.getUnsignedShort(start + 12), in.getInt(start + 14));
        } else if (experimenter == NICIRA && subtype == LEARN && length >= LEARN_FIXED) {
            return learn(in, start, length);
        } else if (experimenter == NICIRA && subtype == CONTROLLER2) {
            return copy(in, start + 16, start + length);
        } else if (experimenter == NICIRA && subtype == CONJUNCTION && length == CONJUNCTION_BYTES) {
            return conjunction(in.getUnsignedByte(start + 10), in.getUnsignedByte(start + 11), in.getInt(start + 12));
        } else if (experimenter == NICIRA && subtype == LONGER_THAN && length == LONGER_THAN_BYTES) {
            return longerThan(in, start);
        } else if (experimenter == NICIRA && subtype == BundleCodec.BUNDLE_LOAD) {
            return BundleCodec.read(in, start, length);
        } else if (experimenter == NICIRA && subtype == CtCodec.CT) {
            return CtCodec.read(in, start, length);
        } else if (experimenter == NICIRA && subtype == CtCodec.CT_CLEAR) {
            return CtCodec.readClear(length);
        }
        return Optional.empty();
    }

    private static Optional<Action> longerThan(ByteBuf in, int start) {
        int bytes = in.getUnsignedShort(start + 10);
        boolean right = bytes > 0
                && in.getUnsignedShort(start + 12) == TOO_LONG_BIT
                && in.getInt(start + 14) == header(Field.REG4);
        return right ? Optional.of(new Action.LongerThan(bytes)) : Optional.empty();
    }

    private static Optional<Action> conjunction(int clause, int clauses, int id) {
        return id == 0 || clauses < 2 || clauses > 64 || clause >= clauses
                ? Optional.empty()
                : Optional.of(new Action.Conjunction(id, clause + 1, clauses));
    }

    private static Optional<Action> move(ByteBuf in, int at, int bits, int offsets) {
        Optional<Field> from = field(in.getInt(at));
        Optional<Field> to = field(in.getInt(at + 4));
        return from.filter(f -> offsets == 0 && bits == f.bits() && to.isPresent())
                .map(f -> new Action.Move(f, to.orElseThrow()));
    }

    /** Only one that says nothing but how much to copy and by which meter; no length means the whole frame. */
    private static Optional<Action> copy(ByteBuf in, int from, int end) {
        int maxLength = 0xffff;
        int meter = 0;
        for (int at = from; at + 8 <= end; ) {
            int type = in.getUnsignedShort(at);
            int length = in.getUnsignedShort(at + 2);
            if (type == MAX_LENGTH && (length == 6 || length == 8)) {
                maxLength = in.getUnsignedShort(at + 4);
            } else if (type == METER_ID && length == 8) {
                meter = in.getInt(at + 4);
            } else {
                return Optional.empty();
            }
            at += length + OxmCodec.pad8(length);
        }
        return meter == 0 ? Optional.empty() : Optional.of(new Action.Copy(maxLength, meter));
    }

    /** Only a learn action of the shape that {@link #writeLearn} makes. */
    private static Optional<Action> learn(ByteBuf in, int start, int length) {
        int head = in.getUnsignedShort(start + LEARN_FIXED);
        int bits = head & 0x7ff;
        int value = (bits + 15) / 16 * 2;
        int address = start + LEARN_FIXED + 2 + value + 6;
        if ((head & ~0x7ff) != IMMEDIATE
                || address + 14 > start + length
                || !field(in.getInt(address - 6)).equals(Optional.of(Field.METADATA))
                || in.getUnsignedShort(address) != Field.ETH_SRC.bits()
                || !field(in.getInt(address + 2)).equals(Optional.of(Field.ETH_SRC))) {
            return Optional.empty();
        }
        long metadata = 0;
        for (int i = 0; i < value; i += 2) {
            metadata = metadata << 16 | in.getUnsignedShort(start + LEARN_FIXED + 2 + i);
        }
        return Optional.of(new Action.Learn(
                in.getUnsignedByte(start + 26),
                in.getUnsignedShort(start + 14),
                in.getUnsignedShort(start + 12),
                in.getLong(start + 16),
                Masked.of(metadata, bits >= 64 ? -1L : (1L << bits) - 1)));
    }

    private static Optional<Field> field(int header) {
        int oxmClass = header >>> 16;
        int number = header >> 9 & 0x7f;
        return oxmClass < 2 && BY_NXM.containsKey(nxm(oxmClass, number))
                ? Optional.of(BY_NXM.get(nxm(oxmClass, number)))
                : Field.byOxm(oxmClass, number);
    }
}
