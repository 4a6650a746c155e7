package io.heddle.controller.fleet;

import io.heddle.controller.concurrent.Futures;
import io.heddle.openflow.SwitchConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Asks all switches the same. All requests are sent before it waits for the first answer, and all answers have one
 * deadline, so that mute switches cost no more than one of them. Switches that the network file does not name have less
 * time: they must not hold up a question about those that it names.
 */
public final class Broadcast {
    private static final int GUEST_SECONDS = 1;

    private Broadcast() {}

    /**
     * The answer of each switch; empty where it does not answer in time. Blocks for at most ten seconds.
     *
     * @param request sends the request to a switch
     */
    public static <T> Map<SwitchConnection, Optional<T>> ask(
            Fleet fleet, Function<SwitchConnection, CompletableFuture<T>> request) {
        Map<SwitchConnection, CompletableFuture<T>> answers = new LinkedHashMap<>();
        fleet.switches().all().forEach(c -> answers.put(c, request.apply(c)));
        Futures guests = new Futures(GUEST_SECONDS);
        Futures declared = new Futures();
        Map<SwitchConnection, Optional<T>> out = new LinkedHashMap<>();
        answers.forEach(
                (c, answer) -> out.put(c, (fleet.isDeclared(c.datapathId()) ? declared : guests).await(answer)));
        return out;
    }
}
