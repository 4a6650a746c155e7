package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Stateful access lists, on one host and across VXLAN. */
class StatefulTest extends FirewallLab {
    private static final String SSH = "      - {match: {proto: tcp, src: 10.0.200.3, dst-port: 22}, action: allow}\n";

    @Test
    void lastingConnectionsFollowTheRules() throws Exception {
        topology();
        echoes("web", 22, 80);
        try (Talk ssh = new Talk("adm", "10.0.200.1", 22);
                Talk http = new Talk("app", "10.0.200.1", 80)) {
            assertTrue(ssh.says("one"));
            assertTrue(http.says("one"));
            String without = example("firewall").replace(SSH, "");
            assertFalse(without.equals(example("firewall")));
            apply(without);
            long begun = System.nanoTime();
            assertFalse(ssh.says("two"), "the rule that allowed it is gone");
            assertTrue(System.nanoTime() - begun < 3e9);
            assertTrue(http.says("two"), "another rule allows it");
            apply(example("firewall"));
            ControllerProcess.until(10, "the connection goes on, and what was said arrives", () -> ssh.heard("two"));
            assertTrue(ssh.says("three"));
            assertFalse(answers("adm", "10.0.200.1", 23));

            long sent = controller.counter("openflow_flow_mods_total");
            assertTrue(sent > 0);
            controller.kill();
            assertTrue(ssh.says("alone"), "without a controller");
            assertTrue(answers("adm", "10.0.200.1", 22), "new ones too");
            restartController();
            awaitInSync(2);
            assertEquals(0, controller.counter("openflow_flow_mods_total"));
            assertTrue(ssh.says("again"));
            assertTrue(http.says("again"));
        }
    }

    /** A restarted switch has forgotten all connections and, for a moment, all entries. */
    @Test
    void aRestartedSwitchLetsNothingForbiddenIn() throws Exception {
        topology();
        echoes("web", 22);
        Path forbidden = log("forbidden");
        running.add(lab.machine("web").start(forbidden, "socat -u UDP-RECV:5001 STDOUT"));
        Path allowed = log("allowed");
        running.add(lab.machine("web").start(allowed, "socat -u UDP-RECV:5000 STDOUT"));
        script(
                "adm",
                "while sleep .01; do echo -n . >/dev/udp/10.0.200.1/5001; echo -n . >/dev/udp/10.0.200.1/5000; done");
        try (Talk ssh = new Talk("adm", "10.0.200.1", 22)) {
            assertTrue(ssh.says("before"));
            ControllerProcess.until(5, "the allowed stream arrives", () -> length(allowed) > 50);
            hv1.killSwitch();
            hv1.startSwitch();
            lab.introduce();
            long then = length(allowed);
            ControllerProcess.until(20, "it arrives again", () -> length(allowed) > then + 50);
            assertTrue(ssh.says("after"), "whoever began goes on");
        }
        assertEquals(0, length(forbidden));
        assertTrue(drops("acl web default") > 0);
    }

    @Test
    void nothingOfAConnectionIsLostInAnyChange() throws Exception {
        topology();
        echoes("web", 22);
        Process stream =
                script("adm", "(while sleep .02; do echo x; done) | socat -u - TCP:10.0.200.1:22,connect-timeout=2");
        pause(500);
        assertTrue(stream.isAlive());
        apply(example("firewall").replace("dst-port: 80}, action: allow", "dst-port: 8000}, action: allow"));
        apply(example("firewall").replaceFirst("(?s)  - name: app-out.*?default: drop\n", ""));
        controller.kill();
        pause(1000);
        restartController();
        awaitInSync(2);
        apply(example("firewall"));
        pause(500);
        String state = lab.machine("adm").run("ss -tin dport = :22");
        assertTrue(state.contains("bytes_acked"), state);
        // What the receiver reports as a duplicate had arrived: a busy machine was only late.
        int again = number(state, " retrans:\\d+/(\\d+)");
        assertEquals(number(state, " dsack_dups:(\\d+)"), again, state);
    }

    /** A connection of which the other end sends back what it gets. */
    private final class Talk implements AutoCloseable {
        private final Process process;
        private final Path heard;

        Talk(String from, String to, int port) throws IOException {
            heard = log("talk-" + from);
            process = lab.machine(from).start(heard, "socat - TCP:" + to + ":" + port + ",connect-timeout=2");
            running.add(process);
        }

        boolean says(String line) throws IOException, InterruptedException {
            process.getOutputStream().write((line + "\n").getBytes());
            process.getOutputStream().flush();
            for (int i = 0; i < 40 && !heard(line); i++) {
                Thread.sleep(50);
            }
            return heard(line);
        }

        boolean heard(String line) {
            try {
                return Files.readString(heard).contains(line);
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void repliesPassAndOthersDoNot() {
        topology();
        echoes("web", 22, 23, 80);
        echoes("adm", 80, 8080);
        echoes("app", 9999);
        assertTrue(answers("adm", "10.0.200.1", 22), "across VXLAN");
        assertFalse(answers("app", "10.0.200.1", 22), "from another source");
        assertFalse(answers("adm", "10.0.200.1", 23));
        assertTrue(answers("app", "10.0.200.1", 80), "on one host");
        assertTrue(answers("adm", "[fd00:200::1]", 80), "by IPv6");
        assertFalse(answers("adm", "[fd00:200::1]", 23));
        assertTrue(drops("acl web default") > 0);
        // The list is about connections to web: what web begins, and the replies to it, pass.
        assertTrue(lab.machine("web").pings("10.0.200.3"));
        assertTrue(lab.machine("web").pings("10.0.200.2"));
        assertFalse(lab.machine("adm").pings("10.0.200.1"));
        assertTrue(answers("web", "10.0.200.3", 8080));
        // The other direction.
        assertTrue(answers("app", "10.0.200.3", 80));
        assertFalse(answers("app", "10.0.200.3", 8080));
        assertTrue(drops("acl app-out default") > 0);
        assertTrue(answers("adm", "10.0.200.2", 9999), "app may answer whomever it likes");
        String why = ControllerProcess.heddle("trace --from hv2/adm tcp,nw_src=10.0.200.3,nw_dst=10.0.200.1,tp_dst=23")
                .output();
        assertTrue(why.contains("acl web, default"), why);
        String both = ControllerProcess.heddle("trace --reply --from hv2/adm --to hv1/web tcp,tp_dst=22")
                .output();
        assertTrue(
                both.matches("(?s).*\ndelivered to hv1/br0/web.*\nThe answer: .*\ndelivered to hv2/br0/adm[^\n]*\n?"),
                both);
    }

    @Test
    void errorsAndFragmentsBelongToTheirConnection() {
        topology();
        // Nobody listens there: the answer is an ICMP error, which no rule of web allows by itself.
        assertTrue(lab.machine("web")
                .script("echo x | timeout 2 socat -t 1 - UDP:10.0.200.3:7 2>&1")
                .output()
                .contains("refused"));
        assertTrue(lab.machine("adm")
                .script("echo x | timeout 2 socat -t 1 - UDP:10.0.200.1:5000 2>&1")
                .output()
                .contains("refused"));
        Path got = log("datagram");
        running.add(lab.machine("web").start(got, "socat -u -b 8000 UDP-RECV:5000 STDOUT"));
        pause(300);
        lab.machine("adm").script("head -c 4000 /dev/zero | tr '\\0' x | socat -u -b 8000 - UDP:10.0.200.1:5000");
        ControllerProcess.until(5, "a datagram of three fragments arrives", () -> length(got) == 4000);
        lab.machine("adm").script("head -c 4000 /dev/zero | tr '\\0' x | socat -u -b 8000 - UDP:10.0.200.1:5001");
        assertTrue(drops("acl web default") > 0);
        // An answer that nobody has asked for.
        send(
                lab.machine("adm"),
                "020000000801 020000000803 0800 4500001c0000000040016ae1 0a00c803 0a00c801 0000ffff00000000",
                3);
        ControllerProcess.until(5, "it is dropped by name", () -> drops("acl: belongs to no connection") >= 3);
    }

    /** Open vSwitch tells what its datapath can do, if its table has a row for it. An old kernel lacks something. */
    @Test
    void aDatapathThatLacksWhatAListNeedsIsRefusedByName() {
        topology();
        hv1.vsctl("-- --id=@d create Datapath datapath_version=0 -- set Open_vSwitch . datapaths:netdev=@d");
        String id = hv1.vsctl("--bare get Open_vSwitch . datapaths:netdev").trim();
        ControllerProcess.until(
                5,
                "Open vSwitch tells what it can do",
                () -> hv1.vsctl("get Datapath " + id + " capabilities").contains("ct_orig_tuple=\"true\""));
        hv1.vsctl("set Datapath " + id + " capabilities:ct_orig_tuple=false");
        String why = "hv1/br0: its datapath has no ct_orig_tuple; stateful list web needs it";
        String changed = example("firewall").replace("dst-port: 80}, action: allow", "dst-port: 8000}, action: allow");
        Shell.Result plan = ControllerProcess.heddle("plan " + write(changed));
        assertEquals(1, plan.exit(), plan.output());
        assertTrue(plan.output().contains(why), plan.output());
        JsonNode answer = controller.apply(changed);
        assertEquals(422, answer.path("status").asInt(), answer.toPrettyString());
        assertTrue(answer.path("findings").toString().contains(why), answer.toPrettyString());
        hv1.vsctl("set Datapath " + id + " capabilities:ct_orig_tuple=true");
        apply(changed);
        // Where Open vSwitch says nothing, as before 2.12, Heddle goes on.
        hv1.vsctl("clear Datapath " + id + " capabilities");
        apply(example("firewall"));
    }

    /** Packets made up so that what a list forbids looks like the answer to what it allows, or like nothing at all. */
    @Test
    void madeUpPacketsDoNotOpenADoor() {
        topology();
        Path got = log("stolen");
        running.add(lab.machine("web").start(got, "socat -u UDP6-RECV:53,ipv6only=0 STDOUT"));
        pause(300);
        Node adm = lab.machine("adm");
        assertTrue(adm.pings("10.0.200.2"));
        String to = "020000000801020000000803";
        // The guard of adm holds it to its addresses, but a neighbour on an uplink has none: send from the tunnel's
        // side.
        apply(example("firewall").replace("adm: {access: red,", "adm: {access: red, guard: [],"));
        // From web's port 53 to its own 5000, which is allowed; then the other way round.
        send(adm, to + udp4("0a00c801", "0a00c803", 53, 5000), 2);
        send(adm, to + udp4("0a00c803", "0a00c801", 5000, 53), 2);
        ControllerProcess.until(
                5, "it is dropped by name", () -> drops("acl: comes from the wrong side of its connection") >= 2);
        // A second tag, which hosts take for none.
        send(adm, to + "8100 0000" + udp4("0a00c803", "0a00c801", 777, 53), 2);
        // A packet for web in a frame for all.
        send(adm, "ffffffffffff020000000803" + udp4("0a00c803", "0a00c801", 778, 53), 2);
        send(adm, "333300000001020000000803" + udp6(), 2);
        ControllerProcess.until(5, "by name too", () -> drops("acl: packet for one host in a frame for all") >= 4);
        assertEquals(0, length(got));
    }

    /** An Ethernet type and a UDP packet with one byte and without a checksum. */
    private static String udp4(String from, String to, int source, int destination) {
        String header = "4500001d00000000" + "4011" + "0000" + from + to;
        int sum = 0;
        for (int i = 0; i < header.length(); i += 4) {
            sum += Integer.parseInt(header.substring(i, i + 4), 16);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return "0800" + header.substring(0, 20) + String.format("%04x", ~sum & 0xffff) + from + to
                + String.format("%04x%04x", source, destination) + "0009000058";
    }

    /** Likewise for IPv6, from adm to web. */
    private static String udp6() {
        String from = "fd000200000000000000000000000003";
        String to = "fd000200000000000000000000000001";
        String body = "03090035" + "0009" + "5800";
        int sum = 17 + 9;
        for (String part : List.of(from, to, body)) {
            for (int i = 0; i < part.length(); i += 4) {
                sum += Integer.parseInt(part.substring(i, i + 4), 16);
            }
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return "86dd60000000000911ff" + from + to + "030900350009" + String.format("%04x", ~sum & 0xffff) + "58";
    }

    private static int number(String text, String pattern) {
        Matcher m = Pattern.compile(pattern).matcher(text);
        return m.find() ? Integer.parseInt(m.group(1)) : 0;
    }

    @Test
    void tenantsWithTheSameAddressesHaveConnectionsOfTheirOwn() throws Exception {
        topology();
        echoes("web", 80, 81);
        echoes("webb", 80, 81);
        String from = "10.0.200.3";
        assertTrue(answers("adm", "10.0.200.1", 80));
        assertFalse(answers("adm", "10.0.200.1", 81));
        assertTrue(answers("admb", "10.0.200.1", 81));
        assertFalse(answers("admb", "10.0.200.1", 80));
        // What is rejected is answered at once, also across VXLAN.
        Node admb = lab.machine("admb");
        String tcp = admb.script("socat -u - TCP:10.0.200.1:80,connect-timeout=5 </dev/null 2>&1")
                .output();
        assertTrue(tcp.contains("Connection refused"), tcp);
        String udp = admb.script("(echo x; sleep 0.5; echo y) | timeout 3 socat -t 1 - UDP:10.0.200.1:53 2>&1")
                .output();
        assertTrue(udp.contains("No route to host"), udp);
        assertTrue(drops("acl web-b default") > 0);
        // The same source port too: red has a connection that blue must not inherit.
        assertTrue(lab.machine("adm")
                .script("echo hello | timeout 2 socat -t 1 - TCP:10.0.200.1:80,bind=" + from
                        + ":3333,connect-timeout=1")
                .output()
                .contains("hello"));
        assertFalse(lab.machine("admb")
                .script("echo hello | timeout 2 socat -t 1 - TCP:10.0.200.1:80,bind=" + from
                        + ":3333,connect-timeout=1")
                .output()
                .contains("hello"));
        String known = hv1.appctl("dpctl/dump-conntrack");
        assertTrue(known.contains("src=10.0.200.3,dst=10.0.200.1"), known);
        // Entries that somebody removes come back, and the connections are still there.
        hv1.ofctl("br0", "del-flows");
        ControllerProcess.until(
                10,
                "the entries are back",
                () -> hv1.ofctl("br0", "dump-flows", "table=26").contains("zone="));
        assertTrue(hv1.appctl("dpctl/dump-conntrack").contains("src=10.0.200.3,dst=10.0.200.1"));
        // A port that comes again inherits nothing.
        String without = example("firewall")
                .replaceAll("(?m)^ +web: .*\\n", "")
                .replaceFirst("(?s)  - name: web  .*?default: drop\\n", "");
        apply(without);
        apply(example("firewall"));
        String zone = hv1.ofctl("br0", "dump-flows", "table=26,dl_dst=02:00:00:00:08:01")
                .replaceFirst("(?s).*metadata=0x30027d8.*?zone=(\\d+).*", "$1");
        assertFalse(hv1.appctl("dpctl/dump-conntrack", "zone=" + zone).contains("10.0.200.3"), zone);
    }
}
