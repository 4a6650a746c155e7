package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Services that several hosts share: those of the example. The machine {@code isp} is the outside. */
class BalancingTest extends FirewallLab {
    private static final String WEB = "10.0.200.80";
    private static final String SHOP = "192.0.2.80";

    private final Map<String, Process> servers = new TreeMap<>();

    private void services() throws IOException {
        hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        machine(hv1, "isp", "0c:09", "192.0.2.1/24", "");
        guest(hv1, "web1", "0c:01", "10.0.200.1/24", "10.0.200.254");
        guest(hv1, "near", "0c:03", "10.0.200.3/24", "10.0.200.254");
        guest(hv2, "web2", "0c:02", "10.0.200.2/24", "10.0.200.254");
        guest(hv2, "far", "0c:04", "10.0.44.4/24", "10.0.44.254");
        lab.introduce();
        serve("web1");
        serve("web2");
        startController();
        apply(example("services"));
    }

    private void guest(LabHost host, String name, String mac, String ipv4, String gateway) {
        machine(host, name, mac, ipv4, "");
        lab.machine(name).run("ip route replace default via " + gateway);
    }

    /** Lets a machine tell everybody who connects which one it is, and by which address they come. */
    private void serve(String machine) throws IOException {
        servers.put(
                machine,
                script(
                        machine,
                        "exec socat TCP4-LISTEN:8080,reuseaddr,fork SYSTEM:'echo $SOCAT_PEERADDR at " + machine + "'"));
        ControllerProcess.until(
                5,
                machine + " listens",
                () -> lab.machine(machine).run("ss -Hltn").contains(":8080 "));
    }

    private String answer(String from, String to, int port) {
        return lab.machine(from)
                .script("timeout 3 socat -t 2 - TCP:" + to + ":" + port + ",connect-timeout=2 </dev/null")
                .output()
                .strip();
    }

    /** The answers to some connections, with their number. */
    private Map<String, Integer> spread(String from, String to, int connections) {
        Map<String, Integer> out = new TreeMap<>();
        for (int i = 0; i < connections; i++) {
            out.merge(answer(from, to, 80), 1, Integer::sum);
        }
        return out;
    }

    /** Both backends see connections from an address, and neither sees only a few. */
    private static void isShared(String client, Map<String, Integer> answers) {
        assertEquals(Set.of(client + " at web1", client + " at web2"), answers.keySet());
        assertTrue(answers.values().stream().allMatch(n -> n >= 3), answers.toString());
    }

    @Test
    void spreadsConnections() throws IOException {
        services();
        isShared("10.0.200.3", spread("near", WEB, 20));
        isShared("10.0.44.4", spread("far", WEB, 20));
        assertEquals(1, spread("isp", SHOP, 4).size(), "one client stays with one backend");
        assertTrue(answer("isp", SHOP, 80).startsWith("192.0.2.1 at web"));
        assertTrue(answer("near", SHOP, 80).startsWith("192.0.2.10 at web"), "by the outside address");
        assertEquals(Map.of("10.0.200.1 at web2", 4), spread("web1", WEB, 4), "no backend serves itself");
        reaches("near", WEB);
        reaches("far", WEB);
        assertTrue(answer("near", WEB, 81).contains("refused"));
        assertEquals("10.0.200.3 at web2", answer("near", "10.0.200.2", 8080), "a backend by its own address");
    }

    @Test
    void leavesBackendsThatDoNotServe() throws IOException {
        services();
        Path got = log("stream");
        running.add(lab.machine("web2").start(got, "socat -u TCP4-LISTEN:8081,reuseaddr STDOUT"));
        pause(300);
        String withLog = example("services")
                .replace(
                        "      shop:",
                        "      log: {address: \"10.0.200.80:81\", backends: [\"10.0.200.2:8081\"], check: none}\n      shop:");
        apply(withLog);
        script("near", "for i in $(seq 800); do echo line $i; sleep .01; done | socat -u - TCP:" + WEB + ":81");
        ControllerProcess.until(5, "the stream flows", () -> length(got) > 500);

        servers.get("web1").destroyForcibly();
        awaitEvent("backend-down", "router edge: 10.0.200.1:8080", "refuses connections");
        ControllerProcess.until(
                5,
                "all connections go to the other",
                () -> spread("near", WEB, 6).size() == 1);
        assertEquals(Map.of("10.0.44.4 at web2", 6), spread("far", WEB, 6));
        String plan = ControllerProcess.heddle("plan " + write(withLog)).output();
        assertTrue(plan.contains("nothing to do"), plan);

        controller.kill();
        assertEquals(Map.of("10.0.44.4 at web2", 2), spread("far", WEB, 2));
        restartController();
        awaitInSync(2);
        pause(1500);
        assertEquals(0, controller.counter("openflow_flow_mods_total"), "what is dead stays dead");

        lab.machine("web2").run("ip link set eth0 down");
        awaitEvent("backend-down", "router edge: 10.0.200.2:8080", "has not answered for 3 s");
        ControllerProcess.until(5, "nobody serves", () -> answer("far", WEB, 80).contains("refused"));
        lab.machine("web2").run("ip link set eth0 up");
        lab.machine("web2").run("ip route replace default via 10.0.200.254");
        serve("web1");
        awaitEvent("backend-up", "router edge: 10.0.200.1:8080", "accepts connections again");
        ControllerProcess.until(
                5, "both serve again", () -> spread("near", WEB, 8).size() == 2);
        ControllerProcess.until(
                20,
                "all of the stream has arrived",
                () -> lab.machine("web2").run("tail -n 1 " + got).contains("line 800"));
    }
}
