package io.heddle.apps;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives names numbers of a range that follow from the names alone, so that they are the same after a restart and on
 * every controller. If two names have the same hash, the later one takes the next free number.
 */
public final class FreeNumbers {
    private final int first;
    private final int count;
    private final Set<Integer> taken = new HashSet<>();

    /** @param first the lowest number @param count how many there are */
    public FreeNumbers(int first, int count) {
        this.first = first;
        this.count = count;
    }

    /** A number for a name. @throws IllegalArgumentException if none is left */
    public int of(String name) {
        return from(Integer.remainderUnsigned(hash(name, 0), count));
    }

    /** The number at a place of the range or, if somebody has it, the next free one. */
    public int from(int place) {
        if (taken.size() >= count) {
            throw new IllegalArgumentException("all " + count + " numbers are taken");
        }
        int at = place;
        while (!taken.add(at)) {
            at = (at + 1) % count;
        }
        return first + at;
    }

    /** The hash of a name, any 32 bits. @param seed another one gives another hash */
    public static int hash(String name, int seed) {
        return Hashing.murmur3_32_fixed(seed)
                .hashString(name, StandardCharsets.UTF_8)
                .asInt();
    }
}
