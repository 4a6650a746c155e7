package io.heddle.bench;

import io.heddle.apps.Blueprint;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
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

    private static FlowProgram compile(NetworkModel model, int number, ProgramCache parts) {
        NetworkModel.Place place = model.places().get(number);
        return Apps.compile(Blueprint.view(model, place, Map.of(), Transition.NONE), parts);
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
                    "  h%d:%n    ovsdb: tcp:%s:6640%n    tunnel-ip: %s%n    bridges:%n      br0:%n        ports:%n",
                    h,
                    address,
                    address));
            for (int i = 0; i < portsOf(h); i++, port++) {
                out.append(String.format(
                        Locale.ROOT,
                        "          p%d: {access: red, mac: \"02:00:00:%02x:%02x:%02x\", address: [10.%d.%d.%d], "
                                + "labels: {in: g%d}}%n",
                        i,
                        port >> 16,
                        port >> 8 & 0xff,
                        port & 0xff,
                        port >> 16,
                        port >> 8 & 0xff,
                        port & 0xff,
                        (joins && port == 0 ? 1 : port) % groups));
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
            FlowProgram firstNow = timed("... compile its switch", () -> compile(now.model(), 0, parts));
            own = timed("... difference of its switch", () -> FlowDiff.between(firstNow, first));
            FlowProgram secondNow = timed("... compile another switch", () -> compile(now.model(), 1, parts));
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
}
