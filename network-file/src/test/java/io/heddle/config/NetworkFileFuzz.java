package io.heddle.config;

import io.heddle.apps.Blueprint;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.flows.model.NetworkModel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Any text as a network file: it is refused with places, or every switch of it compiles. A fuzzer calls it with inputs
 * that it makes up; {@link NetworkFileFuzzTest} calls it with those that are kept.
 */
public final class NetworkFileFuzz {
    private NetworkFileFuzz() {}

    /** @param data the text of a network file in UTF-8 */
    public static void fuzzerTestOneInput(byte[] data) {
        NetworkModel model;
        try {
            model = NetworkFile.read(Map.of("n.yaml", new String(data, StandardCharsets.UTF_8)))
                    .model();
        } catch (InvalidNetworkException e) {
            if (e.problems().isEmpty()) {
                throw new AssertionError("refused without a reason", e);
            }
            return;
        }
        model.places().forEach(p -> Apps.compile(Blueprint.view(model, p, Map.of(), Transition.NONE)));
    }
}
