package io.heddle.controller.capture;

import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The captures that run. Any thread. */
public final class Captures {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private final Map<Integer, Capture> running = new ConcurrentHashMap<>();

    /** A number that no other capture has. */
    public static int nextNumber() {
        return NUMBERS.incrementAndGet();
    }

    /** Adds one. */
    public void add(Capture c) {
        running.put(c.number(), c);
    }

    /** Ends one. @return whether it ran */
    public boolean remove(Capture c) {
        return running.remove(c.number()) != null;
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
