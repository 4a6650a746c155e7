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
