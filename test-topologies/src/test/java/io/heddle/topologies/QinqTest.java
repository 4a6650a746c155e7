package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Trunks with ranges and with all VLANs, and customer tags inside an outer tag. */
class QinqTest extends LabTest {
    private static final String BROADCAST = "ffffffffffff";

    private LabHost hv1;
    private LabHost hv2;

    private void topology() {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        lab.machine(hv1, "vm1", "10.0.10.1/24");
        lab.machine(hv1, "cust1", "10.0.33.1/24");
        lab.machine(hv1, "phone", "10.0.10.3/24");
        lab.machine(hv2, "vm2", "10.0.10.2/24");
        lab.machine(hv2, "cust2", "10.0.33.2/24");
        lab.cable(hv1, "nic1", hv2, "nic1x");
        startController();
        apply(example("vlan"));
        ControllerProcess.until(
                10, "untagged frames pass", () -> lab.machine("vm1").pings("10.0.10.2"));
    }

    private String seen(LabHost host, String device, Node from, String hex, String wanted) throws IOException {
        Capture c = capture(host, device, 4, "not ip6");
        pause(300);
        send(from, hex, 3);
        return c.text(wanted);
    }

    @Test
    void carriesOnlyTheVlansOfARange() throws IOException {
        topology();
        Node vm1 = lab.machine("vm1");
        String in = seen(hv2, "vm2", vm1, BROADCAST + "020000000a01 8100 00fa 88b5", "vlan 250");
        assertTrue(in.contains("vlan 250"), in);
        String cable = seen(hv2, "nic1x", vm1, BROADCAST + "020000000a01 8100 0119 88b5", "vlan 281");
        assertTrue(cable.contains("vlan 281"), cable);
        String out = seen(hv2, "vm2", vm1, BROADCAST + "020000000a01 8100 0119 88b5", "vlan 281");
        assertFalse(out.contains("vlan 281"), out);
        // vm1's port carries VLAN 400, but the trunk does not: OVS itself does not send it there.
        String none = seen(hv2, "nic1x", vm1, BROADCAST + "020000000a01 8100 0190 88b5", "vlan 400");
        assertFalse(none.contains("vlan 400"), none);
    }

    @Test
    void carriesACustomerTagInsideAnOuterTag() throws IOException {
        topology();
        Node cust1 = lab.machine("cust1");
        String cable = seen(hv2, "nic1x", cust1, BROADCAST + "020000000c01 8100 0021 88b5", "vlan 33");
        assertTrue(cable.matches("(?s).*0x88a8.*vlan 900.*vlan 33.*"), cable);
        String end = seen(hv2, "cust2", cust1, BROADCAST + "020000000c01 8100 0021 88b5", "vlan 33");
        assertTrue(end.contains("vlan 33") && !end.contains("vlan 900"), end);
        String other = seen(hv2, "cust2", cust1, BROADCAST + "020000000c01 8100 0023 88b5", "vlan 35");
        assertFalse(other.contains("vlan 35"), other);
        assertTrue(
                drops("customer VLAN not listed for port cust1") > 0,
                controller.get("drops").toString());
        assertFalse(lab.machine("vm1").pings("10.0.33.2"), "and no other network hears of it");
    }

    @Test
    void acceptsAndKeepsPriorityTags() throws IOException {
        topology();
        // VLAN 0 with priority 5 belongs to the native network. It leaves vm2 untagged, since vm2 does not ask for
        // priority tags.
        String bare = seen(hv2, "vm2", lab.machine("vm1"), BROADCAST + "020000000a01 8100 a000 88b5", "0x88b5");
        assertTrue(bare.contains("88b5") && !bare.contains("vlan 0"), bare);
        String kept = seen(hv1, "phone", lab.machine("vm1"), BROADCAST + "020000000a01 8100 a000 88b5", "vlan 0");
        assertTrue(kept.contains("vlan 0, p 5"), kept);
    }
}
