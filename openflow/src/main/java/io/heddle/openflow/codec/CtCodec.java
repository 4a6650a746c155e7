package io.heddle.openflow.codec;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The actions of Open vSwitch's connection tracking. Source: ovs-actions(7); the layout of nx_action_conntrack and of
 * NXAST_CT_CLEAR.
 */
final class CtCodec {
    /** The subtype of {@code ct} among Nicira's actions. */
    static final int CT = 35;

    /** The subtype of {@code ct_clear}. */
    static final int CT_CLEAR = 43;

    private static final int BYTES = 24;
    private static final int CLEAR_BYTES = 16;
    /** A set_field of the whole mark, inside the action. */
    private static final int MARK_BYTES = 16;
    /** A reg_load of some bits of it: OpenFlow 1.3 knows no set_field with a mask. */
    private static final int BITS_BYTES = 24;

    private static final int REG_LOAD = 7;
    private static final int OFFSET_SHIFT = 6;

    private static final int SET_FIELD = 25;
    private static final int COMMIT = 1;
    private static final int NO_TABLE = 0xff;
    /** All 16 bits of a field, from bit 0. */
    private static final int WHOLE_ZONE = 15;

    private CtCodec() {}

    static void write(ByteBuf out, Action.Ct ct) {
        out.writeShort(NiciraCodec.EXPERIMENTER)
                .writeShort(BYTES
                        + ct.nat().map(NatCodec::length).orElse(0)
                        + ct.mark().map(CtCodec::length).orElse(0))
                .writeInt(NiciraCodec.NICIRA)
                .writeShort(CT);
        out.writeShort(ct.commit() ? COMMIT : 0);
        OptionalInt zone = ct.zone().number();
        out.writeInt(zone.isPresent() ? 0 : NiciraCodec.header(Field.CT_ZONE)).writeShort(zone.orElse(WHOLE_ZONE));
        out.writeByte(ct.table().orElse(NO_TABLE)).writeZero(3).writeShort(ct.helper());
        ct.nat().ifPresent(nat -> NatCodec.write(out, nat));
        ct.mark().ifPresent(mark -> writeMark(out, mark));
    }

    private static int length(Masked mark) {
        return mark.isExact(Field.CT_MARK) ? MARK_BYTES : BITS_BYTES;
    }

    private static void writeMark(ByteBuf out, Masked mark) {
        if (mark.isExact(Field.CT_MARK)) {
            out.writeShort(SET_FIELD)
                    .writeShort(MARK_BYTES)
                    .writeInt(NiciraCodec.header(Field.CT_MARK))
                    .writeInt((int) mark.lo())
                    .writeInt(0);
            return;
        }
        int offset = Long.numberOfTrailingZeros(mark.maskLo());
        out.writeShort(NiciraCodec.EXPERIMENTER)
                .writeShort(BITS_BYTES)
                .writeInt(NiciraCodec.NICIRA)
                .writeShort(REG_LOAD);
        out.writeShort(offset << OFFSET_SHIFT | Long.bitCount(mark.maskLo()) - 1)
                .writeInt(NiciraCodec.header(Field.CT_MARK))
                .writeLong(mark.lo() >>> offset);
    }

    /** Reads what sets the mark: the last of the actions inside, which ends at {@code end}. */
    private static Optional<Masked> readMark(ByteBuf in, int at, int end) {
        if (end == at + MARK_BYTES
                && in.getInt(at) == (SET_FIELD << 16 | MARK_BYTES)
                && in.getInt(at + 4) == NiciraCodec.header(Field.CT_MARK)) {
            return Optional.of(Masked.exact(Field.CT_MARK, in.getInt(at + 8)));
        }
        boolean bits = end == at + BITS_BYTES
                && in.getInt(at) == (NiciraCodec.EXPERIMENTER << 16 | BITS_BYTES)
                && in.getInt(at + 4) == NiciraCodec.NICIRA
                && in.getUnsignedShort(at + 8) == REG_LOAD
                && in.getInt(at + 12) == NiciraCodec.header(Field.CT_MARK);
        if (!bits) {
            return Optional.empty();
        }
        int offset = in.getUnsignedShort(at + 10) >>> OFFSET_SHIFT;
        long run = (2L << (in.getUnsignedShort(at + 10) & (1 << OFFSET_SHIFT) - 1)) - 1;
        return Optional.of(Masked.of(in.getLong(at + 16) << offset, run << offset));
    }

    static void writeClear(ByteBuf out) {
        out.writeShort(NiciraCodec.EXPERIMENTER)
                .writeShort(CLEAR_BYTES)
                .writeInt(NiciraCodec.NICIRA)
                .writeShort(CT_CLEAR)
                .writeZero(6);
    }

    /**
     * Reads {@code ct}; empty if it does more than {@link Action.Ct} says: sets labels, or forces a direction.
     *
     * @param start the index of the action's first byte
     * @param length the action's length in bytes
     */
    static Optional<Action> read(ByteBuf in, int start, int length) {
        int translates = NatCodec.is(in, start + BYTES, length - BYTES) ? in.getUnsignedShort(start + BYTES + 2) : 0;
        Optional<Action.Nat> nat = translates == 0 ? Optional.empty() : NatCodec.read(in, start + BYTES);
        int rest = start + BYTES + translates;
        Optional<Masked> mark = readMark(in, rest, start + length);
        if (start + length != rest && mark.isEmpty() || translates != 0 && nat.isEmpty()) {
            return Optional.empty();
        }
        int flags = in.getUnsignedShort(start + 10);
        int source = in.getInt(start + 12);
        int zone = in.getUnsignedShort(start + 16);
        int table = in.getUnsignedByte(start + 18);
        int helper = in.getUnsignedShort(start + 22);
        boolean tracked = source == NiciraCodec.header(Field.CT_ZONE) && zone == WHOLE_ZONE;
        boolean helps = helper == 0 || helper == Action.Ct.FTP || helper == Action.Ct.TFTP;
        if ((flags & ~COMMIT) != 0 || !helps || source != 0 && !tracked) {
            return Optional.empty();
        }
        return Optional.of(new Action.Ct(
                flags == COMMIT,
                tracked ? Action.Zone.TRACKED : Action.Zone.of(zone),
                table == NO_TABLE ? OptionalInt.empty() : OptionalInt.of(table),
                mark,
                helper,
                nat));
    }

    /** Reads {@code ct_clear}. @param length the action's length in bytes */
    static Optional<Action> readClear(int length) {
        return length == CLEAR_BYTES ? Optional.of(new Action.CtClear()) : Optional.empty();
    }
}
