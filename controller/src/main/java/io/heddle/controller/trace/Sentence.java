package io.heddle.controller.trace;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Says in a sentence what became of a frame. */
final class Sentence {
    private static final int NAMED = 6;

    private Sentence() {
    }

    /** @param target the port that it was meant for, {@code host/bridge/port} */
    static String of(List<Trace.End> ends, Optional<String> target) {
        List<String> delivered = at(ends, Trace.Fate.DELIVERED).map(Trace.End::at).distinct().toList();
        Optional<Trace.End> loop = at(ends, Trace.Fate.LOOPED).findFirst();
        String round = loop.map(l -> "; a copy " + l.why() + " (" + l.at() + ")").orElse("");
        if (target.isPresent() && delivered.contains(target.get())) {
            return "delivered to " + target.get() + (delivered.size() > 1 ? ", and flooded to " + (delivered.size() - 1)
                    + " more" : "") + round;
        }
        Optional<Trace.End> answered = at(ends, Trace.Fate.ANSWERED).findFirst();
        if (answered.isPresent()) {
            return "answered on " + answered.get().at() + ": " + answered.get().why();
        }
        if (!delivered.isEmpty()) {
            return "delivered to " + String.join(", ", delivered.stream().limit(NAMED).toList())
                    + (delivered.size() > NAMED ? " and " + (delivered.size() - NAMED) + " more" : "")
                    + target.map(t -> "; not to " + t + at(ends, Trace.Fate.DROPPED).findFirst()
                            .map(d -> ", because it is " + dropped(d)).orElse("")).orElse("") + round;
        }
        Optional<Trace.End> outside = at(ends, Trace.Fate.OUTSIDE).findFirst();
        if (outside.isPresent()) {
            return outside.get().why() + " of " + outside.get().at() + "; what is behind it the file does not say" + round;
        }
        return at(ends, Trace.Fate.DROPPED).findFirst().map(Sentence::dropped).orElse("goes nowhere") + round;
    }

    private static Stream<Trace.End> at(List<Trace.End> ends, Trace.Fate fate) {
        return ends.stream().filter(e -> e.fate() == fate);
    }

    private static String dropped(Trace.End end) {
        String why = end.why().replaceFirst("^(acl \\S+) (rule \\d+|default)$", "$1, $2");
        return "dropped on " + end.at() + (end.why().startsWith("NORMAL") ? ": " : " by ") + why
                + (end.place().isEmpty() ? "" : " (" + end.place() + ")");
    }
}
