package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** External changes are repaired and reported once; where they are repeated, repairs back off. */
class HealTest extends LabTest {
    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200}, blue: {vlan: 300}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      vm1: {access: red}
                      vm2: {access: red}
                      bond0: {bond: {members: [nic1, nic2], mode: active-backup}, trunk: [red, blue]}
            acls: [{name: bad, rules: [{match: "ip,nw_src=10.0.0.66", action: drop}]}]
            """;
    private LabHost hv1;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        LabHost tor = lab.host("tor");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        lab.cable(hv1, "nic1", tor, "p1");
        lab.cable(hv1, "nic2", tor, "p2");
        startController();
        apply(NETWORK);
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
    }

    private int events(String kind) {
        int n = 0;
        for (JsonNode e : controller.get("events")) {
            n += e.path("kind").asText().equals(kind) ? 1 : 0;
        }
        return n;
    }

    /**
     * Makes an external change, and waits until it is repaired and reported by one event that contains {@code found}.
     */
    private void heals(String what, Runnable broken, java.util.function.BooleanSupplier right, String found) {
        int healed = events("healed");
        int changed = events("changed");
        broken.run();
        long begun = System.nanoTime();
        ControllerProcess.until(2, what + " is mended", right);
        System.out.printf("measured: %s: mended in %d ms%n", what, (System.nanoTime() - begun) / 1_000_000);
        ControllerProcess.until(2, what + " is told", () -> events("healed") > healed);
        pause(300);
        assertEquals(healed + 1, events("healed"), what + ": " + controller.get("events"));
        assertEquals(changed, events("changed"), what + ": " + controller.get("events"));
        JsonNode all = controller.get("events");
        String text = all.toString();
        assertTrue(text.contains(found), what + ": " + text);
    }

    @Test
    void repairsEachExternalChangeAndReportsItOnce() {
        heals(
                "a flow removed",
                () -> hv1.ofctl("br0", "del-flows", "table=10,ip,nw_src=10.0.0.66"),
                () -> hv1.ofctl("br0", "dump-flows", "table=10").contains("nw_src=10.0.0.66"),
                "a flow entry was removed: ");
        heals(
                "a flow altered",
                () -> hv1.ofctl("br0", "mod-flows", "table=10,ip,nw_src=10.0.0.66,actions=goto_table:16"),
                () -> hv1.ofctl("br0", "dump-flows", "table=10").contains("nw_src=10.0.0.66 actions=meter"),
                "a flow entry was altered: ");
        heals(
                "a flow added under our name",
                () -> hv1.ofctl("br0", "add-flow", "cookie=0x4edd990000000001,table=10,priority=7,udp,actions=drop"),
                () -> !hv1.ofctl("br0", "dump-flows", "table=10").contains("udp"),
                "a flow entry was added: ");
        heals(
                "a port removed",
                () -> hv1.vsctl("del-port br0 vm2"),
                () -> hv1.vsctl("list-ports br0").contains("vm2"),
                "+ port br0/vm2 tag=200");
        heals(
                "a VLAN altered",
                () -> hv1.vsctl("set port vm1 tag=7"),
                () -> hv1.vsctl("get port vm1 tag").strip().equals("200"),
                "~ port br0/vm1 tag=7 → 200");
        heals(
                "a bond altered",
                () -> hv1.vsctl("set port bond0 bond_mode=balance-slb"),
                () -> hv1.vsctl("get port bond0 bond_mode").contains("active-backup"),
                "bond_mode=balance-slb → active-backup");
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
    }

    @Test
    void reportsRepeatedChangesOnceAndBacksOff() {
        long modsBefore = controller.counter("openflow_flow_mods_total");
        long end = System.nanoTime() + 12_000_000_000L;
        int meddled = 0;
        while (System.nanoTime() < end) {
            hv1.ofctl("br0", "del-flows", "table=10,ip,nw_src=10.0.0.66");
            hv1.vsctl("set port vm1 tag=7");
            meddled++;
            pause(250);
        }
        long mods = controller.counter("openflow_flow_mods_total") - modsBefore;
        System.out.println("measured: meddled " + meddled + " times in 12 s, " + mods + " FLOW_MODs, "
                + events("healed") + " healed, " + events("drifted") + " drifted");
        assertTrue(meddled > 25, meddled + " times");
        assertEquals(2, events("drifted"), "once for the switch, once for the host: " + controller.get("events"));
        assertTrue(events("healed") <= 10 && mods <= 8, mods + " FLOW_MODs, " + events("healed") + " events");
        assertTrue(controller.get("events").toString().contains("repeated external change"));
        // Applying a file cancels the back-off.
        apply(NETWORK.replace("10.0.0.66", "10.0.0.67"));
        assertTrue(hv1.ofctl("br0", "dump-flows", "table=10").contains("nw_src=10.0.0.67"));
        assertEquals("200", hv1.vsctl("get port vm1 tag").strip());
    }
}
