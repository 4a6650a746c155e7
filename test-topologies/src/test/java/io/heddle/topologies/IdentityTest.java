package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The identity of a switch: a duplicate datapath id, a reconnect while the dead connection is still open, another
 * OpenFlow version.
 */
class IdentityTest extends LabTest {
    private static final String ID = "00000000000000aa";
    private LabHost hv1;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        startController();
    }

    private void bridge(String name, String more) {
        hv1.vsctl("add-br " + name + " -- set bridge " + name + " datapath_type=netdev fail_mode=secure "
                + "other_config:datapath-id=" + ID + " " + more + " -- set-controller " + name + " tcp:"
                + Lab.CONTROLLER
                + ":6653");
    }

    private int switches() {
        return controller.get("switches").size();
    }

    @Test
    void refusesASecondLiveSwitchWithTheSameId() {
        bridge("one", "");
        ControllerProcess.until(5, "the first is in", () -> switches() == 1);
        bridge("two", "");
        ControllerProcess.until(5, "the second is refused", () -> happened("refused", "172.31.0.1"));
        assertEquals(1, switches());
        assertTrue(hv1.ofctl("one", "dump-flows").contains("priority=65000"));
        assertTrue(!hv1.ofctl("two", "dump-flows").contains("priority=65000"));
        hv1.vsctl("del-br one");
        ControllerProcess.until(
                20,
                "once the first is gone the second gets in",
                () -> hv1.ofctl("two", "dump-flows").contains("priority=65000"));
    }

    @Test
    void replacesADeadConnection() throws IOException {
        try (FakeSwitch dead = new FakeSwitch(0xaa, true)) {
            ControllerProcess.until(5, "the one that will fall silent is in", () -> switches() == 1);
            bridge("one", "");
            ControllerProcess.until(
                    5,
                    "the living switch takes its place",
                    () -> hv1.ofctl("one", "dump-flows").contains("priority=65000"));
            assertEquals(1, switches(), dead.received().toString());
            assertTrue(controller.get("switches").toString().contains("172.31.0.1:"));
        }
    }

    @Test
    void sendsFlowModsAndABarrierWithoutBundles() throws IOException {
        try (FakeSwitch plain = new FakeSwitch(0xbb, false)) {
            ControllerProcess.until(
                    5,
                    "it is in sync",
                    () -> controller.get("switches").toString().contains("in-sync"));
            List<Integer> types = plain.received();
            int barrier = types.lastIndexOf(20);
            assertTrue(types.indexOf(14) >= 0 && types.lastIndexOf(14) < barrier, types.toString());
            assertTrue(happened("no-bundles", "00000000000000bb"));
        }
        ControllerProcess.until(5, "its going is noticed", () -> switches() == 0);
    }

    @Test
    void programsASwitchWithoutMeters() throws IOException {
        // Not waiting: the host itself never connects.
        controller.apply("""
                heddle: v1
                networks: {a: {vlan: 10}}
                hosts:
                  hv9:
                    system-id: nobody
                    bridges: {br0: {datapath-id: "00000000000000cc", ports: {nic1: {trunk: [a], ingress-rate: 5mbit}}}}
                """, "wait=0");
        try (FakeSwitch poor = new FakeSwitch(0xcc, false)) {
            ControllerProcess.until(
                    5,
                    "it is in sync",
                    () -> controller.get("switches").toString().contains("in-sync"));
            assertTrue(
                    happened("no-meters", "hv9/br0"), controller.get("events").toString());
            assertTrue(
                    poor.received().lastIndexOf(14) > poor.received().indexOf(29),
                    poor.received().toString());
        }
    }

    /** As after the clock was set back: the switch remembers a later generation_id than the controller's. */
    @Test
    void overtakesALaterGenerationId() throws IOException {
        bridge("one", "");
        ControllerProcess.until(5, "it is in", () -> switches() == 1);
        hv1.ofctl("one", "del-flows");
        try (Socket rival = new Socket()) {
            hv1.vsctl("set-controller one tcp:" + Lab.CONTROLLER + ":6653 ptcp:7000");
            ControllerProcess.until(5, "the rival's door opens", () -> {
                try (Socket probe = new Socket(hv1.address(), 7000)) {
                    return probe.isConnected();
                } catch (IOException e) {
                    return false;
                }
            });
            rival.connect(new InetSocketAddress(hv1.address(), 7000));
            DataOutputStream out = new DataOutputStream(rival.getOutputStream());
            out.write(new byte[] {4, 0, 0, 8, 0, 0, 0, 1, 4, 24, 0, 24, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0});
            out.writeLong(0x7000_0000_0000_0000L);
            out.flush();
            pause(300);
            controller.kill();
            restartController();
            ControllerProcess.until(20, "it is in again", () -> switches() == 1);
            ControllerProcess.until(
                    5, "and has its flows", () -> hv1.ofctl("one", "dump-flows").contains("priority=65000"));
            // The entries are there a moment before the switch confirms them.
            ControllerProcess.until(
                    5,
                    "and is in sync",
                    () -> controller.get("switches").toString().contains("in-sync"));
        }
    }

    @Test
    void reportsHowToEnableOpenFlow13() {
        bridge("old", "protocols=OpenFlow10");
        ControllerProcess.until(5, "it is refused", () -> happened("refused", "172.31.0.1"));
        assertTrue(controller.get("events").toString().contains("protocols=OpenFlow13"));
        hv1.vsctl("set bridge old protocols=OpenFlow10,OpenFlow13");
        ControllerProcess.until(20, "and gets in once it is done", () -> switches() == 1);
    }
}
