package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The most connections of a port, which Open vSwitch counts. */
class ConnectionLimitTest extends FirewallLab {
    private static final String WEB = "    on: {ports: [web]}\n";
    private static final String FULL = "acl: no room for more connections of port web";

    /** Echoes. socat would queue five connections only, and then forget some that Open vSwitch has counted. */
    private static final String SERVER = """
            import socket, selectors
            all = selectors.DefaultSelector()
            door = socket.create_server(('', 80), backlog=100)
            all.register(door, selectors.EVENT_READ)
            while True:
                for key, events in all.select():
                    if key.fileobj is door:
                        all.register(door.accept()[0], selectors.EVENT_READ)
                    else:
                        got = key.fileobj.recv(99)
                        if got:
                            key.fileobj.send(got)
                        else:
                            all.unregister(key.fileobj)
                            key.fileobj.close()
            """;

    private static String limit(int connections) {
        String text = example("firewall");
        assertTrue(text.contains(WEB));
        return text.replace(WEB, WEB + "    connection-limit: " + connections + "\n");
    }

    @Test
    void aHostThatCannotLimitConnectionsIsRefusedByName() {
        assumeFalse(LabHost.limitsZones(), "Open vSwitch 3.3 and later can limit the connections of a zone");
        topology();
        hv1.vsctl("set Open_vSwitch . ovs_version=3.1.0");
        echoes("web", 80);
        String why = "hv1/br0: connection-limit of stateful list web needs Open vSwitch 3.3 or later, and the host has "
                + "3.1.0";
        Shell.Result plan = ControllerProcess.heddle("plan " + write(limit(20)));
        assertEquals(1, plan.exit(), plan.output());
        assertTrue(plan.output().contains(why), plan.output());
        JsonNode answer = controller.apply(limit(20));
        assertEquals(422, answer.path("status").asInt(), answer.toPrettyString());
        assertTrue(answer.path("findings").toString().contains(why), answer.toPrettyString());
        assertTrue(answers("adm", "10.0.200.1", 80), "the network is as before");
    }

    @Test
    void aPortHasNoMoreConnectionsThanItsLimit() {
        assumeTrue(LabHost.limitsZones(), "Open vSwitch before 3.3 has no column for the limit of a zone");
        topology();
        running.add(lab.machine("web").start(log("server"), "/usr/bin/python3 " + write(log("serve"), SERVER)));
        ControllerProcess.until(
                5, "web listens", () -> lab.machine("web").run("ss -Hltn").contains(":80 "));
        echoes("webb", 81);
        echoes("app", 82);
        Shell.Result plan = ControllerProcess.heddle("plan --rows " + write(limit(20)));
        assertTrue(
                plan.output().matches("(?s).*\\+ zone netdev/\\d+ of port br0/web in red limit=20\n.*"), plan.output());
        apply(limit(20));
        assertEquals("20", limits());

        Path opened = log("opened");
        running.add(lab.machine("adm").start(opened, "/usr/bin/python3 " + open(50)));
        ControllerProcess.until(20, "all have tried", () -> text(opened).contains("first"));
        assertEquals("first 20 answers of 50", text(opened).lines().findFirst().orElse(""));
        assertTrue(drops(FULL) >= 30, "each of the others is dropped by name");
        assertFalse(answers("app", "10.0.200.1", 80), "whoever asks");
        assertTrue(answers("adm", "10.0.200.2", 82), "the other port has room");
        assertTrue(answers("admb", "10.0.200.1", 81), "and the other tenant");
        ControllerProcess.until(
                20, "known connections go on", () -> text(opened).contains("then 20 answers of 20"));

        hv1.vsctl("set CT_Zone "
                + hv1.vsctl("--bare --columns=_uuid find CT_Zone limit=20").strip() + " limit=1000");
        awaitEvent("healed", "hv1", "limit=1000 → 20");
        ControllerProcess.until(5, "it is healed", () -> limits().equals("20"));
        assertFalse(answers("app", "10.0.200.1", 80));

        apply(example("firewall"));
        assertEquals("", limits());
        assertEquals("", hv1.vsctl("--bare list Datapath").strip(), "nothing of it is left");
        assertTrue(answers("app", "10.0.200.1", 80));
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String limits() {
        return hv1.vsctl("--bare --columns=limit list CT_Zone").strip();
    }

    /** A program that opens connections to the web server, and says how many answer, at once and after some seconds. */
    private Path open(int connections) {
        return write(log("open"), """
                import socket, time
                def answers(all):
                    for s in all:
                        try: s.send(b'x\\n')
                        except OSError: pass
                    time.sleep(.7)
                    out = []
                    for s in all:
                        try: out += [s] if s.recv(9) == b'x\\n' else []
                        except OSError: pass
                    return out
                tried = [socket.socket() for i in range(%d)]
                for s in tried:
                    s.setblocking(False)
                    s.connect_ex(('10.0.200.1', 80))
                time.sleep(.7)
                known = answers(tried)
                print('first', len(known), 'answers of', len(tried), flush=True)
                time.sleep(3)
                print('then', len(answers(known)), 'answers of', len(known), flush=True)
                time.sleep(60)
                """.formatted(connections));
    }
}
