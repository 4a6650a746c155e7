package io.heddle.apps;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.heddle.flows.program.FlowProgram;
import java.util.function.Supplier;

/**
 * Caches parts of programs by their origin, as long as a program uses them. Switches and successive versions with equal
 * parts compute and store each part only once. Safe from any thread.
 */
public final class ProgramCache {
    private final Cache<Object, FlowProgram.Part> known =
            CacheBuilder.newBuilder().weakValues().build();

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
