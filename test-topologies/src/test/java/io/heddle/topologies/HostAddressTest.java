package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The host's own address: the real ifupdown, netplan, networkd and NetworkManager read what
 * {@code heddle host-config} prints. Then the host, its guests, guests of other networks and the gateway all reach each
 * other.
 */
class HostAddressTest extends LabTest {
    private static final String FILE = """
            heddle: v1
            networks:
              mgmt: {vlan: 100, subnet: 10.0.100.0/24, gateway: 10.0.100.254, mtu: 1400}
              red:  {vlan: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
            routers: {edge: {networks: [mgmt, red]}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      mgmt0: {type: internal, access: mgmt, address: [10.0.100.1/24], mac: "02:00:00:00:01:01"}
                      vm1: {access: mgmt, address: [10.0.100.2/24], mac: "02:00:00:00:01:02"}
                      vm2: {access: red, address: [10.0.200.2/24], mac: "02:00:00:00:02:02"}
            """;

    private LabHost hv1;

    private void topology() {
        hv1 = lab.host("hv1");
        machine(hv1, "vm1", "01:02", "10.0.100.2/24", "");
        machine(hv1, "vm2", "02:02", "10.0.200.2/24", "");
        lab.machine("vm1").run("ip route add default via 10.0.100.254");
        lab.machine("vm2").run("ip route add default via 10.0.200.254");
        startController();
        apply(FILE);
    }

    private static String printed(String form) {
        Shell.Result r = ControllerProcess.heddle("host-config hv1 --for " + form + " --file " + write(FILE));
        assertTrue(r.ok(), r.output());
        return r.output();
    }

    private void allReachEachOther() {
        ControllerProcess.until(20, "the host reaches its gateway", () -> hv1.pings("10.0.100.254"));
        for (String address : new String[] {"10.0.100.2", "10.0.200.2", "10.0.200.254"}) {
            assertTrue(hv1.pings(address), "the host to " + address);
        }
        reaches("vm1", "10.0.100.1");
        reaches("vm2", "10.0.100.1");
        assertTrue(hv1.run("ip link show mgmt0").contains(" mtu 1400 "), hv1.run("ip link show mgmt0"));
    }

    @Test
    void ifupdown() throws IOException {
        topology();
        Path file = Files.writeString(Lab.FOLDER.resolve("interfaces"), printed("ifupdown"));
        Path state = Files.createDirectories(Lab.FOLDER.resolve("ifstate"));
        Shell.Result up = hv1.attempt("ifup --no-scripts -i " + file + " --state-dir " + state + " mgmt0");
        assertTrue(up.ok(), up.output());
        allReachEachOther();
    }

    /** The device goes and comes with the switch, and has its address again. */
    @ParameterizedTest
    @ValueSource(strings = {"networkd", "netplan"})
    void networkd(String form) throws IOException {
        topology();
        Path root = Lab.FOLDER.resolve("networkd");
        Shell.run("rm -rf " + root);
        Path files = Files.createDirectories(root.resolve("run/systemd/network"));
        if (form.equals("networkd")) {
            Files.writeString(files.resolve("60-mgmt0.network"), printed(form));
        } else {
            Path yaml = Files.createDirectories(root.resolve("etc/netplan")).resolve("60-heddle.yaml");
            Files.writeString(yaml, printed(form));
            Shell.run("chmod 600 " + yaml);
            assertEquals("", Shell.run("netplan generate --root-dir " + root));
        }
        // Without udev, networkd takes devices as they are only if /sys cannot be written.
        Path script = Files.writeString(root.resolve("start"), """
                set -e
                mkdir -p /run/systemd
                mount -t tmpfs none /run/systemd
                mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
                chown -R systemd-network /run/systemd/netif
                cp -r %s /run/systemd/network
                mount -o remount,ro /sys
                exec /lib/systemd/systemd-networkd
                """.formatted(files));
        Process networkd = hv1.start(root.resolve("log"), "unshare --mount bash " + script);
        try {
            allReachEachOther();
            hv1.killSwitch();
            hv1.startSwitch();
            awaitInSync(1);
            allReachEachOther();
        } finally {
            networkd.destroy();
        }
    }

    /** What the commands have set up is there again after a reboot: only /etc is still the same. */
    @Test
    void nmcli() throws IOException {
        topology();
        Path root = Lab.FOLDER.resolve("networkmanager");
        Shell.run("rm -rf " + root);
        Path etc = Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(etc.resolve("conf.d"));
        Files.createDirectories(etc.resolve("system-connections"));
        Files.writeString(etc.resolve("NetworkManager.conf"), "[main]\nplugins=keyfile\nauth-polkit=false\n");
        Process first = networkManager(root, etc, printed("nmcli"));
        try {
            allReachEachOther();
        } finally {
            end(first);
        }
        hv1.killSwitch();
        hv1.attempt("ip link del mgmt0");
        Process second = networkManager(root, etc, "");
        try {
            hv1.startSwitch();
            awaitInSync(1);
            allReachEachOther();
        } finally {
            end(second);
        }
    }

    /** Starts NetworkManager with a D-Bus of its own. It takes devices as they are only if /sys cannot be written. */
    private Process networkManager(Path root, Path etc, String commands) throws IOException {
        Path script = Files.writeString(root.resolve("start"), """
                set -e
                mount --bind %s /etc/NetworkManager
                mount -t tmpfs none /var/lib/NetworkManager
                mount -t tmpfs none /run
                mkdir -p /run/dbus /run/NetworkManager
                mount -o remount,ro /sys
                dbus-daemon --system --fork --nopidfile
                NetworkManager --no-daemon &
                until nmcli general; do sleep 0.2; done
                %s
                wait
                """.formatted(etc, commands));
        return hv1.start(root.resolve("log"), "unshare --mount --pid --fork --kill-child --mount-proc bash " + script);
    }

    private static void end(Process process) {
        process.destroyForcibly();
        ControllerProcess.until(5, "NetworkManager ends", () -> !process.isAlive());
    }
}
