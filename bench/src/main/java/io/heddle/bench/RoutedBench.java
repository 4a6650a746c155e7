package io.heddle.bench;

import io.heddle.topologies.lab.ControllerProcess;
import java.io.IOException;
import java.util.Locale;

/**
 * Routed traffic and masqueraded traffic to the outside, on one host and by a tunnel, beside OVN's distributed router
 * and its gateway.
 */
final class RoutedBench {
    private static final int WITHIN_SECONDS = 20;

    private RoutedBench() {}

    private static void check(Way way) {
        String connect = "timeout 1 bash -c 'echo >/dev/tcp/" + way.server() + "/" + Traffic.CONNECTIONS + "'";
        ControllerProcess.until(
                WITHIN_SECONDS,
                way + " connects",
                () -> way.client().script(connect).ok());
    }

    /** Measures and prints. */
    static void print(int rounds, double seconds) throws IOException, InterruptedException {
        if (!Ovn.isInstalled()) {
            System.out.println("OVN is not here (apt install ovn-central ovn-host): measured without it\n");
        }
        try (RoutedLab lab = new RoutedLab()) {
            lab.ways().forEach(RoutedBench::check);
            Traffic traffic = Traffic.measure(lab.ways(), (kind, way) -> kind != Traffic.Kind.CLIENTS, rounds, seconds);
            System.out.printf(Locale.ROOT, "TCP, routed and masqueraded; medians of %d rounds%n", rounds);
            traffic.print();
        }
    }
}
