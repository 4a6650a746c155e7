package io.heddle.flows.program;

import java.util.Arrays;

/** One thing that a flow entry does to a frame, in order. Source: OpenFlow 1.3.5 §7.2.5. */
public sealed interface Action {

    /**
     * Sends the frame, as it is at this point, out of a port.
     *
     * @param port a port number or one of {@link PortNumber}
     * @param maxLength bytes that a copy to the controller carries, 0xffff for the whole frame; 0 for other ports
     */
    record Output(int port, int maxLength) implements Action {
        public Output(int port) {
            this(port, 0);
        }
    }

    /** Writes {@code value} into {@code field}. */
    record SetField(Field field, Masked value) implements Action {
        public SetField(Field field, long value) {
            this(field, Masked.exact(field, value));
        }
    }

    /** Puts a new, empty 802.1Q tag in front. */
    record PushVlan(int etherType) implements Action {
        /** A customer tag, 0x8100. */
        public static final PushVlan CUSTOMER = new PushVlan(0x8100);
    }

    /** Takes the outermost 802.1Q tag off. */
    record PopVlan() implements Action {
    }

    /** Copies the whole of one field into another of the same width. Source: ovs-actions(7), "move". */
    record Move(Field from, Field to) implements Action {
    }

    /**
     * Adds a flow entry that drops other frames with this frame's source address, or renews the one that is there: the
     * switch learns by itself.
     * Source: ovs-actions(7), "learn".
     *
     * @param table where the entry goes
     * @param hardTimeout seconds after the last frame that taught it until it goes
     * @param cookie the entry's cookie
     * @param metadata the metadata bits that it matches beside the address, a run of bits from the lowest on
     */
    record Learn(int table, int priority, int hardTimeout, long cookie, Masked metadata) implements Action {
        public Learn {
            if (Long.bitCount(metadata.maskLo() + 1) != 1) {
                throw new IllegalArgumentException("learn matches metadata bits from bit 0 on, not " + metadata);
            }
        }
    }

    /** Hands the frame to a group. */
    record Group(int id) implements Action {
    }

    /** An action that Heddle does not speak, found in somebody else's flow: kept as bytes and shown as such. */
    final class Unknown implements Action {
        private final byte[] bytes;

        public Unknown(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        /** The action as it was on the wire, header included. */
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Unknown u && Arrays.equals(bytes, u.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }
}
