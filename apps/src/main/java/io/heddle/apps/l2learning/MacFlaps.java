package io.heddle.apps.l2learning;

import com.carrotsearch.hppc.LongObjectHashMap;

/** Distinguishes MACs that move once from MACs that flap. Confined to one thread; bounded in size. */
public final class MacFlaps {
    private static final int OFTEN = 5;
    private static final long WINDOW_SECONDS = 10;
    private static final long QUIET_SECONDS = 60;
    private static final int MOST = 1000;

    /** The meaning of a move. */
    public enum Verdict {
        /** A single move. */
        MOVED,
        /** One move too many: from now on the MAC flaps. */
        FLAPS,
        /** The MAC was found flapping less than a minute ago. */
        KNOWN
    }

    private static final class Moves {
        private long since;
        private int count;
        private long lastReported = Long.MIN_VALUE / 2;
    }

    private final LongObjectHashMap<Moves> moves = new LongObjectHashMap<>();

    /** Records a move. @param second the time of a monotonic clock */
    public Verdict moved(long mac, long second) {
        Moves m = moves.get(mac);
        if (m == null) {
            m = begin(mac, second);
        }
        if (second - m.lastReported < QUIET_SECONDS) {
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
        m.lastReported = second;
        return Verdict.FLAPS;
    }

    private Moves begin(long mac, long second) {
        if (moves.size() >= MOST) {
            moves.removeAll(
                    (other, m) -> second - m.since > WINDOW_SECONDS && second - m.lastReported >= QUIET_SECONDS);
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
