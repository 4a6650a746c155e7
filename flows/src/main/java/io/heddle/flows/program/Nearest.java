package io.heddle.flows.program;

import java.util.Collection;
import java.util.Optional;

/** Finds the word that the user probably meant. */
public final class Nearest {
    private Nearest() {}

    /** The candidate with the fewest edits from {@code word}, if it is close enough. */
    public static Optional<String> of(String word, Collection<String> candidates) {
        String best = null;
        int least = Math.max(1, word.length() / 3) + 1;
        for (String c : candidates) {
            int d = distance(word, c);
            if (d < least || d == least && best != null && c.compareTo(best) < 0) {
                least = d;
                best = c;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Builds messages such as: unknown network "rde", did you mean red? */
    public static String unknown(String what, String name, Collection<String> known) {
        return "unknown " + what + " \"" + name + "\""
                + of(name, known)
                        .map(n -> ", did you mean " + n + "?")
                        .orElse(known.isEmpty() ? ", none is declared" : "; declared are " + String.join(", ", known));
    }

    /** The number of letters to insert, remove, change or swap with their neighbour. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
