package io.heddle.flows.program;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a flow entry does: actions applied at once and in order, then bits written into the metadata, then the next
 * table. A frame that has no next table ends here; one with no output at all is dropped.
 *
 * @param apply actions in order (OFPIT_APPLY_ACTIONS)
 * @param metadata bits to write (OFPIT_WRITE_METADATA), a wild value for none
 * @param next the table to go to (OFPIT_GOTO_TABLE), or -1
 */
public record Instructions(List<Action> apply, Masked metadata, int next) {
    private static final Masked NO_METADATA = Masked.of(0, 0);

    /** Discards the frame. */
    public static final Instructions DROP = new Instructions(List.of(), NO_METADATA, -1);

    public Instructions {
        apply = List.copyOf(apply);
    }

    /** Applies these actions and ends. */
    public static Instructions apply(Action... actions) {
        return new Instructions(List.of(actions), NO_METADATA, -1);
    }

    /** Only goes to another table. */
    public static Instructions go(int table) {
        return new Instructions(List.of(), NO_METADATA, table);
    }

    /** These instructions and also the bits of {@code value} under {@code mask} written into the metadata. */
    public Instructions write(long value, long mask) {
        return new Instructions(apply, Masked.of(value, mask), next);
    }

    /** These instructions and then on to {@code table}. */
    public Instructions then(int table) {
        return new Instructions(apply, metadata, table);
    }

    /** The table to go to, if any. */
    public OptionalInt nextTable() {
        return next < 0 ? OptionalInt.empty() : OptionalInt.of(next);
    }

    /** Whether a frame that gets here goes nowhere. */
    public boolean isDrop() {
        return apply.isEmpty() && next < 0;
    }
}
