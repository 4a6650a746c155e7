package io.heddle.controller.tracing;

import com.google.common.net.InetAddresses;
import io.heddle.apps.SwitchView;
import io.heddle.apps.l2learning.MacTable;
import io.heddle.controller.concurrent.Futures;
import io.heddle.controller.fleet.Fleet;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.simulate.Opaque;
import io.heddle.openflow.FlowReader;
import io.heddle.openflow.LearntMac;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.trace.KnownHosts;
import io.heddle.trace.PlannedNetwork;
import io.heddle.trace.Station;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The current state of the switches: the flow entries that they have, and the hosts seen behind them. */
public final class RunningNetwork {
    private final Fleet fleet;

    public RunningNetwork(Fleet fleet) {
        this.fleet = fleet;
    }

    /**
     * The file's switches by {@code host/bridge}. Reads each switch when it is first needed, since a frame passes few
     * of many. A switch that is not connected has the entries compiled from the file.
     */
    public Function<String, Station> stations() {
        NetworkModel model = fleet.model();
        Map<String, Station> read = new HashMap<>();
        return bridge -> read.computeIfAbsent(
                bridge,
                b -> model.places().stream()
                        .filter(p -> p.toString().equals(b))
                        .findFirst()
                        .map(p -> station(model, p))
                        .orElse(null));
    }

    private Station station(NetworkModel model, NetworkModel.Place place) {
        Optional<SwitchConnection> connection =
                fleet.switches().find(place.bridge().datapathId());
        // All entries: foreign ones too, and those that Heddle cannot read.
        Optional<List<FlowCodec.Reported>> reported =
                connection.flatMap(c -> new Futures().await(FlowReader.ask(c, 0, 0)));
        return reported.map(all -> new Station(
                        Fleet.view(model, connection.get()),
                        FlowReader.readable(all),
                        all.stream()
                                .filter(r -> r.entry().isEmpty())
                                .map(RunningNetwork::opaque)
                                .toList(),
                        connection.get().state().program()))
                .orElseGet(() -> PlannedNetwork.station(model, place));
    }

    private static Opaque opaque(FlowCodec.Reported r) {
        return new Opaque(
                r.table(),
                r.priority(),
                "table=" + r.table() + ", priority=" + r.priority() + ", cookie=0x" + Long.toHexString(r.cookie())
                        + ", with a match that Heddle does not support");
    }

    /** The hosts that are declared or learnt. */
    public KnownHosts known() {
        NetworkModel model = fleet.model();
        List<KnownHosts.Sighting> learnt = new ArrayList<>();
        Futures within = new Futures();
        for (SwitchConnection c : fleet.switches().all()) {
            Optional<NetworkModel.Place> place = model.byDatapathId(c.datapathId());
            if (place.isEmpty()) {
                continue;
            }
            SwitchView view = Fleet.view(model, c);
            within.await(c.macs())
                    .orElse(List.of())
                    .forEach(m -> sighting(place.get(), view, m).ifPresent(learnt::add));
        }
        return KnownHosts.of(model, learnt);
    }

    private static Optional<KnownHosts.Sighting> sighting(NetworkModel.Place place, SwitchView view, LearntMac learnt) {
        MacTable.Entry m = learnt.place();
        List<InetAddress> addresses =
                learnt.ipv4() == 0 ? List.of() : List.of(InetAddresses.fromInteger(learnt.ipv4()));
        Optional<Port> port = place.bridge().ports().values().stream()
                .filter(p -> view.numbers(p).contains(m.inPort()))
                .findFirst();
        return port.map(p -> new KnownHosts.Sighting(
                place.toString(),
                p.name(),
                m.mac(),
                addresses,
                m.vtep() == 0 && !p.uplink() && p.type() != Port.Type.PATCH));
    }
}
