package io.heddle.flows.simulate;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.Optional;

/**
 * Filters and transforms frames: the part of the {@linkplain Walk semantics} of flow entries that differs between one
 * frame and a set of frames.
 *
 * @param <S> a frame, or some frames that go the same way; never none
 */
public interface Space<S> {
    /** The frames that satisfy a match; empty if none does. */
    Optional<S> within(S some, Match match);

    /** The frames that are not among {@code part}, some of them; empty if all are. */
    Optional<S> without(S some, S part);

    /** The frames of both, which are the same but for the filters that they have passed. */
    S union(S a, S b);

    /** All frames, with the bits of a field overwritten that {@code value}'s mask selects. */
    S set(S some, Field field, Masked value);

    /** All frames, with the value of one field copied into another. */
    S move(S some, Field from, Field to);

    /**
     * All frames with the value of a header field less by one, but those for which that leaves nothing: the switch ends
     * them. A set may contain frames with other values as well.
     */
    Optional<S> decrement(S some, Field field);

    /** Both as one, if they can go on together. */
    Optional<S> join(S a, S b);
}
