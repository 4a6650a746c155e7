package io.heddle.apps.health;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Service;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Hands the controller what the backends of services answer when it looks whether they serve. It asks as the gateway of
 * the backend's network, so answers reach the router of the backend's host.
 */
public final class HealthApp implements FlowContributor {
    /** This app's number in cookies. */
    public static final int NUMBER = 15;

    /** Above all that a router does with packets to its own addresses. */
    private static final int ANSWERS = 330;

    private static final int ANSWERS_PER_SECOND = 500;
    private static final int TCP = 6;

    @Override
    public String name() {
        return "health";
    }

    @Override
    public int number() {
        return NUMBER;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        NetworkModel.Place place = view.place().orElse(null);
        if (place == null || view.model().routers().isEmpty()) {
            return;
        }
        Set<String> here = view.model().networks(place.host(), place.bridge());
        for (Router router : view.model().routers().values()) {
            Set<Service.Backend> checked = new LinkedHashSet<>();
            router.services().stream()
                    .filter(Service::checked)
                    .forEach(s ->
                            s.backends().forEach(b -> checked.add(new Service.Backend(b.address(), b.port(), true))));
            router.networks().stream()
                    .filter(here::contains)
                    .map(view.model().networks()::get)
                    .forEach(n -> answers(sink, router, n, checked));
        }
    }

    private static void answers(FlowSink sink, Router router, Network network, Set<Service.Backend> checked) {
        Masked at = Metadata.inRouter(router.number());
        for (Service.Backend backend : checked) {
            if (!network.contains(backend.address()) || network.gateway4().isEmpty()) {
                continue;
            }
            Match answer = Protocols.IPV4
                    .with(Field.METADATA, at)
                    .with(Field.IPV4_SRC, Masked.address(Field.IPV4_SRC, backend.address()))
                    .with(
                            Field.IPV4_DST,
                            Masked.address(Field.IPV4_DST, network.gateway4().get()))
                    .with(Field.IP_PROTO, TCP)
                    .with(Field.TCP_SRC, backend.port());
            sink.hand(
                    Table.ROUTER,
                    ANSWERS,
                    answer,
                    Purpose.CHECK,
                    ANSWERS_PER_SECOND,
                    Reason.note(
                            "answers-check",
                            "health: router " + router.name() + " looks whether " + backend.text() + " serves",
                            router.name(),
                            backend.text()));
        }
    }
}
