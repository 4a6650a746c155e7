package io.heddle.flows.program;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What a flow entry does: the meter that a frame must pass, actions applied at once and in order, then bits written
 * into the metadata, then the next table. A frame that has no next table ends here; one with no output at all is dropped.
 *
 * @param meter the number of the meter to pass (OFPIT_METER), or 0
 * @param apply actions in order (OFPIT_APPLY_ACTIONS)
 * @param metadata bits to write (OFPIT_WRITE_METADATA), a wild value for none
 * @param next the table to go to (OFPIT_GOTO_TABLE), or -1
 */
public record Instructions(int meter, List<Action> apply, Masked metadata, int next) {
    private static final Masked NO_METADATA = Masked.of(0, 0);

    /** Discards the frame. */
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

    /** These instructions and also the bits of {@code value} under {@code mask} written into the metadata. */
    public Instructions write(long value, long mask) {
        return new Instructions(meter, apply, Masked.of(value, mask), next);
    }

    /** These instructions and then on to {@code table}. */
    public Instructions then(int table) {
        return new Instructions(meter, apply, metadata, table);
    }

    /** These instructions, for frames that pass a meter; what exceeds its rate is dropped. */
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

    /** The copies to the controller that keep to a meter. */
    public Stream<Action.Copy> copies() {
        return apply.stream().filter(Action.Copy.class::isInstance).map(Action.Copy.class::cast);
    }

    /** The same for a switch without meters. Copies that only a meter bounds, those of a drop, are left out. */
    Instructions withoutMeters() {
        if (meters().isEmpty()) {
            return this;
        }
        List<Action> plain = apply.stream()
                .map(a -> a instanceof Action.Copy c ? new Action.Output(PortNumber.CONTROLLER, c.maxLength()) : a)
                .toList();
        return isDrop() ? DROP : new Instructions(0, plain, metadata, next);
    }

    /** Whether a frame that gets here goes nowhere, but for a copy to the controller. */
    public boolean isDrop() {
        return next < 0
                && apply.stream()
                        .allMatch(a -> a instanceof Action.Copy
                                || a instanceof Action.Output o && o.port() == PortNumber.CONTROLLER);
    }
}
