package io.heddle.flows.pipeline;

import com.google.common.base.Preconditions;
import com.google.common.hash.Hashing;
import io.heddle.flows.program.Reason;
import java.nio.charset.StandardCharsets;

/**
 * Cookies say whose a flow entry is and why it is there. From the top: 16 bits that mean Heddle, 8 bits for the app,
 * one for drops, one for numbered reasons, 38 bits for the reason.
 *
 * <p>The reason's bits are a hash of what it is, not of its words, so that nobody keeps a register of numbers. Reasons
 * that come by the hundred thousand, which are too many for hashes without two alike, are the numbered items of a few
 * lists: 20 bits for the list, 18 for the item.
 */
public final class Cookies {
    /** The upper 16 bits of every cookie of ours. */
    public static final long HEDDLE = 0x4eddL << 48;
    /** The bits that tell ours from strangers'. */
    public static final long OWNER_MASK = 0xffffL << 48;
    /** The number, among those of apps, that stands for captures. */
    public static final int CAPTURE_APP = 9;
    /** The cookie of entries that copy frames for somebody who captures. */
    public static final long CAPTURE = HEDDLE | (long) CAPTURE_APP << 40;
    /** The bit of a cookie that says "frames end here", so that drops can be asked for by themselves. */
    public static final long DROP = 1L << 39;
    /** The most items of one list. */
    public static final int MOST_ITEMS = 1 << 18;
    /** How many lists of one app can be told apart. */
    public static final int LISTS = 1 << 20;

    private static final long NUMBERED = 1L << 38;
    private static final long REASON_MASK = NUMBERED - 1;

    private Cookies() {}

    /** The cookie of entries that {@code app} (1 to 255) installs for {@code reason}. */
    public static long of(int app, Reason reason) {
        return of(app, reason, 0);
    }

    /** Likewise, where the cookies of the attempts before stand for other reasons already: two may have one hash. */
    public static long of(int app, Reason reason, int attempt) {
        return base(app) | hash(reason.identity() + "'".repeat(attempt)) & REASON_MASK | (reason.isDrop() ? DROP : 0);
    }

    /** The cookie of entries that {@code app} installs for an item, from 0, of one of its lists, from 0. */
    public static long of(int app, int list, int item, boolean drop) {
        Preconditions.checkElementIndex(list, LISTS, "list");
        Preconditions.checkElementIndex(item, MOST_ITEMS, "item");
        return base(app) | NUMBERED | (long) list * MOST_ITEMS | item | (drop ? DROP : 0);
    }

    /** A number for a list that follows from its name; two names may have one. */
    public static int list(String name) {
        return (int) (hash(name) & LISTS - 1);
    }

    private static long hash(String words) {
        return Hashing.murmur3_128().hashString(words, StandardCharsets.UTF_8).asLong();
    }

    /** The cookie of entries of {@code app} that have no reason of their own, such as learnt ones. */
    public static long base(int app) {
        return HEDDLE | (long) app << 40;
    }

    /** Whether frames end at entries with this cookie, for a declared reason. */
    public static boolean isDrop(long cookie) {
        return isOurs(cookie) && (cookie & DROP) != 0;
    }

    /** The number of the app whose entries have this cookie, 0 to 255. */
    public static int app(long cookie) {
        return (int) (cookie >>> 40) & 0xff;
    }

    /** Whether an entry with this cookie is Heddle's. */
    public static boolean isOurs(long cookie) {
        return (cookie & OWNER_MASK) == HEDDLE;
    }
}
