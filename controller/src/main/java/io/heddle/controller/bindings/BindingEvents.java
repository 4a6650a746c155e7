package io.heddle.controller.bindings;

import io.heddle.events.Journal;
import io.heddle.events.ReportLimit;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Placement;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Roaming;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Adds events for roaming ports that come, move and go, and for claims that the network refuses. */
final class BindingEvents {
    private static final int REFUSALS_PER_MINUTE = 30;

    private final Journal journal;
    /** Where ports were when the last events were added, by name. */
    private Map<String, Places> known = new HashMap<>();

    /** The refusals that were reported, and still hold. */
    private final Set<String> refused = new HashSet<>();

    private final ReportLimit limit = new ReportLimit(REFUSALS_PER_MINUTE);

    /** @param inEffect {@code host/bridge/interface}; "" for nowhere @param standby likewise, where it may move to */
    private record Places(String inEffect, Set<String> standby) {
        static final Places NONE = new Places("", Set.of());
    }

    /** Whether the next report is the first, of what another controller has reported already. */
    private boolean resumes;

    /** @param resumes whether something is known from an earlier controller */
    BindingEvents(Journal journal, boolean resumes) {
        this.journal = journal;
        this.resumes = resumes;
    }

    void report(NetworkModel declared, NetworkModel bound, List<Claim> claims) {
        if (declared.roaming().isEmpty()) {
            // Most networks have none, and a hundred thousand other ports.
            known = new HashMap<>();
            refused.clear();
            return;
        }
        Map<String, Places> now = places(declared, bound);
        if (!resumes) {
            now.forEach((port, places) -> changed(port, known.getOrDefault(port, Places.NONE), places));
        }
        resumes = false;
        known = now;
        Set<String> reasons = new LinkedHashSet<>();
        Map<String, List<Claim>> byId = Bindings.byId(claims);
        for (Port port : declared.roaming().values()) {
            String id = port.roaming().map(Roaming::knownBy).orElse("");
            refusals(declared, bound, port, byId.getOrDefault(id, List.of()), now.get(port.name()), reasons);
        }
        refused.retainAll(reasons);
        for (String reason : reasons) {
            if (!refused.contains(reason) && limit.allows(System.nanoTime())) {
                refused.add(reason);
                String[] parts = reason.split("\n", 2);
                journal.add("refused", parts[0], parts[1]);
            }
        }
    }

    private void changed(String port, Places before, Places now) {
        if (!before.inEffect.equals(now.inEffect)) {
            if (now.inEffect.isEmpty()) {
                journal.add("unbound", port, "no host has its interface any more; it was " + before.inEffect);
            } else if (before.inEffect.isEmpty()) {
                journal.add("bound", port, "it is " + now.inEffect);
            } else {
                journal.add("moved", port, "from " + before.inEffect + " to " + now.inEffect);
            }
        }
        for (String place : now.standby) {
            if (!before.standby.contains(place) && !before.inEffect.equals(place)) {
                journal.add(
                        "moving",
                        port,
                        place
                                + " is known by the same: the port moves there when its guest speaks there; until then it"
                                + " is " + now.inEffect);
            }
        }
    }

    /** Claims to a port that are in effect nowhere. */
    private static void refusals(
            NetworkModel declared,
            NetworkModel bound,
            Port port,
            List<Claim> claims,
            Places places,
            Set<String> reasons) {
        String id = port.roaming().map(Roaming::knownBy).orElse("");
        for (Claim c : claims) {
            if (places.inEffect.equals(c.toString()) || places.standby.contains(c.toString())) {
                continue;
            }
            Optional<String> why = Placement.refusal(declared, c.binding(port.name()))
                    .or(() -> Placement.refusal(bound, c.binding(port.name())));
            reasons.add(c + "\n" + "cannot be port " + port.name() + ", by whose " + id + " it is known: "
                    + why.orElse("another interface of this host has it already"));
        }
    }

    private static Map<String, Places> places(NetworkModel declared, NetworkModel bound) {
        Map<String, Places> out = new HashMap<>();
        Map<String, Set<String>> standby = new HashMap<>();
        for (NetworkModel.Place place : bound.places()) {
            for (Port port : place.bridge().ports().values()) {
                if (port.roaming().filter(Roaming::standby).isPresent()) {
                    standby.computeIfAbsent(port.name(), n -> new HashSet<>())
                            .add(place + "/" + port.roaming().get().device());
                }
            }
        }
        for (String port : declared.roaming().keySet()) {
            String at = bound.found(port)
                    .map(a -> a.place() + "/" + a.port().roaming().orElseThrow().device())
                    .orElse("");
            out.put(port, new Places(at, standby.getOrDefault(port, Set.of())));
        }
        return out;
    }
}
