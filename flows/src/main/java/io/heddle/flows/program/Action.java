package io.heddle.flows.program;

import java.net.Inet4Address;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One action of a flow entry; actions apply in order. Source: OpenFlow 1.3.5 §7.2.5. */
public sealed interface Action {
    /**
     * Handles an action by its type. Code that handles actions implements this, so that a new action does not compile
     * until all of that code handles it.
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

        R ct(Ct action);

        R ctClear(CtClear action);

        R conjunction(Conjunction action);

        R decTtl(DecTtl action);

        R resubmit(Resubmit action);

        R firstAlive(FirstAlive action);

        R longerThan(LongerThan action);

        R unknown(Unknown action);
    }

    /** Calls the method of {@code visitor} for this type of action. */
    <R> R accept(Visitor<R> visitor);

    /**
     * Outputs the frame, in its current state, to a port.
     *
     * @param port a port number or one of {@link PortNumber}
     * @param maxLength bytes of a copy to the controller, 0xffff for the whole frame; 0 for other ports
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
     * Copies the frame, in its current state, to the controller, within the rate of a meter. The meter limits only the
     * copy; the frame itself goes on. Source: nx_action_controller2 of Open vSwitch 2.10 and later; its meter replaces
     * the controller meter (OFPM_CONTROLLER).
     *
     * @param maxLength bytes of the copy, 0xffff for the whole frame
     * @param meter the meter's number, above 0; the switch must have the meter before the entry, or the copies are not
     *     metered
     */
    record Copy(int maxLength, int meter) implements Action {
        /** The length that copies frames whole. */
        public static final int WHOLE = 0xffff;

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

    /** Pushes a new, empty 802.1Q tag. */
    record PushVlan(int etherType) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.pushVlan(this);
        }

        /** A customer tag, 0x8100. */
        public static final PushVlan CUSTOMER = new PushVlan(0x8100);
    }

    /** Pops the outermost 802.1Q tag. */
    record PopVlan() implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.popVlan(this);
        }
    }

    /** Copies one whole field into another of the same width. Source: ovs-actions(7), "move". */
    record Move(Field from, Field to) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.move(this);
        }
    }

    /**
     * Adds or renews a flow entry that drops frames with this frame's source address and the given metadata bits. The
     * switch learns the entry itself. Source: ovs-actions(7), "learn".
     *
     * @param table the table of the learnt entry
     * @param hardTimeout seconds that the learnt entry lives after the last frame that renewed it
     * @param cookie the learnt entry's cookie
     * @param metadata the metadata bits that the learnt entry matches besides the address; a run of bits from bit 0
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

    /** Sends the frame to a group. */
    record Group(int id) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.group(this);
        }
    }

    /**
     * Finds the connection of the frame, which must be IPv4 or IPv6. With a table, a copy of the frame goes on there,
     * and only that copy is {@linkplain CtState tracked}: the rest of the entry sees an untracked frame, even after a
     * {@code ct} without a table. Source: ovs-actions(7), "ct".
     *
     * @param commit whether to remember the connection; without it, its later frames are new as well
     * @param table the table where the tracked frame goes on, 0 to 254, or none
     * @param mark the bits of {@link Field#CT_MARK} that a committed connection gets, also one that was committed
     *     before; a run of bits, or none
     * @param helper the port of the protocol that a committed connection speaks, whose further connections are then
     *     related to it: {@link #FTP}, {@link #TFTP}, or 0
     * @param nat how the frame's addresses are translated; empty if not at all
     */
    record Ct(boolean commit, Zone zone, OptionalInt table, Optional<Masked> mark, int helper, Optional<Nat> nat)
            implements Action {
        /** The helper for FTP: the connection must be TCP. */
        public static final int FTP = 21;
        /** The helper for TFTP: the connection must be UDP. */
        public static final int TFTP = 69;

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.ct(this);
        }

        public Ct(boolean commit, Zone zone, OptionalInt table) {
            this(commit, zone, table, Optional.empty(), 0, Optional.empty());
        }

        public Ct(boolean commit, Zone zone, OptionalInt table, int mark, int helper) {
            this(commit, zone, table, Optional.of(Masked.exact(Field.CT_MARK, mark)), helper, Optional.empty());
        }

        /** Remembers the connection of a frame, if it is new, and sets bits of its mark. The frame stays untracked. */
        public static Ct mark(int zone, long value, long mask) {
            return new Ct(
                    true, Zone.of(zone), OptionalInt.empty(), Optional.of(Masked.of(value, mask)), 0, Optional.empty());
        }

        /** Tracks the frame, translates it as its connection is translated already, and goes on in a table. */
        public static Ct restore(int zone, int table) {
            return new Ct(false, Zone.of(zone), OptionalInt.of(table), Optional.empty(), 0, Optional.of(Nat.RESTORE));
        }

        /** Remembers a new connection, translated, and goes on in a table. */
        public static Ct translate(int zone, int table, Nat nat) {
            return new Ct(true, Zone.of(zone), OptionalInt.of(table), Optional.empty(), 0, Optional.of(nat));
        }

        /** Likewise, and sets bits of its mark. */
        public static Ct translate(int zone, int table, Nat nat, Masked mark) {
            return new Ct(true, Zone.of(zone), OptionalInt.of(table), Optional.of(mark), 0, Optional.of(nat));
        }

        public Ct {
            table.ifPresent(t -> requireRange(t, 254, "table"));
            mark.ifPresent(m -> requireRun(m.maskLo()));
            if (helper != 0 && helper != FTP && helper != TFTP) {
                throw new IllegalArgumentException("ct: there is no helper " + helper);
            }
        }

        /** Tracks the frame in a zone, and goes on in a table. */
        public static Ct track(int zone, int table) {
            return new Ct(false, Zone.of(zone), OptionalInt.of(table));
        }
    }

    /**
     * A translation of addresses. A new connection that is committed gets what it says; frames of a known one are
     * translated as the connection is, in both directions, whatever it says. If all of the wanted addresses and ports
     * are taken, a new connection stays as it is: its frame then lacks {@link CtState#SOURCE_NAT} or {@link
     * CtState#DESTINATION_NAT}.
     *
     * @param source whether it changes the source; otherwise the destination
     * @param address the IPv4 address that it sets; empty for {@link #RESTORE}
     * @param firstPort the lowest port that it may set; 0 to keep the port where it can
     * @param lastPort the highest port that it may set
     */
    record Nat(boolean source, Optional<Inet4Address> address, int firstPort, int lastPort) {
        /** Translates frames of known connections only. */
        public static final Nat RESTORE = new Nat(false, Optional.empty(), 0, 0);

        /** Sets the source. */
        public static Nat source(Inet4Address address) {
            return new Nat(true, Optional.of(address), 0, 0);
        }

        /** Sets the destination. @param port 0 to keep the port */
        public static Nat destination(Inet4Address address, int port) {
            return new Nat(false, Optional.of(address), port, port);
        }

        public Nat {
            requireRange(firstPort, 0xffff, "port");
            requireRange(lastPort, 0xffff, "port");
        }
    }

    /**
     * A zone of connection tracking: connections of different zones have nothing to do with each other.
     *
     * @param number 0 to 65535, or empty for {@link #TRACKED}
     */
    record Zone(OptionalInt number) {
        /** The zone in which an earlier {@link Ct} has tracked the frame; 0 for an untracked frame. */
        public static final Zone TRACKED = new Zone(OptionalInt.empty());

        public Zone {
            number.ifPresent(n -> requireRange(n, 0xffff, "zone"));
        }

        /** The zone with this number. */
        public static Zone of(int number) {
            return new Zone(OptionalInt.of(number));
        }
    }

    /**
     * Makes the entry a part of a clause: a frame that matches one entry of each clause, all of one table and priority,
     * matches the entry there for {@link Field#CONJ_ID}. An entry with this action has no other kind of action. Source:
     * ovs-actions(7), "conjunction".
     *
     * @param id the conjunction, any 32 bits but 0
     * @param clause the clause, from 1
     * @param clauses the number of clauses, 2 to 64
     */
    record Conjunction(int id, int clause, int clauses) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.conjunction(this);
        }

        public Conjunction {
            if (id == 0 || clauses < 2 || clauses > 64 || clause < 1 || clause > clauses) {
                throw new IllegalArgumentException("conjunction " + id + ": clause " + clause + " of " + clauses);
            }
        }
    }

    /**
     * Counts the TTL of an IPv4 packet or the hop limit of an IPv6 packet down by one. A packet with a TTL of 0 or 1
     * stays as it is and goes nowhere.
     */
    record DecTtl() implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.decTtl(this);
        }
    }

    /**
     * Sends the frame through the entries of a table and those that they go to. For frames that the controller sends:
     * entries go to later tables instead. Source: ovs-actions(7), "resubmit".
     */
    record Resubmit(int table) implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.resubmit(this);
        }
    }

    /**
     * Writes the number of the first live port into bits 0 to 15 of {@link Field#REG4}; {@link #NONE} if none is live.
     * A port is live while it has a link and, if it runs BFD, while the other end answers. Source: ovs-actions(7),
     * "bundle_load" with active_backup.
     *
     * @param ports numbers of ports, 1 to 65279, the preferred one first
     */
    record FirstAlive(List<Integer> ports) implements Action {
        /** The value if no port is live (OFPP_NONE of OpenFlow 1.0). */
        public static final int NONE = 0xffff;

        /** The bits that are written. */
        public static final long BITS = 0xffff;

        public FirstAlive {
            ports = List.copyOf(ports);
            if (ports.isEmpty() || ports.stream().anyMatch(p -> p < 1 || p >= 0xff00)) {
                throw new IllegalArgumentException("expected ports 1 to 65279, found " + ports);
            }
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.firstAlive(this);
        }
    }

    /**
     * Writes into bit 17 of {@link Field#REG4} whether the frame is longer than this. Source: ovs-actions(7),
     * "check_pkt_larger".
     *
     * @param bytes from the Ethernet header to the end of the payload, 1 to 65535
     */
    record LongerThan(int bytes) implements Action {
        /** The bit that is written. */
        public static final long BIT = 0x2_0000;

        public LongerThan {
            if (bytes < 1 || bytes > 0xffff) {
                throw new IllegalArgumentException("a frame of " + bytes + " bytes");
            }
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.longerThan(this);
        }
    }

    /** Makes the frame untracked again. Source: ovs-actions(7), "ct_clear". */
    record CtClear() implements Action {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.ctClear(this);
        }
    }

    private static void requireRun(long mask) {
        long run = mask >>> Long.numberOfTrailingZeros(mask);
        if (mask == 0 || mask >>> Integer.SIZE != 0 || (run & run + 1) != 0) {
            throw new IllegalArgumentException("ct: the mask " + Long.toHexString(mask) + " is no run of bits");
        }
    }

    private static void requireRange(int number, int most, String name) {
        if (number < 0 || number > most) {
            throw new IllegalArgumentException("ct: " + name + " " + number + " is not within 0 to " + most);
        }
    }

    /** An action that Heddle does not support, found in a foreign flow: Heddle keeps and shows its bytes. */
    final class Unknown implements Action {
        private final byte[] bytes;

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.unknown(this);
        }

        public Unknown(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        /** The action's bytes on the wire, including the header. */
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
