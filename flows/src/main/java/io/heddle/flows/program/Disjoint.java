package io.heddle.flows.program;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Assigns priorities to rules. Each rule gets a lower priority than the rules before it, or the same one if no frame
 * can match both. That holds for matches that test the same bits of the same fields for different values. Other rules
 * must not share a priority, because OpenFlow 1.3.5 §5.3 leaves open which of two matching entries of one priority
 * applies.
 */
public final class Disjoint {
    /** The lowest priority that this class assigns. */
    public static final int LOWEST = 1;
    /** The message if there are too few priorities. */
    public static final String NONE_LEFT =
            "the access lists need more priorities than a switch has: put rules that look at the "
                    + "same fields next to each other, they share one";

    private int priority;
    /**
     * A match of the current priority, whose matches all test the same bits; null if they do not, or there are none.
     */
    private Match like;

    private final Set<Match> taken = new HashSet<>();

    /** @param top the priority above the first one to assign */
    public Disjoint(int top) {
        priority = top;
    }

    /** The lowest priority assigned so far; {@code top} if none. */
    public int lowest() {
        return priority;
    }

    /**
     * Assigns the priority of a rule with these matches.
     *
     * @throws IllegalStateException if no priority is left
     */
    public int next(List<Match> matches) {
        if (matches.isEmpty()) {
            return priority;
        }
        Match first = matches.get(0);
        boolean alike = matches.stream().allMatch(first::looksAtSameBits);
        if (!alike
                || like == null
                || !first.looksAtSameBits(like)
                || matches.stream().anyMatch(taken::contains)) {
            if (priority == LOWEST) {
                throw new IllegalStateException(NONE_LEFT);
            }
            priority--;
            taken.clear();
            // A rule whose matches test different bits gets a priority of its own: its matches have the same result.
            like = alike ? first : null;
        }
        taken.addAll(matches);
        return priority;
    }
}
