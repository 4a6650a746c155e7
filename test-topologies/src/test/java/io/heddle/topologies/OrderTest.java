package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** No drop is missing at any time during a change. */
class OrderTest extends LabTest {
    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200}, blue: {vlan: 300}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      vm1: {access: red}
                      vm2: {access: red}
                      PORT
            acls:
              - name: bad
                on: {networks: [red]}
                rules:
                  - {match: "ip,nw_src=10.0.0.66", action: drop}
            """;

    /**
     * A bad neighbour sends continuously while its port appears, disappears and changes its network, and while the rule
     * list grows at the top. None of its frames may get through.
     */
    @Test
    void dropsEveryFrameOfABadNeighbourDuringChanges() throws Exception {
        LabHost hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        lab.machine(hv1, "bad", "10.0.0.66/24");
        startController();
        apply(NETWORK.replace("PORT", ""));
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        Path log = Lab.FOLDER.resolve("flood");
        Process flood = sender(lab.machine("bad"), log);
        Path seen = Lab.FOLDER.resolve("seen");
        Process tcpdump = lab.machine("vm1").start(seen, "tcpdump -l -nn -i eth0 ip and src 10.0.0.66");
        Pings pings = ping("vm1", "10.0.0.2");
        String red = NETWORK.replace("PORT", "bad: {access: red}");
        for (int i = 0; i < 12; i++) {
            apply(red);
            pause(50);
            apply(red.replace(
                    "rules:\n", "rules:\n      - {match: \"udp,tp_dst=" + (100 + i) + "\", action: allow}\n"));
            apply(NETWORK.replace("PORT", "bad: {access: blue}"));
            apply(red);
            apply(NETWORK.replace("PORT", ""));
        }
        apply(red);
        long dropped = 0;
        for (int i = 0; i < 20 && dropped < 100; i++) {
            pause(100);
            dropped = drops("acl bad rule 1");
        }
        tcpdump.destroy();
        tcpdump.waitFor();
        flood.destroy();
        String through = Files.readString(seen);
        long frames = through.lines().filter(l -> l.contains("10.0.0.66")).count();
        System.out.println("measured: 60 changes, " + frames + " frames of the bad neighbour got through, "
                + pings.lost() + " pings of the others lost");
        assertTrue(dropped >= 100, "it did send: " + dropped);
        assertEquals(0, frames, () -> through + controller.get("events").toPrettyString());
    }

    /**
     * When a host joins a network, its tunnel end exists before others send into the tunnel, however long that takes.
     */
    @Test
    void sendsNothingIntoATunnelBeforeItsOtherEndExists() {
        String file = """
                heddle: v1
                networks: {red: {vlan: 200, vni: 10200}, blue: {vlan: 300}}
                hosts:
                  hv1: {ovsdb: "tcp:172.31.0.1:6640", tunnel-ip: 172.31.0.1,
                    bridges: {br0: {datapath: netdev, ports: {r1: {access: red}}}}}
                  hv2: {ovsdb: "tcp:172.31.0.2:6640", tunnel-ip: 172.31.0.2,
                    bridges: {br0: {datapath: netdev, ports: {r2: {access: red}}}}}
                  hv3: {ovsdb: "tcp:172.31.0.3:6640", tunnel-ip: 172.31.0.3,
                    bridges: {br0: {datapath: netdev, ports: {r3: {access: blue}}}}}
                """;
        LabHost hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        LabHost hv3 = lab.host("hv3");
        lab.machine(hv1, "r1", "10.0.0.1/24");
        lab.machine(hv2, "r2", "10.0.0.2/24");
        lab.machine(hv3, "r3", "10.0.0.3/24");
        lab.introduce();
        startController();
        apply(file);
        assertTrue(lab.machine("r1").pings("10.0.0.2"));
        hv3.freezeDatabase(true);
        controller.apply(file.replace("r3: {access: blue}", "r3: {access: red}"), "wait=0");
        for (int i = 0; i < 10; i++) {
            pause(100);
            assertFalse(hv1.ofctl("br0", "dump-flows", "table=35").contains("172.31.0.3"), "steered into nothing");
        }
        assertTrue(lab.machine("r1").pings("10.0.0.2"), "the others go on");
        hv3.freezeDatabase(false);
        ControllerProcess.until(
                10,
                "then it is one of them",
                () -> hv1.ofctl("br0", "dump-flows", "table=35").contains("172.31.0.3"));
        assertTrue(hv3.vsctl("list-ports br0").contains("vx-br0"));
        ControllerProcess.until(5, "and is reached", () -> lab.machine("r1").pings("10.0.0.3"));
    }

    /** Sends about a thousand UDP frames per second to the broadcast MAC. */
    private static Process sender(Node machine, Path log) throws Exception {
        Path script = Files.writeString(Lab.FOLDER.resolve("flood.py"), """
                import socket, time
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
                s.bind(("eth0", 0))
                ip = bytes.fromhex("4500001c000000004011" + "0000" + "0a000042" + "0a000001")
                total = sum(int.from_bytes(ip[i:i + 2], "big") for i in range(0, 20, 2))
                total = (total & 0xffff) + (total >> 16)
                ip = ip[:10] + ((~total) & 0xffff).to_bytes(2, "big") + ip[12:]
                udp = bytes.fromhex("0009000900080000")
                frame = bytes.fromhex("ffffffffffff020000000066" + "0800") + ip + udp + bytes(18)
                while True:
                    s.send(frame)
                    time.sleep(0.001)
                """);
        return machine.start(log, "/usr/bin/python3 " + script);
    }
}
