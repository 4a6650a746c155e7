package io.heddle.config;

import io.heddle.flows.model.Link;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads links, which join ports outside of Open vSwitch: {@code links: [[hv1/bond0, hv2/p1]]}. */
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
            } else if (model.roaming().containsKey(end.text())) {
                problems.add(end.problem("is a port without a host: links join ports of hosts"));
            } else if (taken.putIfAbsent(key(found.get(), end.text()), y.line()) != null) {
                problems.add(end.problem("is already linked at " + taken.get(key(found.get(), end.text()))
                        + ": a switch that joins more than two ports is one link of all of them"));
            } else {
                ends.add(found.get());
            }
        }
        return ends.size() < 2 ? Optional.empty() : Optional.of(new Link(ends));
    }

    /** Identifies a cable: every member of a bond has its own. */
    private static String key(Link.End end, String given) {
        String last = given.substring(given.lastIndexOf('/') + 1);
        return end.host() + "/" + end.bridge() + "/" + last;
    }

    /** The port of this name; empty if there is none, or more than one. */
    static Optional<Link.End> port(NetworkModel model, String name) {
        List<NetworkModel.At> found = model.portsNamed(name);
        return found.size() != 1
                ? Optional.empty()
                : found.stream()
                        .map(at -> new Link.End(
                                at.place().host().name(),
                                at.place().bridge().name(),
                                at.port().name()))
                        .findFirst();
    }

    private static String unknown(NetworkModel model, String name) {
        return model.portsNamed(name).size() > 1
                ? "there are several ports named " + name + ": write host/bridge/port"
                : Nearest.unknown(
                        "port",
                        name,
                        model.ports().stream().map(Object::toString).toList());
    }
}
