package io.heddle.apps;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.heddle.flows.program.FlowProgram;
import java.util.function.Supplier;

/**
 * Parts of programs by what they follow from, for as long as a program has them: what one switch has already, or had
 * under the version before, is neither made again nor kept twice. Any thread.
 */
public final class Parts {
    private final Cache<Object, FlowProgram.Part> known =
            CacheBuilder.newBuilder().weakValues().build();

    /** The part that follows from {@code origin}, which has a value's {@code equals}, and from nothing else. */
    FlowProgram.Part of(Object origin, Supplier<FlowProgram.Part> maker) {
        FlowProgram.Part part = known.getIfPresent(origin);
        if (part == null) {
            part = maker.get();
            known.put(origin, part);
        }
        return part;
    }
}
