package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Ways out with translated addresses: those of the example. The machine {@code isp} is the outside. */
class NatTest extends OutsideLab {
    private void ways() {
        hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        machine(hv1, "isp", "0a:09", "192.0.2.1/24", "");
        lab.machine("isp").run("ip addr add " + SERVER + "/32 dev lo");
        guest(hv1, "web", "0a:01", "10.0.200.1/24");
        guest(hv1, "lab1", "0a:01", "10.0.200.1/24");
        guest(hv2, "own", "0a:02", "10.0.200.2/24");
        guest(hv2, "app", "0a:03", "10.0.200.3/24");
        guest(hv2, "lab2", "0a:02", "10.0.200.2/24");
        lab.introduce();
        startController();
        apply(example("nat"));
    }

    @Test
    void leadsOutAndIn() throws IOException {
        ways();
        tellsPeers("isp", 80);
        tellsPeers("web", 80);
        tellsPeers("own", 22);
        for (String guest : new String[] {"web", "app", "lab1", "lab2", "own"}) {
            reaches(guest, SERVER);
        }
        assertEquals("192.0.2.10 at isp", peer("web", SERVER, 80));
        assertEquals("192.0.2.10 at isp", peer("app", SERVER, 80), "from another host");
        assertEquals("192.0.2.20 at isp", peer("own", SERVER, 80), "an address of its own");
        assertEquals("192.0.2.30 at isp", peer("lab1", SERVER, 80), "another tenant with the same address");
        assertEquals("192.0.2.30 at isp", peer("lab2", SERVER, 80));

        assertEquals("192.0.2.1 at web", peer("isp", "192.0.2.10", 8080));
        assertEquals("192.0.2.1 at own", peer("isp", "192.0.2.20", 22));
        reaches("isp", "192.0.2.10");
        reaches("isp", "192.0.2.20");
        assertTrue(peer("isp", "192.0.2.10", 81).contains("refused"));

        // From inside to an outside address of the own router.
        assertEquals("192.0.2.10 at web", peer("app", "192.0.2.10", 8080));
        assertEquals("192.0.2.10 at web", peer("web", "192.0.2.10", 8080), "of itself");
        reaches("app", "192.0.2.10");
        // Of two routers on one host, neither reaches the other.
        assertTrue(peer("lab2", "192.0.2.10", 8080).contains("timed out"));
        assertTrue(drops("router: 192.0.2.10 is on this host, too, where routers do not reach each other") > 0);
    }

    @Test
    void translatesErrorsAndOutlivesTheController() throws Exception {
        ways();
        String refused = lab.machine("app")
                .script("echo hello | socat -t 2 - UDP:" + SERVER + ":9")
                .output();
        assertTrue(refused.contains("refused"), refused);
        lab.machine("isp").run("ip link set eth0 mtu 1500");
        String big = lab.machine("isp")
                .script("ping -n -c 2 -i 0.2 -W 1 -M do -s 1440 192.0.2.20")
                .output();
        assertTrue(big.contains("From 192.0.2.20") && big.contains("(mtu = 1450)"), big);
        String expired =
                lab.machine("app").script("ping -n -c 1 -t 1 -W 2 " + SERVER).output();
        assertTrue(expired.contains("From 10.0.200.254") && expired.contains("exceeded"), expired);

        Path got = log("stream");
        running.add(lab.machine("isp").start(got, "socat -u TCP4-LISTEN:81,reuseaddr STDOUT"));
        pause(300);
        script("app", "for i in $(seq 1000); do echo line $i; sleep .01; done | socat -u - TCP:" + SERVER + ":81");
        ControllerProcess.until(5, "the stream flows", () -> length(got) > 500);
        controller.kill();
        assertTrue(peer("app", SERVER, 80).contains("refused"), "a new connection without the controller");
        restartController();
        awaitInSync(2);
        assertEquals(0, controller.counter("openflow_flow_mods_total"));
        apply(example("nat")
                .replace("{floating: 192.0.2.20, to: 10.0.200.2}", "{floating: 192.0.2.21, to: 10.0.200.2}"));
        ControllerProcess.until(
                20,
                "all has arrived",
                () -> lab.machine("isp").run("tail -n 1 " + got).contains("line 1000"));
        assertFalse(lab.machine("isp").attempt("ping -n -c 1 -W 1 192.0.2.20").ok(), "no longer there");
        reaches("isp", "192.0.2.21");
    }
}
