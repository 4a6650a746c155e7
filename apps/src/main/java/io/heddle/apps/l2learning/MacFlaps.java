package io.heddle.apps.l2learning;

import java.util.LinkedHashMap;
import java.util.Map;

/** Tells a MAC that moved from one that moves again and again. Confined to one thread; bounded. */
public final class MacFlaps {
    private static final int OFTEN = 5;
    private static final long WINDOW_SECONDS = 10;
    private static final long QUIET_SECONDS = 60;
    private static final int MOST = 1000;

    /** What a move means. */
    public enum Verdict {
        /** It moved, as hosts do. */
        MOVED,
        /** The moment at which it is known to flap. */
        FLAPS,
        /** It was said to flap less than a minute ago. */
        KNOWN
    }

    private record Moves(long since, int count, long told) {
    }

    private final Map<Long, Moves> moves = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Moves> eldest) {
            return size() > MOST;
        }
    };

    /** A MAC has moved. @param second of any clock that does not go back */
    public Verdict moved(long mac, long second) {
        Moves m = moves.getOrDefault(mac, new Moves(second, 0, Long.MIN_VALUE / 2));
        if (second - m.told < QUIET_SECONDS) {
            return Verdict.KNOWN;
        }
        Moves now = second - m.since > WINDOW_SECONDS ? new Moves(second, 1, m.told) : new Moves(m.since, m.count + 1, m.told);
        boolean flaps = now.count >= OFTEN;
        moves.put(mac, flaps ? new Moves(second, 0, second) : now);
        return flaps ? Verdict.FLAPS : Verdict.MOVED;
    }
}
