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
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares traces with the behaviour of the network. */
class TraceTest extends LabTest {
    private static final String NETWORK = """
            heddle: v1
            networks:
              red: {vlan: 200, vni: 10200}
              blue: {vlan: 300, vni: 10300}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                tunnel-ip: 172.31.0.1
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      vm1: {access: red}
                      vm2: {access: blue}
                      bond0: {bond: {members: [nic1, nic2], mode: active-backup}, trunk: [red]}
              hv2:
                ovsdb: tcp:172.31.0.2:6640
                tunnel-ip: 172.31.0.2
                bridges: {br0: {datapath: netdev, ports: {r2: {access: red}}}}
              tor:
                ovsdb: tcp:172.31.0.3:6640
                bridges: {br0: {datapath: netdev, ports: {\
            p1: {trunk: [red]}, p2: {trunk: [red]}, server: {access: red}}}}
            links:
              - [hv1/nic1, tor/p1]
              - [hv1/nic2, tor/p2]
            acls:
              - name: bad-neighbour
                on: {hosts: [hv2]}
                rules:
                  - {match: "ip,nw_src=10.0.0.66", action: drop}
            """;
    private static final String LINE = "(network.yaml:30)";
    private LabHost hv2;

    @BeforeEach
    void build() {
        LabHost hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        LabHost tor = lab.host("tor");
        lab.machine(hv1, "vm1", "10.0.0.1/24").run("ip addr add 10.0.0.66/24 dev eth0");
        lab.machine(hv1, "vm2", "10.0.0.1/24");
        lab.machine(hv2, "r2", "10.0.0.2/24");
        lab.machine(tor, "server", "10.0.0.9/24");
        lab.cable(hv1, "nic1", tor, "p1");
        lab.cable(hv1, "nic2", tor, "p2");
        lab.introduce();
        startController();
        apply(NETWORK);
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        assertTrue(lab.machine("vm1").pings("10.0.0.9"));
    }

    private static String trace(String words) {
        Shell.Result r = ControllerProcess.heddle("trace " + words);
        assertEquals(0, r.exit(), r.output());
        return r.output();
    }

    @Test
    void endsATraceWithACorrectSentence() {
        String delivered = trace("--from hv1/vm1 icmp,nw_dst=10.0.0.2");
        assertTrue(delivered.strip().endsWith("delivered to hv2/br0/r2"), delivered);
        assertTrue(delivered.contains("hv2/br0, in by vx-br0, by tunnel from hv1"), delivered);
        assertTrue(delivered.contains("l2-learning: learnt"), delivered);
        // A MAC or an address can also name either end.
        String mac = lab.machine("vm1").run("cat /sys/class/net/eth0/address").strip();
        assertTrue(trace("--from " + mac + " --to 10.0.0.2 icmp").strip().endsWith("delivered to hv2/br0/r2"));

        String dropped = trace("--from hv1/vm1 --to hv2/r2 icmp,nw_src=10.0.0.66 --real");
        assertTrue(dropped.contains("dropped on hv2/br0 by acl bad-neighbour, rule 1 " + LINE), dropped);
        assertTrue(dropped.contains("came out nowhere, as traced"), dropped);
        assertFalse(lab.machine("vm1")
                .attempt("ping -c 2 -i 0.2 -W 1 -I 10.0.0.66 10.0.0.2")
                .ok());

        String bond = trace("--from hv1/vm1 --to tor/server icmp,nw_dst=10.0.0.9 --real");
        assertTrue(bond.contains("by the link from hv1/br0/bond0"), bond);
        assertTrue(bond.contains("delivered to tor/br0/server"), bond);
        assertTrue(bond.contains("came out at tor/br0/server, as traced"), bond);

        String apart = trace("--from hv1/vm2 --to hv2/r2 icmp,nw_dst=10.0.0.2 --real");
        assertFalse(apart.contains("delivered to hv2"), apart);
        assertTrue(apart.contains("came out nowhere, as traced"), apart);

        String tagged = trace("--from hv1/vm1 --to hv2/r2 icmp,dl_vlan=7");
        assertTrue(tagged.contains("dropped on hv1/br0 by tagged frame on access port vm1 (network.yaml:13)"), tagged);
    }

    @Test
    void tracesForeignEntriesAndVerifiesWithARealFrame() {
        // The trace reads the foreign entry from the switch, not from the file.
        hv2.ofctl("br0", "add-flow", "cookie=0x77,table=10,priority=65000,icmp,nw_src=10.0.0.1,actions=drop");
        String dropped = trace("--from hv1/vm1 --to hv2/r2 icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2 --real");
        assertTrue(dropped.contains("dropped on hv2/br0 by an entry that is not Heddle's"), dropped);
        assertTrue(dropped.contains("came out nowhere, as traced"), dropped);
        hv2.ofctl("br0", "del-flows", "cookie=0x77/-1");
        // A drop outside of the file's bridges does not show in their entries.
        assertTrue(trace("--from hv1/vm1 --to hv2/r2 icmp --real").contains("came out at hv2/br0/r2, as traced"));
        hv2.ofctl(LabHost.UNDERLAY_BRIDGE, "add-flow", "priority=9,udp,tp_dst=4789,actions=drop");
        Shell.Result r = ControllerProcess.heddle(
                "trace --from hv1/vm1 --to hv2/r2 icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2 --real");
        assertEquals(1, r.exit(), r.output());
        assertTrue(r.output().contains("DISAGREES"), r.output());
    }

    @Test
    void tracesAFileBeforeItIsApplied() throws IOException {
        Path file = Files.writeString(
                Lab.FOLDER.resolve("network.yaml"), NETWORK.replace("on: {hosts: [hv2]}", "on: {networks: [red]}"));
        String planned = trace("-f " + file + " --from hv1/vm1 --to hv2/r2 icmp,nw_src=10.0.0.66,nw_dst=10.0.0.2");
        assertTrue(planned.contains("dropped on hv1/br0 by acl bad-neighbour, rule 1 " + LINE), planned);
        Shell.Result wrong = ControllerProcess.heddle("trace -f " + file + " --from hv1/vm9 icmp");
        assertEquals(1, wrong.exit());
        assertTrue(wrong.output().contains("unknown port \"hv1/vm9\""), wrong.output());
        Shell.Result badMatch = ControllerProcess.heddle("trace --from hv1/vm1 nw_dst=10.0.0.2");
        assertEquals(1, badMatch.exit());
        assertTrue(badMatch.output().contains("needs its protocol"), badMatch.output());
        JsonNode json = controller.get("check");
        assertTrue(json.path("acceptable").asBoolean(), json.toString());
    }
}
