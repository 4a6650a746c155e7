package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.WayOutProbe;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterReaderTest {
    private static final String HEAD = """
            heddle: v1
            networks:
              red: {vlan: 200, vni: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
              blue: {vlan: 300, vni: 300, subnet: [10.0.30.0/24, "fd00:30::/64"], gateway: [10.0.30.254, "fd00:30::1"]}
              same: {vlan: 400, vni: 400, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
              bare: {vlan: 500, vni: 500}
              up: {vlan: 0}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                tunnel-ip: 192.0.2.1
                bridges: {br0: {ports: {vm1: {access: red}, isp: {access: up}}}}
              hv2:
                ovsdb: tcp:192.0.2.2:6640
                tunnel-ip: 192.0.2.2
                bridges: {br0: {ports: {vm2: {access: blue}}}}
              hv3:
                ovsdb: tcp:192.0.2.3:6640
                tunnel-ip: 192.0.2.3
                bridges: {br0: {ports: {wan: {access: up}}}}
              hv4:
                ovsdb: tcp:192.0.2.4:6640
                bridges: {br0: {ports: {wan: {access: up}}}}
            routers:
            """;

    private static final String OUT =
            "outside: {network: up, addresses: [198.51.100.2/24], gateway: 198.51.100.1, host: ";

    private static NetworkModel model(String routers) throws InvalidNetworkException {
        return NetworkFile.parse(Map.of("n.yaml", HEAD + routers));
    }

    @Test
    void hostsCarryTheNetworksToWhichTheyRoute() throws InvalidNetworkException {
        NetworkModel model = model("  edge: {networks: [red, blue], " + OUT + "hv3}, nat: [{snat: red}]}\n");
        Host hv1 = model.hosts().get("hv1");
        assertEquals(
                Set.of("red", "up", "blue"), model.networks(hv1, hv1.bridges().get("br0")));
        Host hv3 = model.hosts().get("hv3");
        assertEquals(
                Set.of("up", "red", "blue"),
                model.networks(hv3, hv3.bridges().get("br0")),
                "the host with the way out");
        Router edge = model.routers().get("edge");
        assertEquals("198.51.100.2", edge.translations().get(0).outside().getHostAddress());
        assertEquals(edge, model.routerOf("blue").orElseThrow());
        assertTrue(model.routerOf("same").isEmpty());
    }

    @Test
    void aRouteHasOneNextRouterOrSeveral() throws InvalidNetworkException {
        Router edge = model("  edge: {networks: [red, blue], routes: [{to: 10.9.0.0/16, via: [10.0.200.7, 10.0.30.7]},"
                        + " {to: 10.8.0.0/16, via: [10.0.200.7]}, {to: 10.7.0.0/16, via: 10.0.200.7}]}\n")
                .routers()
                .get("edge");
        assertEquals(
                List.of(2, 1, 1),
                edge.routes().stream().map(r -> r.via().size()).toList());
        assertEquals(
                List.of(true, false, false),
                edge.routes().stream().map(Router.Route::spreads).toList());
    }

    @Test
    void aRouteHasNoMoreNextRoutersThanConnectionsCanBeSpreadOver() {
        String many =
                IntStream.rangeClosed(1, 17).mapToObj(i -> "10.0.200." + i).collect(Collectors.joining(", "));
        InvalidNetworkException e = assertThrows(
                InvalidNetworkException.class,
                () -> model("  edge: {networks: [red], routes: [{to: 10.9.0.0/16, via: [" + many + "]}]}\n"));
        assertTrue(e.getMessage().contains("has more than 16 next routers"), e.getMessage());
    }

    @Test
    void hostsBetweenWhichAWayOutMovesWatchEachOther() throws InvalidNetworkException {
        String moves = "  edge: {networks: [red, blue], " + OUT.replace("host", "hosts") + "[hv1, hv3]}}\n";
        NetworkModel model = model(moves);
        for (String name : List.of("hv1", "hv2", "hv3")) {
            Host host = model.hosts().get(name);
            List<WayOutProbe> from =
                    WayOutProbe.from(model, host, host.bridges().get("br0"));
            List<String> watched = from.stream().map(p -> p.watched().name()).toList();
            assertEquals(Stream.of("hv1", "hv3").filter(o -> !o.equals(name)).toList(), watched, name);
            for (WayOutProbe p : from) {
                assertTrue(
                        WayOutProbe.to(model, p.watched(), p.watched().bridges().get("br0"))
                                .contains(p));
                assertNotEquals(
                        p.key(), new WayOutProbe(host, p.watched(), p.outside()).key(), "never sent to and fro");
            }
            assertEquals(List.of(), model.probed(host, host.bridges().get("br0")));
        }
        NetworkModel still = model(moves.replace(", hv3", ""));
        Host hv1 = still.hosts().get("hv1");
        assertEquals(List.of(), WayOutProbe.from(still, hv1, hv1.bridges().get("br0")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{networks: [rde]} | unknown network \"rde\", did you mean red?",
                "{} | needs networks, such as [red, blue]",
                "{networks: [red, bare]} | needs subnet and gateway in networks",
                "{networks: [red, same]} | which overlap 10.0.200.0/24 of network red in the same router",
                "{networks: [red], routes: [{to: 10.9.0.0/16, via: 10.0.31.1}]} | is in no network of the router",
                "{networks: [red], routes: [{to: 10.9.0.0/16, via: 10.0.200.254}]} | is the router's own address",
                "{networks: [red], routes: [{to: 10.9.0.0/16, via: [10.0.200.7, 10.0.200.7]}]} | is given twice",
                "{networks: [red], routes: [{to: 10.9.0.0/16, via: [10.0.200.7, 10.0.31.1]}]} | is in no network of the router",
                "{networks: [red], routes: [{to: 10.9.0.0/16, via: [10.0.200.7, 'fd00:30::9']}]} | is not of the IP version of 10.9.0.0/16",
                "{networks: [red], routes: [{to: 10.9.0.0/16, via: []}]} | expected IP addresses",
                "{networks: [red], routes: [{to: 10.9.0.0/16}, {to: 10.9.1.0/16}]} | is a second route to 10.9.0.0/16",
                "{networks: [red], routes: [{to: 10.9.0.0/16, from: 10.0.0.0/8}, {to: 10.9.1.0/16, from: 10.0.0.0/8}]} | is a second route to 10.9.0.0/16 from 10.0.0.0/8",
                "{networks: [red], routes: [{to: 10.9.0.0/16, from: fd00::/8}]} | is not of the IP version of 10.9.0.0/16",
                "{networks: [red], routes: [{to: 10.0.200.9/24}]} | leads to network red, which the router joins",
                "{networks: [red], routes: [{to: 0.0.0.0/0}], OUThv1}} | leads to 0.0.0.0/0, to which there is a route already",
                "{networks: [red], OUThv1}, nat: [{floating: 198.51.100.7, to: 10.0.200.1}, {floating: 198.51.100.8, to: 10.0.200.1}]} | translates what an earlier one does already",
                "{networks: [red], OUThv1, hosts: [hv3]}} | stands beside host: write hosts: [hv1, hv2] only",
                "{networks: [red], WAY[hv1, hv1]}} | is in the list already",
                "{networks: [red], WAY[hv1, hv9]}} | unknown host \"hv9\", did you mean hv1",
                "{networks: [red], WAY[hv1, hv2]}} | has no port in network up, where the outside begins",
                "{networks: [red], WAY[hv1, hv4]}} | host hv4 needs a tunnel-ip, by which the others see whether it is alive",
                "{networks: [red], outside: {network: up, addresses: [198.51.100.2/24]}} | needs hosts, such as",
                "{networks: [red], nat: [{snat: red}]} | needs outside, the way out of the router",
                "{networks: [red], OUThv9}} | unknown host \"hv9\", did you mean hv1",
                "{networks: [red], OUThv2}} | has no port in network up, where the outside begins",
                "{networks: [red], OUThv1}, nat: [{snat: blue}]} | unknown network of the router \"blue\"",
                "{networks: [red], OUThv1}, nat: [{}]} | expected one of snat, dnat and floating",
                "{networks: [red], OUThv1}, nat: [{snat: red}, {snat: red}]} | translates what an earlier one does already",
                "{networks: [red], OUThv1}, nat: [{dnat: '198.51.100.2:0', to: '10.0.200.1:80'}]} | expected an IPv4 address and a port",
                "{networks: [red], OUThv1}, nat: [{dnat: '198.51.101.2:80', to: '10.0.200.1:80'}]} | expected an address of a host in 198.51.100.0/24",
                "{networks: [red], OUThv1}, nat: [{floating: 198.51.100.2, to: 10.0.200.1}]} | is the router's own address",
                "{networks: [red], OUThv1}, nat: [{floating: 198.51.100.7, to: 10.0.200.1, at: hv1}]} | expected one of way-out",
                "{networks: [red], OUThv1}, nat: [{snat: red, at: way-out}]} | belongs to floating only",
                "{networks: [red], OUThv1}, nat: [{snat: red, proto: udp}]} | belongs to dnat only",
                "{networks: [red], OUThv1}, nat: [{floating: 198.51.100.7, to: 10.0.30.1}]} | is no host's address in a network of the router",
            })
    void saysWhatIsWrong(String router, String message) {
        String text = "  edge: " + router.replace("OUT", OUT).replace("WAY", OUT.replace("host", "hosts")) + "\n";
        InvalidNetworkException e = assertThrows(InvalidNetworkException.class, () -> model(text));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    /** By the port of {@code hv2} that declares it, if an uplink leads from there to the outside. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{vm: DECLARES, up: {access: up, uplink: true}} | | hv2",
                "{vm: DECLARES, up: {access: up}} | | ''",
                "{vm: {access: red}, up: {access: up, uplink: true}} | | ''",
                "{vm: DECLARES, up: {access: up, uplink: true}} | , at: way-out | ''",
                "{vm: DECLARES, up: {access: up, uplink: true}} | }, {dnat: '198.51.100.7:80', to: '10.0.200.1:80' | ''",
                "{vm: {access: other, address: [10.0.200.7/24]}, up: {access: up, uplink: true}} | | ''",
                "{vm: {access: blue, address: [10.0.200.7/24]}, up: {access: up, uplink: true}} | | ''",
            })
    void theGuestsHostHasItsFloatingAddress(String ports, String more, String home) throws InvalidNetworkException {
        String file = """
                heddle: v1
                networks:
                  red: {vlan: 200, vni: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
                  blue: {vlan: 301, vni: 301, subnet: 10.0.30.0/24, gateway: 10.0.30.254}
                  other: {vlan: 300}
                  up: {vlan: 0}
                hosts:
                  hv1:
                    ovsdb: tcp:192.0.2.1:6640
                    tunnel-ip: 192.0.2.1
                    bridges: {br0: {ports: {vm1: {access: red}, isp: {access: up, uplink: true}}}}
                  hv2: {ovsdb: "tcp:192.0.2.2:6640", tunnel-ip: 192.0.2.2, bridges: {br0: {ports: PORTS}}}
                routers:
                  edge: {networks: [red, blue], OUThv1}, nat: [{floating: 198.51.100.7, to: 10.0.200.7MORE}]}
                """.replace("PORTS", ports)
                .replace("DECLARES", "{access: red, address: 10.0.200.7/24}")
                .replace("OUT", OUT)
                .replace("MORE", more == null ? "" : more);
        NetworkModel model = NetworkFile.parse(Map.of("n.yaml", file));
        Router edge = model.routers().get("edge");
        Router.Floating floating = (Router.Floating) edge.translations().get(0);
        assertEquals(home, model.home(edge, floating).map(p -> p.host().name()).orElse(""));
        assertEquals(home.isEmpty(), model.atWayOut(edge).translations().contains(floating), "one of the two does it");
        assertEquals(!home.isEmpty(), model.hasFloatings(edge, model.hosts().get("hv2")));
    }

    @Test
    void networksLeaveTheKeysOfProbesFree() {
        String moves = "  edge: {networks: [red, blue], " + OUT.replace("host", "hosts") + "[hv1, hv3]}}\n";
        String head = HEAD.replaceFirst("vni: \\d+", "vni: " + WayOutProbe.FIRST_KEY);
        InvalidNetworkException e =
                assertThrows(InvalidNetworkException.class, () -> NetworkFile.parse(Map.of("n.yaml", head + moves)));
        assertTrue(e.getMessage().contains("give the network one below 16744448"), e.getMessage());
    }

    /** Otherwise each would take itself for the only one, and both have the way out for ever. */
    @Test
    void hostsWithAWayOutThatMovesSeeEachOtherByANetworkOfTheRouter() throws InvalidNetworkException {
        String file = """
                heddle: v1
                networks:
                  red: {vlan: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
                  other: {vlan: 300, vni: 300}
                  up: {vlan: 0}
                hosts:
                  hv1:
                    ovsdb: tcp:192.0.2.1:6640
                    tunnel-ip: 192.0.2.1
                    bridges: {br0: {ports: {trunk: {trunk: [red, other]}, isp: {access: up}}}}
                  hv2:
                    ovsdb: tcp:192.0.2.2:6640
                    tunnel-ip: 192.0.2.2
                    bridges: {br0: {ports: {trunk: {trunk: [red, other]}, isp: {access: up}}}}
                routers:
                  edge: {networks: [red], outside: {network: up, addresses: [198.51.100.2/24], hosts: [hv1, hv2]}}
                """;
        for (String bfd : new String[] {"", "tunnels: {bfd: true}\n"}) {
            InvalidNetworkException e =
                    assertThrows(InvalidNetworkException.class, () -> NetworkFile.parse(Map.of("n.yaml", file + bfd)));
            assertTrue(
                    e.getMessage()
                            .contains("hosts hv1 and hv2 share no network of the router by tunnel, by which they see"
                                    + " whether the other is alive: give one of red a vni"),
                    e.getMessage());
        }
        NetworkFile.parse(Map.of("n.yaml", file.replace("hosts: [hv1, hv2]", "hosts: [hv1]")));
        NetworkFile.parse(Map.of("n.yaml", file.replace("red: {vlan: 200", "red: {vlan: 200, vni: 200")));
    }

    @Test
    void routersOfOneHostDoNotShareAddresses() {
        String two = "  edge: {networks: [red], " + OUT + "hv1}}\n  lab: {networks: [same], " + OUT + "hv1}}\n";
        InvalidNetworkException e = assertThrows(InvalidNetworkException.class, () -> model(two));
        assertTrue(
                e.getMessage().contains("198.51.100.2 in network up is already that of router edge"), e.getMessage());
        assertTrue(
                e.getMessage().contains("like one of router edge on the same host: add {snat: same} to nat"),
                e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hv1, shared: true} | '' | ''",
                "hv1} | '' | 198.51.100.2 in network up is already that of router edge: to share it, give both the same"
                        + " outside, with shared: true",
                "hv1, shared: false} | '' | is already that of router edge",
                "hv1, shared: true} | '{dnat: \"198.51.100.2:80\", to: \"10.0.200.8:81\"}, ' |"
                        + " 198.51.100.2:80/tcp leads inside by router edge already, with which it shares the address:"
                        + " take another port",
                "hv1, shared: true} | '{dnat: \"198.51.100.2:80\", to: \"10.0.200.8:81\", proto: udp}, ' | ''",
                "hv1, shared: true} | '{floating: 198.51.100.3, to: 10.0.200.8}, ' | routers.lab: 198.51.100.3 in"
                        + " network up is already that of router edge",
            })
    void routersShareAddressesWhereBothSaySo(String end, String nat, String error) throws InvalidNetworkException {
        String two = "  edge: {networks: [red], " + OUT + "hv1, shared: true}, nat: [{snat: red},"
                + " {dnat: \"198.51.100.2:80\", to: \"10.0.200.7:80\"}, {floating: 198.51.100.3, to: 10.0.200.9}]}\n"
                + "  lab: {networks: [same], " + OUT + end + ", nat: [" + nat + "{snat: same}]}\n";
        if (error.isEmpty()) {
            NetworkModel model = model(two);
            assertEquals(2, model.sharing(model.routers().get("lab")).size());
        } else {
            InvalidNetworkException e = assertThrows(InvalidNetworkException.class, () -> model(two));
            assertTrue(e.getMessage().contains(error), e.getMessage());
        }
    }

    @Test
    void routersShareFifteenAddressesAtMost() {
        String addresses = IntStream.rangeClosed(2, 17)
                .mapToObj(i -> "198.51.100." + i + "/24")
                .collect(Collectors.joining(", "));
        InvalidNetworkException e = assertThrows(
                InvalidNetworkException.class,
                () -> model("  edge: {networks: [red], "
                        + OUT.replace("198.51.100.2/24", addresses).replace("gateway: 198.51.100.1, ", "")
                        + "hv1, shared: true}}\n"));
        assertTrue(e.getMessage().contains("has 16 addresses to share: expected at most 15"), e.getMessage());
    }
}
