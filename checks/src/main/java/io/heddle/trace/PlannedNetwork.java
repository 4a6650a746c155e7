package io.heddle.trace;

import io.heddle.apps.Blueprint;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The switches as a file would make them, to trace frames before it is applied. Pure. */
public final class PlannedNetwork {
    private PlannedNetwork() {}

    /** All switches by {@code host/bridge}; null for a bridge that the file does not declare. */
    public static Function<String, Station> stations(NetworkModel model) {
        Map<String, Station> stations = new HashMap<>();
        model.places().forEach(p -> stations.put(p.toString(), station(model, p)));
        return stations::get;
    }

    /** The switch of one bridge. */
    public static Station station(NetworkModel model, NetworkModel.Place place) {
        SwitchView view = Blueprint.view(model, place, Map.of(), Transition.NONE);
        FlowProgram program = Apps.compile(view);
        return new Station(view, program.entries(), List.of(), program);
    }
}
