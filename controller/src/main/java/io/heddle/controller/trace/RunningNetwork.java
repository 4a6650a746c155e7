package io.heddle.controller.trace;

import com.google.common.net.InetAddresses;
import io.heddle.apps.Apps;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.l2learning.MacTable;
import io.heddle.controller.Answers;
import io.heddle.controller.Fleet;
import io.heddle.controller.intent.Blueprint;
import io.heddle.controller.openflow.FlowReader;
import io.heddle.controller.openflow.SwitchConnection;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The switches as they are at the moment of asking: their own entries, and the hosts that were seen behind them. */
public final class RunningNetwork {
    private final Fleet fleet;

    public RunningNetwork(Fleet fleet) {
        this.fleet = fleet;
    }

    /** What a file would make, for a trace before there is anything. */
    public static Function<String, Station> planned(NetworkModel model) {
        Map<String, Station> stations = new HashMap<>();
        model.places().forEach(p -> stations.put(p.toString(), planned(model, p)));
        return stations::get;
    }

    private static Station planned(NetworkModel model, NetworkModel.Place place) {
        SwitchView view = Blueprint.view(model, place, Map.of(), Transition.NONE);
        FlowProgram program = Apps.compile(view);
        return new Station(view, program.entries(), program);
    }

    /**
     * The file's switches by {@code host/bridge}, each read when it is first asked for: a frame meets few of many. One that
     * is not connected is as the file would have it.
     */
    public Function<String, Station> stations() {
        NetworkModel model = fleet.model();
        Map<String, Station> read = new HashMap<>();
        return bridge -> read.computeIfAbsent(bridge, b -> model.places().stream().filter(p -> p.toString().equals(b)).findFirst()
                .map(p -> station(model, p)).orElse(null));
    }

    private Station station(NetworkModel model, NetworkModel.Place place) {
        Optional<SwitchConnection> connection = fleet.switches().find(place.bridge().datapathId()).filter(c -> c.sync() != null);
        Optional<List<FlowEntry>> entries = connection.flatMap(c -> Answers.await(FlowReader.ask(c, 0, 0)));
        return entries.map(e -> new Station(Fleet.view(model, connection.get()), e, connection.get().sync().state().program()))
                .orElseGet(() -> planned(model, place));
    }

    /** The hosts that are declared or were seen. */
    public Known known() {
        NetworkModel model = fleet.model();
        List<Known.Sighting> learnt = new ArrayList<>();
        for (SwitchConnection c : fleet.switches().all()) {
            Optional<NetworkModel.Place> place = model.byDatapathId(c.datapathId());
            if (place.isEmpty() || c.learning() == null) {
                continue;
            }
            SwitchView view = Fleet.view(model, c);
            Answers.await(CompletableFuture.supplyAsync(() -> c.learning().macs().stream()
                    .flatMap(m -> sighting(place.get(), view, m, c.learning().address(m.network(), m.mac())).stream()).toList(),
                    c.loop())).ifPresent(learnt::addAll);
        }
        return Known.of(model, learnt);
    }

    private static Optional<Known.Sighting> sighting(NetworkModel.Place place, SwitchView view, MacTable.Entry m, int ipv4) {
        List<InetAddress> addresses = ipv4 == 0 ? List.of() : List.of(InetAddresses.fromInteger(ipv4));
        Optional<Port> port = place.bridge().ports().values().stream()
                .filter(p -> view.numbers(p).contains(m.inPort())).findFirst();
        return port.map(p -> new Known.Sighting(place.toString(), p.name(), m.mac(), addresses,
                m.vtep() == 0 && !p.uplink() && p.type() != Port.Type.PATCH));
    }
}
