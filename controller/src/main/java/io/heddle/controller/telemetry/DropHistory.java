package io.heddle.controller.telemetry;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Dropped frames by reason, in steps of ten seconds over the last hour. Thread-safe. */
public final class DropHistory {
    /** Length of a step, in seconds. */
    public static final int STEP = 10;

    private static final int STEPS = 360;

    private final Deque<Step> steps = new ArrayDeque<>();

    private record Step(long number, Map<String, Long> frames) {}

    synchronized void add(Instant when, String reason, long frames) {
        long number = when.getEpochSecond() / STEP;
        if (steps.isEmpty() || steps.getLast().number < number) {
            steps.addLast(new Step(number, new HashMap<>()));
        }
        while (steps.getFirst().number <= number - STEPS) {
            steps.removeFirst();
        }
        if (frames > 0) {
            steps.getLast().frames.merge(reason, frames, Long::sum);
        }
    }

    /**
     * Frames by reason, one number for each step, oldest first. All lists have the same length; their last step
     * contains {@code now}.
     */
    public synchronized Map<String, List<Long>> until(Instant now) {
        long last = now.getEpochSecond() / STEP;
        long first = steps.isEmpty() ? last : Math.max(last - STEPS + 1, steps.getFirst().number);
        Map<String, List<Long>> out = new TreeMap<>();
        int length = (int) (last - first + 1);
        for (Step s : steps) {
            s.frames.forEach((reason, n) -> {
                List<Long> line = out.computeIfAbsent(reason, r -> new ArrayList<>(Collections.nCopies(length, 0L)));
                if (s.number >= first && s.number <= last) {
                    line.set((int) (s.number - first), n);
                }
            });
        }
        return out;
    }
}
