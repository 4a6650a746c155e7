package io.heddle.bench;

import io.heddle.apps.Blueprint;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A stateful list whose rules name a group of ports as source and another as destination, on many hosts: reading the
 * file, compiling the switches, and one port that joins a group. All in this process, by the controller's own compiler;
 * no switch and no disk. Every second host has three times as many ports as the others.
 */
final class GroupsBench {
    private static final int ROUNDS = 3;
    private static final int FIRST_TCP_PORT = 1000;
    private static final int SHARES = 4;

    private static final int PORT = 16653;
    private static final double LONGEST_SECONDS = 300;
    private static final int QUIET_MILLIS = 100;

    private final int hosts;
    private final int ports;
    private final int groups;
    private final int rules;

    GroupsBench(int hosts, int ports, int groups, int rules) {
        this.hosts = hosts;
        this.ports = ports;
        this.groups = groups;
        this.rules = rules;
    }

    private static SwitchView view(NetworkModel model, int number) {
        NetworkModel.Place place = model.places().get(number);
        return Blueprint.view(model, place, Map.of(), Transition.NONE);
    }

    private static FlowProgram compile(NetworkModel model, int number, ProgramCache parts) {
        return Apps.compile(view(model, number), parts);
    }

    /** The number of ports of a host. Two hosts have as many as two average ones. */
    private int portsOf(int host) {
        return ports / hosts * 2 * (host % 2 == 0 ? 1 : SHARES - 1) / SHARES;
    }

    /** The network file. @param joins whether the first port has gone from the first group to the second */
    private Map<String, String> file(boolean joins) {
        StringBuilder out = new StringBuilder("heddle: v1\nnetworks:\n  red: {vlan: 200, vni: 10200}\nhosts:\n");
        int port = 0;
        for (int h = 0; h < hosts; h++) {
            String address = "172.16." + (h >> 8) + "." + (h & 0xff);
            out.append(String.format(
                    Locale.ROOT,
                    "  h%1$d:%n    system-id: emulated-%1$d%n    tunnel-ip: %2$s%n    bridges:%n      br0:%n"
                            + "        datapath: netdev%n        datapath-id: \"%3$016x\"%n        ports:%n",
                    h,
                    address,
                    h + 1));
            for (int i = 0; i < portsOf(h); i++, port++) {
                out.append(String.format(
                        Locale.ROOT, "          p%d: %s%n", i, port(port, (joins && port == 0 ? 1 : port) % groups)));
            }
        }
        out.append("groups:\n");
        for (int g = 0; g < groups; g++) {
            out.append("  g" + g + ": {labels: {in: g" + g + "}}\n");
        }
        out.append(
                "acls:\n  - name: between\n    on: {networks: [red]}\n    stateful: true\n    default: drop\n    rules:\n");
        for (int r = 0; r < rules; r++) {
            out.append(String.format(
                    Locale.ROOT,
                    "      - {match: {proto: tcp, src: g%d, dst: g%d, dst-port: %d}, action: allow}%n",
                    (r * 7 + r / groups + 1) % groups,
                    r % groups,
                    FIRST_TCP_PORT + r));
        }
        return Map.of("network.yaml", out.toString());
    }

    private static String port(int number, int group) {
        return String.format(
                Locale.ROOT,
                "{\"access\": \"red\", \"type\": \"internal\", \"mac\": \"02:00:00:%02x:%02x:%02x\", "
                        + "\"address\": [\"10.%d.%d.%d\"], \"labels\": {\"in\": \"g%d\"}}",
                number >> 16,
                number >> 8 & 0xff,
                number & 0xff,
                number >> 16,
                number >> 8 & 0xff,
                number & 0xff,
                group);
    }

    private interface Work<T> {
        T run() throws InvalidNetworkException;
    }

    private final Map<String, List<Double>> times = new LinkedHashMap<>();

    private <T> T timed(String what, Work<T> work) throws InvalidNetworkException {
        long begun = System.nanoTime();
        T result = work.run();
        times.computeIfAbsent(what, w -> new ArrayList<>()).add((System.nanoTime() - begun) / 1e6);
        return result;
    }

    /** Measures and prints medians; the first round only warms up. */
    void print() throws InvalidNetworkException {
        System.out.printf(
                Locale.ROOT,
                "%d ports in %d groups on %d hosts, a stateful list of %d rules from group to group%n%n",
                ports,
                groups,
                hosts,
                rules);
        List<Integer> sizes = new ArrayList<>();
        FlowDiff own = null;
        FlowDiff others = null;
        for (int round = 0; round <= ROUNDS; round++) {
            if (round == 1) {
                times.clear();
            }
            ProgramCache parts = new ProgramCache();
            NetworkFile.Declared had = timed("read the file", () -> NetworkFile.read(file(false)));
            FlowProgram first = timed("compile one switch, the first", () -> compile(had.model(), 0, parts));
            FlowProgram second =
                    timed("compile one switch of three times as many ports", () -> compile(had.model(), 1, parts));
            sizes.clear();
            timed("compile all switches", () -> {
                for (int h = 0; h < hosts; h++) {
                    sizes.add(compile(had.model(), h, parts).entries().size());
                }
                return null;
            });
            NetworkFile.Declared now =
                    timed("a port joins another group: read the file", () -> NetworkFile.read(file(true), had));
            FlowProgram firstNow =
                    timed("... compile its switch", () -> Apps.compileLists(view(now.model(), 0), parts, first));
            own = timed("... difference of its switch", () -> FlowDiff.between(firstNow, first));
            FlowProgram secondNow =
                    timed("... compile another switch", () -> Apps.compileLists(view(now.model(), 1), parts, second));
            others = timed("... difference of that switch", () -> FlowDiff.between(secondNow, second));
        }
        times.forEach((what, all) -> System.out.printf(Locale.ROOT, "%-52s %10.1f ms%n", what, FlowsBench.median(all)));
        System.out.printf(
                Locale.ROOT,
                "%nentries of a switch with %d ports: %d, with %d ports: %d, which is %.2f and %.2f a port%n",
                portsOf(0),
                sizes.get(0),
                portsOf(1),
                sizes.get(1),
                sizes.get(0) / (double) portsOf(0),
                sizes.get(1) / (double) portsOf(1));
        System.out.printf(
                Locale.ROOT,
                "FLOW_MODs when a port joins another group: %d for its switch, %d for another%n",
                own.changes().size(),
                others.changes().size());
    }

    /**
     * Measures and prints how soon a port that joins another group has done so on emulated switches, by a controller
     * of its own. The other hosts are not connected.
     *
     * @param connected the number of hosts with an emulated switch
     * @param all the number of changes, of which the first two thirds warm up
     */
    void printJoining(int connected, int all) throws IOException, InterruptedException {
        try (Peer controller = Peer.heddle(PORT, file(false).get("network.yaml"));
                Load load = new Load(connected, 1)) {
            long begun = System.nanoTime();
            load.connect(controller.address());
            load.awaitSynced(connected, LONGEST_SECONDS);
            double inSync = (System.nanoTime() - begun) / 1e9;
            load.settle();
            List<double[]> changes = new ArrayList<>();
            for (int i = 0; i < all; i++) {
                double[] change = join(controller, load, connected, (i + 1) % groups);
                if (i >= all * 2 / 3) {
                    changes.add(change);
                }
            }
            List<Double> sent = changes.stream().map(c -> c[1]).sorted().toList();
            System.out.printf(
                    Locale.ROOT,
                    "%d switches in sync after %.2f s%na port joins another group: accepted after %.1f ms, on all "
                            + "switches after %.1f ms (nine of ten within %.1f), %.0f FLOW_MODs to each%n",
                    connected,
                    inSync,
                    FlowsBench.median(changes.stream().map(c -> c[0]).toList()),
                    FlowsBench.median(sent),
                    sent.get(sent.size() * 9 / 10),
                    FlowsBench.median(changes.stream().map(c -> c[2]).toList()) / connected);
        }
    }

    /** @return milliseconds until accepted, and until the last switch has its entries, and the FLOW_MODs */
    private double[] join(Peer controller, Load load, int connected, int group)
            throws IOException, InterruptedException {
        long before = load.flowMods();
        int commits = load.commits();
        long begun = System.nanoTime();
        controller.put("/api/v1/hosts/h0/bridges/br0/ports/p0?wait=0", "application/json", port(0, group));
        double accepted = (System.nanoTime() - begun) / 1e6;
        Waiting.until(
                () -> load.commits() >= commits + connected,
                LONGEST_SECONDS,
                () -> "of " + connected + " switches " + (load.commits() - commits) + " have changed");
        double sent = (load.lastCommit() - begun) / 1e6;
        Thread.sleep(QUIET_MILLIS);
        return new double[] {accepted, sent, load.flowMods() - before};
    }
}
