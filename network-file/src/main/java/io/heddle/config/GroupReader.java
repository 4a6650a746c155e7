package io.heddle.config;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads groups of ports. A port belongs to a group if the group lists it, or if it carries all labels and is in one of
 * the networks that the group names.
 */
final class GroupReader {
    private final NetworkModel model;
    private final List<Problem> problems;
    private final List<Problem> notes;
    private final Supplier<List<NetworkModel.At>> ports;
    /** By name and by host/bridge/name. */
    private final Supplier<Map<String, List<NetworkModel.At>>> byName = Suppliers.memoize(this::byName);
    /** By each of their labels. */
    private final Supplier<Map<Map.Entry<String, String>, List<NetworkModel.At>>> byLabel =
            Suppliers.memoize(this::byLabel);

    GroupReader(NetworkModel model, List<Problem> problems, List<Problem> notes) {
        this.model = model;
        this.problems = problems;
        this.notes = notes;
        this.ports = Suppliers.memoize(model::ports);
    }

    /** The ports of a group, in the order of the file. */
    List<NetworkModel.At> read(Yaml y) {
        Map<String, NetworkModel.At> members = new LinkedHashMap<>();
        for (Yaml item : y.get("ports").map(Yaml::items).orElse(List.of())) {
            List<NetworkModel.At> named = byName.get().getOrDefault(item.text(), List.of());
            if (named.isEmpty()) {
                problems.add(item.problem(Nearest.unknown(
                        "port", item.text(), new TreeSet<>(byName.get().keySet()))));
            }
            named.forEach(at -> members.put(at.toString(), at));
        }
        boolean selects = y.get("labels").isPresent() || y.get("networks").isPresent();
        if (selects) {
            selected(y).forEach(at -> members.put(at.toString(), at));
        } else if (y.get("ports").isEmpty() && (y.isMap() || y.isNull())) {
            problems.add(y.problem("names no ports: add ports, labels or networks"));
        }
        if (members.isEmpty()) {
            notes.add(y.problem("has no ports: rules with it match nothing"));
        }
        return List.copyOf(members.values());
    }

    private List<NetworkModel.At> selected(Yaml y) {
        Map<String, String> labels = Labels.read(y, problems);
        List<String> networks = networks(y);
        if (y.get("labels").isPresent() && labels.isEmpty() || y.get("networks").isPresent() && networks.isEmpty()) {
            // Reported; fewer conditions would select more ports.
            return List.of();
        }
        List<NetworkModel.At> candidates = labels.isEmpty()
                ? ports.get().stream().filter(at -> !leadsElsewhere(at.port())).toList()
                : byLabel.get().getOrDefault(labels.entrySet().iterator().next(), List.of());
        return candidates.stream()
                .filter(at -> at.port().labels().entrySet().containsAll(labels.entrySet()))
                .filter(at ->
                        networks.isEmpty() || at.port().networks().stream().anyMatch(networks::contains))
                .toList();
    }

    /** Whether hosts behind other switches are behind a port. */
    private static boolean leadsElsewhere(Port port) {
        return port.uplink() || port.type() == Port.Type.PATCH || port.type().isTunnel();
    }

    private List<String> networks(Yaml y) {
        Set<String> known = model.networks().keySet();
        List<Yaml> items = y.get("networks").map(Yaml::items).orElse(List.of());
        items.stream()
                .filter(n -> !known.contains(n.text()))
                .forEach(n -> problems.add(n.problem(Nearest.unknown("network", n.text(), known))));
        return items.stream().map(Yaml::text).toList();
    }

    private Map<String, List<NetworkModel.At>> byName() {
        Map<String, List<NetworkModel.At>> all = new HashMap<>();
        for (NetworkModel.At at : ports.get()) {
            all.computeIfAbsent(at.port().name(), n -> new ArrayList<>(1)).add(at);
            all.put(at.toString(), List.of(at));
        }
        return all;
    }

    private Map<Map.Entry<String, String>, List<NetworkModel.At>> byLabel() {
        Map<Map.Entry<String, String>, List<NetworkModel.At>> all = new HashMap<>();
        for (NetworkModel.At at : ports.get()) {
            at.port()
                    .labels()
                    .entrySet()
                    .forEach(l -> all.computeIfAbsent(l, k -> new ArrayList<>()).add(at));
        }
        return all;
    }
}
