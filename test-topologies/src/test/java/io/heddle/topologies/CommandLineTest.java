package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command as a user types it: plan, apply, status, get, and the reaction to wrong input. */
class CommandLineTest extends LabTest {
    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {vm1: {access: red}, vm2: {access: red}}}}
            """;
    private LabHost hv1;
    private Path file;

    @BeforeEach
    void build() throws IOException {
        hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        file = Lab.FOLDER.resolve("net.yaml");
        Files.writeString(file, NETWORK);
        startController();
    }

    private static Shell.Result heddle(String args) {
        return ControllerProcess.heddle(args);
    }

    @Test
    void plansEveryExample() throws IOException {
        // The planner waits for hosts that are not there.
        lab.host("hv2");
        lab.host("hv3");
        try (var examples = Files.list(ControllerProcess.home().resolve("docs/examples"))) {
            for (Path example : examples.sorted().toList()) {
                Shell.Result plan = heddle("plan " + example);
                assertTrue(plan.ok() && plan.output().contains("to add"), example + ": " + plan.output());
                assertTrue(plan.output().lines().count() <= 40, example + ": " + plan.output());
            }
        }
    }

    @Test
    void plansAppliesAndLists() throws IOException {
        Shell.Result applied = heddle("apply " + file + " -m first");
        assertEquals(0, applied.exit(), applied.output());
        assertTrue(applied.output().contains("version 1: in-sync"), applied.output());
        Shell.Result nothing = heddle("plan " + file);
        assertTrue(nothing.ok() && nothing.output().strip().endsWith("nothing to do"), nothing.output());

        Files.writeString(
                file,
                NETWORK.replace("vm2: {access: red}", "vm2: {access: red}, vm3: {type: internal, access: red}")
                        + "acls: [{name: bad, rules: [{match: \"ip,nw_src=10.0.0.66\", action: drop}]}]\n");
        Shell.Result summary = heddle("plan " + file);
        assertTrue(summary.output().contains("hv1/br0  acl bad +1, "), summary.output());
        Shell.Result plan = heddle("plan --rows --flows " + file);
        assertTrue(plan.output().contains("+ port br0/vm3 tag=200"), plan.output());
        assertTrue(
                plan.output().contains("ip,nw_src=10.0.0.66 actions=meter:")
                        && plan.output().contains("  # drop: acl bad rule 1"),
                plan.output());
        assertTrue(plan.output().contains("in_port=\"vm3\""), plan.output());
        assertEquals(summary.output(), heddle("plan " + file).output(), "the same file gives the same plan");
        assertFalse(hv1.vsctl("list-ports br0").contains("vm3"), "a plan touches nothing");

        assertEquals(0, heddle("apply " + file).exit());
        assertTrue(hv1.vsctl("list-ports br0").contains("vm3"));
        lab.machine("vm1").pings("10.0.0.2");
        assertTrue(
                heddle("get macs").output().contains("hv1/br0  red"),
                heddle("get macs").output());
        assertTrue(heddle("get hosts").output().matches("(?s)NAME .*hv1 .*in-sync.*"));
        assertTrue(heddle("get flows -o json").output().contains("\"reason\" : \"drop: acl bad rule 1\""));
        assertTrue(heddle("get ports -o yaml").output().contains("port: vm3"));
        assertTrue(heddle("status").output().contains("version: 2"));
        assertTrue(heddle("get history").output().contains("first"));
        for (String kind : new String[] {"bridges", "switches", "tunnels", "bonds", "acls", "drops", "events"}) {
            assertEquals(0, heddle("get " + kind).exit(), kind);
        }
    }

    @Test
    void refusesAnInvalidFileCompletely() throws IOException {
        assertEquals(0, heddle("apply " + file).exit());
        Files.writeString(
                file, NETWORK.replace("access: red}, vm2", "access: rde}, vm2").replace("vlan: 200", "vlan: 5000"));
        for (String verb : new String[] {"plan ", "apply "}) {
            Shell.Result r = heddle(verb + file);
            assertEquals(1, r.exit());
            assertTrue(r.output().contains("net.yaml:2:24: networks.red.vlan: expected a VLAN number"), r.output());
            assertTrue(r.output().contains("unknown network \"rde\", did you mean red?"), r.output());
        }
        assertEquals(1, controller.get("status").path("version").asInt(), "nothing was accepted");
        assertEquals("200", hv1.vsctl("get port vm1 tag").strip(), "nothing was touched");
        assertEquals(1, heddle("apply /nowhere.yaml").exit());
        assertEquals(2, heddle("plan").exit());
        assertEquals(2, heddle("get nothing").exit());
        Shell.Result alone = heddle("status --api http://127.0.0.1:9");
        assertEquals(1, alone.exit());
        assertTrue(alone.output().contains("no controller answers"), alone.output());
    }

    @Test
    void reportsWhatOvsdbRefuses() throws IOException {
        hv1.standbyDatabase(true);
        Shell.Result r = heddle("apply --timeout 5 " + file);
        assertEquals(1, r.exit(), r.output());
        assertTrue(r.output().contains("host hv1: refused") && r.output().contains("read only"), r.output());
        assertFalse(hv1.vsctl("list-br").contains("br0"), "half of it was not done");
        hv1.standbyDatabase(false);
        ControllerProcess.until(
                20,
                "once the obstacle is gone it is done by itself",
                () -> heddle("get hosts").output().contains("in-sync"));
        assertTrue(hv1.vsctl("list-br").contains("br0"));
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
    }

    @Test
    void acceptsHostsThatConnectAndAppliesAFolderOfFiles() throws IOException {
        Path folder = Files.createDirectories(Lab.FOLDER.resolve("net"));
        Files.writeString(folder.resolve("1.yaml"), "heddle: v1\nnetworks: {red: {vlan: 200}}\n");
        Files.writeString(folder.resolve("2.yaml"), """
            heddle: v1
            hosts:
              hv1:
                system-id: hv1
                bridges: {br0: {datapath: netdev, ports: {vm1: {access: red}, vm2: {access: red}}}}
            """);
        hv1.vsctl("set-manager tcp:" + Lab.CONTROLLER + ":6640");
        ControllerProcess.until(10, "the host has dialled in", () -> happened("unknown-host", ""));
        Shell.Result r = heddle("apply " + folder);
        assertTrue(r.output().contains("in-sync"), r.output());
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        assertTrue(hv1.vsctl("get-controller br0").contains("tcp:" + Lab.CONTROLLER + ":6653"));
    }

    @Test
    void removesItsConfigurationFromAHostThatLeavesTheFile() throws IOException {
        hv1.vsctl("add-br br1 -- set bridge br1 datapath_type=netdev");
        assertEquals(0, heddle("apply " + file).exit());
        Files.writeString(file, NETWORK.replace("bridges: {br0:", "bridges: {br1: {datapath: netdev}, br0:"));
        assertEquals(0, heddle("apply " + file).exit());
        Files.writeString(file, "heddle: v1\n");
        assertEquals(0, heddle("apply " + file).exit());
        ControllerProcess.until(5, "br0 is gone", () -> !hv1.vsctl("list-br").contains("br0"));
        assertTrue(hv1.vsctl("list-br").contains("br1"), "br1 stood there before, and stays");
        assertFalse(hv1.vsctl("get bridge br1 external_ids").contains("heddle"));
    }
}
