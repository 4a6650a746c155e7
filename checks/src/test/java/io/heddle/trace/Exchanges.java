package io.heddle.trace;

import io.heddle.config.NetworkFile;
import java.util.List;
import java.util.Map;

/** Traces through what a file would make, and nobody has been seen yet. */
final class Exchanges {
    private Exchanges() {}

    static Exchange of(String file, String from, String to, String match) throws Exception {
        NetworkFile.Declared declared = NetworkFile.read(Map.of("n.yaml", file));
        KnownHosts known = KnownHosts.of(declared.model(), List.of());
        return Exchange.of(
                declared,
                PlannedNetwork.stations(declared.model()),
                known,
                Origin.frame(declared.model(), known, from, to, match));
    }
}
