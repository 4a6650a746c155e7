package io.heddle.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Programs a fleet from scratch: the databases of many hosts that share networks, compared with ovs-vsctl writing the
 * same rows; one host that joins them; thousands of switches.
 */
final class FleetBench {
    private static final int PORT = 16653;
    private static final double LONGEST_SECONDS = 120;
    private static final String TRANSACTIONS = "heddle_ovsdb_transactions_total";
    private static final int SETTLE_MILLIS = 2000;
    private static final int BRIDGES = 2;
    private static final int PORTS = 20;

    private FleetBench() {}

    /**
     * Times for the hosts' databases, in seconds.
     *
     * @param cold from the request with the file until the last host's transaction, by a controller just started
     * @param warm the same, by a controller that has done it before
     * @param byHand the same rows by ovs-vsctl: one transaction per host, several hosts at a time
     * @param join one more host: from the request until its transaction
     * @param touched number of transactions for that host
     */
    record Hosts(int hosts, int ports, double cold, double warm, double byHand, double join, double touched) {}

    static Hosts hosts(int count, int ports) throws IOException, InterruptedException {
        double[] heddle = new double[2];
        double join = 0;
        double touched = 0;
        long[] rows = null;
        try (Peer controller = Peer.heddle(PORT, "heddle: v1\n")) {
            for (int round = 0; round < heddle.length; round++) {
                try (Databases databases = new Databases(count + 1)) {
                    double before = controller.metric(TRANSACTIONS);
                    long begun = System.nanoTime();
                    controller.put("/api/v1/network?wait=0", "application/yaml", network(count, ports));
                    heddle[round] = await(controller, TRANSACTIONS, before + count, begun);
                    rows = rows(databases);
                    Thread.sleep(SETTLE_MILLIS);
                    before = controller.metric(TRANSACTIONS);
                    begun = System.nanoTime();
                    controller.put("/api/v1/hosts/h" + count + "?wait=0", "application/json", host(count, ports));
                    join = await(controller, TRANSACTIONS, before + 1, begun);
                    Thread.sleep(SETTLE_MILLIS);
                    touched = controller.metric(TRANSACTIONS) - before;
                    before = controller.metric(TRANSACTIONS);
                    controller.put("/api/v1/network?wait=0", "application/yaml", "heddle: v1\n");
                    await(controller, TRANSACTIONS, before + count + 1, System.nanoTime());
                }
            }
        }
        try (Databases databases = new Databases(count)) {
            long begun = System.nanoTime();
            databases.parallel(i -> byHand(i, ports));
            double took = (System.nanoTime() - begun) / 1e9;
            if (!Arrays.equals(rows, rows(databases))) {
                throw new IOException("ovs-vsctl wrote other rows than Heddle: " + Arrays.toString(rows(databases))
                        + " instead of " + Arrays.toString(rows));
            }
            return new Hosts(count, ports, heddle[0], heddle[1], took, join, touched);
        }
    }

    private static long[] rows(Databases databases) throws IOException, InterruptedException {
        List<Long> rows = new ArrayList<>();
        for (String table : List.of("Bridge", "Port", "Interface", "Controller")) {
            rows.add(databases.rows(0, table));
        }
        return rows.stream().mapToLong(Long::longValue).toArray();
    }

    private static double await(Peer controller, String metric, double atLeast, long begun)
            throws IOException, InterruptedException {
        Waiting.until(() -> controller.metric(metric) >= atLeast, LONGEST_SECONDS, () -> metric + " is not " + atLeast);
        return (System.nanoTime() - begun) / 1e9;
    }

    private static String network(int hosts, int ports) {
        StringBuilder out = new StringBuilder("heddle: v1\n\nnetworks:\n");
        for (int n = 0; n < ports; n++) {
            out.append(String.format(
                    Locale.ROOT,
                    n < carried(ports) ? "  net%1$d: {vlan: %2$d, vni: %3$d}%n" : "  net%1$d: {vlan: %2$d}%n",
                    n,
                    100 + n,
                    10_100 + n));
        }
        out.append("\nhosts:\n");
        for (int i = 0; i < hosts; i++) {
            out.append("  h").append(i).append(": ").append(host(i, ports)).append('\n');
        }
        return out.toString();
    }

    /** A host in JSON, which is valid YAML too. */
    private static String host(int i, int ports) {
        StringBuilder out = new StringBuilder(String.format(
                Locale.ROOT,
                "{\"ovsdb\": \"tcp:127.0.0.1:%d\", \"tunnel-ip\": \"%s\", \"bridges\": {",
                Databases.FIRST_PORT + i,
                tunnelIp(i)));
        for (int b = 0; b < BRIDGES; b++) {
            String each = IntStream.range(first(b, ports), first(b + 1, ports))
                    .mapToObj(p -> String.format(
                            Locale.ROOT, "\"p%1$d\": {\"access\": \"net%1$d\", \"type\": \"internal\"}", p))
                    .collect(Collectors.joining(", "));
            out.append(String.format(
                    Locale.ROOT,
                    "%s\"br%d\": {\"datapath\": \"netdev\", \"ports\": {%s}}",
                    b == 0 ? "" : ", ",
                    b,
                    each));
        }
        return out + "}}";
    }

    private static int first(int bridge, int ports) {
        return bridge == 0 ? 0 : bridge == 1 ? carried(ports) : ports;
    }

    /**
     * The number of ports of the first bridge. VXLAN carries their networks between the hosts; those of the second
     * bridge are local.
     */
    private static int carried(int ports) {
        return ports * 3 / 4;
    }

    private static String tunnelIp(int i) {
        return "10.0." + (i >> 8) + "." + (i & 0xff);
    }

    private static List<String> byHand(int i, int ports) {
        List<String> words = new ArrayList<>(List.of("--no-wait"));
        for (int b = 0; b < BRIDGES; b++) {
            add(
                    words,
                    "add-br br%1$d -- set bridge br%1$d datapath_type=netdev fail_mode=secure protocols=OpenFlow13 "
                            + "external_ids:heddle=v1 other_config:datapath-id=%2$016x "
                            + "-- set-controller br%1$d tcp:127.0.0.1:16653 "
                            + "-- set controller br%1$d connection_mode=out-of-band",
                    b,
                    (long) i << 8 | b);
            for (int p = first(b, ports); p < first(b + 1, ports); p++) {
                add(
                        words,
                        "add-port br%1$d p%2$d tag=%3$d external_ids:heddle=v1 -- set interface p%2$d type=internal "
                                + "ofport_request=%4$d external_ids:heddle=v1",
                        b,
                        p,
                        100 + p,
                        3000 + p);
            }
        }
        add(
                words,
                "add-port br0 vx-br0 external_ids:heddle=v1 -- set interface vx-br0 type=vxlan options:key=flow "
                        + "options:remote_ip=flow options:local_ip=" + tunnelIp(i)
                        + " ofport_request=4000 external_ids:heddle=v1");
        return words;
    }

    private static void add(List<String> words, String command, Object... values) {
        words.add("--");
        words.addAll(List.of(String.format(Locale.ROOT, command, values).split(" ")));
    }

    /** Result for emulated switches. @param seconds from the first connection until the last switch has its entries */
    record Switches(int switches, double seconds, double bytesEach) {}

    static Switches switches(int count, String network) throws IOException, InterruptedException {
        try (Peer controller = Peer.heddle(PORT, network)) {
            double before = controller.usedBytes();
            try (Load load = new Load(count, 1)) {
                long begun = System.nanoTime();
                load.connect(controller.address());
                load.awaitSynced(count, LONGEST_SECONDS);
                double seconds = (System.nanoTime() - begun) / 1e9;
                return new Switches(count, seconds, (controller.usedBytes() - before) / count);
            }
        }
    }

    /** Measures and prints. */
    static void print(int hosts) throws IOException, InterruptedException {
        Hosts h = hosts(hosts, PORTS);
        System.out.printf(
                Locale.ROOT,
                "%d hosts, %d bridges and %d ports each, all in the same networks%n",
                h.hosts,
                BRIDGES,
                h.ports);
        System.out.printf(
                Locale.ROOT,
                "%-44s %8.2f s%n%-44s %8.2f s%n%-44s %8.2f s  heddle's speed is %.2f of it, %.2f when just started%n",
                "heddle, just started: request to last row",
                h.cold,
                "heddle, the second time",
                h.warm,
                "ovs-vsctl, four at a time",
                h.byHand,
                h.byHand / h.warm,
                h.byHand / h.cold);
        System.out.printf(
                Locale.ROOT, "%-44s %8.3f s  %.0f transactions%n%n", "heddle: one more host", h.join, h.touched);
    }

    /** Measures and prints. */
    static void printSwitches(int count) throws IOException, InterruptedException {
        Switches s = switches(count, Networks.ofEmulated(count, 10));
        System.out.printf(
                Locale.ROOT,
                "%d switches connected and in sync after %.2f s, %.1f kB of heap each%n",
                s.switches,
                s.seconds,
                s.bytesEach / 1000);
        s = switches(5 * count, null);
        System.out.printf(
                Locale.ROOT,
                "%d switches that no file names after %.2f s, %.1f kB of heap each%n",
                s.switches,
                s.seconds,
                s.bytesEach / 1000);
    }
}
