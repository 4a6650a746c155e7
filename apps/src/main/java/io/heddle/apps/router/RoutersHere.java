package io.heddle.apps.router;

import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Router;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The routers that a switch serves. */
final class RoutersHere {
    private RoutersHere() {}

    /** Those that join a network of the switch. */
    static Set<Router> of(SwitchView view) {
        Set<Router> out = new LinkedHashSet<>();
        carried(view).forEach(name -> view.model().routerOf(name).ifPresent(out::add));
        return out;
    }

    /** The networks of a router that the switch carries. */
    static Set<Network> networks(SwitchView view, Router router) {
        Set<String> here = carried(view);
        Set<Network> out = new LinkedHashSet<>();
        router.networks().stream()
                .filter(here::contains)
                .map(view.model().networks()::get)
                .forEach(out::add);
        return out;
    }

    /** A router's way out, if the switch has it, or may have it. */
    static Optional<Router.Outside> outside(SwitchView view, Router router) {
        return router.outside()
                .filter(o -> o.hosts().contains(view.host().orElseThrow().name())
                        && carried(view).contains(o.network()));
    }

    /** The floating addresses of a router that the switch translates for its own guests. */
    static List<Router.Floating> floatings(SwitchView view, Router router) {
        return view.model()
                .floatings(router, view.host().orElseThrow(), view.bridge().orElseThrow());
    }

    /** The outside addresses of a router at which the switch answers, or may answer. */
    static List<InetAddress> addresses(SwitchView view, Router router) {
        List<InetAddress> all = new ArrayList<>();
        if (outside(view, router).isPresent()) {
            all.addAll(view.model().atWayOut(router).outsideAddresses());
        }
        floatings(view, router).forEach(f -> all.add(f.outside()));
        return all;
    }

    /** The network outside of a router, if packets leave for it from the switch. */
    static Optional<Router.Outside> leaves(SwitchView view, Router router) {
        return outside(view, router)
                .or(() -> router.outside().filter(o -> !floatings(view, router).isEmpty()));
    }

    /** Whether a router's way out may move here from now on, see {@link Transition#joining}. */
    static boolean joins(SwitchView view, Router router) {
        return view.transition()
                .isJoining(router.name(), view.host().orElseThrow().name());
    }

    /** The next routers of all of them. */
    static Set<InetAddress> hops(SwitchView view) {
        Set<InetAddress> out = new HashSet<>();
        for (Router router : of(view)) {
            router.routes().forEach(r -> r.via().forEach(h -> out.add(h.address())));
            leaves(view, router).flatMap(Router.Outside::gateway).ifPresent(out::add);
        }
        return out;
    }

    private static Set<String> carried(SwitchView view) {
        return view.bridge().isEmpty()
                ? Set.of()
                : view.model().networks(view.host().orElseThrow(), view.bridge().get());
    }
}
