package io.heddle.openflow.codec;

import com.google.common.net.InetAddresses;
import io.heddle.flows.program.Action;
import io.netty.buffer.ByteBuf;
import java.net.Inet4Address;
import java.util.Optional;

/** The action {@code nat} inside a {@code ct}. Source: ovs-actions(7), "ct"; the layout of nx_action_nat. */
final class NatCodec {
    private static final int NAT = 36;
    private static final int BYTES = 16;
    private static final int SOURCE = 1;
    private static final int DESTINATION = 2;
    private static final int FIRST_IPV4 = 1;
    private static final int FIRST_PORT = 16;
    private static final int LAST_PORT = 32;

    private NatCodec() {}

    /** The bytes that the action takes. */
    static int length(Action.Nat nat) {
        return BYTES + (nat.address().isEmpty() ? 0 : Long.BYTES);
    }

    static void write(ByteBuf out, Action.Nat nat) {
        int start = out.writerIndex();
        out.writeShort(NiciraCodec.EXPERIMENTER).writeShort(length(nat)).writeInt(NiciraCodec.NICIRA);
        out.writeShort(NAT).writeZero(2);
        boolean sets = nat.address().isPresent();
        boolean one = nat.firstPort() == nat.lastPort();
        int ports = nat.firstPort() == 0 ? 0 : FIRST_PORT | (one ? 0 : LAST_PORT);
        out.writeShort(sets ? nat.source() ? SOURCE : DESTINATION : 0);
        out.writeShort(sets ? FIRST_IPV4 | ports : 0);
        nat.address().ifPresent(a -> out.writeInt(InetAddresses.coerceToInteger(a)));
        if (ports != 0) {
            out.writeShort(nat.firstPort());
            if (!one) {
                out.writeShort(nat.lastPort());
            }
        }
        out.writeZero(start + length(nat) - out.writerIndex());
    }

    /** Whether the bytes at an index are this action. @param most how many there are */
    static boolean is(ByteBuf in, int at, int most) {
        return most >= BYTES
                && in.getUnsignedShort(at) == NiciraCodec.EXPERIMENTER
                && in.getUnsignedShort(at + 2) >= BYTES
                && in.getUnsignedShort(at + 2) <= most
                && in.getInt(at + 4) == NiciraCodec.NICIRA
                && in.getUnsignedShort(at + 8) == NAT;
    }

    /** Reads the action; empty if it does more than {@link Action.Nat} says. */
    static Optional<Action.Nat> read(ByteBuf in, int at) {
        int length = in.getUnsignedShort(at + 2);
        int flags = in.getUnsignedShort(at + 12);
        int present = in.getUnsignedShort(at + 14);
        if (flags == 0 && present == 0) {
            return length == BYTES ? Optional.of(Action.Nat.RESTORE) : Optional.empty();
        }
        boolean ports = (present & FIRST_PORT) != 0;
        boolean range = (present & LAST_PORT) != 0;
        boolean known = (flags == SOURCE || flags == DESTINATION)
                && (present & ~(FIRST_PORT | LAST_PORT)) == FIRST_IPV4
                && (ports || !range)
                && length == BYTES + Long.BYTES;
        if (!known) {
            return Optional.empty();
        }
        Inet4Address address = InetAddresses.fromInteger(in.getInt(at + 16));
        int first = ports ? in.getUnsignedShort(at + 20) : 0;
        int last = range ? in.getUnsignedShort(at + 22) : first;
        return Optional.of(new Action.Nat(flags == SOURCE, Optional.of(address), first, last));
    }
}
