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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code heddle init} on a host whose only NIC has its management address. The controller runs on the host; the test
 * is the administrator elsewhere, who reaches the host by that NIC.
 */
class InitTest extends LabTest {
    private static final String ADDRESS = "172.31.0.1";

    private LabHost hv1;
    private Path file;
    private Process own;

    @BeforeEach
    void freshHost() {
        hv1 = lab.host("hv1");
        hv1.withoutBridge();
        hv1.run("ip route add 198.51.100.0/24 via 172.31.0.250 metric 7");
        // Rented servers have such a gateway: no other route leads to it.
        hv1.run("ip route add 203.0.113.0/24 via 10.99.0.1 dev eth0 onlink");
        file = Lab.FOLDER.resolve("first.yaml");
        ControllerProcess.until(5, "the admin reaches the host", InitTest::reachesHost);
    }

    @AfterEach
    void stopController() throws InterruptedException {
        if (own != null) {
            stop();
        }
    }

    private void startOnHost() throws IOException {
        Path log = Lab.FOLDER.resolve("own.log");
        own = hv1.start(
                log,
                "env HEDDLE_CONTROLLER_CONF=/dev/null "
                        + ControllerProcess.home().resolve("heddle") + " controller --state "
                        + Lab.FOLDER.resolve("own"));
        ControllerProcess.until(30, "the controller is ready", () -> text(log).contains("heddle ready"));
    }

    private void stop() throws InterruptedException {
        own.descendants().forEach(ProcessHandle::destroyForcibly);
        own.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    private static boolean reachesHost() {
        return Shell.attempt(List.of("ping", "-n", "-c", "1", "-W", "1", ADDRESS))
                .ok();
    }

    private Shell.Result heddle(String args) {
        return hv1.attempt("env OVS_RUNDIR=" + hv1.folder() + " "
                + ControllerProcess.home().resolve("heddle") + " " + args);
    }

    private Shell.Result init(String args) {
        return heddle("init --host hv1 --file " + file + " " + args);
    }

    /** What a person types, at a terminal. */
    private Shell.Result typed(String args, String... lines) {
        return hv1.script("printf '" + String.join("\\n", lines) + "\\n' | script -qec 'env OVS_RUNDIR=" + hv1.folder()
                + " " + ControllerProcess.home().resolve("heddle") + " init --file " + file + " " + args
                + "' /dev/null");
    }

    private boolean isAsBefore() {
        return hv1.run("ip -4 -o addr show dev eth0").contains(ADDRESS + "/24")
                && hv1.run("ip route").contains("default via 172.31.0.254 dev eth0")
                && hv1.run("ip route").contains("198.51.100.0/24 via 172.31.0.250 dev eth0 metric 7")
                && hv1.run("ip route").contains("203.0.113.0/24 via 10.99.0.1 dev eth0 onlink")
                && hv1.vsctl("list-br").isBlank();
    }

    @Test
    void theAddressMovesToTheBridgeAndStays() throws IOException {
        startOnHost();
        Path pings = Lab.FOLDER.resolve("pings");
        Process ping = new ProcessBuilder("ping", "-n", "-i", "0.05", "-W", "1", ADDRESS)
                .redirectOutput(pings.toFile())
                .start();
        Shell.Result r = init("--networks red=10 --yes --confirm 60");
        pause(300);
        Shell.run("kill -INT " + ping.pid());
        ControllerProcess.until(5, "ping sums up", () -> text(pings).contains("received"));
        assertTrue(r.ok(), r.output());
        assertTrue(
                r.output().contains("172.31.0.1/24 is on eth0, which becomes a port of Open vSwitch")
                        && r.output().contains("the addresses are on the bridge now")
                        && r.output().contains("heddle confirm keeps it")
                        && r.output().contains("heddle host-config hv1 --for "),
                r.output());
        assertTrue(reachesHost(), hv1.run("ip addr"));
        // Twenty pings a second: the host was away for less than two seconds.
        Matcher sum =
                Pattern.compile("(\\d+) packets transmitted, (\\d+) received").matcher(text(pings));
        assertTrue(sum.find());
        int lost = Integer.parseInt(sum.group(1)) - Integer.parseInt(sum.group(2));
        assertTrue(lost < 40, text(pings));
        assertEquals("br0", hv1.vsctl("iface-to-br eth0").strip());
        assertTrue(hv1.run("ip route").contains("default via 172.31.0.254 dev br0"));
        assertTrue(hv1.run("ip route").contains("198.51.100.0/24 via 172.31.0.250 dev br0 metric 7"));
        assertTrue(hv1.run("ip route").contains("203.0.113.0/24 via 10.99.0.1 dev br0 onlink"));
        // A database that restarts says nothing of the NIC.
        hv1.killDatabase();
        pause(1500);
        hv1.startClosedDatabase();
        pause(1500);
        assertTrue(hv1.run("ip addr show dev br0").contains(ADDRESS), "the address stays on the bridge");
        assertTrue(reachesHost() && isWatched());
        assertTrue(heddle("confirm").ok());
        ControllerProcess.until(10, "the watch ends", () -> !isWatched());
        assertTrue(reachesHost());
        Shell.Result again = init("--file-only --uplink eth0");
        assertTrue(again.output().contains("eth0 is in the bridge br0 of Open vSwitch already"), again.output());
        Shell.Result none = init("--file-only");
        assertTrue(none.output().contains("no NIC is left") && none.output().contains("heddle import"), none.output());
        // What the host's own configuration needs is in the file.
        Shell.Result config = heddle("host-config hv1 --for ifupdown -f " + file);
        assertTrue(config.output().contains("172.31.0.1/24") && config.output().contains("172.31.0.254"));
    }

    private boolean isWatched() {
        return Shell.run("ps -eo args").contains("Heddle init-watch");
    }

    @Test
    void aWrongVlanComesBackByItself() throws IOException {
        startOnHost();
        Shell.Result r = init("--vlan 20 --yes --confirm 15");
        assertTrue(r.ok(), r.output());
        assertFalse(reachesHost(), "cut off");
        assertTrue(hv1.run("ip addr show dev br0").contains(ADDRESS));
        ControllerProcess.until(40, "everything is as before", this::isAsBefore);
        ControllerProcess.until(5, "the admin reaches the host again", InitTest::reachesHost);
        ControllerProcess.until(10, "the watch ends", () -> !isWatched());
        // Nothing is in the way of the right answer.
        Shell.Result right = init("--overwrite --yes --confirm 30");
        assertTrue(right.ok() && right.output().contains("the addresses are on the bridge now"), right.output());
        assertTrue(reachesHost());
    }

    @Test
    void comesBackAlthoughTheControllerHangsAndDies() throws IOException, InterruptedException {
        startOnHost();
        assertTrue(init("--vlan 20 --yes --confirm 15").ok());
        own.descendants().forEach(p -> Shell.run("kill -STOP " + p.pid()));
        Shell.run("kill -STOP " + own.pid());
        assertFalse(reachesHost(), "cut off");
        ControllerProcess.until(60, "everything is as before", this::isAsBefore);
        assertTrue(reachesHost());
        stop();
        startOnHost();
        ControllerProcess.until(10, "the watch ends, since the controller goes back, too", () -> !isWatched());
        assertTrue(isAsBefore());
    }

    /** The disk is full, for example: the controller lives, but cannot go back. */
    @Test
    void comesBackAlthoughTheControllerCannot() throws IOException {
        startOnHost();
        assertTrue(init("--vlan 20 --yes --confirm 15").ok());
        assertFalse(reachesHost(), "cut off");
        Path versions = Lab.FOLDER.resolve("own/versions");
        Path aside = Files.move(versions, Lab.FOLDER.resolve("own/aside"));
        ControllerProcess.until(60, "everything is as before", this::isAsBefore);
        pause(2000);
        assertTrue(isAsBefore() && reachesHost(), "and stays so, although the controller goes on trying");
        assertEquals("", hv1.vsctl("get-manager").strip());
        Files.move(aside, versions);
        ControllerProcess.until(20, "the watch ends", () -> !isWatched());
        assertTrue(isAsBefore() && reachesHost());
        assertEquals("tcp:127.0.0.1:6640", hv1.vsctl("get-manager").strip());
    }

    @Test
    void answersOfATerminalAndFlagsGiveTheSameFile() throws IOException {
        Shell.Result typed = typed(
                "--file-only", "hv1", "eth7", "eth0", "5000", "20", "br 0", "", "red=10,blue=10", "red=10 blue=30");
        assertTrue(typed.ok(), typed.output());
        for (String s : new String[] {
            "eth0  link  172.31.0.1/24",
            "there is no device eth7",
            "expected a VLAN number from 0",
            "found \"br 0\"",
            "two networks have VLAN 10",
            "VLAN of the host's own address 172.31.0.1/24 there"
        }) {
            assertTrue(typed.output().contains(s), s + " in " + typed.output());
        }
        String byHand = Files.readString(file);
        Files.delete(file);
        Shell.Result flags = init("--file-only --uplink eth0 --vlan 20 --bridge br0 --networks red=10,blue=30");
        assertTrue(flags.ok(), flags.output());
        assertEquals(byHand, Files.readString(file));
        assertTrue(heddle("check " + file).ok(), byHand);
        assertTrue(isAsBefore());
    }

    @Test
    void neverOverwritesAFileUnasked() throws IOException {
        assertTrue(init("--file-only").ok());
        assertEquals("rw-r--r--", mode(), "whoever ran sudo reads it, too");
        Files.writeString(file, "mine\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        Shell.Result refused = init("--file-only --yes");
        assertEquals(1, refused.exit());
        assertTrue(refused.output().contains("exists; --overwrite replaces it"), refused.output());
        Shell.Result no = typed("--file-only", "hv1", "", "", "", "", "n");
        assertTrue(!no.ok() && no.output().contains("Overwrite it?"), no.output());
        assertEquals("mine\n", Files.readString(file));
        assertTrue(typed("--file-only", "hv1", "", "", "", "", "y").ok());
        assertTrue(Files.readString(file).contains("heddle: v1"));
        assertEquals("rw-rw----", mode());
        assertTrue(init("--file-only").output().contains("says this already"));
    }

    private String mode() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        // No controller: the file is there, and nothing else has changed.
        Shell.Result alone = init("--yes");
        assertTrue(!alone.ok() && alone.output().contains("no controller answers here"), alone.output());
        // A controller elsewhere, which the NIC reaches: it would be cut off before the address has moved.
        for (String elsewhere : new String[] {
            "--api http://172.31.0.254:8080", "--ovsdb tcp:172.31.0.254:6640", "--ovsdb tcp:203.0.113.9:6640"
        }) {
            Shell.Result cut = init("--yes " + elsewhere);
            assertTrue(!cut.ok() && cut.output().contains("is reached by eth0, which becomes a port"), cut.output());
        }
        assertEquals("", hv1.vsctl("get-manager").strip());
        startOnHost();
        // Open vSwitch would dial where nobody listens.
        Shell.Result away = init("--yes --ovsdb tcp:127.0.0.1:6641");
        assertTrue(!away.ok() && away.output().contains("does not reach the controller at tcp:127.0.0.1:6641"));
        assertEquals("", hv1.vsctl("get-manager").strip());
        // A plan that nobody accepts.
        Shell.Result unasked = init("");
        assertTrue(!unasked.ok() && unasked.output().contains("pass --yes to apply"), unasked.output());
        assertTrue(unasked.output().contains("+ bridge br0"), unasked.output());
        assertEquals("", hv1.vsctl("get-manager").strip(), "nobody is let in any more");
        assertTrue(isAsBefore());
        // Two default gateways, of which the host takes either.
        hv1.run("ip link add other type veth peer name peer");
        hv1.run("ip addr add 192.0.2.1/24 dev other");
        hv1.run("ip link set peer up");
        hv1.run("ip link set other up");
        hv1.run("ip route append default via 192.0.2.254 dev other");
        Shell.Result two = init("--yes");
        assertTrue(
                !two.ok()
                        && two.output().contains("two default gateways of equal metric: 172.31.0.254 on eth0 and")
                        && two.output().contains("ip route del default via 192.0.2.254 dev other"),
                two.output());
        hv1.run("ip route del default via 192.0.2.254 dev other");
        hv1.run("ip route append default via 192.0.2.254 dev other metric 100");
        Shell.Result second = init("--overwrite --file-only");
        assertTrue(
                second.ok() && second.output().contains("Two default gateways: 172.31.0.254 on eth0 and"),
                second.output());
        // A network that is in force already.
        assertTrue(heddle("apply " + write("heddle: v1\nnetworks: {red: {vlan: 5}}\n"))
                .ok());
        Shell.Result before = init("--yes --overwrite");
        assertTrue(
                !before.ok() && before.output().contains("the controller has a network already (version 1)"),
                before.output());
        // Not root, and no Open vSwitch.
        Shell.Result user =
                hv1.attempt("unshare --user " + ControllerProcess.home().resolve("heddle") + " init --yes");
        assertTrue(!user.ok() && user.output().contains("run it with sudo"), user.output());
        hv1.killDatabase();
        Shell.Result none = init("--yes");
        assertTrue(!none.ok() && none.output().contains("Open vSwitch does not run on this host"), none.output());
        assertTrue(isReachedWithout(none), none.output());
    }

    private static boolean isReachedWithout(Shell.Result r) {
        return reachesHost() && !r.output().contains("Exception");
    }
}
