package io.heddle.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Flow programming on a real Open vSwitch, beside ovs-ofctl doing the same: a first connect that must bring every
 * entry, a reconnect that must find that nothing is missing, and one rule changed among them all.
 */
final class FlowsBench {
    private static final int PORT = 16653;
    private static final int ROUNDS = 3;
    private static final String RECONCILED = "heddle_switch_reconcile_seconds";
    private static final double LONGEST_SECONDS = 120;

    private final RealSwitch ovs;
    private final Peer heddle;
    private int programmed;
    private double took;

    /**
     * What was seen, in seconds.
     *
     * @param program from telling what the switch should have until it has confirmed all entries
     * @param bundle {@code ovs-ofctl --bundle add-flows} of the same entries
     * @param reconnect the same after the connection was lost, when nothing is missing
     * @param dump {@code ovs-ofctl dump-flows}
     * @param change from the request that changes one rule until the answer that the switch has confirmed it
     * @param flowMods sent for that
     */
    record Result(int flows, double program, double bundle, double reconnect, double dump, double change, double flowMods) {
    }

    private FlowsBench(RealSwitch ovs, Peer heddle) {
        this.ovs = ovs;
        this.heddle = heddle;
    }

    static Result measure(int rules) throws IOException, InterruptedException {
        try (RealSwitch ovs = new RealSwitch(); Peer heddle = Peer.heddle(PORT, Networks.ofEmulated(1, rules))) {
            return new FlowsBench(ovs, heddle).run();
        }
    }

    private Result run() throws IOException, InterruptedException {
        ovs.vsctl("set", "open_vswitch", ".", "external_ids:system-id=emulated-1", "--",
                "set-manager", "tcp:127.0.0.1:" + (PORT + 1));
        double program = confirmed();
        ovs.vsctl("add-br", "br1", "--", "set", "bridge", "br1", "datapath_type=netdev", "fail_mode=secure",
                "protocols=OpenFlow13");
        Path flows = Files.createTempFile("heddle-bench", ".flows");
        try {
            Files.writeString(flows, clean(ovs.ofctl("br0", List.of("--no-stats", "dump-flows"))));
            copyMeters();
            double bundle = seconds(() -> ovs.ofctl("br1", List.of("--bundle", "add-flows"), flows.toString()));
            // The switch loses its connection and makes another; its flow entries stay.
            List<Double> reconnects = new ArrayList<>();
            List<Double> dumps = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                RealSwitch.run("ss", "-K", "-tn", "sport", "=", Integer.toString(PORT));
                reconnects.add(confirmed());
                dumps.add(seconds(() -> ovs.ofctl("br0", List.of("dump-flows"))));
            }
            double reconnect = median(reconnects);
            double dump = median(dumps);
            double before = heddle.metric("heddle_openflow_flow_mods_total");
            double change = seconds(() -> heddle.put("/api/v1/acls/drops/rules/50?wait=60",
                    "application/json", "{\"match\": \"ip,nw_src=100.64.0.49\", \"action\": \"allow\"}"));
            return new Result(count(flows), program, bundle, reconnect, dump, change,
                    heddle.metric("heddle_openflow_flow_mods_total") - before);
        } finally {
            Files.delete(flows);
        }
    }

    /** Entries refer to meters, so those must be there for ovs-ofctl as well. */
    private void copyMeters() throws IOException, InterruptedException {
        for (String word : ovs.ofctl("br0", List.of("dump-meters")).split("\\s+")) {
            if (word.startsWith("meter=")) {
                ovs.ofctl("br1", List.of("add-meter"), word + ",pktps,burst,band=type=drop,rate=1,burst_size=1");
            }
        }
    }

    /** Waits until the switch has been told and has confirmed once more. @return how long that took it */
    private double confirmed() throws IOException, InterruptedException {
        double before = took;
        Waiting.until(() -> heddle.metric(RECONCILED + "_count") > programmed, LONGEST_SECONDS, () -> "the switch was not programmed");
        programmed = (int) heddle.metric(RECONCILED + "_count");
        took = heddle.metric(RECONCILED + "_sum");
        return took - before;
    }

    private static String clean(String dump) {
        return dump.lines().filter(l -> l.contains("actions=")).map(String::trim).reduce(new StringBuilder(),
                (all, line) -> all.append(line).append('\n'), StringBuilder::append).toString();
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static int count(Path flows) throws IOException {
        try (var lines = Files.lines(flows)) {
            return (int) lines.count();
        }
    }

    /** Something that takes a while. */
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static double seconds(Work work) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e9;
    }

    /** Measures and prints. */
    static void print(int rules) throws IOException, InterruptedException {
        Result r = measure(rules);
        System.out.printf(Locale.ROOT, "%d flow entries on one Open vSwitch%n%n", r.flows);
        System.out.printf(Locale.ROOT, "%-44s %8.2f s%n%-44s %8.2f s  heddle takes %.2f of it%n", "heddle: from compiled to confirmed",
                r.program, "ovs-ofctl --bundle add-flows", r.bundle, r.program / r.bundle);
        System.out.printf(Locale.ROOT, "%-44s %8.2f s%n%-44s %8.2f s  heddle takes %.2f of it%n", "heddle: reconnected, read and compared",
                r.reconnect, "ovs-ofctl dump-flows", r.dump, r.reconnect / r.dump);
        System.out.printf(Locale.ROOT, "%-44s %8.3f s  %.0f FLOW_MOD%n", "heddle: one rule changed by its API", r.change, r.flowMods);
    }
}
