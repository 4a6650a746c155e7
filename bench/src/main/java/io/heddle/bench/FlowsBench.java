package io.heddle.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Flow programming on a real Open vSwitch, compared with ovs-ofctl: a first connect that sends every entry; learnt
 * hosts beside them; a reconnect that finds nothing missing; and single rule changes among all the entries.
 */
final class FlowsBench {
    private static final int PORT = 16653;
    private static final int ROUNDS = 3;
    private static final String RECONCILED = "heddle_switch_reconcile_seconds";
    private static final double LONGEST_SECONDS = 120;
    /** Rules per learnt host. A learnt host has two entries. */
    private static final int RULES_A_HOST = 10;

    private static final int CHANGES = 100;

    private final RealSwitch ovs;
    private final Peer heddle;
    private final Random random = new Random(1);
    /** Rules that have been changed from drop to allow. */
    private final BitSet allowed = new BitSet();

    private int programmed;
    private double took;

    /**
     * Results, with times in seconds.
     *
     * @param program from the start of programming until the switch has confirmed all entries
     * @param bundle {@code ovs-ofctl --bundle add-flows} of the same entries
     * @param learnt number of learnt hosts, with two more entries each
     * @param reconnect from the new connection until Heddle knows that all entries are present, including learnt ones
     * @param dump {@code ovs-ofctl dump-flows}
     * @param changes from the request that changes one rule until the answer that the switch has confirmed it; sorted
     * @param flowMods FLOW_MODs sent per change
     */
    record Result(
            int flows,
            double program,
            double bundle,
            int learnt,
            double reconnect,
            double dump,
            List<Double> changes,
            double flowMods) {
        /** A quantile of the change times. @param share 0 to 1 */
        double change(double share) {
            return changes.get((int) (share * (changes.size() - 1)));
        }
    }

    private FlowsBench(RealSwitch ovs, Peer heddle) {
        this.ovs = ovs;
        this.heddle = heddle;
    }

    /** @param warmUp unmeasured changes that come first, so that the JVM has compiled the code they need */
    static Result measure(int rules, int warmUp) throws IOException, InterruptedException {
        try (RealSwitch ovs = new RealSwitch();
                Peer heddle = Peer.heddle(PORT, Networks.ofEmulated(1, rules))) {
            return new FlowsBench(ovs, heddle).run(rules, warmUp);
        }
    }

    private Result run(int rules, int warmUp) throws IOException, InterruptedException {
        setManager();
        double program = confirmed();
        addPlainBridge();
        Path flows = Files.createTempFile("heddle-bench", ".flows");
        try {
            Files.writeString(flows, clean(ovs.ofctl("br0", List.of("--no-stats", "dump-flows"))));
            copyMeters();
            double bundle = seconds(() -> ovs.ofctl("br1", List.of("--bundle", "add-flows"), flows.toString()));
            int learnt = learn(rules / RULES_A_HOST);
            // The switch loses its connection and reconnects; its flow entries stay.
            List<Double> reconnects = new ArrayList<>();
            List<Double> dumps = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                RealSwitch.run("ss", "-K", "-tn", "sport", "=", Integer.toString(PORT));
                reconnects.add(confirmed());
                dumps.add(seconds(() -> ovs.ofctl("br0", List.of("dump-flows"))));
            }
            changes(rules, warmUp);
            double before = heddle.metric("heddle_openflow_flow_mods_total");
            List<Double> changes = changes(rules, CHANGES);
            return new Result(
                    count(flows),
                    program,
                    bundle,
                    learnt,
                    median(reconnects),
                    median(dumps),
                    changes,
                    (heddle.metric("heddle_openflow_flow_mods_total") - before) / CHANGES);
        } finally {
            Files.delete(flows);
        }
    }

    private void setManager() throws IOException, InterruptedException {
        ovs.vsctl(
                "set",
                "open_vswitch",
                ".",
                "external_ids:system-id=emulated-1",
                "--",
                "set-manager",
                "tcp:127.0.0.1:" + (PORT + 1));
    }

    /** Adds a bridge without a controller, to compare with ovs-ofctl. */
    private void addPlainBridge() throws IOException, InterruptedException {
        ovs.vsctl(
                "add-br",
                "br1",
                "--",
                "set",
                "bridge",
                "br1",
                "datapath_type=netdev",
                "fail_mode=secure",
                "protocols=OpenFlow13");
    }

    /** Changes random rules one by one, from drop to allow or back. @return the times, sorted */
    private List<Double> changes(int rules, int count) throws IOException, InterruptedException {
        List<Double> took = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int rule = random.nextInt(rules);
            allowed.flip(rule);
            String body = "{\"match\": \"" + Networks.match(rule) + "\", \"action\": \""
                    + (allowed.get(rule) ? "allow" : "drop") + "\"}";
            took.add(seconds(
                    () -> heddle.put("/api/v1/acls/drops/rules/" + (rule + 1) + "?wait=60", "application/json", body)));
        }
        return took.stream().sorted().toList();
    }

    /**
     * Sends a frame of each host into a port, and repeats until all are learnt: a busy switch may miss a frame.
     *
     * @return the number of learnt hosts
     */
    private int learn(int hosts) throws IOException, InterruptedException {
        RealSwitch.run("ip", "link", "set", "p1", "up");
        Waiting.until(
                () -> {
                    RealSwitch.run("python3", "-c", """
                    import socket, time
                    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
                    s.bind(("p1", 0))
                    for i in range(%d):
                        s.send(b"\\xff" * 6 + b"\\x02\\x01" + i.to_bytes(4, "big") + b"\\x88\\xb5" + bytes(46))
                        if i %% 64 == 0:
                            time.sleep(0.01)
                    """.formatted(hosts));
                    return heddle.metric("heddle_learnt_macs") >= hosts;
                },
                LONGEST_SECONDS,
                () -> "not all hosts are learnt");
        return hosts;
    }

    /** The entries refer to meters, so ovs-ofctl needs these too. */
    private void copyMeters() throws IOException, InterruptedException {
        for (String word : ovs.ofctl("br0", List.of("dump-meters")).split("\\s+")) {
            if (word.startsWith("meter=")) {
                ovs.ofctl("br1", List.of("add-meter"), word + ",pktps,burst,band=type=drop,rate=1,burst_size=1");
            }
        }
    }

    /** Waits for the next confirmation by the switch. @return the seconds that this reconciliation took */
    private double confirmed() throws IOException, InterruptedException {
        double before = took;
        Waiting.until(
                () -> heddle.metric(RECONCILED + "_count") > programmed,
                LONGEST_SECONDS,
                () -> "the switch was not programmed");
        programmed = (int) heddle.metric(RECONCILED + "_count");
        took = heddle.metric(RECONCILED + "_sum");
        return took - before;
    }

    private static String clean(String dump) {
        return dump.lines()
                .filter(l -> l.contains("actions="))
                .map(String::trim)
                .reduce(new StringBuilder(), (all, line) -> all.append(line).append('\n'), StringBuilder::append)
                .toString();
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static int count(Path flows) throws IOException {
        try (var lines = Files.lines(flows)) {
            return (int) lines.count();
        }
    }

    /** Work to time. */
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static double seconds(Work work) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e9;
    }

    /** Measures and prints. */
    static void print(int rules, int warmUp) throws IOException, InterruptedException {
        Result r = measure(rules, warmUp);
        System.out.printf(
                Locale.ROOT,
                "%d flow entries on one Open vSwitch, and %d of learnt hosts from the reconnect on%n%n",
                r.flows,
                2 * r.learnt);
        System.out.printf(
                Locale.ROOT,
                "%-44s %8.2f s%n%-44s %8.2f s  heddle takes %.2f of it%n",
                "heddle: from compiled to confirmed",
                r.program,
                "ovs-ofctl --bundle add-flows",
                r.bundle,
                r.program / r.bundle);
        System.out.printf(
                Locale.ROOT,
                "%-44s %8.2f s%n%-44s %8.2f s  heddle takes %.2f of it%n",
                "heddle: reconnected, read and compared",
                r.reconnect,
                "ovs-ofctl dump-flows",
                r.dump,
                r.reconnect / r.dump);
        System.out.printf(
                Locale.ROOT,
                "%-44s %8.1f ms  at best %.1f, nine of ten within %.1f; %.0f FLOW_MOD%n",
                "heddle: one rule changed by its API",
                r.change(0.5) * 1000,
                r.change(0) * 1000,
                r.change(0.9) * 1000,
                r.flowMods);
    }
}
