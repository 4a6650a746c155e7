package io.heddle.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.NetworkFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packets that get somewhere by a way that is easy to overlook. No proof may say that they do not. */
class DenialsTest {
    /** Guests of red, whose list lets them send to one address only, and hosts of blue that this address leads to. */
    private static final String FILE = """
            heddle: v1
            networks:
              red: {vlan: 200, vni: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
              blue: {vlan: 300, vni: 300, subnet: 10.0.30.0/24, gateway: 10.0.30.254}
              lone: {vlan: 400, vni: 400}
              lan: {vlan: 500}
              up: {vlan: 0}
            routers:
              edge:
                networks: [red, blue]
                outside: {network: up, addresses: [192.0.2.10/24], gateway: 192.0.2.1, hosts: [hv1]}
                nat:
                  - {snat: red}
                  - {dnat: "192.0.2.10:5433", to: "10.0.30.1:5432"}
                  - {floating: 192.0.2.20, to: 10.0.30.2}
                services:
                  sql: {address: "10.9.9.9:5432", backends: ["10.0.30.1:5432", "10.0.200.2:5432"]}
                  sticky: {address: "10.9.9.8:53", proto: udp, affinity: client, backends: ["10.0.30.1:53", "10.0.30.2:53"]}
                  web: {address: "192.0.2.11:80", backends: ["10.0.30.1:8080"]}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                tunnel-ip: 192.0.2.1
                bridges:
                  br0:
                    ports:
                      isp: {access: up, uplink: true}
                      pub: {access: up, address: [192.0.2.99/24], mac: "02:00:00:00:00:09"}
                      two: {access: red, address: [10.0.200.2/24], mac: "02:00:00:00:00:02"}
                      db: {access: blue, address: [10.0.30.1/24], mac: "02:00:00:00:00:03"}
                      lo1: {access: lone}
                      la1: {access: lan}
                      lup: {trunk: [lan]}
              hv2:
                ovsdb: tcp:192.0.2.2:6640
                tunnel-ip: 192.0.2.2
                bridges:
                  br0:
                    ports:
                      one: {access: red, address: [10.0.200.1/24], mac: "02:00:00:00:00:01"}
                      own: {access: blue, address: [10.0.30.2/24], mac: "02:00:00:00:00:04"}
            acls:
              - name: only
                on: {ports: [one]}
                rules:
                  - {match: "MATCH", action: allow}
                default: drop
            expect:
            """;

    private static List<String> broken(String file, String... expectations) throws Exception {
        StringBuilder all = new StringBuilder(file);
        for (String e : expectations) {
            all.append("  - ").append(e).append('\n');
        }
        return Checker.check(NetworkFile.read(Map.of("n.yaml", all.toString()))).findings().stream()
                .filter(f -> f.kind().equals("broken"))
                .map(Finding::text)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // A service of the inside, with a backend in another network and one in the sender's own.
                "tcp,nw_dst=10.9.9.9 | one cannot reach db | tp_dst=5432 gets from hv2/br0/one to hv1/br0/db",
                "tcp,nw_dst=10.9.9.9 | one cannot reach two | tp_dst=5432 gets from hv2/br0/one to hv1/br0/two",
                "tcp,nw_dst=10.9.9.9 | one cannot reach own | ",
                "tcp,nw_dst=10.9.9.9 | one cannot reach db/80 | ",
                // Either backend may serve a client, when the other one is dead.
                "udp,nw_dst=10.9.9.8 | one cannot reach db/53/udp | gets from",
                "udp,nw_dst=10.9.9.8 | one cannot reach own/53/udp | gets from",
                "udp,nw_dst=10.9.9.8 | one cannot reach own/54/udp | ",
                // Outside addresses of the sender's own router.
                "ip,nw_dst=192.0.2.10 | one cannot reach db | tp_dst=5432 gets from",
                "ip,nw_dst=192.0.2.10 | one cannot reach own | ",
                "ip,nw_dst=192.0.2.20 | one cannot reach own/22 | tp_dst=22 gets from",
                "ip,nw_dst=192.0.2.20 | one cannot reach db | ",
                "ip,nw_dst=192.0.2.11 | one cannot reach db/8080/tcp | gets from",
                "ip,nw_dst=192.0.2.11 | one cannot reach db/80 | ",
                // The router changes the source, but only that of packets which the list lets pass.
                "ip,nw_src=10.0.200.7,nw_dst=192.0.2.20 | one cannot reach own | ",
                // The MAC of a host, and that of another one, are those of routers, too.
                "ip,dl_dst=0e:4e:00:00:00:00/ff:ff:00:00:00:00 | one cannot reach db | gets from",
                "ip,dl_dst=0a:4e:dd:00:00:01 | one cannot reach db | gets from",
                "ip,dl_dst=02:00:00:00:00:00/ff:00:00:00:00:00 | one cannot reach db | ",
            })
    void findsWhatRoutersTranslate(String match, String expectation, String why) throws Exception {
        says(broken(FILE.replace("MATCH", match), expectation), why);
    }

    @Test
    void aServiceLetsReachWhatAListHides() throws Exception {
        String file = FILE.replace("MATCH", "tcp,nw_dst=192.0.2.11");
        assertEquals(List.of(), broken(file, "one can reach db/8080/tcp", "one can reach db"));
        assertEquals(1, broken(file, "one can reach db/80/tcp").size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Networks that the check does not follow.
                "lan cannot reach outside | uplink hv1/br0/lup carries it: what it sends there is not examined",
                "outside cannot reach lan/22 | uplink hv1/br0/lup carries it: what comes from there is not examined",
                "lone cannot reach outside | ",
                "outside cannot reach lone | ",
                "pub cannot reach outside | hv1/br0/pub is in up, where the outside of a router begins",
                // A port beside the uplink.
                "pub cannot reach db | gets from hv1/br0/pub to hv1/br0/db in blue by way of a router",
                "pub cannot reach two | ",
                "red cannot reach pub | gets from",
                "pub can reach db/5432/tcp | ",
                "outside cannot reach two | ",
                "outside cannot reach db/22 | gets from the outside of router edge to hv1/br0/db",
                // Not only IP packets have a way.
                "{from: one, to: two, reach: false, match: arp} | arp,dl_src=02:00:00:00:00:01",
            })
    void namesWhatIsNotProved(String expectation, String why) throws Exception {
        says(broken(FILE.replace("match: \"MATCH\"", "match: {}"), expectation), why);
    }

    @Test
    void aRouteInsideTakesNothingFromTheSubnetOutside() throws Exception {
        String file = FILE.replace("MATCH", "ip,nw_dst=192.0.2.50")
                .replace("[red, blue]\n", "[red, blue]\n    routes: [{to: 192.0.0.0/16, via: 10.0.30.9}]\n");
        says(broken(file, "one cannot reach outside"), "nw_dst=192.0.2.50 gets from hv2/br0/one to the outside");
    }

    /** Its way out is on another host, so nothing drops what goes from one to the other. */
    @Test
    void followsPacketsToAnotherRouterOutside() throws Exception {
        String file = FILE.replace("MATCH", "ip,nw_dst=192.0.2.31")
                .replace(
                        "up: {vlan: 0}",
                        "up: {vlan: 0, vni: 900}\n  green: "
                                + "{vlan: 600, vni: 600, subnet: 10.0.60.0/24, gateway: 10.0.60.254}")
                .replace("hosts:\n  hv1", """
                  other:
                    networks: [green]
                    outside: {network: up, addresses: [192.0.2.30/24], hosts: [hv2]}
                    nat: [{floating: 192.0.2.31, to: 10.0.60.1}]
                hosts:
                  hv1""")
                .replace("          own:", """
                          spare: {access: up}
                          g1: {access: green, address: [10.0.60.1/24], mac: "02:00:00:00:00:06"}
                          own:""".indent(10).stripTrailing());
        says(broken(file, "one cannot reach outside"), "nw_dst=192.0.2.31 gets from");
        says(broken(file, "one cannot reach g1"), "nw_dst=10.0.60.1 gets from hv2/br0/one to hv2/br0/g1");
    }

    /** A list on the uplink of one host is no proof. */
    @Test
    void entersByOtherHosts() throws Exception {
        String listed = FILE.replace("match: \"MATCH\"", "match: {}")
                .replace("acls:\n", "acls:\n  - {name: isp, on: {ports: [isp, pub]}, rules: [], default: drop}\n");
        says(broken(listed, "outside cannot reach db"), null);
        String spare = "          own:";
        String overlay = listed.replace("up: {vlan: 0}", "up: {vlan: 0, vni: 900}")
                .replace(spare, "          spare: {access: up}\n" + spare);
        says(broken(overlay, "outside cannot reach db"), "gets from the outside");
        String moves = listed.replace("hosts: [hv1]", "hosts: [hv1, hv2]")
                .replace(spare, "          isp2: {access: up, uplink: true}\n" + spare);
        says(broken(moves, "outside cannot reach db"), "gets from the outside");
    }

    @Test
    void asksAboutSharedAddresses() throws Exception {
        String file = FILE.replace("MATCH", "ip,nw_src=10.0.200.77")
                .replace("address: [10.0.200.1/24]", "address: [10.0.200.1/24], shared-addresses: [10.0.200.77]");
        says(broken(file, "one cannot reach db"), "nw_src=10.0.200.77");
        says(broken(FILE.replace("MATCH", "ip,nw_src=10.0.200.77"), "one cannot reach db"), null);
    }

    private static void says(List<String> broken, String why) {
        if (why == null) {
            assertEquals(List.of(), broken);
        } else {
            assertEquals(1, broken.size(), () -> "expected: " + why);
            assertTrue(broken.get(0).contains(why), broken.get(0));
        }
    }
}
