package io.heddle.apps;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.heddle.flows.program.FlowProgram;
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
        Object value = derived.getIfPresent(source);
        if (value == null) {
            value = maker.apply(source);
            derived.put(source, value);
        }
        return (V) value;
    }

    /**
     * What successive programs can go on with. Those that were not used for longest are forgotten.
     *
     * @param key has {@code equals} by value
     * @param maker one for each type of key
     */
    @SuppressWarnings("unchecked")
    <K, V> V kept(K key, Function<K, V> maker) {
        Object value = kept.getIfPresent(key);
        if (value == null) {
            value = maker.apply(key);
            kept.put(key, value);
        }
        return (V) value;
    }

    /** The part that depends only on {@code origin}, which must have {@code equals} by value. */
    FlowProgram.Part of(Object origin, Supplier<FlowProgram.Part> maker) {
        FlowProgram.Part part = known.getIfPresent(origin);
        if (part == null) {
            part = maker.get();
            known.put(origin, part);
        }
        return part;
    }
}
