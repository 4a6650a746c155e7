package io.heddle.controller.capture;

import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The captures that run. Any thread. */
public final class Captures {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private volatile Consumer<Capture> changed = c -> {};
    private final Map<Integer, Capture> running = new ConcurrentHashMap<>();

    /** A number that no other capture has. */
    public static int nextNumber() {
        return NUMBERS.incrementAndGet();
    }

    /** Says who sees to it that a capture's host has what the capture needs. */
    public void whenChanged(Consumer<Capture> listener) {
        changed = listener;
    }

    /** Begins to copy frames. */
    public void start(Capture c) {
        running.put(c.number(), c);
        changed.accept(c);
    }

    /** Ends a capture, unless it has ended. */
    public void stop(Capture c) {
        if (running.remove(c.number()) != null) {
            changed.accept(c);
        }
    }

    /** The declared network with what the captures need. */
    public NetworkModel added(NetworkModel model) {
        NetworkModel with = model;
        for (Capture c : running.values()) {
            with = c.added(with);
        }
        return with;
    }

    /** What a switch that only serves a capture should have; empty for every other switch. */
    public Optional<FlowProgram> program(NetworkModel model, long datapathId) {
        return sentBy(datapathId).map(c -> c.program(model));
    }

    /** A frame that a capture's switch has copied. */
    public void captured(long datapathId, byte[] frame, int length) {
        sentBy(datapathId).ifPresent(c -> c.sink().frame(frame, length));
    }

    private Optional<Capture> sentBy(long datapathId) {
        return running.values().stream().filter(c -> c.isSentBy(datapathId)).findFirst();
    }
}
