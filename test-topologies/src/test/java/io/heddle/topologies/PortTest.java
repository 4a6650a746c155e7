package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Devices of every kind, including devices that appear late, disappear and return. */
class PortTest extends LabTest {
    private LabHost hv1;

    private void topology() {
        hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        lab.machine(hv1, "vm1", "10.0.10.1/24");
        lab.cable(hv1, "nic1", hv2, "nic1x");
        hv1.run("ip tuntap add dev tap0 mode tap");
        startController();
    }

    @Test
    void supportsEveryKindOfDevice() {
        topology();
        // late has no device yet: the host reports an error for its port, and everything else is in place.
        controller.apply(example("ports"));
        ControllerProcess.until(
                5, "ports are there", () -> port("host0").path("ofport").asInt() > 0);
        assertEquals(11, port("vm1").path("ofport").asInt());
        for (String name : List.of("nic1", "tap0", "tap1", "to-br1", "to-br0")) {
            assertTrue(
                    port(name).path("ofport").asInt() > 0,
                    controller.get("ports").toString());
        }
        assertTrue(
                port("late").path("error").asText().contains("No such device"),
                port("late").toString());
        hv1.run("ip addr add 10.0.10.9/24 dev host0");
        hv1.run("ip link set host0 up");
        assertTrue(lab.machine("vm1").pings("10.0.10.9"));
        hv1.run("ip link set tap1 up");
    }

    @Test
    void followsADeviceThatAppearsDisappearsAndReturns() {
        topology();
        controller.apply(example("ports"));
        Node late = lab.machine(hv1, "late", "10.0.10.5/24");
        ControllerProcess.until(5, "the port works when its device is there", () -> late.pings("10.0.10.1"));
        int first = port("late").path("ofport").asInt();
        assertTrue(lab.machine("vm1").pings("10.0.10.5"));
        hv1.run("ip link del late");
        ControllerProcess.until(
                5,
                "its MAC is forgotten",
                () -> !controller.get("macs").toString().contains("\"late\""));
        // Another port has its number now, so the device returns with a different one.
        lab.cable(hv1, "other", lab.hosts().get("hv2"), "otherx");
        apply(example("ports").replaceAll("(?m)^ *late: .*$", "          other: {access: lan}"));
        hv1.run("ip link add late type veth peer name late-vm netns " + late.namespace());
        hv1.run("ip link set late up");
        late.run("ip link set late-vm name eth0");
        late.run("ip link set eth0 up");
        late.run("ip addr add 10.0.10.5/24 dev eth0");
        late.run("ethtool -K eth0 tx off");
        apply(example("ports")
                .replaceAll(
                        "(?m)^( *)late: .*$",
                        "$1late: {access: lan, ofport-request: 77}\n" + "$1other: {access: lan}"));
        ControllerProcess.until(5, "it is back", () -> late.pings("10.0.10.1"));
        assertTrue(
                first != 77 && port("late").path("ofport").asInt() == 77,
                port("late").toString());
        assertTrue(lab.machine("vm1").pings("10.0.10.5"));
    }

    private JsonNode port(String name) {
        for (JsonNode p : controller.get("ports")) {
            if (p.path("port").asText().equals(name)) {
                return p;
            }
        }
        throw new IllegalStateException("no port " + name);
    }
}
