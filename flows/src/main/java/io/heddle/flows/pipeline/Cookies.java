package io.heddle.flows.pipeline;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * Cookies say whose a flow entry is and why it is there. From the top: 16 bits that mean Heddle, 8 bits for the app,
 * one for drops, 39 bits for the reason.
 *
 * <p>The reason's bits are a hash of its words rather than a running number: a rule added at the top of a list must
 * not renumber, and so rewrite, every entry below it.
 */
public final class Cookies {
    /** The upper 16 bits of every cookie of ours. */
    public static final long HEDDLE = 0x4eddL << 48;
    /** The bits that tell ours from strangers'. */
    public static final long OWNER_MASK = 0xffffL << 48;
    /** The cookie of entries that copy frames for somebody who captures. */
    public static final long CAPTURE = HEDDLE | 9L << 40;
    /** The bit of a cookie that says "frames end here", so that drops can be asked for by themselves. */
    public static final long DROP = 1L << 39;
    private static final long REASON_MASK = DROP - 1;

    private Cookies() {
    }

    /** The cookie of entries that {@code app} (1 to 255) installs for {@code reason}, which drops begin with "drop: ". */
    public static long of(int app, String reason) {
        long hash = Hashing.murmur3_128().hashString(reason, StandardCharsets.UTF_8).asLong();
        return base(app) | hash & REASON_MASK | (Reasons.isDrop(reason) ? DROP : 0);
    }

    /** The cookie of entries of {@code app} that have no reason of their own, such as learnt ones. */
    public static long base(int app) {
        return HEDDLE | (long) app << 40;
    }

    /** Whether frames end at entries with this cookie, for a declared reason. */
    public static boolean isDrop(long cookie) {
        return isOurs(cookie) && (cookie & DROP) != 0;
    }

    /** Whether an entry with this cookie is Heddle's. */
    public static boolean isOurs(long cookie) {
        return (cookie & OWNER_MASK) == HEDDLE;
    }
}
