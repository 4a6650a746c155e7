package io.heddle.flows.simulate;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.Optional;

/**
 * What frames can be told apart by and altered in: the part of the {@linkplain Walk semantics} of flow entries that is
 * different for one frame and for a set of them.
 *
 * @param <S> a frame, or some frames that go the same way; never none
 */
public interface Space<S> {
    /** Those that satisfy a match, empty for none. */
    Optional<S> within(S some, Match match);

    /** Those that do not. */
    Optional<S> without(S some, Match match);

    /** All of them with the bits of a field overwritten that {@code value}'s mask names. */
    S set(S some, Field field, Masked value);

    /** All of them with one field's value copied into another. */
    S move(S some, Field from, Field to);

    /** Both as one, where they can go on together. */
    Optional<S> join(S a, S b);
}
