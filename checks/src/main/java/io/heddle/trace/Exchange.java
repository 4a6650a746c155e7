package io.heddle.trace;

import io.heddle.config.NetworkFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A frame and the answer to it. The switches on the way have seen the frame when the answer comes, so the answer
 * belongs to its connection where they track it.
 *
 * @param reply the path of the answer; without hops if there is none, and then the sentence says why
 */
public record Exchange(Trace trace, Trace reply) {
    /** Follows a frame, and the answer of the host that gets it. @param stations see {@link Tracer} */
    public static Exchange of(
            NetworkFile.Declared declared, Function<String, Station> stations, KnownHosts known, Origin.Frame asked) {
        Tracer there = new Tracer(declared, stations, known);
        Trace trace = there.follow(asked);
        try {
            if (trace.ends().stream().anyMatch(e -> e.fate() == Trace.Fate.ANSWERED)) {
                throw new IllegalArgumentException("the switch has answered already");
            }
            Tracer.Arrived arrived = receiver(there.arrived(), asked.target());
            Origin.Frame answer = Answer.to(
                    asked,
                    arrived,
                    known.behind(
                                    arrived.at().place().toString(),
                                    arrived.at().port().name())
                            .map(KnownHosts.Sighting::mac),
                    arrived.at().port().networks().stream()
                            .anyMatch(n -> declared.model().routerOf(n).isPresent()));
            return new Exchange(trace, new Tracer(declared, stations, known, there.committed()).follow(answer));
        } catch (IllegalArgumentException e) {
            return new Exchange(trace, new Trace("", List.of(), List.of(), List.of(), e.getMessage()));
        }
    }

    /** The port where the receiver is: that of the target, or else the only one by which the frame has left. */
    private static Tracer.Arrived receiver(Map<String, Tracer.Arrived> arrived, Optional<String> target) {
        Optional<Tracer.Arrived> wanted = target.map(arrived::get);
        if (wanted.isPresent()) {
            return wanted.get();
        }
        if (target.isPresent() || arrived.isEmpty()) {
            throw new IllegalArgumentException("nobody answers a frame that does not arrive");
        }
        if (arrived.size() > 1) {
            throw new IllegalArgumentException(
                    "the frame arrives at " + arrived.size() + " ports: name the one that answers with --to");
        }
        return arrived.values().iterator().next();
    }
}
