package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What continues when something is killed, removed, restarted or receives garbage. */
class SurvivalTest extends LabTest {
    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200, vni: 10200}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                tunnel-ip: 172.31.0.1
                bridges: {br0: {datapath: netdev, ports: {r1: {access: red}, r1b: {access: red}}}}
              hv2:
                ovsdb: tcp:172.31.0.2:6640
                tunnel-ip: 172.31.0.2
                bridges: {br0: {datapath: netdev, ports: {r2: {access: red}}}}
            acls:
              - {name: bad, rules: [{match: "ip,nw_src=10.0.0.66", action: drop}]}
            """;
    private LabHost hv1;
    private LabHost hv2;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        lab.machine(hv1, "r1", "10.0.0.1/24");
        lab.machine(hv1, "r1b", "10.0.0.11/24").run("ip addr add 10.0.0.66/24 dev eth0");
        lab.machine(hv2, "r2", "10.0.0.2/24");
        lab.introduce();
        startController();
        apply(NETWORK);
        assertTrue(lab.machine("r1").pings("10.0.0.2"));
        assertTrue(lab.machine("r1").pings("10.0.0.11"));
    }

    private boolean inSync() {
        JsonNode s = controller.get("status");
        return s.path("hosts").path("inSync").asInt() == 2
                && s.path("bridges").path("inSync").asInt() == 2;
    }

    private void untilInSync() {
        ControllerProcess.until(20, "all is in sync", this::inSync);
    }

    @Test
    void keepsTrafficRunningWithoutControllerAndRestartsWithoutChanges() throws Exception {
        Path snooped = Lab.FOLDER.resolve("snooped");
        Pings pings = ping("r1", "10.0.0.2");
        pause(1000);
        controller.kill();
        pause(2000);
        assertTrue(lab.machine("r1b").pings("10.0.0.2"), "a conversation that starts with no controller");
        assertFalse(
                lab.machine("r1b")
                        .attempt("ping -c 2 -i 0.2 -W 1 -I 10.0.0.66 10.0.0.1")
                        .ok(),
                "drops stay");
        // The switch's own record of the messages it receives, independent of the controller.
        Process snoop = new ProcessBuilder(
                        "ovs-ofctl", "snoop", "unix:" + hv1.folder().resolve("br0.snoop"))
                .redirectErrorStream(true)
                .redirectOutput(snooped.toFile())
                .start();
        restartController();
        untilInSync();
        pause(3000);
        assertEquals(0, pings.lost());
        snoop.destroy();
        String seen = Files.readString(snooped);
        assertTrue(seen.contains("OFPST_FLOW reply"), "the controller read the flows: " + seen.length());
        assertFalse(seen.contains("OFPT_FLOW_MOD"), seen);
        assertFalse(seen.contains("ONFT_BUNDLE"), seen);
        assertEquals(
                0,
                controller.counter("openflow_flow_mods_total"),
                () -> controller.get("events").toString());
        assertEquals(0, controller.counter("ovsdb_transactions_total"));
        assertTrue(controller.get("macs").size() >= 4, "learnt MACs were re-read: " + controller.get("macs"));
    }

    @Test
    void restoresWhatWasRemovedOrAlteredByHand() {
        hv1.vsctl("del-port br0 vx-br0");
        hv2.vsctl("del-port br0 r2");
        hv1.vsctl("set port r1 tag=7");
        ControllerProcess.until(
                2,
                "ports are back",
                () -> hv1.vsctl("list-ports br0").contains("vx-br0")
                        && hv2.vsctl("list-ports br0").contains("r2")
                        && hv1.vsctl("get port r1 tag").strip().equals("200"));
        ControllerProcess.until(
                3,
                "flows follow",
                () -> happened("healed", "") || lab.machine("r1").pings("10.0.0.2"));
        assertTrue(lab.machine("r1").pings("10.0.0.2"));
        assertTrue(happened("healed", "hv1") && happened("healed", "hv2"));

        hv1.ofctl("br0", "del-flows");
        ControllerProcess.until(
                2, "flows are back", () -> hv1.ofctl("br0", "dump-flows").contains("nw_src=10.0.0.66"));
        hv1.ofctl("br0", "mod-flows", "table=10,ip,nw_src=10.0.0.66,actions=goto_table:16");
        ControllerProcess.until(
                2,
                "an altered flow is mended",
                () -> hv1.ofctl("br0", "dump-flows", "table=10")
                        .matches("(?s).*nw_src=10.0.0.66 actions=meter:\\d+,CONTROLLER:128\\s.*"));
        assertTrue(happened("healed", ""));
        hv2.vsctl("del-br br0");
        ControllerProcess.until(
                5, "a whole bridge is back", () -> hv2.vsctl("list-br").contains("br0"));
        untilInSync();
        ControllerProcess.until(
                10, "and carries traffic", () -> lab.machine("r1").pings("10.0.0.2"));
    }

    @Test
    void leavesForeignConfigurationAlone() {
        hv1.vsctl("add-br strange -- set bridge strange datapath_type=netdev -- add-port br0 tap9 "
                + "-- set interface tap9 type=internal");
        hv1.ofctl("br0", "add-flow", "cookie=0x77,table=10,priority=9,udp,actions=drop");
        // A foreign flow entry with an action that Heddle does not know must not hide Heddle's entries.
        hv1.ofctl("br0", "add-flow", "cookie=0x78,table=200,priority=9,ip,actions=ct(commit)");
        apply(NETWORK.replace("r1b: {access: red}", "r1b: {access: red}, later: {type: internal, access: red}"));
        apply(NETWORK);
        assertTrue(hv1.vsctl("list-br").contains("strange"));
        assertTrue(hv1.vsctl("list-br").contains("brp"));
        String ports = hv1.vsctl("list-ports br0");
        assertTrue(ports.contains("tap9") && !ports.contains("later"), ports);
        String flows = hv1.ofctl("br0", "dump-flows");
        assertTrue(flows.contains("cookie=0x77,") && flows.contains("ct(commit)"), flows);
    }

    /** More entries than fit into one multipart reply. */
    @Test
    void readsALongListInPartsAndSendsNothing() {
        StringBuilder rules = new StringBuilder("acls:\n  - name: long\n    rules:\n");
        for (int i = 0; i < 3000; i++) {
            rules.append("      - {match: \"tcp,nw_src=10.1.")
                    .append(i / 250)
                    .append('.')
                    .append(i % 250)
                    .append(",tp_dst=22\", action: drop}\n");
        }
        apply(NETWORK.replaceAll("(?s)acls:.*", "") + rules);
        assertTrue(hv1.ofctl("br0", "dump-aggregate").matches("(?s).*flow_count=3[0-9]{3}.*"));
        controller.kill();
        restartController();
        untilInSync();
        assertEquals(0, controller.counter("openflow_flow_mods_total"));
        // Removes one entry by hand: Heddle restores only this entry.
        hv1.ofctl("br0", "del-flows", "table=10,tcp,nw_src=10.1.3.7");
        ControllerProcess.until(
                2,
                "the one that was removed is back",
                () -> hv1.ofctl("br0", "dump-flows", "table=10,tcp,nw_src=10.1.3.7")
                        .contains("actions=meter:"));
        assertEquals(1, controller.counter("openflow_flow_mods_total"));
    }

    @Test
    void recoversFromARestartOfOpenVSwitch() {
        hv1.killSwitch();
        hv1.startSwitch();
        lab.introduce();
        ControllerProcess.until(
                15,
                "flows are back after vswitchd restarted",
                () -> hv1.ofctl("br0", "dump-flows").contains("nw_src=10.0.0.66"));
        untilInSync();
        // The restart recreates the lab's device brp and loses its address; restore it as a boot script would.
        hv1.attempt("ip addr add " + hv1.address() + "/24 dev brp");
        hv1.attempt("ip link set brp up");
        lab.introduce();
        ControllerProcess.until(10, "traffic is back", () -> lab.machine("r1").pings("10.0.0.2"));
        hv1.killDatabase();
        pause(300);
        hv1.startDatabase();
        untilInSync();
    }

    @Test
    void reportsADownHostAsPendingUntilItReturns() {
        hv2.killDatabase();
        ControllerProcess.until(10, "the loss is noticed", () -> happened("disconnected", "hv2"));
        JsonNode answer =
                controller.apply(NETWORK + "  - {name: late, rules: [{match: \"udp,tp_dst=9\", action: drop}]}\n");
        assertEquals("pending", answer.path("state").asText(), answer.toPrettyString());
        assertEquals("in-sync", answer.path("parts").path("host hv1").asText());
        assertEquals("pending", answer.path("parts").path("host hv2").asText());
        hv2.startDatabase();
        untilInSync();
        assertTrue(hv2.ofctl("br0", "dump-flows", "table=10").contains("udp,tp_dst=9"));
    }

    @Test
    void closesOnlyTheConnectionThatSendsGarbage() throws IOException {
        long before = controller.counter("openflow_bad_connections_total");
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            byte[] noise = new byte[2000];
            random.nextBytes(noise);
            send(6653, noise);
            send(6640, noise);
        }
        send(6653, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        send(6640, "{\"method\": \"echo\", \"params\": [}}".getBytes(StandardCharsets.US_ASCII));
        send(6640, "[1,2,3]".getBytes(StandardCharsets.US_ASCII));
        // A valid HELLO, then a message that claims to be a FEATURES_REPLY and is malformed.
        send(6653, new byte[] {4, 0, 0, 8, 0, 0, 0, 1, 4, 6, 0, 12, 0, 0, 0, 2, 9, 9, 9, 9});
        ControllerProcess.until(
                5,
                "they are counted",
                () -> controller.counter("openflow_bad_connections_total") >= before + 20
                        && controller.counter("ovsdb_bad_connections_total") >= 20);
        assertTrue(inSync(), "and nobody else noticed");
        assertFalse(happened("disconnected", ""), controller.get("events").toString());
        assertTrue(lab.machine("r1").pings("10.0.0.2"));
    }

    private static void send(int port, byte[] bytes) throws IOException {
        try (Socket s = new Socket(Lab.CONTROLLER, port)) {
            OutputStream out = s.getOutputStream();
            out.write(bytes);
            out.flush();
            s.setSoTimeout(1000);
            byte[] answer = new byte[4096];
            try {
                int n = 0;
                while (n >= 0) {
                    n = s.getInputStream().read(answer);
                }
            } catch (SocketException e) {
                // A reset is also a refusal.
            }
        }
    }

    @Test
    void keepsStateAndRefusesASecondController() {
        String file = controller.get("network").toString();
        Shell.Result second = ControllerProcess.heddle("controller --state " + Lab.FOLDER.resolve("controller1/state")
                + " --openflow 127.0.0.1:7653 --ovsdb 127.0.0.1:7640 --api 127.0.0.1:7080");
        assertEquals(1, second.exit());
        assertTrue(second.output().contains("another controller uses the state"), second.output());
        controller.kill();
        restartController();
        assertEquals(file, controller.get("network").toString());
        assertEquals(1, controller.get("status").path("version").asInt());
        untilInSync();
    }
}
