package io.heddle.flows.simulate;

import io.heddle.flows.program.FlowEntry;

/**
 * Sees what becomes of frames on a {@link Walk}.
 *
 * @param <S> a frame, or some frames that go the same way
 */
public interface Witness<S> {
    /** An entry takes frames. */
    default void matched(FlowEntry entry, S some) {}

    /** Frames leave by a port, in the state that they have then. @param port a number or one of {@code PortNumber} */
    default void emitted(FlowEntry entry, int port, S some) {}

    /** Frames end at an entry, which has sent them out by ports or dropped them. */
    default void ended(FlowEntry entry, S some) {}

    /** No entry of a table takes these frames. */
    default void missed(int table, S some) {}

    /** Frames come to a table that the walk does not go into. */
    default void left(int table, S some) {}

    /** Frames come to something that Heddle cannot read, and nobody can say what becomes of them. @param text what it is */
    default void lost(int table, S some, String text) {}
}
