package io.heddle.apps;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.heddle.flows.program.FlowProgram;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Caches parts of programs by their origin, as long as a program uses them. Switches and successive versions with equal
 * parts compute and store each part only once. Safe from any thread.
 */
public final class ProgramCache {
    private static final int MOST_KEPT = 1000;

    private final Cache<Object, FlowProgram.Part> known =
            CacheBuilder.newBuilder().weakValues().build();

    /** What follows from a piece of a network alone, by its identity. */
    private final Cache<Object, Object> derived =
            CacheBuilder.newBuilder().weakKeys().build();

    /** The last origins of places; {@link #known} has them as long as a program uses their parts. */
    private final Cache<Object, Object> last =
            CacheBuilder.newBuilder().weakValues().build();

    /** What successive programs can go on with, by value. */
    private final Cache<Object, Object> kept =
            CacheBuilder.newBuilder().maximumSize(MOST_KEPT).build();

    /**
     * What follows from {@code source} alone, which is immutable. Computed once for each object.
     *
     * @param maker one for each type of source
     */
    @SuppressWarnings("unchecked")
    <K, V> V derived(K source, Function<K, V> maker) {
        return (V) find(derived, source, () -> maker.apply(source));
    }

    /**
     * What successive programs can go on with. Those that were not used for longest are forgotten.
     *
     * @param key has {@code equals} by value
     * @param maker one for each type of key
     */
    @SuppressWarnings("unchecked")
    <K, V> V kept(K key, Function<K, V> maker) {
        return (V) find(kept, key, () -> maker.apply(key));
    }

    /** The part that depends only on {@code origin}, which must have {@code equals} by value. */
    FlowProgram.Part of(Object origin, Supplier<FlowProgram.Part> maker) {
        return find(known, origin, maker);
    }

    /**
     * Notes what is now the last origin of a place.
     *
     * @param place one for each type of origin; has {@code equals} by value
     * @return the last one before, if a program still has its part
     */
    @SuppressWarnings("unchecked")
    <T> Optional<T> replaced(Object place, T origin) {
        return Optional.ofNullable((T) last.asMap().put(place, origin));
    }

    /** Not {@link Cache#get}: makers ask for other values, and must not keep other threads waiting. */
    private static <V> V find(Cache<Object, V> cache, Object key, Supplier<? extends V> maker) {
        V value = cache.getIfPresent(key);
        if (value == null) {
            value = maker.get();
            cache.put(key, value);
        }
        return value;
    }
}
