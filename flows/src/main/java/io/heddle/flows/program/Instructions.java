package io.heddle.flows.program;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The instructions of a flow entry. In order: the meter that limits the frames, actions applied at once, bits written
 * into the metadata, the next table. A frame without a next table ends here; without any output it is dropped.
 *
 * @param meter the number of the meter (OFPIT_METER), or 0
 * @param apply actions in order (OFPIT_APPLY_ACTIONS)
 * @param metadata bits to write (OFPIT_WRITE_METADATA), a wild value for none
 * @param next the next table (OFPIT_GOTO_TABLE), or -1
 */
public record Instructions(int meter, List<Action> apply, Masked metadata, int next) {
    private static final Masked NO_METADATA = Masked.of(0, 0);

    /** Drops the frame. */
    public static final Instructions DROP = new Instructions(0, List.of(), NO_METADATA, -1);

    public Instructions {
        apply = List.copyOf(apply);
    }

    /** Applies these actions and ends. */
    public static Instructions apply(Action... actions) {
        return new Instructions(0, List.of(actions), NO_METADATA, -1);
    }

    /** Only goes to another table. */
    public static Instructions go(int table) {
        return new Instructions(0, List.of(), NO_METADATA, table);
    }

    /** These instructions, and a write of the bits of {@code value} under {@code mask} into the metadata. */
    public Instructions write(long value, long mask) {
        return new Instructions(meter, apply, Masked.of(value, mask), next);
    }

    /** These instructions, and then {@code table}. */
    public Instructions then(int table) {
        return new Instructions(meter, apply, metadata, table);
    }

    /** These instructions behind a meter; the meter drops frames beyond its rate. */
    public Instructions metered(int number) {
        return new Instructions(number, apply, metadata, next);
    }

    /** The table to go to, if any. */
    public OptionalInt nextTable() {
        return next < 0 ? OptionalInt.empty() : OptionalInt.of(next);
    }

    /** The numbers of the meters that these instructions refer to. */
    public List<Integer> meters() {
        List<Integer> numbers = new ArrayList<>();
        if (meter != 0) {
            numbers.add(meter);
        }
        copies().forEach(c -> numbers.add(c.meter()));
        return numbers;
    }

    /** The metered copies to the controller. */
    public Stream<Action.Copy> copies() {
        return apply.stream().filter(Action.Copy.class::isInstance).map(Action.Copy.class::cast);
    }

    /** These instructions for a switch without meters. Leaves out copies of a drop, which only a meter limits. */
    Instructions withoutMeters() {
        if (meters().isEmpty()) {
            return this;
        }
        if (isDrop()) {
            // What a switch remembers of a connection is no copy.
            List<Action> kept =
                    apply.stream().filter(Action.Ct.class::isInstance).toList();
            return new Instructions(0, kept, NO_METADATA, -1);
        }
        List<Action> plain = apply.stream()
                .map(a -> a instanceof Action.Copy c ? new Action.Output(PortNumber.CONTROLLER, c.maxLength()) : a)
                .toList();
        return new Instructions(0, plain, metadata, next);
    }

    /**
     * Whether the frame ends here without an output, except of its headers to the controller. A whole frame that goes to
     * the controller is not dropped: the controller answers it.
     */
    public boolean isDrop() {
        return next < 0
                && apply.stream()
                        .allMatch(a -> a instanceof Action.Copy c && c.maxLength() != Action.Copy.WHOLE
                                || a instanceof Action.CtClear
                                || a instanceof Action.Ct c && c.table().isEmpty()
                                || a instanceof Action.Output o && o.port() == PortNumber.CONTROLLER);
    }
}
