package io.heddle.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.Affected;
import io.heddle.apps.Blueprint;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.apps.router.RoutedNetworks;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which host has a way out that moves, as long as its switches do not know better. */
class WayOutTurnTest {
    private static NetworkModel example() throws Exception {
        return model(Files.readString(Path.of("../docs/examples/way-out.yaml")));
    }

    private static NetworkModel model(String file) throws Exception {
        return NetworkFile.read(Map.of("n.yaml", file)).model();
    }

    private static NetworkModel.Place place(NetworkModel model, String host) {
        return model.places().stream()
                .filter(p -> p.host().name().equals(host))
                .findFirst()
                .orElseThrow();
    }

    private static SwitchView view(NetworkModel model, String host, Set<String> interfaces) {
        NetworkModel.Place place = place(model, host);
        return Blueprint.view(model, place, Map.of(), Transition.NONE.on(model, place, interfaces));
    }

    private static Set<String> probes(NetworkModel model, String... hosts) {
        Set<String> all = new HashSet<>();
        for (String host : hosts) {
            all.add(NetworkModel.probePort(model.hosts().get(host)));
        }
        return all;
    }

    /** The entries with a reason of a kind. */
    private static List<FlowEntry> entries(SwitchView view, String kind) {
        FlowProgram program = Apps.compile(view);
        List<FlowEntry> found = new ArrayList<>();
        for (FlowEntry e : program.entries()) {
            if (program.reason(e.cookie()).filter(r -> r.kind().equals(kind)).isPresent()) {
                found.add(e);
            }
        }
        return found;
    }

    /** A switch whose probes have not begun takes all hosts for dead. */
    @Test
    void whereNobodySeemsAliveTheFirstHasTheWayOut() throws Exception {
        NetworkModel model = example();
        SwitchView hv3 = view(model, "hv3", Set.of());
        List<FlowEntry> last = entries(hv3, "leaves-by-first");
        assertEquals(1, last.size());
        FlowEntry toFirst = entries(hv3, "routed-out").stream()
                .filter(e -> e.table() == Table.SOURCE.number())
                .findFirst()
                .orElseThrow();
        assertEquals(
                toFirst.instructions(), last.get(0).instructions(), "to hv1, which is the first that it looks for");
        assertTrue(last.get(0).priority() < toFirst.priority());
    }

    /** Without a database that Heddle reaches, a host gets no probes. */
    @Test
    void aHostTakesTheWayOutOnlyWhenItCanSeeThoseBeforeIt() throws Exception {
        NetworkModel model = example();
        SwitchView blind = view(model, "hv2", Set.of("wan", "two"));
        assertEquals(List.of(), entries(blind, "outside-address"));
        assertEquals(List.of(), RoutedNetworks.of(blind).claims());
        assertEquals(1, entries(blind, "leaves-by-first").size(), "what goes out goes to hv1");
        SwitchView seeing = view(model, "hv2", probes(model, "hv1"));
        assertTrue(entries(seeing, "outside-address").size() > 1);
        assertEquals(1, RoutedNetworks.of(seeing).claims().size());
        SwitchView first = view(model, "hv1", Set.of());
        assertTrue(entries(first, "outside-address").size() > 1, "the first has nobody to look for");
    }

    @Test
    void aBlindHostNeverSendsToThoseBehindIt() throws Exception {
        String three = Files.readString(Path.of("../docs/examples/way-out.yaml"))
                .replace("[hv1, hv2]", "[hv1, hv2, hv3]")
                .replace("          three:", "          wan: {access: uplink, uplink: true}\n          three:");
        NetworkModel model = model(three);
        List<String> reasons = new ArrayList<>();
        FlowProgram program = Apps.compile(view(model, "hv2", Set.of()));
        program.entries()
                .forEach(e -> program.reason(e.cookie())
                        .filter(r -> r.kind().equals("routed-out") || r.kind().equals("leaves-by-first"))
                        .ifPresent(r -> reasons.add(r.text())));
        assertTrue(reasons.size() > 1);
        assertTrue(reasons.stream().allMatch(r -> r.contains("by hv1")), reasons.toString());
        SwitchView half = view(model, "hv3", probes(model, "hv1"));
        assertEquals(List.of(), entries(half, "outside-address"), "it does not see hv2");
    }

    /** A guest where the outside begins could draw the packets to itself. */
    @Test
    void noGuestPassesForAWayOutThatMoves() throws Exception {
        String guests = Files.readString(Path.of("../docs/examples/way-out.yaml"))
                .replace("          three:", "          lan: {access: uplink}\n          three:")
                .replace("          two:", "          lan: {access: uplink}\n          two:");
        NetworkModel model = model(guests);
        long mac = Gateways.mac(model.routers().get("edge"));
        for (String host : List.of("hv2", "hv3")) {
            SwitchView view = view(model, host, probes(model, "hv1"));
            List<FlowEntry> drops = entries(view, "way-out-mac");
            assertEquals(1, drops.size(), host);
            FlowEntry drop = drops.get(0);
            assertEquals(-1, drop.instructions().next(), "no table follows");
            assertEquals(mac, drop.match().get(Field.ETH_SRC).orElseThrow().lo());
            assertEquals(
                    view.port("lan").getAsInt(),
                    drop.match().get(Field.IN_PORT).orElseThrow().lo());
        }
        assertEquals(List.of(), entries(view(example(), "hv2", probes(model, "hv1")), "way-out-mac"), "no guest there");
    }

    /** The MTU of a network that a switch does not carry says how long the packets of its router may be. */
    @Test
    void theNetworksOfARouterConcernAllOfItsSwitches() throws Exception {
        String file = """
                heddle: v1
                networks:
                  red: {vlan: 200, vni: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254, mtu: 1450}
                  wan: {vlan: 300, vni: 300}
                routers:
                  edge: {networks: [red], outside: {network: wan, addresses: [192.0.2.10/24], host: hv1}}
                hosts:
                  hv1:
                    ovsdb: tcp:198.51.100.1:6640
                    tunnel-ip: 198.51.100.1
                    underlay-mtu: 9000
                    bridges: {br0: {ports: {isp: {access: wan}, one: {access: red}}}}
                  hv2:
                    ovsdb: tcp:198.51.100.2:6640
                    tunnel-ip: 198.51.100.2
                    bridges: {br0: {ports: {two: {access: red}}}}
                  hv3:
                    ovsdb: tcp:198.51.100.3:6640
                    tunnel-ip: 198.51.100.3
                    underlay-mtu: 1500
                    bridges: {br0: {ports: {three: {access: wan}}}}
                """;
        NetworkModel before = model(file);
        NetworkModel after = model(file.replace("underlay-mtu: 1500", "underlay-mtu: 9000"));
        NetworkModel.Place hv2 = place(after, "hv2");
        RoutedNetworks old = RoutedNetworks.of(view(before, "hv2", Set.of()));
        RoutedNetworks now = RoutedNetworks.of(view(after, "hv2", Set.of()));
        assertTrue(!old.mtus().equals(now.mtus()), "the switch needs other entries: " + old.mtus());
        assertTrue(Affected.between(before, after).concerns(after, hv2));
    }
}
