package io.heddle.trace;

import io.heddle.apps.SwitchView;
import io.heddle.apps.all.LearntCookies;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Reason;
import io.heddle.flows.simulate.Opaque;
import io.heddle.flows.simulate.Simulator;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A switch, as a trace needs it.
 *
 * @param entries the flow entries that Heddle can read
 * @param unreadable the other flow entries
 * @param program Heddle's program of the switch, for the reasons
 */
public record Station(
        SwitchView view, Collection<FlowEntry> entries, Collection<Opaque> unreadable, FlowProgram program) {
    private static final Reason FOREIGN = Reason.note("foreign", "an entry that is not Heddle's");

    Simulator simulator() {
        return new Simulator(entries, unreadable);
    }

    NetworkModel.Place place() {
        return view.place().orElseThrow();
    }

    /** The name of an interface by its number. */
    String name(int number) {
        return view.ports().entrySet().stream()
                .filter(e -> e.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> Integer.toUnsignedString(number));
    }

    /** The port of the file that an interface belongs to. */
    Optional<Port> port(String device) {
        return place().bridge().ports().values().stream()
                .filter(p -> p.interfaces().contains(device))
                .findFirst();
    }

    /** The reason of an entry; empty for an entry that Heddle has made and no longer knows. */
    Optional<Reason> reason(FlowEntry e) {
        Optional<Reason> reason = LearntCookies.reason(e.cookie()).or(() -> program.reason(e.cookie()));
        return Cookies.isOurs(e.cookie()) ? reason : Optional.of(FOREIGN);
    }

    /** An entry with the names of its ports, without its cookie and table. */
    String text(FlowEntry e) {
        Map<String, String> names = view.ports().entrySet().stream()
                .collect(Collectors.toMap(p -> Integer.toUnsignedString(p.getValue()), Map.Entry::getKey, (a, b) -> a));
        return PortNames.named(e.toString(), names).replaceFirst("table=\\d+, ", "");
    }
}
