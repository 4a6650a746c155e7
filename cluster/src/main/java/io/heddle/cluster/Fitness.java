package io.heddle.cluster;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this controller could lead, and should. One that cannot use the state never campaigns. One that had better
 * not lead, because its disk is full, leaves the lead to others as long as there are any: it would refuse all changes.
 * Confined to the thread that decides, but for {@link #fault}.
 */
final class Fitness {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Supplier<String> cannot;
    private final Supplier<String> shouldNot;
    private volatile String unable = "";
    private volatile String hindered = "";
    /** What the other controllers know. */
    private String announced = "";
    /** Whether there is a version that was not read yet. */
    private boolean unread = true;

    private long looked;

    /**
     * @param cannot says why this controller could not use the state, "" if it could; takes time
     * @param shouldNot says why it should leave the lead to others, "" if it need not
     */
    Fitness(Supplier<String> cannot, Supplier<String> shouldNot) {
        this.cannot = cannot;
        this.shouldNot = shouldNot;
    }

    /** What is wrong with this controller, "" for nothing; any thread. */
    String fault() {
        return unable.isEmpty() ? hindered : unable;
    }

    /** There is another version. */
    void versionCame() {
        unread = true;
    }

    /** This controller joins anew: the others know nothing of it. */
    void joins() {
        announced = "";
        unread = true;
        looked = System.nanoTime() - PAUSE_NANOS;
        look();
    }

    /** Looks at what may have changed. Not while anything waits: it takes time. */
    void look() {
        String before = fault();
        if (unread) {
            unread = false;
            unable = cannot.get();
        }
        if (System.nanoTime() - looked >= PAUSE_NANOS) {
            looked = System.nanoTime();
            hindered = shouldNot.get();
        }
        if (!fault().equals(before) && !fault().isEmpty()) {
            LOG.error("this controller leaves the lead to others: {}", fault());
        }
    }

    /** Whether the others know something else. */
    boolean isNews() {
        return !fault().equals(announced);
    }

    /** The others know now. */
    void announced() {
        announced = fault();
    }

    /** Whether this controller may campaign. @param others whether others could lead instead */
    boolean campaigns(boolean others) {
        return unable.isEmpty() && (hindered.isEmpty() || !others);
    }
}
