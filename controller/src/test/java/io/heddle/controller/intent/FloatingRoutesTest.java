package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.Affected;
import io.heddle.apps.Blueprint;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Floating addresses beside routes that the file declares: those of the example. */
class FloatingRoutesTest {
    private static NetworkModel with(String from, String to) throws IOException, InvalidNetworkException {
        String text = Files.readString(Path.of("../docs/examples/floating.yaml"));
        assertTrue(text.contains(from), from);
        return NetworkFile.parse(Map.of("n.yaml", text.replace(from, to)));
    }

    private static String program(NetworkModel model, String host) {
        NetworkModel.Place place = model.places().stream()
                .filter(p -> p.host().name().equals(host))
                .findFirst()
                .orElseThrow();
        StringBuilder out = new StringBuilder();
        for (FlowEntry e : Apps.compile(Blueprint.view(model, place, Map.of(), Transition.NONE))
                .entries()) {
            out.append(FlowText.entry(e)).append('\n');
        }
        return out.toString();
    }

    @Test
    void routesOfTheFileCountMore() throws IOException, InvalidNetworkException {
        String networks = "    networks: [red]\n";
        NetworkModel plain = with(networks, networks);
        String leaves = "table=21, priority=133,";
        assertTrue(program(plain, "hv2").contains(leaves), "the guest leaves from its own host");
        NetworkModel firewall =
                with(networks, networks + "    routes: [{from: 10.0.200.0/24, to: 0.0.0.0/0, via: 10.0.200.4}]\n");
        assertFalse(program(firewall, "hv2").contains(leaves), "by the firewall, like its neighbours");
        NetworkModel own = with(networks, networks + "    routes: [{to: 192.0.2.20/32, via: 10.0.200.4}]\n");
        for (String host : new String[] {"hv1", "hv2", "hv3"}) {
            assertFalse(program(own, host).isEmpty(), "no two entries for the same packets");
        }
    }

    /** A host without the network outside decides whether an address has a home: all who reach the outside know it. */
    @Test
    void allWhoReachTheOutsideHearOfAHomeThatGoes() throws InvalidNetworkException {
        String file = """
                heddle: v1
                networks:
                  red: {vlan: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
                  lab: {vlan: 400, subnet: 10.0.201.0/24, gateway: 10.0.201.254}
                  up: {vlan: 0}
                routers:
                  edge:
                    networks: [red]
                    outside: {network: up, addresses: [192.0.2.10/24], hosts: [hv1]}
                    nat: [{floating: 192.0.2.20, to: 10.0.200.2}]
                  lab: {networks: [lab], outside: {network: up, addresses: [192.0.2.30/24], hosts: [hv2]}}
                hosts:
                  hv1:
                    ovsdb: tcp:192.0.2.1:6640
                    bridges: {br0: {ports: {vm1: {access: red, address: 10.0.200.2}, wan: {access: up, uplink: true}}}}
                  hv2:
                    ovsdb: tcp:192.0.2.2:6640
                    bridges: {br0: {ports: {vm2: {access: lab}, wan: {access: up, uplink: true}}}}
                  hv3: {ovsdb: "tcp:192.0.2.3:6640", bridges: {br0: {ports: {vm3: {access: red}}}}}
                """;
        NetworkModel before = NetworkFile.parse(Map.of("n.yaml", file));
        NetworkModel after = NetworkFile.parse(
                Map.of("n.yaml", file.replace("vm3: {access: red}", "vm3: {access: red, address: 10.0.200.2}")));
        assertTrue(program(before, "hv2").contains("nw_dst=192.0.2.20"));
        assertFalse(program(after, "hv2").contains("nw_dst=192.0.2.20"));
        NetworkModel.Place hv2 = after.places().get(1);
        assertEquals("hv2", hv2.host().name());
        assertTrue(Affected.between(before, after).concerns(after, hv2));
    }
}
