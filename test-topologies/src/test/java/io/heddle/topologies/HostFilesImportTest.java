package io.heddle.topologies;

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

/** A Proxmox host's own files become a network file; applied, its guests reach each other. */
class HostFilesImportTest extends LabTest {
    private static final String INTERFACES = """
            auto eno1
            iface eno1 inet static
            	address 172.31.0.1/24
            	gateway 172.31.0.254

            auto vmbr0
            iface vmbr0 inet manual
            	ovs_type OVSBridge
            	ovs_extra set bridge vmbr0 datapath_type=netdev
            """;

    @Test
    void guestsOfAnImportedHostReachEachOtherWithinTheirVlans() throws IOException {
        LabHost host = lab.host("pve1");
        lab.machine(host, "tap100i0", "10.0.30.1/24");
        lab.machine(host, "tap101i0", "10.0.30.2/24");
        lab.machine(host, "tap102i0", "10.0.30.3/24");
        Path etc = Lab.FOLDER.resolve("etc");
        Files.createDirectories(etc.resolve("network"));
        Files.createDirectories(etc.resolve("pve/qemu-server"));
        Files.writeString(etc.resolve("network/interfaces"), INTERFACES);
        for (int guest : new int[] {100, 101, 102}) {
            Files.writeString(
                    etc.resolve("pve/qemu-server/" + guest + ".conf"),
                    "memory: 512\nnet0: virtio,bridge=vmbr0,tag=" + (guest == 102 ? 40 : 30) + "\n");
        }
        Path file = Lab.FOLDER.resolve("imported.yaml");
        Shell.Result imported = ControllerProcess.heddle("import --root pve1=" + etc + " --output " + file);
        assertTrue(imported.ok(), imported.output());
        Shell.Result checked = ControllerProcess.heddle("check " + file);
        assertTrue(checked.ok(), checked.output());

        startController();
        apply(Files.readString(file));
        reaches("tap100i0", "10.0.30.2");
        assertFalse(lab.machine("tap100i0").pings("10.0.30.3"), "another VLAN");
    }
}
