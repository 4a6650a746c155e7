package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Routes with several next routers: those of the example. The file declares the MAC of gw1, and none of gw2. Both have
 * the addresses of 10.99.0.0/24, so a connection breaks if its packets change from one to the other.
 */
class NextRouterTest extends FirewallLab {
    private void nextRouters() throws IOException {
        hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        guest(hv1, "red1", "0d:01", "10.0.200.1/24", "fd00:200::1/64", "10.0.200.254", "fd00:200::fe");
        guest(hv2, "red2", "0d:02", "10.0.200.2/24", "fd00:200::2/64", "10.0.200.254", "fd00:200::fe");
        guest(hv1, "gw1", "0d:03", "10.0.30.1/24", "fd00:30::1/64", "10.0.30.254", "fd00:30::fe");
        guest(hv2, "gw2", "0d:04", "10.0.30.2/24", "fd00:30::2/64", "10.0.30.254", "fd00:30::fe");
        lab.introduce();
        for (String gw : new String[] {"gw1", "gw2"}) {
            // It asks for its gateway from the address that the guard of gw1 expects.
            lab.machine(gw).run("sysctl -qw net.ipv4.conf.all.arp_announce=2");
            for (int i = 1; i <= 4; i++) {
                lab.machine(gw).run("ip addr add 10.99.0." + i + "/32 dev lo");
                lab.machine(gw).run("ip addr add fd00:99::" + i + "/128 dev lo nodad");
            }
            script(gw, "exec socat TCP6-LISTEN:80,ipv6only=0,reuseaddr,fork SYSTEM:'echo " + gw + "; cat'");
        }
        for (String guest : new String[] {"red1", "red2"}) {
            script(guest, "exec socat TCP6-LISTEN:81,ipv6only=0,reuseaddr,fork SYSTEM:'echo " + guest + "; cat'");
        }
        startController();
        apply(example("next-routers"));
        awaitEvent("next-router-mac", "router edge: 10.0.30.2", "");
    }

    private void guest(
            LabHost host, String name, String mac, String ipv4, String ipv6, String gateway, String gateway6) {
        machine(host, name, mac, ipv4, ipv6 + " nodad");
        lab.machine(name).run("sysctl -qw net.ipv6.conf.lo.disable_ipv6=0");
        lab.machine(name).run("ip route replace default via " + gateway);
        lab.machine(name).run("ip -6 route replace default via " + gateway6 + " dev eth0");
    }

    /** Who answers a new connection. @param options of socat, such as its own address */
    private String answer(String from, String to, int port, String options) {
        return lab.machine(from)
                .script("timeout 3 socat -t 1 - TCP:" + to + ":" + port + ",connect-timeout=2" + options
                        + " </dev/null")
                .output()
                .strip();
    }

    /** The answers to some connections, with their number. */
    private Map<String, Integer> spread(String from, String to, int connections) {
        Map<String, Integer> out = new TreeMap<>();
        for (int i = 0; i < connections; i++) {
            out.merge(answer(from, to, 80, ""), 1, Integer::sum);
        }
        return out;
    }

    /** Both next routers get connections of a guest, and neither gets only a few. */
    private void isSpread(String from, String to) {
        Map<String, Integer> answers = spread(from, to, 20);
        assertEquals(Set.of("gw1", "gw2"), answers.keySet(), from + " to " + to);
        assertTrue(answers.values().stream().allMatch(n -> n >= 3), answers.toString());
    }

    @Test
    void spreadsConnectionsAndAnswersByTheSameWay() throws IOException {
        nextRouters();
        isSpread("red1", "10.99.0.1");
        isSpread("red2", "10.99.0.1");
        isSpread("red2", "[fd00:99::1]");
        for (int i = 1; i <= 4; i++) {
            reaches("red1", "10.99.0." + i);
            reaches("red2", "fd00:99::" + i);
        }
        // If the answers went by the hash, one of two connections from each of these would break.
        for (String gw : new String[] {"gw1", "gw2"}) {
            for (int i = 0; i < 12; i++) {
                String source = ",bind=10.99.0." + (1 + i % 4);
                assertEquals("red1", answer(gw, "10.0.200.1", 81, source), gw);
                assertEquals("red2", answer(gw, "10.0.200.2", 81, source), gw);
                assertEquals("red2", answer(gw, "[fd00:200::2]", 81, ",bind=[fd00:99::" + (1 + i % 4) + "]"), gw);
            }
            reaches(gw, "-I 10.99.0.1 10.0.200.1");
            reaches(gw, "-I 10.99.0.2 10.0.200.1");
            reaches(gw, "-I 10.99.0.1 10.0.200.2");
            reaches(gw, "-I 10.99.0.2 10.0.200.2");
        }
        String trace = ControllerProcess.heddle("trace --from hv1/red1 tcp,nw_dst=10.99.0.1,tp_src=5000,tp_dst=80")
                .output();
        assertTrue(trace.contains("routed by edge from red towards 10.99.0.0/24 by 10.0.30."), trace);
        assertTrue(trace.contains("(other connections by 10.0.30."), trace);
        // A guest that says that its packets come from a next router.
        send(lab.machine("red2"), "ffffffffffff 0e5000000001 0806", 3);
        ControllerProcess.until(5, "dropped by name", () -> drops("the source is the MAC of a router") > 0);
    }

    /** A connection that tells every 50 ms how far it is. */
    private Path stream(String from, String to, int lines) throws IOException {
        Path got = log("stream");
        Path file = Files.writeString(
                log("lines"),
                "for i in $(seq " + lines + "); do echo line $i; sleep .05; done | socat -t 3 - TCP:" + to + ":80 > "
                        + got + "\n");
        running.add(lab.machine(from).start(Path.of(file + "-log"), "bash " + file));
        ControllerProcess.until(5, "the stream flows", () -> length(got) > 30);
        return got;
    }

    private static String by(Path stream) {
        return text(stream).lines().findFirst().orElse("");
    }

    @Test
    void leavesANextRouterThatIsSilent() throws IOException {
        nextRouters();
        Path first = stream("red1", "10.99.0.1", 500);
        Path second = stream("red1", "10.99.0.1", 500);
        for (int i = 0; i < 20 && by(first).equals(by(second)); i++) {
            second = stream("red1", "10.99.0.1", 500);
        }
        Path kept = by(first).equals("gw1") ? first : second;
        assertEquals("gw1", by(kept));

        lab.machine("gw2").run("ip link set eth0 down");
        awaitEvent("next-router-down", "router edge: 10.0.30.2", "has not answered for 3 s");
        ControllerProcess.until(
                5,
                "all connections go to the other",
                () -> spread("red1", "10.99.0.1", 8).equals(Map.of("gw1", 8)));
        ControllerProcess.until(
                5, "IPv6 as well", () -> spread("red2", "[fd00:99::1]", 8).equals(Map.of("gw1", 8)));
        List<Path> begun = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            begun.add(stream("red1", "10.99.0." + i, 300));
        }
        assertTrue(controller.get("routers").get(0).path("routes").toString().contains("10.0.30.2 (silent)"));
        String plan = ControllerProcess.heddle("plan " + write(example("next-routers")))
                .output();
        assertTrue(plan.contains("nothing to do"), plan);

        controller.kill();
        assertEquals(Map.of("gw1", 2), spread("red2", "10.99.0.1", 2), "without a controller");
        restartController();
        awaitInSync(2);
        pause(1500);
        assertEquals(0, controller.counter("openflow_flow_mods_total"), "what is dead stays dead");

        lab.machine("gw2").run("ip link set eth0 up");
        lab.machine("gw2").run("ip route replace default via 10.0.30.254");
        lab.machine("gw2").run("ip addr replace fd00:30::2/64 dev eth0 nodad");
        lab.machine("gw2").run("ip -6 route replace default via fd00:30::fe dev eth0");
        awaitEvent("next-router-up", "router edge: 10.0.30.2", "answers again");
        ControllerProcess.until(
                5, "both again", () -> spread("red1", "10.99.0.1", 8).size() == 2);
        for (Path stream : begun) {
            ControllerProcess.until(
                    20, "what began meanwhile stays", () -> text(stream).contains("line 300"));
        }
        ControllerProcess.until(
                30, "what began before goes on", () -> text(kept).contains("line 500"));
    }
}
