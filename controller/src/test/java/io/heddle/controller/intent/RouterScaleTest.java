package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.Blueprint;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.NetworkFile;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** 200 networks with 50 ports each, behind 20 routers, on 100 hosts: those of one router on five of them. */
class RouterScaleTest {
    private static final int ROUTERS = 20;
    private static final int NETWORKS = 10;
    private static final int PORTS = 50;
    private static final int HOSTS = 5;

    private static String file(int ports) {
        StringBuilder networks = new StringBuilder("heddle: v1\nnetworks:\n");
        StringBuilder routers = new StringBuilder("routers:\n");
        StringBuilder hosts = new StringBuilder("hosts:\n");
        for (int r = 0; r < ROUTERS; r++) {
            routers.append("  r").append(r).append(": {networks: [");
            for (int n = 0; n < NETWORKS; n++) {
                int id = r * NETWORKS + n;
                networks.append("  n%d: {vlan: %d, vni: %d, subnet: 10.%d.%d.0/24, gateway: 10.%d.%d.254}%n"
                        .formatted(id, 100 + id, 1000 + id, r, n, r, n));
                routers.append(n == 0 ? "n" : ", n").append(id);
            }
            routers.append("]}\n");
            for (int h = 0; h < HOSTS; h++) {
                hosts.append(
                        "  h%d-%d: {ovsdb: 'tcp:192.0.%d.%d:6640', tunnel-ip: 192.0.%d.%d, bridges: {br0: {ports: {%n"
                                .formatted(r, h, r + 1, h + 1, r + 1, h + 1));
                for (int p = h; p < NETWORKS * ports; p += HOSTS) {
                    int n = p % NETWORKS;
                    int host = p / NETWORKS + 1;
                    hosts.append(
                            "    p%d-%d: {access: n%d, mac: '02:00:%02x:%02x:00:%02x', address: [10.%d.%d.%d/24]},%n"
                                    .formatted(n, host, r * NETWORKS + n, r, n, host, r, n, host));
                }
                hosts.append("  }}}}\n");
            }
        }
        return networks.append(routers).append(hosts).toString();
    }

    private static FlowProgram compile(NetworkModel model, int place, ProgramCache parts) {
        NetworkModel.Place at = model.places().get(place);
        return Apps.compile(Blueprint.view(model, at, Map.of(), Transition.NONE), parts);
    }

    private static FlowProgram compile(NetworkModel model) {
        return compile(model, 0, new ProgramCache());
    }

    @Test
    void aSwitchHasEntriesForWhatItServes() throws Exception {
        NetworkModel model = NetworkFile.parse(Map.of("n.yaml", file(PORTS)));
        assertEquals(200, model.networks().size());
        FlowProgram program = compile(model);
        long begun = System.nanoTime();
        compile(model);
        double seconds = (System.nanoTime() - begun) / 1e9;
        int half = compile(NetworkFile.parse(Map.of("n.yaml", file(PORTS / 2))))
                .entries()
                .size();
        int all = program.entries().size();
        System.out.println("measured: a switch of 100 ports behind one of 20 routers: " + all + " entries, compiled in "
                + seconds + " s; with half of the ports " + half);
        // Each of the router's 500 hosts has two entries for questions, one as a neighbour; guards are per own port.
        assertTrue(all - half < 250 * 4 + 50 * 40, all + " and " + half);
        assertTrue(seconds < 2, seconds + " s");
    }

    /** The port's own host guards it; the others of its router hear where it is; nobody else hears of it. */
    @Test
    void onePortMoreCostsFewEntries() throws Exception {
        String text = file(PORTS);
        NetworkFile.Declared had = NetworkFile.read(Map.of("n.yaml", text));
        String port = "    one-more: {access: n0, mac: '02:01:00:00:00:01', address: [10.0.0.200/24]},\n";
        String more = text.replaceFirst("(h0-0: .*ports: \\{\n)", "$1" + port);
        ProgramCache parts = new ProgramCache();
        NetworkFile.Declared now = NetworkFile.read(Map.of("n.yaml", more), had);
        int[] changes = new int[HOSTS + 1];
        for (int place = 0; place < changes.length; place++) {
            changes[place] = FlowDiff.between(compile(now.model(), place, parts), compile(had.model(), place, parts))
                    .changes()
                    .size();
        }
        assertArrayEquals(new int[] {27, 3, 3, 3, 3, 0}, changes, Arrays.toString(changes));
    }
}
