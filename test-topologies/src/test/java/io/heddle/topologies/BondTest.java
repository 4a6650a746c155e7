package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bonds of every kind, and their failures. */
class BondTest extends LabTest {
    private LabHost hv1;
    private LabHost tor;

    private void topology(String network) {
        hv1 = lab.host("hv1");
        tor = lab.host("tor1");
        lab.machine(hv1, "vm1", "10.0.10.1/24");
        lab.machine(tor, "vm2", "10.0.10.2/24");
        lab.cable(hv1, "nic1", tor, "p1");
        lab.cable(hv1, "nic2", tor, "p2");
        startController();
        apply(network);
        ControllerProcess.until(15, "the bond carries", () -> lab.machine("vm1").pings("10.0.10.2"));
    }

    private String bond(String key) {
        JsonNode value = controller.get("bonds").get(0).path(key);
        List<String> elements = new ArrayList<>();
        value.forEach(v -> elements.add(v.asText()));
        return value.isArray() ? String.join(",", elements) : value.asText();
    }

    private int lostWhile(Runnable change) {
        Pings pings = ping("vm1", "10.0.10.2");
        pause(500);
        change.run();
        pause(2500);
        return pings.lost();
    }

    @Test
    void usesThePrimaryWheneverItIsUp() {
        topology(example("bond"));
        ControllerProcess.until(8, "the primary is active", () -> bond("active").equals("nic1"));
        int down = lostWhile(() -> hv1.run("ip link set nic1 down"));
        awaitEvent("bond-member-down", "hv1/bond0", "nic1 has lost its link");
        ControllerProcess.until(8, "the other is active", () -> bond("active").equals("nic2"));
        assertEquals("nic2", bond("up"));
        int back = lostWhile(() -> hv1.run("ip link set nic1 up"));
        ControllerProcess.until(
                8, "the primary is active again", () -> bond("active").equals("nic1"));
        awaitEvent("bond-active", "hv1/bond0", "the active member changed from nic1 to nic2");
        System.out.println("measured: active-backup, member down: " + down + " of 60 pings lost, back: " + back);
        assertTrue(down <= 2 && back <= 2, down + " and " + back + " pings lost");
    }

    @Test
    void bundlesLinksByLacpAndAbandonsASilentLink() {
        topology(example("bond-lacp"));
        ControllerProcess.until(
                10, "both members have their partner", () -> bond("partner").equals("nic1,nic2"));
        String show = hv1.appctl("lacp/show", "bond0");
        assertTrue(
                show.contains("sys_id: 02:00:00:00:aa:01")
                        && show.contains("sys_priority: 100")
                        && show.contains("aggregation key: 7"),
                show);
        int down = lostWhile(() -> hv1.run("ip link set nic1 down"));
        hv1.run("ip link set nic1 up");
        ControllerProcess.until(
                15, "both again", () -> hv1.appctl("lacp/show", "bond0").split("current attached", -1).length == 3);
        // The carrier stays up but frames are lost: only LACP notices.
        int silent = lostWhile(() -> {
            for (String device : List.of("p1", "p2")) {
                if (carries(device)) {
                    tor.run("tc qdisc add dev " + device + " root tbf rate 8bit burst 1 limit 1");
                    return;
                }
            }
        });
        System.out.println(
                "measured: balance-tcp with LACP, member down: " + down + ", silent: " + silent + " of 60 pings lost");
        assertTrue(down <= 2, down + " pings lost");
    }

    /** Whether a member carries the ping answers. */
    private boolean carries(String device) {
        String file = "/sys/class/net/" + device + "/statistics/tx_packets";
        long before = Long.parseLong(tor.run("cat " + file).strip());
        pause(400);
        return Long.parseLong(tor.run("cat " + file).strip()) - before >= 5;
    }

    @Test
    void fallsBackFromLacpAndMapsLinuxModes() {
        String lacp = example("bond-lacp");
        // A switch without bond support: two ordinary ports.
        topology(lacp.replaceAll("(?s)lag1:.*?trunk: .lan.", "p1: {trunk: [lan]}\n          p2: {trunk: [lan]}"));
        for (String mode : List.of("balance-xor", "balance-tlb", "balance-alb", "2", "5", "6")) {
            String file = example("bond")
                    .replace("mode: active-backup ", "mode: " + mode + " ")
                    .replace("bond-primary: nic1 ", "")
                    .replace("           # primary", "");
            assertTrue(
                    ControllerProcess.heddle("plan " + write(file))
                            .output()
                            .contains("Linux's mode " + mode + " is done by balance-slb"),
                    mode);
        }
        apply(example("bond")
                .replace("mode: active-backup ", "mode: balance-alb ")
                .replace("bond-primary: nic1 ", "")
                .replace("# primary", ""));
        assertEquals("balance-slb", bond("mode"));
        ControllerProcess.until(
                5, "balance-slb carries", () -> lab.machine("vm1").pings("10.0.10.2"));
        int down = lostWhile(() -> hv1.run("ip link set nic1 down"));
        int other = lostWhile(() -> {
            hv1.run("ip link set nic1 up");
            pause(500);
            hv1.run("ip link set nic2 down");
        });
        System.out.println(
                "measured: balance-slb, member down: " + down + ", the other down: " + other + " of 60 pings lost");
        assertTrue(down <= 2 && other <= 4, down + " and " + other + " pings lost");
    }
}
