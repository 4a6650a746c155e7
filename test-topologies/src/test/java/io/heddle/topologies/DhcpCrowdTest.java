package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A thousand DHCP clients that come at once, as after a power cut. */
class DhcpCrowdTest extends LabTest {
    private static final int PORTS = 100;
    private static final int CLIENTS = 1000;
    /** Far above what it takes: other tests run beside this one. */
    private static final double MOST_SECONDS = 4;

    /** Each client asks, takes what it is offered, and asks again after a second without an answer. */
    private static final String CROWD = """
            import select, socket, struct, sys, time
            ports, clients = int(sys.argv[1]), int(sys.argv[2])
            def message(client, kind, more=b''):
                mac = b'\\x02\\x00\\x00\\x02' + struct.pack('>H', client)
                bootp = struct.pack('>4BI2H4I', 1, 1, 6, 0, client, 0, 0, 0, 0, 0, 0) + mac + bytes(202)
                bootp += b'\\x63\\x82\\x53\\x63\\x35\\x01' + bytes([kind]) + more + b'\\xff'
                udp = struct.pack('>4H', 68, 67, 8 + len(bootp), 0)
                ip = struct.pack('>BBHIBBHII', 0x45, 0, 28 + len(bootp), 0, 64, 17, 0, 0, 0xffffffff)
                return b'\\xff' * 6 + mac + b'\\x08\\x00' + ip + udp + bootp
            sockets = []
            for i in range(ports):
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
                s.bind(('e%d' % i, 0))
                s.setblocking(False)
                sockets.append(s)
            def ask(client, kind, more=b''):
                pending[client] = (time.time(), kind, more)
                sockets[client % ports].send(message(client, kind, more))
            pending, address, begun, looked = {}, {}, time.time(), time.time()
            again = 0
            for c in range(clients):
                ask(c, 1)
            while pending and time.time() < begun + 30:
                for s in select.select(sockets, [], [], 0.2)[0]:
                    f = s.recv(2000)
                    if f[23] != 17 or f[34:38] != b'\\x00\\x43\\x00\\x44':
                        continue
                    bootp = f[42:]
                    client, = struct.unpack('>I', bootp[4:8])
                    if bootp[242] == 2 and pending.get(client, (0, 0))[1] == 1:
                        server = bootp[bootp.index(b'\\x36\\x04', 240):][2:6]
                        ask(client, 3, b'\\x32\\x04' + bootp[16:20] + b'\\x36\\x04' + server)
                    elif bootp[242] == 5 and client in pending:
                        del pending[client]
                        address[client] = bootp[16:20]
                if time.time() < looked + 0.2:
                    continue
                looked = time.time()
                for c, (at, kind, more) in list(pending.items()):
                    if time.time() > at + 1:
                        again += 1
                        ask(c, kind, more)
            print(len(address), len(set(address.values())), '%.2f' % (time.time() - begun), again,
                  '%.2f' % time.process_time())
            """;

    private static String network() {
        StringBuilder yaml = new StringBuilder("""
                heddle: v1
                networks: {crowd: {vlan: 50, subnet: 10.50.0.0/20, dhcp: {range: 10.50.1.0-10.50.8.255}}, quiet: {vlan: 60}}
                hosts:
                  hv1:
                    ovsdb: tcp:172.31.0.1:6640
                    bridges:
                      br0:
                        datapath: netdev
                        ports:
                """);
        for (int i = 0; i < PORTS; i++) {
            yaml.append("          c").append(i).append(": {access: crowd}\n");
        }
        return yaml.append("          new: {access: quiet}\n").toString();
    }

    private static String counter(LabHost host, String name) {
        return host.appctl("coverage/read-counter", name).strip();
    }

    @Test
    void aThousandClientsAreServedAtOnce() throws IOException {
        LabHost hv1 = lab.host("hv1");
        Node crowd = lab.machine(hv1, "crowd", "10.255.0.1/32");
        Node other = lab.machine(hv1, "new", "10.60.0.1/24");
        Path batch = Lab.FOLDER.resolve("batch");
        StringBuilder links = new StringBuilder();
        for (int i = 0; i < PORTS; i++) {
            links.append("link add c" + i + " netns " + hv1.namespace() + " type veth peer name e" + i + " netns "
                    + crowd.namespace() + "\n");
        }
        Files.writeString(batch, links);
        Shell.run("ip -batch " + batch);
        for (Node n : new Node[] {hv1, crowd}) {
            n.script(
                    "for d in $(ls /sys/class/net | grep -E '^[ce][0-9]'); do echo link set $d up; done | ip -batch -");
        }
        startController();
        apply(network());
        Path script = Files.writeString(Lab.FOLDER.resolve("crowd.py"), CROWD);
        Duration switchBefore = hv1.switchCpu();
        Duration before = controller.cpu();
        CompletableFuture<Double> learnt = CompletableFuture.supplyAsync(() -> learnt(other));
        Shell.Result r = crowd.script("/usr/bin/python3 " + script + " " + PORTS + " " + CLIENTS);
        assertTrue(r.ok(), r.output());
        String[] figures = r.output().strip().split(" ");
        System.out.println(
                "measured: " + CLIENTS + " DHCP clients were served after " + figures[2] + " s; " + figures[3]
                        + " messages were sent again; processor ms: controller "
                        + controller.cpu().minus(before).toMillis() + ", switch "
                        + hv1.switchCpu().minus(switchBefore).toMillis() + ", clients "
                        + Math.round(Double.parseDouble(figures[4]) * 1000));
        System.out.println("measured: packet-ins that the switch dropped: " + counter(hv1, "rconn_overflow")
                + " as the controller did not read them, " + counter(hv1, "packet_in_overflow") + " before");
        assertEquals(Integer.toString(CLIENTS), figures[0], "clients with an address");
        assertEquals(figures[0], figures[1], "different addresses");
        assertTrue(Double.parseDouble(figures[2]) < MOST_SECONDS, r.output());
        assertEquals(CLIENTS, controller.get("leases").size());
        double slowest = learnt.join();
        System.out.println("measured: meanwhile a new MAC was learnt after " + slowest + " s at worst");
        assertTrue(slowest < MOST_SECONDS / 2, "learning waits " + slowest + " s");
    }

    /** Lets a machine send from new MACs, one after the other. @return the longest time until one was learnt, in seconds */
    private double learnt(Node machine) {
        double slowest = 0;
        for (int i = 1; i <= 5; i++) {
            String mac = "02:00:00:00:0e:0" + i;
            long begun = System.nanoTime();
            send(machine, "ffffffffffff" + mac + "88b5", 1);
            ControllerProcess.until(10, mac + " is learnt", () -> {
                for (JsonNode known : controller.get("macs")) {
                    if (known.path("mac").asText().equals(mac)) {
                        return true;
                    }
                }
                return false;
            });
            slowest = Math.max(slowest, (System.nanoTime() - begun) / 1e9);
        }
        return slowest;
    }
}
