package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a plan reports, who may apply it, and what remains after a refusal. */
class PlanTest extends LabTest {
    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200, vni: 10200}, blue: {vlan: 300}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                tunnel-ip: 172.31.0.1
                bridges: {br0: {datapath: netdev, ports: {vm1: {access: red}, vm2: {access: red}}}}
              hv2:
                ovsdb: tcp:172.31.0.2:6640
                tunnel-ip: 172.31.0.2
                bridges: {br0: {datapath: netdev, ports: {r2: {access: red}}}}
            """;
    private static final String MORE =
            NETWORK + "acls: [{name: bad, rules: [{match: \"ip,nw_src=10.0.0.66\", action: drop}]}]\n";
    private LabHost hv1;
    private LabHost hv2;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.3/24");
        lab.machine(hv2, "r2", "10.0.0.2/24");
        lab.introduce();
        startController();
    }

    private static Shell.Result heddle(String words) {
        return ControllerProcess.heddle(words);
    }

    @Test
    void reportsWhatAPlanDisturbs() {
        apply(NETWORK);
        String added = heddle("plan "
                        + write(NETWORK.replace(
                                "vm2: {access: red}", "vm2: {access: red}, x: {type: internal, access: blue}")))
                .output();
        assertTrue(added.contains("no conversation is disturbed"), added);
        String moved = heddle("plan " + write(NETWORK.replace("vm2: {access: red}", "vm2: {access: blue}")))
                .output();
        assertTrue(moved.contains("disturbs: port hv1/br0/vm2 changes its VLANs"), moved);
        assertFalse(moved.contains("disturbs: port hv1/br0/vm1"), moved);
        String gone = heddle("plan " + write(NETWORK.replace(", vm2: {access: red}", "")))
                .output();
        assertTrue(gone.contains("disturbs: port hv1/br0/vm2 is removed: all conversations through it end"), gone);
        String dropped = heddle("plan " + write(MORE)).output();
        assertTrue(dropped.contains("disturbs: hv1/br0: acl bad rule 1 now drops the frames that it matches"), dropped);
        assertEquals(dropped, heddle("plan " + write(MORE)).output(), "byte for byte");
    }

    @Test
    void appliesASavedPlanOnlyIfItIsStillValid() {
        apply(NETWORK);
        String plan = Lab.FOLDER.resolve("plan.json").toString();
        assertTrue(heddle("plan " + write(MORE) + " --save " + plan).ok());
        Shell.Result applied = heddle("apply " + plan + " -m saved");
        assertTrue(applied.ok() && applied.output().contains("version 2: in-sync"), applied.output());
        Shell.Result again = heddle("apply " + plan);
        assertEquals(1, again.exit());
        assertTrue(
                again.output().contains("the network has changed since the plan was made")
                        || again.output().contains("made from version 1, but version 2 was accepted since"),
                again.output());

        assertTrue(heddle("plan " + write(NETWORK) + " --save " + plan).ok());
        hv2.killDatabase();
        ControllerProcess.until(10, "the loss is noticed", () -> happened("disconnected", "hv2"));
        Shell.Result moved = heddle("apply " + plan);
        assertEquals(1, moved.exit());
        assertTrue(moved.output().contains("the network has changed since the plan was made"), moved.output());
        assertEquals(2, controller.get("status").path("version").asInt(), "nothing was accepted");
        hv2.startDatabase();
    }

    @Test
    void asksForConfirmationBeforeAFirstControllerFlushesFlows() {
        hv1.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev");
        hv1.ofctl("br0", "add-flow", "cookie=0x77,priority=7,udp,tp_dst=7,actions=drop");
        hv1.ofctl("br0", "add-flow", "cookie=0x78,priority=8,udp,tp_dst=8,actions=ct(commit)");
        Shell.Result plan = heddle("plan " + write(NETWORK));
        assertTrue(
                plan.output()
                        .contains("needs confirmation: bridge hv1/br0 gets its first controller:"
                                + " Open vSwitch then flushes"
                                + " 2 foreign flow entries, such as "),
                plan.output());
        assertEquals("", hv1.vsctl("get-controller br0").strip(), "what counted them is gone");
        Shell.Result refused = heddle("apply " + write(NETWORK));
        assertEquals(1, refused.exit());
        assertTrue(refused.output().contains("pass --yes"), refused.output());
        assertTrue(hv1.ofctl("br0", "dump-flows").contains("cookie=0x77"), "nothing was flushed");
        assertEquals(0, controller.get("status").path("version").asInt());
        Shell.Result agreed = heddle("apply --yes " + write(NETWORK));
        assertTrue(agreed.ok(), agreed.output());
        assertFalse(hv1.ofctl("br0", "dump-flows").contains("cookie=0x77"));
        // A new bridge from ovs-vsctl has nothing to lose, so no confirmation is needed.
        hv2.vsctl("add-br br1 -- set bridge br1 datapath_type=netdev");
        String both = NETWORK.replace(
                "bridges: {br0: {datapath: netdev, ports: {r2",
                "bridges: {br1: {datapath: netdev}, br0: {datapath: netdev, ports: {r2");
        Shell.Result nothing = heddle("apply " + write(both));
        assertTrue(nothing.ok() && !nothing.output().contains("needs confirmation"), nothing.output());
    }

    @Test
    void leavesOutWhatAForeignBridgeHasAndAppliesTheRest() {
        hv1.vsctl("add-br other -- set bridge other datapath_type=netdev fail_mode=secure");
        hv1.vsctl("add-port other zz -- set interface zz type=internal");
        hv1.vsctl("add-bond other b0 late1 late2");
        var file = write(NETWORK.replace(
                "vm2: {access: red}",
                "vm2: {access: red}, zz: {type: internal, access: red},"
                        + " late1: {access: red},"
                        + " bond0: {trunk: [red], bond: {members: [late2, late3], mode: active-backup}}"));
        String zz = "hv1: port br0/zz is left out: port zz is on bridge other already, which is not Heddle's: remove it"
                + " there (ovs-vsctl del-port other zz), or take it out of bridge br0 in the network file";
        Shell.Result plan = heddle("plan " + file);
        assertTrue(plan.output().contains("conflict: " + zz), plan.output());
        Shell.Result applied = heddle("apply " + file);
        assertTrue(applied.exit() == 1 && applied.output().contains(zz.substring(5)), applied.output());
        assertTrue(applied.output().contains("interface late2 is on bridge other already"), applied.output());
        assertTrue(applied.output().contains("interface late1 is on bridge other already"), applied.output());
        assertEquals(
                List.of("bond0", "vm1", "vm2"),
                hv1.vsctl("list-ports br0")
                        .lines()
                        .filter(p -> !p.startsWith("vx"))
                        .toList());
        assertEquals(
                "late3",
                hv1.vsctl("list-ifaces br0")
                        .lines()
                        .filter(p -> p.startsWith("late"))
                        .findFirst()
                        .orElse(""));
        assertTrue(lab.machine("vm1").pings("10.0.0.3") && lab.machine("vm1").pings("10.0.0.2"));
        hv1.vsctl("del-br other");
        ControllerProcess.until(
                10,
                "the ports are there",
                () -> hv1.vsctl("list-ifaces br0")
                        .lines()
                        .toList()
                        .containsAll(List.of("zz", "late1", "late2", "late3")));
        ControllerProcess.until(
                10, "hv1 is in sync", () -> heddle("get hosts").output().matches("(?s).*hv1 [^\n]*in-sync.*"));
        assertTrue(heddle("plan " + file).output().contains("nothing to do"));
    }

    @Test
    void saysWhichDevicesPortsWaitFor() {
        Shell.Result applied = heddle(
                "apply " + write(NETWORK.replace("vm2: {access: red}", "vm2: {access: red}, late0: {access: red}")));
        assertTrue(
                applied.ok()
                        && applied.output()
                                .contains("version 1: in-sync\nwaiting for the device late0 on hv1 (could not open"),
                applied.output());
        assertTrue(controller.get("hosts").toString().contains("late0"));
        hv1.run("ip link add late0 type veth peer name late0x");
        ControllerProcess.until(
                10,
                "nothing is waited for",
                () -> !controller.get("hosts").toString().contains("late0"));
    }

    @Test
    void refusesAPlanThatBreaksAnExpectation() {
        apply(NETWORK);
        String broken = MORE + "expect:\n  - vm1 can reach r2/80/tcp\n  - vm1 cannot reach r2/81/tcp\n";
        for (String verb : List.of("plan ", "apply ")) {
            Shell.Result r = heddle(verb + write(broken));
            assertEquals(1, r.exit(), r.output());
            assertTrue(
                    r.output()
                            .contains("error: network.yaml:14: expected is: vm1 can reach r2/80/tcp;"
                                    + " but acl bad rule 1 drops"),
                    r.output());
            assertTrue(
                    r.output().contains("error: network.yaml:15: expected is: vm1 cannot reach r2/81/tcp; but tcp"),
                    r.output());
        }
        assertEquals(1, controller.get("status").path("version").asInt(), "nothing was accepted");
        assertTrue(heddle("apply " + write(NETWORK + "expect: [red cannot reach blue, vm1 can reach r2/80/tcp]\n"))
                .ok());
    }

    @Test
    void acceptsOneOfSeveralConcurrentChanges() throws InterruptedException {
        apply(NETWORK);
        AtomicInteger won = new AtomicInteger();
        List<String> told = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> rivals = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String yaml =
                    NETWORK + "acls: [{name: r" + i + ", rules: [{match: \"udp,tp_dst=" + i + "\", action: drop}]}]\n";
            Thread t = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                JsonNode answer = controller.apply(yaml, "base=1");
                synchronized (told) {
                    if (answer.path("version").asInt() == 2) {
                        won.incrementAndGet();
                    } else {
                        told.add(answer.path("status").asInt() + " "
                                + answer.path("detail").asText());
                    }
                }
            });
            t.start();
            rivals.add(t);
        }
        start.countDown();
        for (Thread t : rivals) {
            t.join();
        }
        assertEquals(1, won.get(), told.toString());
        assertEquals(5, told.size());
        assertTrue(
                told.stream()
                        .allMatch(t -> t.startsWith(
                                "409 the change was made from version 1, but version 2 was accepted since, from api")),
                told.toString());
        assertEquals(2, controller.get("history").size());
    }

    @Test
    void reportsRefusedEntriesWithTheirRuleAndKeepsTheRest() {
        apply(NETWORK);
        int before = hv1.ofctl("br0", "dump-flows", "table=10").split("\n").length;
        hv1.vsctl(
                "-- --id=@t create Flow_Table flow_limit=2 overflow_policy=refuse -- set bridge br0 flow_tables:10=@t");
        StringBuilder rules = new StringBuilder("acls:\n  - name: many\n    rules:\n");
        for (int i = 1; i <= 5; i++) {
            rules.append("      - {match: \"udp,tp_dst=").append(i).append("\", action: drop}\n");
        }
        Shell.Result r = heddle("apply " + write(NETWORK + rules));
        assertEquals(1, r.exit(), r.output());
        assertTrue(
                r.output()
                        .matches("(?s).*heddle: switch hv1/br0: .*TABLE_FULL.*for cookie=.*:"
                                + " the reason for this entry is acl many rule \\d \\(network.yaml:1\\d\\).*"),
                r.output());
        assertTrue(
                r.output().contains("switch hv1/br0: refused")
                        && r.output().contains("switch hv2/br0: in-sync")
                        && r.output().contains("host hv1: in-sync"),
                r.output());
        assertEquals(before, hv1.ofctl("br0", "dump-flows", "table=10").split("\n").length, "half of it was not done");
        hv1.vsctl("clear bridge br0 flow_tables");
        ControllerProcess.until(
                20,
                "once there is room it is done by itself",
                () -> hv1.ofctl("br0", "dump-flows", "table=10").contains("tp_dst=5"));
    }

    @Test
    void stopsWaitingAfterTheTimeout() {
        apply(NETWORK);
        hv2.freezeDatabase(true);
        String yaml = NETWORK.replace("r2: {access: red}", "r2: {access: red}, z: {type: internal, access: red}");
        Shell.Result late = heddle("apply --timeout 2 " + write(yaml));
        hv2.freezeDatabase(false);
        assertEquals(1, late.exit(), late.output());
        assertTrue(late.output().contains("not confirmed within 2 s: host hv2"), late.output());
        assertTrue(late.output().contains("host hv1: in-sync"), late.output());
        assertTrue(heddle("apply --no-wait " + write(NETWORK)).ok());
    }

    /** A controller that ends during a plan leaves a listener behind, and whoever connects to it controls the bridge. */
    @Test
    void removesTheListenersOfAnEarlierController() {
        hv1.vsctl("add-br br7");
        for (String opened : List.of("100", Long.toString(System.currentTimeMillis() / 1000))) {
            hv1.vsctl("-- --id=@c create controller target=\"ptcp:5" + opened.substring(opened.length() - 3)
                    + ":127.0.0.1\" external_ids:heddle-listener=" + opened + " -- add bridge br7 controller @c");
        }
        apply("heddle: v1\nhosts: {hv1: {ovsdb: \"tcp:172.31.0.1:6640\", bridges: {br0: {datapath: netdev}}}}");
        ControllerProcess.until(
                5, "the stale listener is gone", () -> !listeners(hv1).contains("ptcp:5100:127.0.0.1"));
        assertEquals(1, listeners(hv1).size(), "another plan's listener stays: " + listeners(hv1));
    }

    private static List<String> listeners(LabHost host) {
        return host.vsctl("--bare --columns=target list controller")
                .lines()
                .filter(t -> t.startsWith("ptcp:5"))
                .toList();
    }
}
