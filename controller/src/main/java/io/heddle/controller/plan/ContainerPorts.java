package io.heddle.controller.plan;

import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds the ports of containers that a change removes. A runtime asks for a port once, when the container starts:
 * nobody declares it again. A whole network file from elsewhere, such as from Git, does not have these ports. Pure.
 */
final class ContainerPorts {
    /** The labels that {@code heddle containers} gives its ports. */
    private static final Set<String> LABELS = Set.of("runtime", "attachment");

    private ContainerPorts() {}

    /** The losses in sentences, one for each bridge that loses ports of containers. */
    static List<String> lost(NetworkModel now, NetworkModel then) {
        Map<String, List<String>> before = names(now);
        Map<String, List<String>> after = names(then);
        return before.entrySet().stream()
                .map(e -> {
                    Set<String> kept = Set.copyOf(after.getOrDefault(e.getKey(), List.of()));
                    return Map.entry(
                            e.getKey(),
                            e.getValue().stream().filter(p -> !kept.contains(p)).toList());
                })
                .filter(e -> !e.getValue().isEmpty())
                .map(e -> sentence(e.getKey(), e.getValue()))
                .toList();
    }

    /** The sorted names of ports of containers, by bridge. */
    private static Map<String, List<String>> names(NetworkModel model) {
        return model.ports().stream()
                .filter(at -> isContainer(at.port()))
                .collect(Collectors.groupingBy(
                        at -> at.place().toString(),
                        TreeMap::new,
                        Collectors.mapping(
                                at -> at.port().name(),
                                Collectors.collectingAndThen(
                                        Collectors.toList(),
                                        names -> names.stream().sorted().toList()))));
    }

    private static boolean isContainer(Port port) {
        return !port.isRoaming() && port.labels().keySet().containsAll(LABELS);
    }

    private static String sentence(String bridge, List<String> ports) {
        return "bridge " + bridge + " loses "
                + (ports.size() == 1
                        ? "1 port of containers: " + ports.get(0)
                        : ports.size() + " ports of containers, such as " + ports.get(0))
                + "; containers that run have no network any more until they start again";
    }
}
