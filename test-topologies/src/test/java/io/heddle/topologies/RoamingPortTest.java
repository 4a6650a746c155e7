package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ports that are declared without a host, and are where an interface has their iface-id. */
class RoamingPortTest extends LabTest {
    private static final String ID = "8f2c6c1e-2f43-4a5e-9d0b-6a1f5c9f0e11";
    private static final String MAC = "02:00:00:00:0a:01";

    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200, vni: 10200}, blue: {vlan: 300, vni: 10300}}
            ports:
              web1: {iface-id: ID, access: red, mac: "02:00:00:00:0a:01", address: 10.0.0.10/24}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                tunnel-ip: 172.31.0.1
                bridges: {br0: {datapath: netdev, ports: {r1: {access: red}}}}
              hv2:
                ovsdb: tcp:172.31.0.2:6640
                tunnel-ip: 172.31.0.2
                bridges: {br0: {datapath: netdev, ports: {r2: {access: red}}}}
            acls:
              - name: web
                on: {ports: [web1]}
                rules: [{match: "tcp,tp_dst=25", action: drop}]
            """.replace("ID", ID);

    private LabHost hv1;
    private LabHost hv2;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        machine(hv1, "r1", "0b:01", "10.0.0.1/24", "");
        machine(hv2, "r2", "0b:02", "10.0.0.2/24", "");
        lab.introduce();
        startController();
        apply(NETWORK);
    }

    /** Adds a guest as a platform does. Its address is there once the guest runs. */
    private Node guest(LabHost host, String device) {
        machine(host, device, "0a:01", "10.0.0.10/24", "");
        lab.machine(device).run("ip addr del 10.0.0.10/24 dev eth0");
        host.vsctl("add-port br0 " + device + " -- set interface " + device + " external_ids:iface-id=" + ID
                + " external_ids:attached-mac=\"" + MAC + "\" external_ids:iface-status=active");
        return lab.machine(device);
    }

    private static void run(Node guest) {
        guest.run("ip addr add 10.0.0.10/24 dev eth0");
    }

    private JsonNode web1() {
        for (JsonNode p : controller.get("ports")) {
            if (p.path("port").asText().equals("web1")) {
                return p;
            }
        }
        throw new AssertionError("no web1 in " + controller.get("ports"));
    }

    private void awaitState(String state, String host) {
        ControllerProcess.until(
                5,
                "web1 is " + state + " " + host,
                () -> web1().path("state").asText().equals(state)
                        && web1().path("host").asText().equals(host));
    }

    @Test
    void isWhereItsInterfaceIs() {
        int version = controller.get("status").path("version").asInt();
        awaitState("unbound", "");
        run(guest(hv1, "vnet3"));
        ControllerProcess.until(
                1,
                "the port has its VLAN",
                () -> hv1.vsctl("get port vnet3 tag").strip().equals("200"));
        awaitState("bound", "hv1");
        awaitEvent("bound", "web1", "hv1/br0/vnet3");
        awaitAnswer();
        reaches("r1", "10.0.0.10");
        reaches("r2", "10.0.0.10");
        assertEquals("vnet3", web1().path("interface").asText());
        lists();
        assertTrue(traced("web1").contains("hv1/br0"), traced("web1"));
        commands(NETWORK + "expect: [web1 can reach r2, r1 can reach web1]\n");

        hv1.vsctl("del-port br0 vnet3");
        awaitEvent("unbound", "web1", "it was hv1/br0/vnet3");
        awaitState("unbound", "");
        pause(300);
        assertFalse(hv1.vsctl("list-ports br0").contains("vnet3"), "Heddle does not bring it back");
        assertFalse(hv1.ofctl("br0", "dump-flows", "table=2").contains(MAC), "its guard is gone");
        assertFalse(hv1.ofctl("br0", "dump-flows").contains("dl_dst=" + MAC), "and no frame is sent to it");

        run(guest(hv2, "tap7"));
        awaitState("bound", "hv2");
        awaitAnswer();
        reaches("r1", "10.0.0.10");
        assertEquals(version, controller.get("status").path("version").asInt(), "the file stays");
        assertEquals("created", mark(hv2, "r2"));
        assertEquals("adopted", mark(hv2, "tap7"));

        apply(NETWORK.replaceFirst("ports:\n  web1.*\n", "").replaceFirst("(?s)acls:.*", ""));
        ControllerProcess.until(
                5, "the port is released", () -> mark(hv2, "tap7").isEmpty());
        assertEquals("200", hv2.vsctl("get port tap7 tag").strip());
    }

    /** The API tells the place before the switches have confirmed their entries. */
    private void awaitAnswer() {
        ControllerProcess.until(2, "the guest answers", () -> lab.machine("r1").pings("10.0.0.10"));
    }

    private static String mark(LabHost host, String port) {
        return host.vsctl("--if-exists get port " + port + " external_ids:heddle")
                .strip();
    }

    /** The commands that look at a file take the port by its name, with and without a controller. */
    private static void commands(String network) {
        String file = write(NETWORK).toString();
        Shell.Result plan = ControllerProcess.heddle("plan " + file);
        assertTrue(plan.ok() && plan.output().contains("nothing to do"), plan.output());
        file = write(network).toString();
        Shell.Result check = ControllerProcess.heddle("check " + file);
        assertTrue(check.ok(), check.output());
        Shell.Result trace = ControllerProcess.heddle("trace --file " + file + " --from web1 --to r2 tcp,tp_dst=25");
        assertTrue(trace.output().contains("web"), trace.output());
        Shell.Result broken =
                ControllerProcess.heddle("check " + write(network.replace("can reach r2", "cannot reach r2")));
        assertFalse(broken.ok(), broken.output());
    }

    private String traced(String from) {
        return controller
                .post("trace", "{\"from\": \"" + from + "\", \"to\": \"r2\"}")
                .toString();
    }

    private void lists() {
        lab.machine("vnet3").script("timeout 1 bash -c 'echo > /dev/tcp/10.0.0.1/25'");
        ControllerProcess.until(5, "its list holds", () -> drops("acl web rule 1") > 0);
    }

    @Test
    void keepsItsPlaceOverARestartOfTheController() {
        run(guest(hv1, "vnet3"));
        awaitState("bound", "hv1");
        awaitAnswer();
        reaches("r2", "10.0.0.10");
        pause(500);
        controller.kill();
        restartController();
        awaitInSync(2);
        awaitState("bound", "hv1");
        pause(1000);
        assertEquals(
                0,
                controller.counter("openflow_flow_mods_total"),
                () -> controller.get("events").toString());
        assertEquals(0, controller.counter("ovsdb_transactions_total"));
        // What happened meanwhile counts.
        controller.kill();
        hv1.vsctl("del-port br0 vnet3");
        restartController();
        awaitInSync(2);
        awaitState("unbound", "");
    }

    @Test
    void moves() {
        Node source = guest(hv1, "vnet3");
        run(source);
        awaitState("bound", "hv1");
        awaitAnswer();
        reaches("r1", "10.0.0.10");
        Pings fromSource = ping("r1", "10.0.0.10");
        Pings fromTarget = ping("r2", "10.0.0.10");
        long away = migrateToSecondHost(source);
        pause(500);
        hv1.vsctl("del-port br0 vnet3");
        awaitState("bound", "hv2");
        pause(500);
        assertFewLost(away, fromSource, fromTarget);
        reaches("r1", "10.0.0.10");
        reaches("r2", "10.0.0.10");
    }

    /** Both hosts have the guest for a while. @return for how many milliseconds it was at neither */
    private long migrateToSecondHost(Node source) {
        Node target = guest(hv2, "vnet9");
        awaitState("moving", "hv1");
        awaitEvent("moving", "web1", "hv2/br0/vnet9");
        ControllerProcess.until(
                1,
                "the new port has its VLAN",
                () -> hv2.vsctl("get port vnet9 tag").strip().equals("200"));
        pause(500);
        long away = migrate(source, target);
        awaitEvent("moved", "web1", "from hv1/br0/vnet3 to hv2/br0/vnet9");
        return away;
    }

    private static void assertFewLost(long away, Pings one, Pings other) {
        int lost = Math.max(one.lost(), other.lost());
        assertTrue(
                lost <= 2 + away / 50,
                lost + " frames of 20 a second are lost, the guest was away for " + away + " ms");
    }

    /** What Proxmox does: add-port with a tag, and del-port; no ids. */
    @Test
    void adoptsWhatAPlatformAdds() {
        apply(NETWORK.replace("iface-id: " + ID, "interface: tap100i0")
                .replace(
                        "hosts:\n",
                        "  db1: {attached-mac: \"" + MAC.replace("0a:01", "0C:01") + "\", access: blue}\nhosts:\n"));
        machine(hv1, "tap100i0", "0a:01", "10.0.0.10/24", "");
        machine(hv1, "vnet5", "0c:01", "10.0.3.1/24", "");
        long begun = System.nanoTime();
        hv1.vsctl("add-port br0 tap100i0 tag=20");
        hv1.vsctl("--timeout=2 wait-until port tap100i0 tag=200");
        long millis = (System.nanoTime() - begun) / 1_000_000;
        assertTrue(millis < 500, millis + " ms, with two runs of ovs-vsctl");
        awaitAnswer();
        hv1.vsctl("add-port br0 vnet5 -- set interface vnet5 external_ids:attached-mac=\""
                + MAC.replace("0a:01", "0c:01") + "\"");
        ControllerProcess.until(
                1,
                "the other one",
                () -> hv1.vsctl("get port vnet5 tag").strip().equals("300"));
        awaitEvent("bound", "db1", "hv1/br0/vnet5");

        hv1.vsctl("set port tap100i0 tag=20");
        awaitEvent("healed", "hv1", "port br0/tap100i0 tag=20 → 200");
        assertEquals("200", hv1.vsctl("get port tap100i0 tag").strip());
        pause(300);
        long healed = controller.get("events").findValuesAsText("kind").stream()
                .filter("healed"::equals)
                .count();
        assertEquals(1, healed, "told once");
        hv1.vsctl("del-port br0 tap100i0");
        awaitEvent("unbound", "web1", "");
        pause(200);
        assertFalse(hv1.vsctl("list-ports br0").contains("tap100i0"));
    }

    /** The database of a host takes any text for a name, and any port may have the id. */
    @Test
    void interfacesThatCannotBeAPort() {
        hv2.vsctl("--no-wait add-bond br0 bond9 tap8 tap9 -- set interface tap8 external_ids:iface-id=" + ID);
        awaitEvent("refused", "hv2", "it belongs to port bond9");
        hv1.vsctl("--no-wait add-port br0 p9 -- set interface p9 external_ids:iface-id=" + ID);
        awaitState("bound", "hv1");
        hv1.vsctl("del-port br0 p9");
        awaitState("unbound", "");
        String name = "x y z\nhv1 br0 tap0 in-effect iface-id=" + ID;
        List<String> inside = List.of("ip", "netns", "exec", hv2.namespace(), "ovs-vsctl", "--db=tcp:172.31.0.2:6640");
        List<String> add = List.of("--no-wait", "add-port", "br0", name, "--", "set", "interface", name);
        Shell.Result odd = Shell.attempt(Stream.of(inside, add, List.of("external_ids:iface-id=" + ID))
                .flatMap(List::stream)
                .toList());
        assertTrue(odd.ok(), odd.output());
        awaitEvent("refused", "hv2", "characters that no device's name has");
        awaitState("unbound", "");
    }

    /** Two guests with one iface-id and one MAC, such as a copy that a host pretends to have. */
    @Test
    void aContestIsTold() {
        Node one = guest(hv1, "vnet3");
        awaitState("bound", "hv1");
        Node two = guest(hv2, "vnet9");
        awaitState("moving", "hv1");
        run(one);
        run(two);
        for (int i = 0; i < 6; i++) {
            speakUntilAt("hv2", two);
            speakUntilAt("hv1", one);
            if (happened("contested", "web1")) {
                break;
            }
        }
        assertTrue(happened("contested", "web1"), () -> controller.get("events").toString());
    }

    /** A guest speaks until the port is where the guest is, or stays where it is because of the contest. */
    private void speakUntilAt(String host, Node guest) {
        ControllerProcess.until(5, "web1 is on " + host + " or contested", () -> {
            guest.run("arping -q -A -c 1 -I eth0 10.0.0.10");
            return happened("contested", "web1") || "moving".equals(stateOn(host));
        });
    }

    private String stateOn(String host) {
        for (JsonNode p : controller.get("ports")) {
            if (p.path("port").asText().equals("web1")
                    && p.path("host").asText().equals(host)) {
                return p.path("state").asText();
            }
        }
        return "";
    }

    /** Hosts that a cable joins: the old host's switch takes the guest's frames from its uplink for reflected ones. */
    @Test
    void movesBehindAnUplink() {
        lab.cable(hv1, "up1", hv2, "up2");
        apply(NETWORK.replace("red: {vlan: 200, vni: 10200}, blue: {vlan: 300, vni: 10300}", "red: {vlan: 200}")
                .replaceAll("    tunnel-ip: .*\n", "")
                .replace("r1: {access: red}", "r1: {access: red}, up1: {trunk: [red]}")
                .replace("r2: {access: red}", "r2: {access: red}, up2: {trunk: [red]}"));
        Node source = guest(hv1, "vnet3");
        run(source);
        awaitState("bound", "hv1");
        Pings near = ping("r1", "10.0.0.10");
        Pings far = ping("r2", "10.0.0.10");
        long away = migrateToSecondHost(source);
        pause(1000);
        assertFewLost(away, near, far);
    }

    /**
     * The guest stops at its old host, goes on at the new one, and says so, as QEMU does.
     *
     * @return milliseconds in which it was at neither, or had not spoken yet: frames that are lost then are the guest's
     */
    private static long migrate(Node source, Node target) {
        long begun = System.nanoTime();
        Shell.Result r = Shell.attempt(List.of(
                "bash",
                "-c",
                "ip -n " + source.namespace() + " addr del 10.0.0.10/24 dev eth0 && ip -n " + target.namespace()
                        + " addr add 10.0.0.10/24 dev eth0 && ip netns exec " + target.namespace()
                        + " arping -q -A -c 1 -I eth0 10.0.0.10"));
        assertTrue(r.ok(), r.output());
        return (System.nanoTime() - begun) / 1_000_000;
    }
}
