package io.heddle.flows.program;

import java.util.Arrays;

/** One thing that a flow entry does to a frame, in order. Source: OpenFlow 1.3.5 §7.2.5. */
public sealed interface Action {
    /**
     * Does something with an action by its type. Whoever handles actions implements this, so that a new one does not compile
     * until everybody handles it.
     */
    interface Visitor<R> {
        R output(Output action);

        R copy(Copy action);

        R setField(SetField action);

        R pushVlan(PushVlan action);

        R popVlan(PopVlan action);

        R move(Move action);

        R learn(Learn action);

        R group(Group action);

        R unknown(Unknown action);
    }

    /** Calls the method of {@code visitor} that is for this type of action. */
    <R> R accept(Visitor<R> visitor);

    /**
     * Sends the frame, as it is at this point, out of a port.
     *
     * @param port a port number or one of {@link PortNumber}
     * @param maxLength bytes that a copy to the controller carries, 0xffff for the whole frame; 0 for other ports
     */
    record Output(int port, int maxLength) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.output(this);
        }

        public Output(int port) {
            this(port, 0);
        }
    }

    /**
     * Copies the frame, as it is at this point, to the controller, within the rate of a meter. Only the copy is metered:
     * the frame itself goes on. Source: nx_action_controller2 of Open vSwitch 2.10 and later; its meter takes the place
     * of the one before the controller (OFPM_CONTROLLER).
     *
     * @param maxLength bytes that the copy carries, 0xffff for the whole frame
     * @param meter the meter's number, above 0; it must be there before the entry, or the copies are not metered
     */
    record Copy(int maxLength, int meter) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.copy(this);
        }
    }

    /** Writes {@code value} into {@code field}. */
    record SetField(Field field, Masked value) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.setField(this);
        }

        public SetField(Field field, long value) {
            this(field, Masked.exact(field, value));
        }
    }

    /** Puts a new, empty 802.1Q tag in front. */
    record PushVlan(int etherType) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.pushVlan(this);
        }

        /** A customer tag, 0x8100. */
        public static final PushVlan CUSTOMER = new PushVlan(0x8100);
    }

    /** Takes the outermost 802.1Q tag off. */
    record PopVlan() implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.popVlan(this);
        }
    }

    /** Copies the whole of one field into another of the same width. Source: ovs-actions(7), "move". */
    record Move(Field from, Field to) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.move(this);
        }
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
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.learn(this);
        }

        public Learn {
            if (Long.bitCount(metadata.maskLo() + 1) != 1) {
                throw new IllegalArgumentException("learn matches metadata bits from bit 0 on, not " + metadata);
            }
        }
    }

    /** Hands the frame to a group. */
    record Group(int id) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.group(this);
        }
    }

    /** An action that Heddle does not speak, found in somebody else's flow: kept as bytes and shown as such. */
    final class Unknown implements Action {
        private final byte[] bytes;

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.unknown(this);
        }

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
