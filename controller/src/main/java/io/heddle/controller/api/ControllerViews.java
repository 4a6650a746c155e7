package io.heddle.controller.api;

import io.heddle.cluster.Member;
import io.heddle.cluster.Roster;
import io.heddle.controller.services.Services;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The controllers of a cluster, as rows. */
final class ControllerViews {
    private final Services services;

    ControllerViews(Services services) {
        this.services = services;
    }

    /** All controllers that belong to the cluster; none if this one is alone. */
    List<Map<String, Object>> controllers() {
        Roster roster = services.cluster().isEmpty()
                ? Roster.NOBODY
                : services.cluster().get().roster();
        return new TreeMap<>(roster.controllers())
                .values().stream().map(m -> row(roster, m)).toList();
    }

    private static Map<String, Object> row(Roster roster, Member member) {
        String state = roster.state(member);
        return Row.of("name", member.name())
                .and("state", state)
                .and("address", member.host())
                .and("openFlow", member.openFlow() != 0 ? member.openFlow() : member.openFlowTls())
                .and("api", member.api() != 0 ? member.api() : member.apiTls())
                .and("term", state.equals("leads") ? roster.term() : "")
                .map();
    }
}
