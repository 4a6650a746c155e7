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
import org.junit.jupiter.api.Test;

/** Hosts that were set up by hand with ovs-vsctl: describes them, and takes them over. */
class ImportTest extends LabTest {
    private LabHost host(int n) {
        LabHost host = lab.host("hv" + n);
        lab.machine(host, "vm" + n, "10.0.0." + n + "/24");
        lab.machine(host, "db" + n, "10.0.1." + n + "/24");
        host.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev mcast_snooping_enable=true"
                + " other_config:mac-aging-time=600"
                + " -- add-br br1 -- set bridge br1 datapath_type=netdev"
                + " -- add-port br0 vm" + n + " tag=10 -- add-port br0 db" + n + " tag=20"
                + " -- add-port br0 vx0 -- set interface vx0 type=vxlan options:remote_ip=172.31.0." + (3 - n)
                + " options:key=77 options:dst_port=4799"
                + " -- set port vx0 trunks=10,20,100,101,102"
                + " -- add-port br0 up0 -- set interface up0 type=patch options:peer=up1"
                + " -- set port up0 tag=20 vlan_mode=native-untagged trunks=10"
                + " -- add-port br1 up1 -- set interface up1 type=patch options:peer=up0"
                + " -- add-port br0 mgmt0 tag=10 -- set interface mgmt0 type=internal mtu_request=1400");
        return host;
    }

    private static Shell.Result heddle(String words) {
        return ControllerProcess.heddle(words);
    }

    private static String imported(LabHost host, String name) throws IOException {
        Path file = Lab.FOLDER.resolve("imported.yaml");
        Shell.Result r = heddle("import tcp:" + host.address() + ":6640 --name " + name + " --output " + file);
        assertTrue(r.ok(), r.output());
        return Files.readString(file);
    }

    private static String rows(LabHost host) {
        return host.vsctl("list bridge")
                + host.vsctl("list port")
                + host.vsctl("--columns=name,type,options,mtu_request,other_config,external_ids list interface")
                + host.vsctl("list controller");
    }

    @Test
    void importsAHandmadeHostWithoutChangingIt() throws IOException {
        LabHost hv1 = host(1);
        LabHost hv2 = host(2);
        lab.cable(hv1, "nic1", hv2, "nic1");
        lab.cable(hv1, "nic2", hv2, "nic2");
        hv1.vsctl("add-bond br1 bond0 nic1 nic2 lacp=active bond_mode=balance-tcp other_config:lacp-time=fast"
                + " -- add-port br1 gre0 -- set interface gre0 type=gre options:remote_ip=flow");
        lab.introduce();
        assertTrue(
                lab.machine("vm1").pings("10.0.0.2") && lab.machine("db1").pings("10.0.1.2"),
                "by hand, and by the tunnel");
        startController();

        String file = imported(hv1, "hv1");
        assertTrue(file.contains("# Left as it is: port br1/gre0 (its flows choose the far end or the key)"), file);
        assertTrue(
                file.contains("bond0:\n")
                        && file.contains(
                                "bond: {members: [nic1, nic2], mode: balance-tcp, lacp: active, lacp-time: fast}"),
                file);
        String local = heddle("import unix:" + Lab.FOLDER.resolve("hv1").resolve("db.sock") + " --name hv1")
                .output();
        assertTrue(local.contains("vm1: {access: vlan10}") && local.contains("trunk: [10, 20, 100-102]"), local);
        Shell.Result plan = heddle("plan " + write(file));
        assertTrue(plan.ok() && plan.output().contains("nothing to do"), plan.output());

        String before = rows(hv1);
        Pings pings = ping("vm1", "10.0.0.2");
        assertEquals("in-sync", controller.apply(file).path("state").asText());
        assertEquals(before, rows(hv1));
        assertEquals(0, pings.lost());

        controller.close();
        assertFalse(heddle("import tcp:172.31.0.77:6640").ok());
    }

    @Test
    void takesOverAnImportedHostAndReleasesIt() throws IOException {
        LabHost hv1 = host(1);
        LabHost hv2 = host(2);
        lab.introduce();
        startController();
        String one = imported(hv1, "hv1");
        String two = imported(hv2, "hv2").replaceFirst("(?s).*?hosts:\n", "");
        String both = one + two;
        assertEquals("in-sync", controller.apply(both).path("state").asText());

        assertEquals(
                "in-sync",
                controller
                        .apply(both.replace("    controller: none\n", ""))
                        .path("state")
                        .asText());
        ControllerProcess.until(
                10,
                "the tunnel carries on under Heddle's flows",
                () -> lab.machine("vm1").pings("10.0.0.2"));
        assertTrue(lab.machine("db2").pings("10.0.1.1"));
        assertFalse(lab.machine("vm1").pings("10.0.1.2"));
        Pings pings = ping("vm1", "10.0.0.2");
        pause(1000);
        assertEquals(0, pings.lost());
        assertTrue(hv1.vsctl("get-controller br0").contains("tcp:"));

        assertEquals("in-sync", controller.apply(both).path("state").asText());
        assertEquals("", hv1.vsctl("get-controller br0").strip());
        ControllerProcess.until(
                10, "Open vSwitch serves it again", () -> lab.machine("vm2").pings("10.0.0.1"));
        assertEquals(
                "in-sync",
                controller.get("hosts/hv1/bridges/br0/state").path("state").asText());
    }
}
