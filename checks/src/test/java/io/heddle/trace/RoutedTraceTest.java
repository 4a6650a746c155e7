package io.heddle.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.check.Checker;
import io.heddle.config.NetworkFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Routed and translated packets in traces and checks. */
class RoutedTraceTest {
    private static final String FILE = """
            heddle: v1
            networks:
              red: {vlan: 200, vni: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
              blue: {vlan: 300, vni: 300, subnet: [10.0.30.0/24, "fd00:30::/64"], gateway: [10.0.30.254, "fd00:30::fe"]}
              up: {vlan: 0, subnet: 192.0.2.0/24}
            routers:
              edge:
                networks: [red, blue]
                routes: [{to: 10.98.0.0/16}, {to: 10.99.0.0/16, via: 10.0.30.9}]
                outside: {network: up, addresses: [192.0.2.10/24], gateway: 192.0.2.1, host: hv1}
                nat:
                  - {snat: red}
                  - {dnat: "192.0.2.10:8080", to: "10.0.30.2:80"}
            hosts:
              hv1:
                ovsdb: tcp:198.51.100.1:6640
                tunnel-ip: 198.51.100.1
                bridges:
                  br0:
                    ports:
                      red1: {access: red, mac: "02:00:00:00:0b:01", address: [10.0.200.1/24]}
                      isp: {access: up, uplink: false, mac: "02:00:00:00:0b:09", address: [192.0.2.1/24], guard: []}
              hv2:
                ovsdb: tcp:198.51.100.2:6640
                tunnel-ip: 198.51.100.2
                bridges:
                  br0:
                    ports:
                      red2: {access: red, mac: "02:00:00:00:0b:03", address: [10.0.200.2/24]}
                      blue2: {access: blue, mac: "02:00:00:00:0b:02", address: [10.0.30.2/24, "fd00:30::2/64"]}
            """;

    private static final String WEB = """
            acls:
              - name: web
                on: {ports: [blue2]}
                stateful: true
                rules: [{match: {proto: tcp, src: red, dst-port: 80}, action: allow}]
                default: drop
            """;

    private static String says(String file, String from, String to, String match) throws Exception {
        return Exchanges.of(file, from, to, match).trace().sentence();
    }

    private static List<String> broken(String file, String expectation) throws Exception {
        NetworkFile.Declared declared =
                NetworkFile.read(Map.of("n.yaml", file + "expect:\n  - \"" + expectation + "\"\n"));
        return Checker.errors(declared).stream().map(f -> f.text()).toList();
    }

    @Test
    void tellsOfRoutersOnTheWay() throws Exception {
        Exchange both = Exchanges.of(FILE, "red1", "blue2", "icmp");
        assertTrue(
                both.trace().sentence().startsWith("routed by edge from red to blue, delivered to hv2/br0/blue2"),
                both.trace().sentence());
        assertTrue(
                both.reply().sentence().startsWith("routed by edge from blue to red, delivered to hv1/br0/red1"),
                both.reply().sentence());
        assertEquals(
                "dropped on hv1/br0 by router edge: its route to 10.98.0.0/16 leads nowhere",
                says(FILE, "red1", "", "ip,nw_dst=10.98.1.1"));
        assertTrue(says(FILE, "red1", "", "icmp,nw_dst=10.0.30.254").contains("10.0.30.254 answers pings"));
        assertTrue(says(FILE, "red1", "", "ip,nw_dst=10.99.0.1").contains("asks for the MAC of an address in blue"));
        String dropped = says(FILE + WEB, "red1", "blue2", "tcp,tp_dst=22");
        assertTrue(dropped.contains("routed by edge from red to blue") && dropped.contains("acl web"), dropped);
    }

    private static final String SPREAD = FILE.replace("via: 10.0.30.9}", "via: [10.0.30.2, 10.0.200.2]}");

    /** A connection keeps its next router; another one may have the other; and the way back is the same. */
    @Test
    void tellsWhichOfSeveralNextRoutersGetsAConnection() throws Exception {
        String one = says(SPREAD, "red1", "", "tcp,nw_dst=10.99.0.1,tp_src=5000,tp_dst=80");
        String other = says(SPREAD, "red1", "", "tcp,nw_dst=10.99.0.1,tp_src=5002,tp_dst=80");
        assertTrue(
                one.startsWith("routed by edge from red towards 10.99.0.0/16 by 10.0.30.2 (other connections by"
                        + " 10.0.200.2), delivered to hv2/br0/blue2"),
                one);
        String second = "routed by edge from red towards 10.99.0.0/16 by 10.0.200.2 (other connections by 10.0.30.2),";
        assertTrue(other.startsWith(second), other);
        // Nobody has learnt yet where red2 is, so the frame is flooded.
        assertTrue(other.endsWith("hv2/br0/red2"), other);
        for (int port = 5000; port < 5010; port += 2) {
            Exchange in = Exchanges.of(
                    SPREAD.replace("fd00:30::2/64\"]", "fd00:30::2/64\"], guard: []"),
                    "blue2",
                    "red1",
                    "tcp,dl_dst=0a:4e:dd:00:00:01,nw_src=10.99.0.1,nw_dst=10.0.200.1,tp_src=80,tp_dst=" + port);
            String there = in.trace().sentence();
            assertTrue(there.startsWith("routed by edge from blue to red, delivered to hv1/br0/red1"), there);
            String back = in.reply().sentence();
            assertTrue(
                    back.startsWith("routed by edge from red back by 10.0.30.2, by which its connection came,"
                            + " delivered to hv2/br0/blue2"),
                    back);
        }
    }

    /** One of several next routers may be silent, so packets with any port may get to each. */
    @Test
    void provesNothingByTheChoiceBetweenNextRouters() throws Exception {
        for (int port : new int[] {5000, 5002}) {
            String list = """
                    acls:
                      - name: only
                        on: {ports: [blue2]}
                        direction: to
                        stateful: true
                        rules: [{match: "tcp,nw_dst=10.99.0.0/16,tp_src=%d", action: allow}]
                        default: drop
                    """.formatted(port);
            assertEquals(1, broken(SPREAD + list, "red1 cannot reach blue2").size(), "by port " + port);
        }
    }

    @Test
    void followsTranslationsThereAndBack() throws Exception {
        Exchange out = Exchanges.of(FILE, "red2", "", "tcp,nw_dst=203.0.113.5,tp_src=5000,tp_dst=80");
        String there = out.trace().sentence();
        assertTrue(there.contains("routed out by edge on hv1, source translated to 192.0.2.10"), there);
        assertTrue(there.endsWith("delivered to hv1/br0/isp"), there);
        String back = out.reply().sentence();
        assertTrue(back.contains("translated back by edge") && back.contains("delivered to hv2/br0/red2"), back);

        Exchange in =
                Exchanges.of(FILE, "isp", "", "tcp,dl_dst=0e:4e:22:27:03:0d,nw_dst=192.0.2.10,tp_src=5000,tp_dst=8080");
        assertTrue(
                in.trace().sentence().contains("192.0.2.10:8080 is 10.0.30.2:80"),
                in.trace().sentence());
        assertTrue(
                in.trace().sentence().contains("delivered to hv2/br0/blue2"),
                in.trace().sentence());
    }

    /** Nobody outside has an address of the inside; the gateway's answer to a ping would go inside. */
    @Test
    void dropsWhatComesFromOutsideWithAnInsideSource() throws Exception {
        String to = ",dl_dst=0e:4e:22:27:03:0d,nw_dst=";
        for (String packet : List.of(
                "icmp,icmp_type=8,nw_src=10.0.200.2" + to + "192.0.2.10",
                "tcp,tp_dst=8080,nw_src=10.0.200.2" + to + "192.0.2.10",
                "udp,nw_src=10.0.200.2" + to + "10.0.30.2")) {
            assertEquals(
                    "dropped on hv1/br0 by router edge: comes from outside with a source in 10.0.200.0/24, which is"
                            + " inside",
                    says(FILE, "isp", "", packet));
        }
        String plain = says(FILE, "isp", "", "udp,nw_src=203.0.113.5" + to + "10.0.30.2");
        assertTrue(plain.contains("delivered to hv2/br0/blue2"), plain);
    }

    @Test
    void provesWhoReachesWhomAcrossRouters() throws Exception {
        assertEquals(List.of(), broken(FILE, "red can reach blue"));
        assertEquals(List.of(), broken(FILE + WEB, "red1 cannot reach blue2/22"));
        assertTrue(
                broken(FILE + WEB, "red1 can reach blue2/22").get(0).contains("acl web default drops"),
                broken(FILE + WEB, "red1 can reach blue2/22").toString());
        assertTrue(broken(FILE, "red cannot reach blue").get(0).contains("gets from"));
    }
}
