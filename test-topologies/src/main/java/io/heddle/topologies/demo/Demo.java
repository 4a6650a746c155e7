package io.heddle.topologies.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The demo: three hypervisors, a top-of-rack switch behind a bond, two tenants with the same addresses, and a bad
 * neighbour. Every step prints the expected and the actual result. The exit code is 1 when any of them differ.
 */
public final class Demo {
    private static final int PINGS = 200;
    private static final int KILL_AFTER_MILLIS = 3000;

    private final Lab lab;
    private final Path networkFile = ControllerProcess.home().resolve("test-topologies/networks/demo.yaml");
    private ControllerProcess controller;
    private boolean surprised;

    private Demo(Lab lab) {
        this.lab = lab;
    }

    /**
     * {@code demo} runs until Ctrl-C; {@code demo --once} ends after the last step; {@code demo --cluster} shows several
     * controllers.
     */
    public static void main(String[] args) throws Exception {
        boolean once = List.of(args).contains("--once");
        boolean cluster = List.of(args).contains("--cluster");
        if (args.length > (once ? 1 : 0) + (cluster ? 1 : 0)) {
            System.err.println("Usage: heddle demo [--cluster] [--once]");
            System.exit(2);
        }
        Lab lab;
        try {
            lab = new Lab();
        } catch (IllegalStateException e) {
            System.err.println("heddle: " + e.getMessage());
            System.exit(1);
            return;
        }
        if (cluster) {
            ClusterDemo.run(lab, once);
            return;
        }
        Demo demo = new Demo(lab);
        Runtime.getRuntime().addShutdownHook(new Thread(demo::cleanUp));
        demo.run();
        if (!once) {
            say("");
            say("The lab stays up until Ctrl-C. Try next, in a second terminal; docs/start.md has more:");
            say("  the page, http://127.0.0.1:8080/, with the network, its drops and its events");
            say("  ./heddle trace --from hv3/bad --to hv1/red1 \"icmp,nw_src=10.0.0.66,nw_dst=10.0.0.1\"");
            say("  sudo ./heddle init, on a host of your own: its first network, which goes back by itself");
            new CountDownLatch(1).await();
        }
        System.exit(demo.surprised ? 1 : 0);
    }

    private void run() throws InterruptedException {
        say("1. Three hypervisors and a top-of-rack switch, each with an Open vSwitch of its own");
        build();
        say("2. The controller, and the network file " + networkFile.getFileName());
        controller = new ControllerProcess(Lab.FOLDER.resolve("controller"), "--config", networkFile.toString());
        ControllerProcess.until(30, "every host and bridge is in sync", this::inSync);
        show("hosts and bridges in sync", "4 and 4", status("hosts") + " and " + status("bridges"));
        ControllerProcess.until(15, "the bond has negotiated", this::bondIsUp);
        say("3. Tenant red is one network on all hosts, and behind the bond");
        ping("red1", "10.0.0.2", true, "hv1 to hv2, by VXLAN");
        ping("red2", "10.0.0.3", true, "hv2 to hv3, by VXLAN");
        ping("red1", "10.0.0.9", true, "hv1 to the server on the top-of-rack switch, by the bond");
        ping("red3", "10.0.0.9", true, "hv3 to that server, by VXLAN and then the bond");
        say("4. Tenant blue has the same addresses, and is another network");
        ping("blue1", "10.0.0.2", true, "blue1 to blue2, hv1 to hv2");
        ping("blue1", "10.0.0.3", false, "blue1 to red3: no such host in blue");
        ping("red1", "10.0.0.22", false, "red1 to an address that only blue has");
        say("5. The bad neighbour is dropped, and the drop has a name");
        ping("bad", "10.0.0.1", false, "10.0.0.66 to red1");
        show(
                "frames under \"acl bad-neighbour rule 1\"",
                "some",
                drops("acl bad-neighbour rule 1") > 0 ? "some" : "none");
        String why = controller
                .post(
                        "trace",
                        "{\"from\": \"hv3/bad\", \"to\": \"hv1/red1\", "
                                + "\"match\": \"icmp,nw_src=10.0.0.66,nw_dst=10.0.0.1\"}")
                .path("sentence")
                .asText();
        show(
                "heddle trace says: " + why,
                "a reason",
                why.contains("acl bad-neighbour, rule 1 (") ? "a reason" : "none");
        killed();
        healed();
    }

    private void build() {
        LabHost hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        LabHost hv3 = lab.host("hv3");
        LabHost tor = lab.host("tor");
        lab.machine(hv1, "red1", "10.0.0.1/24");
        lab.machine(hv1, "blue1", "10.0.0.1/24");
        lab.machine(hv2, "red2", "10.0.0.2/24");
        lab.machine(hv2, "blue2", "10.0.0.2/24").run("ip addr add 10.0.0.22/24 dev eth0");
        lab.machine(hv3, "red3", "10.0.0.3/24");
        lab.machine(hv3, "bad", "10.0.0.66/24");
        lab.machine(tor, "server", "10.0.0.9/24");
        lab.cable(hv1, "nic1", tor, "port1");
        lab.cable(hv1, "nic2", tor, "port2");
        lab.introduce();
    }

    private void killed() throws InterruptedException {
        say("6. The controller is killed (kill -9) during a ping, 20 a second");
        Node red1 = lab.machine("red1");
        Thread killer = new Thread(() -> {
            try {
                Thread.sleep(KILL_AFTER_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            controller.kill();
        });
        killer.start();
        String output =
                red1.attempt("ping -q -i 0.05 -c " + PINGS + " 10.0.0.2").output();
        killer.join();
        String loss = output.replaceAll("(?s).*?(\\d+) packets transmitted, (\\d+) received.*", "$1 sent, $2 answered");
        show("pings", PINGS + " sent, " + PINGS + " answered", loss);
        show(
                "a conversation that starts now, red3 to red2",
                "answered",
                lab.machine("red3").pings("10.0.0.2") ? "answered" : "no answer");
        ping("bad", "10.0.0.1", false, "10.0.0.66 to red1, with no controller: the drop outlives it");
    }

    private void healed() {
        say("7. The controller returns: switches that are right get nothing, what somebody breaks is mended");
        controller = new ControllerProcess(Lab.FOLDER.resolve("controller"));
        ControllerProcess.until(30, "every host and bridge is in sync", this::inSync);
        show("FLOW_MODs sent to reconcile", "0", Long.toString(controller.counter("openflow_flow_mods_total")));
        LabHost hv2 = lab.hosts().get("hv2");
        hv2.vsctl("del-port br0 vx-br0");
        hv2.ofctl("br0", "del-flows", "table=0");
        ControllerProcess.until(
                5,
                "port and flows are back",
                () -> hv2.vsctl("list-ports br0").contains("vx-br0")
                        && hv2.ofctl("br0", "dump-flows", "table=0").contains("tun_id=0x27d8"));
        ping("red1", "10.0.0.2", true, "after the tunnel and all of table 0 were removed by hand on hv2");
        int told = 0;
        for (JsonNode e : controller.get("events")) {
            told += e.path("kind").asText().equals("healed")
                            && e.path("subject").asText().startsWith("hv2")
                    ? 1
                    : 0;
        }
        show("events that say what was found and put right on hv2", "some", told > 0 ? "some" : "none");
    }

    private boolean inSync() {
        return status("hosts").equals("4") && status("bridges").equals("4");
    }

    private String status(String kind) {
        return controller.get("status").path(kind).path("inSync").asText();
    }

    private boolean bondIsUp() {
        String lacp = lab.hosts().get("hv1").appctl("lacp/show", "bond0");
        return lacp.contains("negotiated") && lacp.split("current attached", -1).length == 3;
    }

    private long drops(String reason) {
        long sum = 0;
        for (JsonNode drop : controller.get("drops")) {
            sum += drop.path("reason").asText().equals(reason)
                    ? drop.path("packets").asLong()
                    : 0;
        }
        return sum;
    }

    private void ping(String from, String to, boolean expected, String what) {
        show(
                from + " → " + to + "  (" + what + ")",
                expected ? "answered" : "no answer",
                lab.machine(from).pings(to) ? "answered" : "no answer");
    }

    private void show(String what, String expected, String seen) {
        boolean right = expected.equals(seen);
        surprised |= !right;
        say(String.format("   %s %-75s expected %s, seen %s", right ? "✓" : "✗", what, expected, seen));
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void cleanUp() {
        if (controller != null) {
            controller.close();
        }
        lab.close();
        Shell.attempt(List.of("ip", "netns", "del", "heddle-lab"));
    }
}
