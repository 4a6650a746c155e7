package io.heddle.controller.capture;

import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The running captures. Any thread. */
public final class Captures {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private volatile Consumer<Capture> changed = c -> {};
    private final Map<Integer, Capture> running = new ConcurrentHashMap<>();

    /** A unique number for a new capture. */
    public static int nextNumber() {
        return NUMBERS.incrementAndGet();
    }

    /** Sets the listener that updates a capture's host when the capture starts or ends. */
    public void whenChanged(Consumer<Capture> listener) {
        changed = listener;
    }

    /** Starts a capture. */
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

    /** Adds the bridges, ports and mirrors of all captures to the declared network. */
    public NetworkModel added(NetworkModel model) {
        NetworkModel with = model;
        for (Capture c : running.values()) {
            with = c.added(with);
        }
        return with;
    }

    /** The program of a capture's own bridge; empty for every other switch. */
    public Optional<FlowProgram> program(NetworkModel model, long datapathId) {
        return sentBy(datapathId).map(c -> c.program(model));
    }

    /** A capture's own bridge has sent a copy of a frame. */
    public void captured(long datapathId, byte[] frame, int length) {
        sentBy(datapathId).ifPresent(c -> c.sink().frame(frame, length));
    }

    private Optional<Capture> sentBy(long datapathId) {
        return running.values().stream().filter(c -> c.isSentBy(datapathId)).findFirst();
    }
}
