package io.heddle.flows.pipeline;

import com.google.common.base.Preconditions;
import com.google.common.hash.Hashing;
import io.heddle.flows.program.Reason;
import java.nio.charset.StandardCharsets;

/**
 * Cookies identify the owner of a flow entry and its reason. From the top: 16 bits that mean Heddle, one bit for
 * entries whose frames are answered with a refusal, one for those whose frames are logged, 6 bits for the app, one bit
 * for drops, one for numbered reasons, 38 bits for the reason.
 *
 * <p>The reason's bits are a hash of its identity, not of its words, so no register of numbers is needed. Some reasons
 * come by the hundred thousand, too many for hashes without collisions. They are the numbered items of a few lists: 20
 * bits for the list, 18 for the item.
 */
public final class Cookies {
    /** The upper 16 bits of every cookie of Heddle. */
    public static final long HEDDLE = 0x4eddL << 48;
    /** The bits that identify the owner. */
    public static final long OWNER_MASK = 0xffffL << 48;
    /** The app number of captures. */
    public static final int CAPTURE_APP = 9;
    /** The cookie of entries that copy frames for a capture. */
    public static final long CAPTURE = HEDDLE | (long) CAPTURE_APP << 40;
    /** The bit that marks entries that drop frames, so that drops can be queried by themselves. */
    public static final long DROP = 1L << 39;
    /** The highest number of items in one list. */
    public static final int MOST_ITEMS = 1 << 18;
    /** The number of distinct list numbers of one app. */
    public static final int LISTS = 1 << 20;

    /** The bit of entries that drop frames and copy them to the controller, which tells their senders so. */
    public static final long REJECT = 1L << 47;

    /** The bit of entries that copy frames to the controller, which logs them. */
    public static final long LOG = 1L << 46;

    private static final long NUMBERED = 1L << 38;
    private static final long REASON_MASK = NUMBERED - 1;

    private Cookies() {}

    /** The cookie of entries that {@code app} (1 to 63) installs for {@code reason}. */
    public static long of(int app, Reason reason) {
        return of(app, reason, 0);
    }

    /** Likewise, if the cookies of earlier attempts belong to other reasons: two reasons may have the same hash. */
    public static long of(int app, Reason reason, int attempt) {
        return base(app) | hash(reason.identity() + "'".repeat(attempt)) & REASON_MASK | (reason.isDrop() ? DROP : 0);
    }

    /** The cookie of entries that {@code app} installs for an item, from 0, of one of its lists, from 0. */
    public static long of(int app, int list, int item, boolean drop) {
        Preconditions.checkElementIndex(list, LISTS, "list");
        Preconditions.checkElementIndex(item, MOST_ITEMS, "item");
        return base(app) | NUMBERED | (long) list * MOST_ITEMS | item | (drop ? DROP : 0);
    }

    /** A list number derived from the list's name; two names may get the same number. */
    public static int list(String name) {
        return (int) (hash(name) & LISTS - 1);
    }

    private static long hash(String words) {
        return Hashing.murmur3_128().hashString(words, StandardCharsets.UTF_8).asLong();
    }

    /** The cookie of entries of {@code app} without a reason of their own, such as learnt ones. */
    public static long base(int app) {
        return HEDDLE | (long) app << 40;
    }

    /** Whether entries with this cookie drop frames, for a declared reason. */
    public static boolean isDrop(long cookie) {
        return isOurs(cookie) && (cookie & DROP) != 0;
    }

    /** Whether the senders of frames that entries with this cookie drop are told so. */
    public static boolean isReject(long cookie) {
        return isOurs(cookie) && (cookie & REJECT) != 0;
    }

    /** Whether frames that entries with this cookie match are logged. */
    public static boolean isLog(long cookie) {
        return isOurs(cookie) && (cookie & LOG) != 0;
    }

    /** The app number in this cookie, 0 to 63. */
    public static int app(long cookie) {
        return (int) (cookie >>> 40) & 0x3f;
    }

    /** Whether an entry with this cookie is Heddle's. */
    public static boolean isOurs(long cookie) {
        return (cookie & OWNER_MASK) == HEDDLE;
    }
}
