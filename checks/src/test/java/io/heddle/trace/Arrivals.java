package io.heddle.trace;

import io.heddle.config.NetworkFile;
import io.heddle.flows.simulate.Frame;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The frames that leave a network by ports, when one frame has come in. */
public final class Arrivals {
    private Arrivals() {}

    /** The frames by {@code host/bridge/port}. */
    public static Map<String, Frame> of(
            NetworkFile.Declared declared, Function<String, Station> stations, KnownHosts known, Origin.Frame sent) {
        Tracer tracer = new Tracer(declared, stations, known);
        tracer.follow(sent);
        Map<String, Frame> out = new LinkedHashMap<>();
        tracer.arrived().forEach((port, arrived) -> out.put(port, arrived.frame()));
        return out;
    }
}
