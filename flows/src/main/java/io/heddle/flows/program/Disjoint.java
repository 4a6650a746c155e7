package io.heddle.flows.program;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives rules their priorities: each one below those before it, or the same as theirs where no frame can match two of
 * them. That is known of matches which look at the same bits of the same fields and want other values there. Within one
 * priority OpenFlow 1.3.5 §5.3 leaves open which of two matching entries counts, so nothing else may share one.
 */
public final class Disjoint {
    /** The lowest priority that is given. */
    public static final int LOWEST = 1;
    /** Said where there are too few. */
    public static final String NONE_LEFT =
            "the access lists need more priorities than a switch has: put rules that look at the "
                    + "same fields next to each other, they share one";

    private int priority;
    /** One of the matches of this priority, all of which look at the same bits; null where they do not, or there is none. */
    private Match like;

    private final Set<Match> taken = new HashSet<>();

    /** @param top the priority above the first */
    public Disjoint(int top) {
        priority = top;
    }

    /** The lowest priority that was given; the one above the first where none was. */
    public int lowest() {
        return priority;
    }

    /**
     * The priority of a rule that has these matches.
     *
     * @throws IllegalStateException when there is none left
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
            // A rule whose own matches differ in kind is alone with its priority: they decide alike.
            like = alike ? first : null;
        }
        taken.addAll(matches);
        return priority;
    }
}
