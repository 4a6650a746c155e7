package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Outside addresses of guests, translated by the guests' own hosts: those of the example. */
class FloatingTest extends OutsideLab {
    private void ways() {
        threeHosts();
        provider(hv1, hv2, hv3);
        guest(hv1, "one", "0c:01", "10.0.200.1/24");
        guest(hv2, "two", "0c:02", "10.0.200.2/24");
        guest(hv2, "four", "0c:04", "10.0.200.4/24");
        guest(hv3, "three", "0c:03", "10.0.200.3/24");
        guest(hv3, "lab2", "0c:02", "10.0.200.2/24");
        lab.introduce();
        startController();
        apply(example("floating"));
    }

    @Test
    void leadInAndOutByTheGuestsHost() throws IOException {
        ways();
        tellsPeers("wan", 80);
        tellsPeers("two", 22);
        tellsPeers("lab2", 22);
        assertEquals("192.0.2.20 at wan", peer("two", SERVER, 80));
        assertEquals("192.0.2.40 at wan", peer("lab2", SERVER, 80), "of another tenant with the same address");
        assertEquals("192.0.2.1 at two", peer("wan", "192.0.2.20", 22));
        assertEquals("192.0.2.1 at lab2", peer("wan", "192.0.2.40", 22));
        assertEquals(0, out(hv1), "nothing takes the detour");
        assertTrue(out(hv2) > 0);
        assertEquals("192.0.2.10 at wan", peer("four", SERVER, 80), "a neighbour without such an address");
        assertTrue(out(hv1) > 0);

        String expired =
                lab.machine("wan").script("ping -n -c 1 -t 1 -W 2 192.0.2.20").output();
        assertTrue(expired.contains("Time to live exceeded"), expired);

        // From inside, on all hosts.
        for (String from : List.of("one", "three", "four", "two")) {
            assertEquals("192.0.2.20 at two", peer(from, "192.0.2.20", 22), from);
        }
        // By the outside to another router.
        assertEquals("192.0.2.20 at lab2", peer("two", "192.0.2.40", 22));
        assertEquals("192.0.2.10 at lab2", peer("one", "192.0.2.40", 22));
        assertEquals("192.0.2.40 at two", peer("lab2", "192.0.2.20", 22));
        String trace = ControllerProcess.heddle("trace --from hv2/two tcp,nw_dst=192.0.2.1,tp_dst=80")
                .output();
        assertTrue(trace.contains("has an outside address, and leaves from its own host"), trace);
        assertTrue(controller.get("routers").toString().contains("floating 192.0.2.20 to 10.0.200.2 by hv2"));
    }

    /** Neither the host with the way out nor the controller matters to them. */
    @Test
    void outliveTheWayOutAndTheController() throws IOException {
        ways();
        tellsPeers("two", 22);
        List<Pings> all = List.of(ping("two", SERVER), ping("wan", "192.0.2.20"), ping("lab2", "192.0.2.20"));
        hv1.killSwitch();
        controller.kill();
        pause(1500);
        assertEquals("192.0.2.1 at two", peer("wan", "192.0.2.20", 22), "a new connection");
        assertEquals(List.of(0, 0, 0), all.stream().map(Pings::lost).toList());
        assertFalse(lab.machine("four").pings(SERVER), "this one needs the way out");
        hv1.startSwitch();
        restartController();
        awaitInSync(3);
        reaches("four", SERVER);
    }

    /** The address follows its guest, and goes to the way out where no uplink leads from the guest to the outside. */
    @Test
    void followTheGuest() throws IOException {
        ways();
        tellsPeers("three", 22);
        reaches("wan", "192.0.2.20");
        String moved = example("floating").replace("192.0.2.20, to: 10.0.200.2}", "192.0.2.20, to: 10.0.200.3}");
        assertTrue(moved.contains("to: 10.0.200.3}"));
        apply(moved.replace("  - outside can reach two/22/tcp\n", "  - outside can reach three/22/tcp\n"));
        // The outside knows the old place: the new one tells it.
        ControllerProcess.until(
                3, "the address is on hv3", () -> "192.0.2.1 at three".equals(peer("wan", "192.0.2.20", 22)));
        assertEquals(0, out(hv1));
        apply(moved.replace("192.0.2.20, to: 10.0.200.3}", "192.0.2.20, to: 10.0.200.3, at: way-out}")
                .replace("  - outside can reach two/22/tcp\n", ""));
        ControllerProcess.until(
                3,
                "the address is on hv1",
                () -> "192.0.2.1 at three".equals(peer("wan", "192.0.2.20", 22)) && out(hv1) > 0);
    }
}
