package io.heddle.trace;

import io.heddle.flows.program.Reason;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Says in one sentence how a frame ended. */
final class Sentence {
    private static final int NAMED = 6;

    private Sentence() {}

    /**
     * @param reasons the ends of the frame, each with the reason of the flow entry that ended it, if one did
     * @param target the port of the receiver, {@code host/bridge/port}
     */
    static String of(Map<Trace.End, Optional<Reason>> reasons, Optional<String> target) {
        Set<Trace.End> ends = reasons.keySet();
        List<String> delivered =
                at(ends, Trace.Fate.DELIVERED).map(Trace.End::at).distinct().toList();
        Optional<Trace.End> loop = at(ends, Trace.Fate.LOOPED).findFirst();
        String round =
                loop.map(l -> "; a copy " + l.why() + " (" + l.at() + ")").orElse("");
        if (target.isPresent() && delivered.contains(target.get())) {
            return "delivered to " + target.get()
                    + (delivered.size() > 1 ? ", and flooded to " + (delivered.size() - 1) + " more" : "") + round;
        }
        Optional<Trace.End> lost = at(ends, Trace.Fate.LOST).findFirst();
        if (lost.isPresent()) {
            return lost(lost.get(), delivered);
        }
        Optional<Trace.End> answered = at(ends, Trace.Fate.ANSWERED).findFirst();
        if (answered.isPresent()) {
            return "answered on " + answered.get().at() + ": " + answered.get().why();
        }
        if (!delivered.isEmpty()) {
            return delivered(delivered) + target.map(t -> missed(t, reasons)).orElse("") + round;
        }
        Optional<Trace.End> outside = at(ends, Trace.Fate.OUTSIDE).findFirst();
        if (outside.isPresent()) {
            return outside.get().why() + " of " + outside.get().at() + "; the file does not say what is behind it"
                    + round;
        }
        // A copy that is flooded to nobody says less than an entry that drops.
        return at(ends, Trace.Fate.DROPPED)
                        .min(Comparator.comparing(d -> reasons.get(d).isEmpty()))
                        .map(d -> dropped(d, reasons.get(d)))
                        .orElse("goes nowhere")
                + round;
    }

    private static String lost(Trace.End end, List<String> delivered) {
        return end.why() + " (on " + end.at() + ")"
                + (delivered.isEmpty() ? "" : "; before it, a copy is delivered to " + first(delivered));
    }

    private static String delivered(List<String> ports) {
        return "delivered to " + first(ports)
                + (ports.size() > NAMED ? " and " + (ports.size() - NAMED) + " more" : "");
    }

    private static String first(List<String> ports) {
        return String.join(", ", ports.stream().limit(NAMED).toList());
    }

    private static String missed(String target, Map<Trace.End, Optional<Reason>> reasons) {
        return "; not to " + target
                + at(reasons.keySet(), Trace.Fate.DROPPED)
                        .findFirst()
                        .map(d -> ", because it is " + dropped(d, reasons.get(d)))
                        .orElse("");
    }

    private static Stream<Trace.End> at(Set<Trace.End> ends, Trace.Fate fate) {
        return ends.stream().filter(e -> e.fate() == fate);
    }

    private static String dropped(Trace.End end, Optional<Reason> reason) {
        return "dropped on " + end.at() + reason.map(r -> " by " + r.phrase()).orElse(": " + end.why())
                + (end.place().isEmpty() ? "" : " (" + end.place() + ")");
    }
}
