package io.heddle.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.NetworkFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expectations about what lies behind a way out, on the host that has it and on another. */
class OutsideTest {
    private static final String FILE = """
            heddle: v1
            networks:
              red: {vlan: 200, vni: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
              blue: {vlan: 300, vni: 300, subnet: 10.0.30.0/24, gateway: 10.0.30.254}
              lone: {vlan: 400, vni: 400, subnet: 10.0.40.0/24, gateway: 10.0.40.254}
              up: {vlan: 0}
            routers:
              edge:
                networks: [red, blue]
                outside: {network: up, addresses: [192.0.2.10/24], gateway: 192.0.2.1, hosts: [hv1]}
                nat:
                  - {snat: red}
                  - {dnat: "192.0.2.10:8080", to: "10.0.200.1:80"}
                  - {floating: 192.0.2.20, to: 10.0.200.2}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                tunnel-ip: 192.0.2.1
                bridges:
                  br0:
                    ports:
                      isp: {access: up, uplink: true}
                      web: {access: red, address: [10.0.200.1/24], mac: "02:00:00:00:00:01"}
                      lo1: {access: lone}
              hv2:
                ovsdb: tcp:192.0.2.2:6640
                tunnel-ip: 192.0.2.2
                bridges:
                  br0:
                    ports:
                      own: {access: red, address: [10.0.200.2/24], mac: "02:00:00:00:00:02"}
                      app: {access: red, address: [10.0.200.3/24], mac: "02:00:00:00:00:03"}
                      blu: {access: blue, address: [10.0.30.1/24], mac: "02:00:00:00:00:04"}
            acls:
              - name: smtp
                on: {networks: [red]}
                rules:
                  - {match: "tcp,tp_dst=25", action: drop}
              - name: door
                on: {ports: [own]}
                direction: to
                stateful: true
                rules:
                  - {match: "tcp,tp_dst=22", action: allow}
                default: drop
            expect:
            """;

    private static List<String> broken(String... expectations) throws Exception {
        StringBuilder file = new StringBuilder(FILE);
        for (String e : expectations) {
            file.append("  - ").append(e).append('\n');
        }
        return Checker.check(NetworkFile.read(Map.of("n.yaml", file.toString()))).findings().stream()
                .filter(f -> f.kind().equals("broken"))
                .map(Finding::text)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "red can reach outside",
        "red can reach outside/443",
        "web can reach outside/443/tcp",
        "red cannot reach outside/25/tcp",
        "any can reach outside/443",
        "blue can reach outside",
        "lone cannot reach outside",
        "web can reach blu/80/tcp",
        "outside can reach web/80/tcp",
        "outside cannot reach web/8080",
        "outside cannot reach web/81",
        "outside can reach own/22/tcp",
        "outside cannot reach own/80",
        "outside cannot reach app",
        "outside can reach blue/443",
        "outside cannot reach lone",
    })
    void holds(String expectation) throws Exception {
        assertEquals(List.of(), broken(expectation));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "red can reach outside/25 | acl smtp rule 1 drops",
                "red cannot reach outside/443 | gets from hv1/br0/web to the outside of router edge",
                "lone can reach outside | no router with a way out joins lone, the network of hv1/br0/lo1",
                "outside cannot reach red | from the outside of router edge to hv1/br0/web",
                "outside cannot reach own | gets from the outside of router edge to hv2/br0/own",
                "outside can reach own/80/tcp | acl door default drops",
                "outside can reach app | does not get from the outside of router edge to hv2/br0/app",
            })
    void saysWhatDoesNotHold(String expectation, String why) throws Exception {
        List<String> broken = broken(expectation);
        assertEquals(1, broken.size(), expectation);
        assertTrue(broken.get(0).contains(why), broken.get(0));
    }
}
