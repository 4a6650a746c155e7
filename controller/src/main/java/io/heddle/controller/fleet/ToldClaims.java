package io.heddle.controller.fleet;

import io.heddle.controller.bindings.Claim;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;

/**
 * Gathers what hosts tell of their claims, because each change of what is in effect looks at the whole network. A host
 * that adds and removes the same interfaces without end waits longer and longer, until a minute was quiet. Confined to
 * the model thread.
 */
final class ToldClaims {
    static final int GATHERED_MILLIS = 20;
    /** A change of the network takes at most this part of the thread's time, one in so many. */
    private static final int SHARE = 5;

    private static final long LONGEST_GATHERED_MILLIS = 1000;
    /** A host that starts again with all its guests is no attack. */
    static final int PATIENCE = 300;

    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;
    private static final long QUIET_NANOS = 60_000_000_000L;

    private final ObjLongConsumer<Runnable> scheduler;
    private final BiPredicate<String, Set<Claim>> take;
    private final Runnable follow;
    /** What hosts told last, and was not taken yet. */
    private final Map<String, Set<Claim>> newest = new LinkedHashMap<>();

    private final Map<String, Pace> paces = new HashMap<>();
    private boolean follows;
    private long followMillis;

    private static final class Pace {
        /** What the host has claimed within this minute or longer, if it is not quiet. */
        private final Set<String> had = new HashSet<>();

        private Set<Claim> last = Set.of();
        private long lastNanos;
        private int again;
        private long pauseMillis;

        /** @return how long to wait before these claims are taken, in milliseconds */
        long told(Set<Claim> claims, long now) {
            if (now - lastNanos > QUIET_NANOS) {
                had.clear();
                again = 0;
                pauseMillis = 0;
            }
            lastNanos = now;
            Set<String> come = claims.stream()
                    .filter(c -> !last.contains(c))
                    .map(Claim::knownBy)
                    .collect(Collectors.toSet());
            if (pauseMillis > 0) {
                pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
            } else if (come.stream().anyMatch(had::contains) && ++again > PATIENCE) {
                pauseMillis = FIRST_PAUSE_MILLIS;
            }
            had.addAll(come);
            last = claims;
            return pauseMillis;
        }
    }

    /**
     * @param scheduler runs a task after milliseconds
     * @param take gets a host and its claims @return whether they are news
     * @param follow lets the network follow what is new
     */
    ToldClaims(ObjLongConsumer<Runnable> scheduler, BiPredicate<String, Set<Claim>> take, Runnable follow) {
        this.scheduler = scheduler;
        this.take = take;
        this.follow = follow;
    }

    /** A host has told all its claims. */
    void told(String host, Set<Claim> claims) {
        boolean waits = newest.put(host, claims) != null;
        if (!waits) {
            long pause = paces.computeIfAbsent(host, h -> new Pace()).told(claims, System.nanoTime());
            if (pause == 0) {
                take(host);
            } else {
                scheduler.accept(() -> take(host), pause);
            }
        }
    }

    private void take(String host) {
        Set<Claim> claims = newest.remove(host);
        if (claims != null && take.test(host, claims) && !follows) {
            follows = true;
            long share = Math.min(LONGEST_GATHERED_MILLIS, followMillis * (SHARE - 1));
            scheduler.accept(this::followAll, Math.max(GATHERED_MILLIS, share));
        }
    }

    private void followAll() {
        follows = false;
        long begun = System.nanoTime();
        follow.run();
        followMillis = (System.nanoTime() - begun) / 1_000_000;
    }
}
