package io.heddle.controller.fleet;

import io.heddle.apps.Affected;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.apps.router.RoutedNetworks;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compiles the programs of switches, and keeps each until something changes that it depends on, see {@link Affected}.
 * Programs of different switches and successive programs share equal parts. Any thread; {@link #of} from one thread at
 * a time.
 */
final class Programs {
    private final ProgramCache parts = new ProgramCache();
    private final Map<Long, Made> made = new ConcurrentHashMap<>();
    private Comparison last;

    /** What a switch needs. */
    record Made(
            NetworkModel model,
            Map<String, Integer> numbers,
            Transition transition,
            FlowProgram program,
            LearningPorts learning,
            RoutedNetworks routed) {}

    private record Comparison(NetworkModel before, NetworkModel after, Affected affected) {}

    /** Compiles a program. */
    FlowProgram compile(SwitchView view) {
        return Apps.compile(view, parts);
    }

    /** What a switch needs; the same objects as before if nothing changed for it. */
    Made of(long datapathId, SwitchView view) {
        Made before = made.get(datapathId);
        boolean comparable = before != null && view.place().isPresent() && isComparable(before, view);
        if (comparable && isValid(before, view)) {
            Made same = new Made(
                    view.model(), before.numbers, before.transition, before.program, before.learning, before.routed);
            made.put(datapathId, same);
            return same;
        }
        Made now = new Made(
                view.model(),
                view.ports(),
                view.transition(),
                comparable ? compile(before, view) : compile(view),
                LearningPorts.of(view),
                RoutedNetworks.of(view));
        made.put(datapathId, now);
        return now;
    }

    private FlowProgram compile(Made before, SwitchView view) {
        NetworkModel.Place place = view.place().orElseThrow();
        Affected affected = affected(before.model, view.model());
        if (!affected.concernsMoreThanLists(view.model(), place)) {
            return Apps.compileLists(view, parts, before.program);
        }
        return affected.concernsItself(place) ? compile(view) : Apps.compileOthers(view, parts, before.program);
    }

    private static boolean isComparable(Made before, SwitchView view) {
        return before.numbers.equals(view.ports()) && before.transition.equals(view.transition());
    }

    private boolean isValid(Made before, SwitchView view) {
        return before.model == view.model()
                || !affected(before.model, view.model())
                        .concerns(view.model(), view.place().orElseThrow());
    }

    private Affected affected(NetworkModel before, NetworkModel after) {
        if (last == null || last.before != before || last.after != after) {
            last = new Comparison(before, after, Affected.between(before, after));
        }
        return last.affected;
    }

    /** A switch has gone. */
    void forget(long datapathId) {
        made.remove(datapathId);
    }
}
