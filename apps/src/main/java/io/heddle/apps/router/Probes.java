package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.WayOutProbe;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import io.heddle.flows.program.Reason;
import java.util.List;

/**
 * Sends the probes of a way out back to the hosts from which they come, while this host has a link to the outside. This
 * tells them that the host can serve the way out: it has these entries, and a link.
 */
final class Probes {
    private static final int PROBE = 100;
    private static final int CUT = 110;
    private static final int ONLY_PROBES = 50;

    private Probes() {}

    static void contribute(SwitchView view, FlowSink sink) {
        if (view.bridge().isEmpty() || view.tunnelPort().isEmpty()) {
            return;
        }
        Host host = view.host().orElseThrow();
        for (WayOutProbe p : WayOutProbe.from(view.model(), host, view.bridge().get())) {
            Reason reason = Reason.drop(
                    "probe",
                    "frame from " + p.watched().name() + " on a tunnel that carries only BFD",
                    p.watched().name());
            view.port(p.port())
                    .ifPresent(n -> sink.add(
                            Table.ADMISSION, ONLY_PROBES, Match.ALL.with(Field.IN_PORT, n), Instructions.DROP, reason));
        }
        List<WayOutProbe> asked = WayOutProbe.to(
                        view.model(), host, view.bridge().get())
                .stream()
                .filter(p -> !waits(view, p))
                .toList();
        asked.forEach(p -> answer(sink, p));
        asked.stream().map(WayOutProbe::outside).distinct().forEach(outside -> {
            asked.stream()
                    .filter(p -> p.outside().equals(outside))
                    .map(WayOutProbe::key)
                    .distinct()
                    .forEach(key -> look(view, sink, outside, key));
        });
    }

    /**
     * Whether the host does not answer yet: it has just joined, and does not see yet whether those before it are alive.
     */
    private static boolean waits(SwitchView view, WayOutProbe probe) {
        String here = probe.watched().name();
        return view.model().routers().values().stream()
                .filter(r -> view.transition().isJoining(r.name(), here))
                .map(r -> r.outside().orElseThrow())
                .anyMatch(o -> o.network().equals(probe.outside().name())
                        && !o.hosts().get(0).equals(here));
    }

    /** Finds a link to the outside. */
    private static void look(SwitchView view, FlowSink sink, Network outside, int key) {
        List<Integer> links = Exits.links(view, outside.name());
        Action[] look = links.isEmpty() ? new Action[0] : new Action[] {new Action.FirstAlive(links)};
        sink.add(
                Table.ADMISSION,
                PROBE,
                Match.ALL.with(Field.IN_PORT, view.tunnelPort().orElseThrow()).with(Field.TUN_ID, key),
                Instructions.apply(look)
                        .write(Metadata.group(key), Metadata.TARGET_MASK)
                        .then(Table.PEERS.number()),
                Reason.note(
                        "way-out-probe",
                        "router: another host asks whether the way out into " + outside.name() + " works",
                        outside.name()));
        if (!links.isEmpty()) {
            Masked none = Masked.of(Action.FirstAlive.NONE, Action.FirstAlive.BITS);
            sink.add(
                    Table.PEERS,
                    CUT,
                    Match.ALL
                            .with(Field.METADATA, Metadata.to(Metadata.group(key)))
                            .with(Field.REG4, none),
                    Instructions.DROP,
                    Reason.drop(
                            "way-out-cut",
                            "router: no link into " + outside.name() + ", so other hosts look for another way out",
                            outside.name()));
        }
    }

    private static void answer(FlowSink sink, WayOutProbe probe) {
        Host watcher = probe.watcher();
        sink.add(
                Table.PEERS,
                PROBE,
                watcher.vtep().orElseThrow().from().with(Field.METADATA, Metadata.to(Metadata.group(probe.key()))),
                Instructions.apply(watcher.vtep().orElseThrow().to(), new Action.Output(PortNumber.IN_PORT)),
                Reason.note(
                        "way-out-works",
                        "router: tells " + watcher.name() + " that the way out into "
                                + probe.outside().name() + " works",
                        watcher.name(),
                        probe.outside().name()));
    }
}
