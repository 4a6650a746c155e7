package io.heddle.apps.l2learning;

import com.carrotsearch.hppc.LongObjectHashMap;

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

    private static final class Moves {
        private long since;
        private int count;
        private long told = Long.MIN_VALUE / 2;
    }

    private final LongObjectHashMap<Moves> moves = new LongObjectHashMap<>();

    /** A MAC has moved. @param second of any clock that does not go back */
    public Verdict moved(long mac, long second) {
        Moves m = moves.get(mac);
        if (m == null) {
            m = begin(mac, second);
        }
        if (second - m.told < QUIET_SECONDS) {
            return Verdict.KNOWN;
        }
        if (second - m.since > WINDOW_SECONDS) {
            m.since = second;
            m.count = 0;
        }
        if (++m.count < OFTEN) {
            return Verdict.MOVED;
        }
        m.since = second;
        m.count = 0;
        m.told = second;
        return Verdict.FLAPS;
    }

    private Moves begin(long mac, long second) {
        if (moves.size() >= MOST) {
            moves.removeAll((other, m) -> second - m.since > WINDOW_SECONDS && second - m.told >= QUIET_SECONDS);
        }
        if (moves.size() >= MOST) {
            moves.clear();
        }
        Moves m = new Moves();
        m.since = second;
        moves.put(mac, m);
        return m;
    }
}
