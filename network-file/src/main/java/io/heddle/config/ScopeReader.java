package io.heddle.config;

import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Nearest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads where access lists hold. */
final class ScopeReader {
    private final NetworkModel model;
    private final AddressNames names;
    private final List<Problem> problems;
    private final Set<String> ports = new TreeSet<>();
    private final Set<String> bridges = new TreeSet<>();

    ScopeReader(NetworkModel model, AddressNames names, List<Problem> problems) {
        this.model = model;
        this.names = names;
        this.problems = problems;
        model.hosts()
                .forEach((hostName, host) -> host.bridges().forEach((bridgeName, bridge) -> {
                    bridges.add(bridgeName);
                    bridges.add(hostName + "/" + bridgeName);
                    for (Port p : bridge.ports().values()) {
                        ports.add(p.name());
                        ports.add(new NetworkModel.At(new NetworkModel.Place(host, bridge), p).toString());
                    }
                }));
        ports.addAll(model.roaming().keySet());
    }

    /** The names of all ports, as PORT and as HOST/BRIDGE/PORT. */
    Set<String> ports() {
        return ports;
    }

    Acl.Scope read(Yaml list) {
        if (list.get("on").isEmpty()) {
            return Acl.Scope.ALL;
        }
        Yaml on = list.get("on").get();
        Set<String> members = refs(on, "ports", "port", ports);
        members.addAll(groups(on, members.isEmpty()));
        return new Acl.Scope(
                refs(on, "networks", "network", model.networks().keySet()),
                members,
                refs(on, "bridges", "bridge", bridges),
                refs(on, "hosts", "host", model.hosts().keySet()));
    }

    /** The ports of the groups. @param alone whether there are no other ports */
    private Set<String> groups(Yaml on, boolean alone) {
        Set<String> members = new HashSet<>();
        Set<String> groups = refs(on, "groups", "group", names.groups().keySet());
        groups.forEach(g -> names.groups().getOrDefault(g, List.of()).forEach(at -> members.add(at.toString())));
        boolean known = names.groups().keySet().containsAll(groups);
        if (alone && members.isEmpty() && known && !groups.isEmpty()) {
            // A scope without ports is every port.
            problems.add(on.get("groups")
                    .get()
                    .problem("no port is in " + String.join(" or ", new TreeSet<>(groups))
                            + ", so the list holds nowhere: add a port to the group, or remove the list"));
        }
        return members;
    }

    private Set<String> refs(Yaml on, String key, String what, Set<String> known) {
        on.get(key).map(Yaml::items).orElse(List.of()).stream()
                .filter(n -> !known.contains(n.text()))
                .forEach(n -> problems.add(n.problem(Nearest.unknown(what, n.text(), known))));
        return new HashSet<>(on.texts(key));
    }
}
