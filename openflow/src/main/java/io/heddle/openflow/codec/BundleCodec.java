package io.heddle.openflow.codec;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@link Action.FirstAlive}: {@code bundle_load} with {@code active_backup}. Source: ovs-actions(7); the layout of
 * nx_action_bundle.
 */
final class BundleCodec {
    static final int BUNDLE_LOAD = 13;
    private static final int BYTES = 32;
    private static final int ACTIVE_BACKUP = 0;
    /** NX_HASH_FIELDS_ETH_SRC, which active_backup does not use. */
    private static final int FIELDS = 0;
    /** The ports are port numbers (NXM_OF_IN_PORT). */
    private static final int PORT_NUMBERS = 0x0000_0002;
    /** From bit 0, 16 bits: the offset, and the number of bits less one. */
    private static final int LOW_HALF = 15;

    private BundleCodec() {}

    static void write(ByteBuf out, Action.FirstAlive f) {
        int length = BYTES + f.ports().size() * 2;
        int pad = OxmCodec.pad8(length);
        out.writeShort(NiciraCodec.EXPERIMENTER)
                .writeShort(length + pad)
                .writeInt(NiciraCodec.NICIRA)
                .writeShort(BUNDLE_LOAD);
        out.writeShort(ACTIVE_BACKUP).writeShort(FIELDS).writeShort(0).writeInt(PORT_NUMBERS);
        out.writeShort(f.ports().size())
                .writeShort(LOW_HALF)
                .writeInt(NiciraCodec.header(Field.REG4))
                .writeZero(4);
        f.ports().forEach(out::writeShort);
        out.writeZero(pad);
    }

    /** Reads the action; empty if it is another one than {@link #write} makes. */
    static Optional<Action> read(ByteBuf in, int start, int length) {
        int ports = length < BYTES ? 0 : in.getUnsignedShort(start + 20);
        boolean right = ports > 0
                && BYTES + ports * 2 <= length
                && in.getUnsignedShort(start + 10) == ACTIVE_BACKUP
                && in.getInt(start + 16) == PORT_NUMBERS
                && in.getUnsignedShort(start + 22) == LOW_HALF
                && in.getInt(start + 24) == NiciraCodec.header(Field.REG4);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; right && i < ports; i++) {
            numbers.add(in.getUnsignedShort(start + BYTES + i * 2));
            right = numbers.get(i) > 0 && numbers.get(i) < 0xff00;
        }
        return right ? Optional.of(new Action.FirstAlive(numbers)) : Optional.empty();
    }
}
