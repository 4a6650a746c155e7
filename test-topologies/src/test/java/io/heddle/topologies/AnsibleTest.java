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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Ansible collection: playbooks that Ansible runs, against a running controller with a host. */
class AnsibleTest extends LabTest {
    private static final Path COLLECTION = ControllerProcess.home().resolve("clients/ansible");
    private LabHost hv1;

    @BeforeEach
    void build() throws IOException {
        hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        Path namespace = Files.createDirectories(Lab.FOLDER.resolve("ansible/ansible_collections/heddle"));
        Files.deleteIfExists(namespace.resolve("ovs"));
        Files.createSymbolicLink(namespace.resolve("ovs"), COLLECTION);
        startController();
    }

    private static Shell.Result ansible(String program, String... args) {
        Path folder = Lab.FOLDER.resolve("ansible");
        List<String> command = new ArrayList<>(List.of(
                "env",
                "HOME=" + folder,
                "ANSIBLE_COLLECTIONS_PATH=" + folder,
                "ANSIBLE_LOCALHOST_WARNING=false",
                "ANSIBLE_INVENTORY_UNPARSED_WARNING=false",
                "ANSIBLE_NOCOLOR=1",
                "PYTHONDONTWRITEBYTECODE=1",
                "HEDDLE_API=http://127.0.0.1:8080",
                program));
        command.addAll(List.of(args));
        return Shell.attempt(command);
    }

    /** Runs a playbook. @param expected how the last line counts its tasks, such as {@code changed=5 failed=0} */
    private static String play(String expected, String... args) {
        Shell.Result r = ansible("ansible-playbook", args);
        String recap = r.output()
                .lines()
                .filter(l -> l.contains("changed="))
                .reduce((a, b) -> b)
                .orElse("")
                .replaceAll(" +", " ");
        for (String count : expected.split(" ")) {
            assertTrue(recap.contains(count), expected + ": " + r.output());
        }
        return r.output();
    }

    @Test
    void declaresANetworkInPiecesAndTheSecondRunChangesNothing() {
        String playbook = COLLECTION.resolve("tests/playbook.yml").toString();
        play("changed=5 failed=0", playbook);
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        int version = controller.get("status").path("version").asInt();
        play("ok=6 changed=0 failed=0", playbook);
        play("ok=6 changed=0 failed=0", playbook, "--check");
        assertEquals(version, controller.get("status").path("version").asInt());

        String check = play("changed=1 failed=0", playbook, "--check", "--diff", "-v", "-e", "vm2=blue");
        assertTrue(check.contains("-    \"access\": \"red\"") && check.contains("tag=200 → 300"), check);
        assertEquals(version, controller.get("status").path("version").asInt(), "a check changes nothing");
        assertEquals("200", hv1.vsctl("get port vm2 tag").strip());
        play("changed=1 failed=0", playbook, "-e", "vm2=blue");
        assertEquals("300", hv1.vsctl("get port vm2 tag").strip());

        String wrong = play("changed=0 failed=1", playbook, "-e", "vm2=reed");
        assertTrue(
                wrong.contains("hosts.hv1.bridges.br0.ports.vm2.access: unknown network")
                        && wrong.contains("did you mean red?"),
                wrong);
        assertEquals("300", hv1.vsctl("get port vm2 tag").strip());
        assertTrue(controller.get("history").toString().contains("the second machine"));

        hv1.standbyDatabase(true);
        play("failed=1", playbook, "-e", "vm2=red");
        String still = play("changed=0 failed=1", playbook, "-e", "vm2=red");
        assertTrue(still.contains("is in force, but not everywhere: host hv1"), still);
        hv1.standbyDatabase(false);
        ControllerProcess.until(
                20,
                "the host has it",
                () -> hv1.vsctl("get port vm2 tag").strip().equals("200"));
        play("ok=6 changed=0 failed=0", playbook, "-e", "vm2=red");
        controller.kill();
        String dead = play("failed=1", playbook);
        assertTrue(dead.contains("no controller answers at http://127.0.0.1:8080"), dead);
    }

    @Test
    void appliesAFileAsPlanned() throws IOException {
        hv1.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev");
        hv1.ofctl("br0", "add-flow", "cookie=7,priority=5,tcp,actions=NORMAL");
        String network = """
                heddle: v1
                networks: {red: {vlan: 200}}
                hosts:
                  hv1:
                    ovsdb: tcp:172.31.0.1:6640
                    bridges: {br0: {datapath: netdev, ports: {vm1: {access: red}, vm2: {access: red}}}}
                """;
        String[] apply = {COLLECTION.resolve("tests/apply.yml").toString(), "-e", "file=" + write(network)};
        String check = play("changed=1 failed=0", apply[0], apply[1], apply[2], "--check", "--diff");
        assertTrue(check.contains("+ port br0/vm1 tag=200"), check);
        String asks = play("changed=0 failed=1", apply);
        assertTrue(asks.contains("nothing was changed: the plan needs confirmation"), asks);
        assertEquals(0, controller.get("status").path("version").asInt());
        play("changed=1 failed=0", apply[0], apply[1], apply[2], "-e", "accept=true");
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        play("changed=0 failed=0", apply);
        play("changed=0 failed=0", apply[0], apply[1], apply[2], "--check");
        assertEquals(1, controller.get("status").path("version").asInt());

        write(network.replace("vlan: 200", "vlan: 5000"));
        String wrong = play("changed=0 failed=1", apply);
        assertTrue(wrong.contains("network.yaml:2:24: networks.red.vlan: expected a VLAN number"), wrong);
        hv1.standbyDatabase(true);
        write(network.replace("vlan: 200", "vlan: 300"));
        String refused = play("failed=1", apply);
        assertTrue(refused.contains("is in force, but not everywhere") && refused.contains("read only"), refused);
        hv1.standbyDatabase(false);
        ControllerProcess.until(
                20,
                "the host has it",
                () -> hv1.vsctl("get port vm1 tag").strip().equals("300"));
    }

    @Test
    void hasDocumentation() {
        for (String module : List.of("apply", "network", "host", "port", "acl")) {
            Shell.Result r = ansible("ansible-doc", "heddle.ovs." + module);
            assertTrue(r.ok() && r.output().contains("heddle.ovs." + module + ":"), r.output());
            assertTrue(r.output().contains("The admin API of the controller"), r.output());
            assertFalse(r.output().contains("ERROR"), r.output());
        }
        Shell.Result built = ansible(
                "ansible-galaxy",
                "collection",
                "build",
                COLLECTION.toString(),
                "--output-path",
                Lab.FOLDER.resolve("ansible/built").toString());
        assertTrue(built.ok(), built.output());
        String content = Shell.run("tar -tzf " + Lab.FOLDER.resolve("ansible/built/heddle-ovs-0.1.0.tar.gz"));
        assertTrue(content.contains("plugins/module_utils/heddle/client.py"), "with the Python client: " + content);
    }
}
