package io.heddle.openflow.codec;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
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
    /** A set_field of the mark, inside the action. */
    private static final int MARK_BYTES = 16;

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
                        + (ct.mark().isPresent() ? MARK_BYTES : 0))
                .writeInt(NiciraCodec.NICIRA)
                .writeShort(CT);
        out.writeShort(ct.commit() ? COMMIT : 0);
        OptionalInt zone = ct.zone().number();
        out.writeInt(zone.isPresent() ? 0 : NiciraCodec.header(Field.CT_ZONE)).writeShort(zone.orElse(WHOLE_ZONE));
        out.writeByte(ct.table().orElse(NO_TABLE)).writeZero(3).writeShort(ct.helper());
        ct.nat().ifPresent(nat -> NatCodec.write(out, nat));
        ct.mark()
                .ifPresent(mark -> out.writeShort(SET_FIELD)
                        .writeShort(MARK_BYTES)
                        .writeInt(NiciraCodec.header(Field.CT_MARK))
                        .writeInt(mark)
                        .writeInt(0));
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
        boolean marks = start + length == rest + MARK_BYTES
                && in.getInt(rest) == (SET_FIELD << 16 | MARK_BYTES)
                && in.getInt(rest + 4) == NiciraCodec.header(Field.CT_MARK);
        if (start + length != rest && !marks || translates != 0 && nat.isEmpty()) {
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
                marks ? OptionalInt.of(in.getInt(rest + 8)) : OptionalInt.empty(),
                helper,
                nat));
    }

    /** Reads {@code ct_clear}. @param length the action's length in bytes */
    static Optional<Action> readClear(int length) {
        return length == CLEAR_BYTES ? Optional.of(new Action.CtClear()) : Optional.empty();
    }
}
