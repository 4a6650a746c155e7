package io.heddle.flows.simulate;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.FlowEntry;

/**
 * Observes the frames of a {@link Walk}.
 *
 * @param <S> a frame, or some frames that go the same way
 */
public interface Witness<S> {
    /** An entry matches frames. */
    default void matched(FlowEntry entry, S some) {}

    /** An entry outputs frames, in their state at that point. @param port a number or one of {@code PortNumber} */
    default void emitted(FlowEntry entry, int port, S some) {}

    /** An entry commits the connection of frames, in their state at that point. */
    default void committed(Action.Ct commit, S some) {}

    /** Frames end at an entry, which has output or dropped them, and not handed them to another table. */
    default void ended(FlowEntry entry, S some) {}

    /** No entry of a table matches these frames. */
    default void missed(int table, S some) {}

    /** Frames reach a table that the walk does not enter. */
    default void left(int table, S some) {}

    /** Frames reach an entry or action that Heddle cannot read; their fate is unknown. @param text its description */
    default void lost(int table, S some, String text) {}
}
