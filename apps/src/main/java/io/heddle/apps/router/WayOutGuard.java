package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * No guest passes for a way out that moves: by a frame with its MAC, a guest in the network where the outside begins
 * would draw the packets to itself. From other switches such frames come rightly: another host may have the way out.
 */
final class WayOutGuard {
    private WayOutGuard() {}

    static void contribute(SwitchView view, FlowSink sink) {
        if (view.bridge().isEmpty()) {
            return;
        }
        Reason forged = Reason.drop("way-out-mac", "the source is the MAC of a router's way out");
        Map<Long, String> networks = new LinkedHashMap<>();
        for (Router router : view.model().routers().values()) {
            router.outside()
                    .filter(Router.Outside::moves)
                    .ifPresent(o -> networks.put(Gateways.mac(router), o.network()));
        }
        networks.forEach((mac, network) -> {
            Match from = Match.ALL.with(Field.ETH_SRC, mac);
            view.bridge().get().ports().values().stream()
                    .filter(p -> p.networks().contains(network) && isGuest(p))
                    .flatMap(p -> view.numbers(p).stream())
                    .forEach(n -> sink.add(
                            Table.ADMISSION, RouterApp.FORGED, from.with(Field.IN_PORT, n), Instructions.DROP, forged));
        });
    }

    /** Whether a guest is behind a port, rather than other switches. */
    static boolean isGuest(Port port) {
        return !port.uplink() && port.type() != Port.Type.PATCH && !port.type().isTunnel();
    }
}
