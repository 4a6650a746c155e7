package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Two tenants with the same addresses on the same hosts. */
class TenantTest extends LabTest {
    @Test
    void isolatesTenantsWithTheSameAddresses() throws IOException {
        LabHost hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        lab.machine(hv1, "r1", "192.168.1.1/24");
        lab.machine(hv1, "b1", "192.168.1.1/24");
        lab.machine(hv2, "r2", "192.168.1.2/24");
        lab.machine(hv2, "b2", "192.168.1.2/24");
        lab.introduce();
        startController();
        apply(example("tenants"));
        Capture blue = capture(hv2, "b2", 8, "");
        Capture wire = capture(hv1, "eth0", 8, "udp port 4789");
        Node r1 = lab.machine("r1");
        assertTrue(r1.pings("192.168.1.2"));
        assertTrue(r1.attempt("ping -c 10 -i 0.1 192.168.1.2").output().contains(" 0% packet loss"));
        String seen = blue.text("192.168.1");
        assertFalse(seen.contains("192.168.1"), "blue hears nothing of red: " + seen);
        String tunnelled = wire.text("vni 10200");
        assertTrue(tunnelled.contains("vni 10200") && !tunnelled.contains("vni 10300"), tunnelled);
        lab.machine("b2").run("ip link set eth0 down");
        assertTrue(r1.pings("192.168.1.2"), "red's machine answers though blue's is down");
        assertFalse(lab.machine("b1").pings("192.168.1.2"), "and blue's does not");
    }
}
