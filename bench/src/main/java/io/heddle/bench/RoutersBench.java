package io.heddle.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Many networks behind routers, on emulated switches: how many entries a switch gets, and how soon one more port is in
 * all switches that must know of it. The hosts are shared out among the routers, and the ports of a router's networks
 * among its hosts.
 *
 * @param routers with as many networks each, up to 256 in all
 * @param ports of each network, up to 250
 */
record RoutersBench(int routers, int networks, int ports, int hosts) {
    private static final int PORT = 16653;
    private static final double LONGEST_SECONDS = 120;
    private static final int WARM_UP = 60;
    private static final int CHANGES = 40;
    private static final int QUIET_MILLIS = 100;

    /**
     * Results.
     *
     * @param inSync seconds from the first connection until all switches have their entries
     * @param entries of each switch, on average
     * @param changes a port added
     */
    record Result(double inSync, double entries, List<Change> changes) {
        double median(Function<Change, Double> of) {
            return FlowsBench.median(changes.stream().map(of).toList());
        }
    }

    /**
     * A port added, and not waited for.
     *
     * @param accepted seconds from the request to the answer
     * @param sent seconds from the request until the last switch has all FLOW_MODs and the end of their bundle
     */
    record Change(double accepted, double sent, double flowMods, double switches) {}

    /** @param more ports to add, of which only the last {@value #CHANGES} count: by then the JVM has compiled all */
    Result measure(int more) throws IOException, InterruptedException {
        try (Peer controller = Peer.heddle(PORT, file());
                Load load = new Load(hosts, 1)) {
            long begun = System.nanoTime();
            load.connect(controller.address());
            load.awaitSynced(hosts, LONGEST_SECONDS);
            double inSync = (System.nanoTime() - begun) / 1e9;
            load.settle();
            double entries = load.flowMods() / (double) hosts;
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < more; i++) {
                Change change = add(controller, load, i);
                if (i >= more - CHANGES) {
                    changes.add(change);
                }
            }
            return new Result(inSync, entries, changes);
        }
    }

    private Change add(Peer controller, Load load, int number) throws IOException, InterruptedException {
        long before = load.flowMods();
        int commits = load.commits();
        long begun = System.nanoTime();
        controller.put(
                "/api/v1/hosts/h1/bridges/br0/ports/new" + number + "?wait=0",
                "application/json",
                "{\"access\": \"n0\", \"type\": \"internal\", \"mac\": \"02:01:00:00:00:%02x\", \"address\": [\"10.0.0.%d/24\"]}"
                        .formatted(number, ports + 1 + number));
        double accepted = (System.nanoTime() - begun) / 1e9;
        int concerned = hosts / routers;
        Waiting.until(
                () -> load.commits() >= commits + concerned,
                LONGEST_SECONDS,
                () -> "of " + concerned + " switches " + (load.commits() - commits) + " have changed");
        // Nobody else may hear of it, and nobody twice.
        Thread.sleep(QUIET_MILLIS);
        return new Change(
                accepted, (load.lastCommit() - begun) / 1e9, load.flowMods() - before, load.commits() - commits);
    }

    /** The network file: host 1 serves the first router. */
    private String file() {
        StringBuilder all = new StringBuilder("heddle: v1\nnetworks:\n");
        StringBuilder joins = new StringBuilder("routers:\n");
        for (int r = 0; r < routers; r++) {
            joins.append("  r").append(r).append(": {networks: [");
            for (int n = r * networks; n < (r + 1) * networks; n++) {
                all.append(String.format(
                        Locale.ROOT,
                        "  n%1$d: {vlan: %2$d, vni: %3$d, subnet: 10.0.%1$d.0/24, gateway: 10.0.%1$d.254}%n",
                        n,
                        100 + n,
                        1000 + n));
                joins.append(n == r * networks ? "n" : ", n").append(n);
            }
            joins.append("]}\n");
        }
        all.append(joins).append("hosts:\n");
        for (int h = 0; h < hosts; h++) {
            host(all, h);
        }
        return all.toString();
    }

    private void host(StringBuilder out, int h) {
        out.append(String.format(
                Locale.ROOT,
                "  h%1$d: {system-id: emulated-%1$d, tunnel-ip: 172.16.0.%1$d, bridges: {br0: {datapath: netdev, "
                        + "datapath-id: \"%1$016x\", ports: {%n",
                h + 1));
        int share = hosts / routers;
        for (int p = h / routers; p < networks * ports; p += share) {
            int n = h % routers * networks + p % networks;
            int number = p / networks + 1;
            out.append(String.format(
                    Locale.ROOT,
                    "    p%1$d-%2$d: {access: n%1$d, type: internal, mac: \"02:00:00:00:%1$02x:%2$02x\", "
                            + "address: [10.0.%1$d.%2$d/24]},%n",
                    n,
                    number));
        }
        out.append("  }}}}\n");
    }

    /** Measures and prints, with half of the ports too. */
    void print() throws IOException, InterruptedException {
        Result half = new RoutersBench(routers, networks, ports / 2, hosts).measure(0);
        Result all = measure(WARM_UP + CHANGES);
        System.out.printf(
                Locale.ROOT,
                "%d networks of %d ports behind %d routers, on %d hosts%n%n",
                routers * networks,
                ports,
                routers,
                hosts);
        System.out.printf(
                Locale.ROOT,
                "entries of a switch: %.0f, with half of the ports %.0f%nall switches in sync after %.2f s%n",
                all.entries,
                half.entries,
                all.inSync);
        List<Double> sent = all.changes.stream().map(Change::sent).sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "a port more: accepted after %.1f ms, on all its switches after %.1f ms (nine of ten within %.1f), "
                        + "%.0f FLOW_MODs to %.0f switches%n",
                all.median(Change::accepted) * 1000,
                all.median(Change::sent) * 1000,
                sent.get(sent.size() * 9 / 10) * 1000,
                all.median(Change::flowMods),
                all.median(Change::switches));
    }
}
