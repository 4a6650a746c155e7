package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** A hundred hosts: a change touches only the hosts that it concerns. */
class FleetTest extends LabTest {
    private static final int HOSTS = 100;

    /** @param extra more ports of host n besides its port in red */
    private static String network(IntFunction<String> extra) {
        StringBuilder out = new StringBuilder("""
                heddle: v1
                networks: {red: {vlan: 200, vni: 10200}, blue: {vlan: 300, vni: 10300}}
                hosts:
                """);
        for (int n = 1; n <= HOSTS; n++) {
            out.append("  hv")
                    .append(n)
                    .append(": {ovsdb: \"tcp:172.31.0.")
                    .append(n)
                    .append(":6640\", tunnel-ip: 172.31.0.")
                    .append(n)
                    .append(", bridges: {br0: {datapath: netdev, ports: {r")
                    .append(n)
                    .append(": {type: internal, access: red}")
                    .append(extra.apply(n))
                    .append("}}}}\n");
        }
        return out.toString();
    }

    private long transactions() {
        return controller.counter("ovsdb_transactions_total");
    }

    private long bundles() {
        return controller.counter("openflow_bundles_total");
    }

    /** @param bundles least number; the host of a new port may need one before its port exists and one after */
    private void touches(int transactions, int bundles, String what, String file) {
        long t = transactions();
        long b = bundles();
        long start = System.nanoTime();
        apply(file);
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println("measured: " + HOSTS + " hosts, " + what + ": " + (transactions() - t) + " transactions, "
                + (bundles() - b) + " bundles, " + millis + " ms until confirmed");
        assertEquals(transactions, transactions() - t, what);
        long took = bundles() - b;
        assertTrue(took == bundles || took == bundles + 1, what + ": " + took + " bundles");
    }

    @Test
    void touchesOnlyTheHostsThatAPortConcerns() {
        for (int n = 1; n <= HOSTS; n++) {
            lab.host("hv" + n);
        }
        startController();
        String base = network(n -> "");
        JsonNode answer = controller.apply(base);
        assertTrue(
                answer.path("state").asText().matches("in-sync|changing"),
                answer.path("errors").toString());
        apply(base);
        // The host already has the network: only this host changes.
        touches(
                1,
                1,
                "a port in a network of the host's",
                network(n -> n == 42 ? ", v1: {type: internal, access: red}" : ""));
        touches(1, 1, "the same port removed", base);
        // The first port in a network of two other hosts: all three change, because their peer lists change.
        String two = network(n -> n <= 2 ? ", b" + n + ": {type: internal, access: blue}" : "");
        apply(two);
        touches(
                1,
                3,
                "the first port in a network of two others",
                network(n -> n <= 3 ? ", b" + n + ": {type: internal, access: blue}" : ""));
        touches(1, 3, "the same port removed", two);
    }
}
