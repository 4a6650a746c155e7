package io.heddle.config;

import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Checks that the routers of two hosts do not send from the same MAC, which follows from the host's name: each would
 * take the other's frames for its own that came back.
 */
final class RouterMacCheck {
    private final NetworkModel model;
    private final List<Problem> problems;

    RouterMacCheck(NetworkModel model, List<Problem> problems) {
        this.model = model;
        this.problems = problems;
    }

    /** @param places the hosts' places by name */
    void check(Map<String, Yaml> places) {
        if (model.routers().values().stream().anyMatch(Router::spreads)) {
            // These have fewer bits of the name, all of which are among those of the others.
            differ(places, Gateways::macsByHop);
        } else if (!model.routers().isEmpty()) {
            differ(places, Gateways::mac);
        }
    }

    private void differ(Map<String, Yaml> places, Function<Host, Object> mac) {
        Map<Object, String> taken = new HashMap<>();
        for (Host host : model.hosts().values()) {
            String other = taken.putIfAbsent(mac.apply(host), host.name());
            if (other != null) {
                problems.add(places.get(host.name())
                        .problem("its routers would have the same MAC as those of host " + other
                                + ", because it follows from the name: give one of the two another name"));
            }
        }
    }
}
