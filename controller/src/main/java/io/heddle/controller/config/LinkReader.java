package io.heddle.controller.config;

import io.heddle.flows.model.Host;
import io.heddle.flows.model.Link;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what joins ports outside: {@code links: [[hv1/bond0, hv2/p1]]}. */
final class LinkReader {
    private final NetworkModel model;
    private final List<Problem> problems;
    private final Map<String, String> taken = new HashMap<>();

    LinkReader(NetworkModel model, List<Problem> problems) {
        this.model = model;
        this.problems = problems;
    }

    Optional<Link> read(Yaml y) {
        List<Link.End> ends = new ArrayList<>();
        for (Yaml end : y.items()) {
            Optional<Link.End> found = port(model, end.text());
            if (found.isEmpty()) {
                problems.add(end.problem(unknown(model, end.text())));
            } else if (taken.putIfAbsent(key(found.get(), end.text()), y.line()) != null) {
                problems.add(end.problem("is already linked at " + taken.get(key(found.get(), end.text()))
                        + ": a switch that joins more than two ports is one link of all of them"));
            } else {
                ends.add(found.get());
            }
        }
        return ends.size() < 2 ? Optional.empty() : Optional.of(new Link(ends));
    }

    /** Every member of a bond has a cable of its own. */
    private static String key(Link.End end, String said) {
        String last = said.substring(said.lastIndexOf('/') + 1);
        return end.host() + "/" + end.bridge() + "/" + last;
    }

    /** The one port called {@code host/bridge/port}, {@code host/port} or, where only one has that name, {@code port}. */
    static Optional<Link.End> port(NetworkModel model, String name) {
        List<Link.End> found = new ArrayList<>();
        for (NetworkModel.Place place : model.places()) {
            Host host = place.host();
            for (Port p : place.bridge().ports().values()) {
                Link.End end = new Link.End(host.name(), place.bridge().name(), p.name());
                boolean member = p.bond().isPresent() && p.interfaces().stream()
                        .anyMatch(i -> name.equals(host.name() + "/" + i));
                if (name.equals(end.toString()) || name.equals(end.host() + "/" + end.port()) || name.equals(end.port())
                        || member) {
                    found.add(end);
                }
            }
        }
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    static String unknown(NetworkModel model, String name) {
        List<String> known = new ArrayList<>();
        model.places().forEach(p -> p.bridge().ports().keySet().forEach(port -> known.add(p + "/" + port)));
        boolean several = known.stream().filter(k -> k.endsWith("/" + name)).count() > 1;
        return several ? "there are several ports named " + name + ": write host/bridge/port"
                : Nearest.unknown("port", name, known);
    }
}
