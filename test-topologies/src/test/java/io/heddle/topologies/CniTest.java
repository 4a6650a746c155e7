package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The CNI plugin by its protocol: the program, its environment and its standard input, as runtimes call it. */
class CniTest extends ContainerLab {
    private static final Path PLUGIN = ControllerProcess.home().resolve("controller/src/deb/files/heddle-cni");
    private static final String RED = conf("\"name\":\"red\"");

    private static String conf(String more) {
        return "{\"cniVersion\":\"1.1.0\",\"type\":\"heddle-cni\"," + more + "}";
    }

    /** Calls the plugin. @param environment what else the environment has */
    private Shell.Result cni(String command, String container, String conf, String environment) {
        return on(
                "hv1",
                "echo '" + conf + "' | env HEDDLE_CNI_SOCKET=" + cniSocket("hv1") + " CNI_COMMAND=" + command
                        + " CNI_CONTAINERID=" + container + " CNI_NETNS=/run/netns/" + container
                        + " CNI_IFNAME=eth0 CNI_PATH=/usr/lib/cni " + environment + " " + PLUGIN);
    }

    private JsonNode succeeds(String command, String container, String conf) {
        Shell.Result r = cni(command, container, conf, "");
        assertTrue(r.ok(), command + ": " + r.output() + text(daemonLog("hv1")));
        return json(r.output().isEmpty() ? "{}" : r.output());
    }

    private void fails(int code, String why, Shell.Result r) {
        assertTrue(!r.ok(), r.output());
        JsonNode error = json(r.output());
        assertTrue(
                error.path("code").asInt() == code && error.path("msg").asText().contains(why),
                "expected " + code + " " + why + ", found " + r.output());
    }

    private String pinged(String from, String to) {
        return on("hv1", "ip netns exec " + from + " ping -c 3 -i 0.2 -W 2 " + to)
                .output();
    }

    @Test
    void everyOperation() throws IOException {
        startContainerHosts();
        run("hv1", "for i in a b; do ip netns add $i; done");
        assertTrue(succeeds("VERSION", "a", "{\"cniVersion\":\"1.1.0\"}")
                .path("supportedVersions")
                .toString()
                .contains("1.1.0"));
        succeeds("STATUS", "a", RED);
        JsonNode a = succeeds("ADD", "a", RED);
        assertEquals(a, succeeds("ADD", "a", RED), "a repeated ADD gives the same answer");
        JsonNode b = succeeds("ADD", "b", RED);
        assertEquals(2, containerPorts("hv1").size());
        assertEquals("10.0.200.254", a.path("ips").path(0).path("gateway").asText(), a.toString());
        assertEquals(1450, a.path("interfaces").path(1).path("mtu").asInt(), a.toString());
        String v4 = b.path("ips").path(0).path("address").asText().replaceFirst("/.*", "");
        String v6 = b.path("ips").path(1).path("address").asText().replaceFirst("/.*", "");
        assertTrue(pinged("a", v4).contains("3 received"), pinged("a", v4));
        assertTrue(pinged("a", v6).contains("3 received"), pinged("a", v6));

        String checked = conf("\"name\":\"red\",\"prevResult\":" + a);
        succeeds("CHECK", "a", checked);
        fails(7, "prevResult.ips", cni("CHECK", "a", conf("\"name\":\"red\",\"prevResult\":{\"ips\":[{}]}"), ""));
        run(
                "hv1",
                "ip netns exec a ip addr del "
                        + a.path("ips").path(0).path("address").asText() + " dev eth0");
        fails(5, "has no address 10.0.200.", cni("CHECK", "a", checked, ""));

        succeeds("GC", "a", conf("\"name\":\"blue\",\"cni.dev/valid-attachments\":[]"));
        assertEquals(2, containerPorts("hv1").size(), "GC leaves what belongs to other networks");
        succeeds(
                "GC",
                "a",
                conf("\"name\":\"red\",\"cni.dev/valid-attachments\":[{\"containerID\":\"b\",\"ifname\":\"eth0\"}]"));
        assertEquals(List.of(b.path("interfaces").path(0).path("name").asText()), containerPorts("hv1"));
        succeeds("DEL", "b", RED);
        succeeds("DEL", "b", RED);
        awaitNoContainers("hv1");
        fails(5, "declares no port", cni("CHECK", "b", RED, ""));
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        startContainerHosts();
        run("hv1", "ip netns add a");
        fails(7, "no network \"rde\": expected one of", cni("ADD", "a", conf("\"name\":\"rde\""), ""));
        fails(3, "no network namespace /run/netns/gone", cni("ADD", "gone", RED, ""));
        fails(1, "expected one of 0.4.0", cni("ADD", "a", RED.replace("1.1.0", "0.2.0"), ""));
        fails(6, "no JSON", cni("ADD", "a", "{", ""));
        fails(2, "remove ipam", cni("ADD", "a", conf("\"name\":\"red\",\"ipam\":{\"type\":\"host-local\"}"), ""));
        fails(2, "nework: unknown key", cni("ADD", "a", conf("\"name\":\"red\",\"nework\":\"blue\""), ""));
        fails(4, "IPP", cni("ADD", "a", RED, "CNI_ARGS=IPP=10.0.200.7"));
        fails(4, "CNI_IFNAME", cni("ADD", "a", RED, "CNI_IFNAME=a/b"));
        fails(7, "in no subnet of network red", cni("ADD", "a", RED, "CNI_ARGS=IP=10.9.9.9"));
        fails(7, "valid-attachments", cni("GC", "a", RED, ""));
        fails(
                2,
                "Heddle maps no ports",
                cni("ADD", "a", conf("\"name\":\"red\",\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":80}]}"), ""));
        // Nothing of an attacker's text becomes a field, a header or a line of its own.
        fails(4, "CNI_ARGS", cni("ADD", "a", RED, "CNI_ARGS=$'x\\r\\nCNI_COMMAND: DEL&config=%7B%7D'"));
        assertEquals(List.of(), containerPorts("hv1"));
        assertEquals(List.of(), containerDevices("hv1"));
        // The interface is there already, and nobody of ours has made it.
        run("hv1", "ip -n a link add eth0 type veth peer name x");
        fails(5, "File exists", cni("ADD", "a", RED, ""));
        run("hv1", "ip -n a link del eth0");

        JsonNode wanted =
                json(cni("ADD", "a", RED, "CNI_ARGS='IgnoreUnknown=1;IP=10.0.200.77;MAC=02:00:00:00:00:77;X=1'")
                        .output());
        assertEquals(
                "10.0.200.77/24", wanted.path("ips").path(0).path("address").asText(), wanted.toString());
        assertEquals(2, wanted.path("ips").size(), "Heddle chooses the address of IPv6");
        run("hv1", "ip netns add b");
        fails(7, "10.0.200.77 is already that of", cni("ADD", "b", RED, "CNI_ARGS=IP=10.0.200.77"));
        // The plugin itself: a .curlrc changes nothing, and each failure of curl says what it is.
        run("hv1", "mkdir -p " + FOLDER + "/home; echo 'url = file:///etc/passwd' >" + FOLDER + "/home/.curlrc");
        Shell.Result quiet = cni("STATUS", "a", RED, "HOME=" + FOLDER + "/home");
        assertTrue(quiet.ok() && quiet.output().isBlank(), quiet.output());
        fails(11, "finds no curl", cni("ADD", "a", RED, "PATH=" + FOLDER));
        fails(11, "has not answered in time", cni("ADD", "b", RED, "HEDDLE_CNI_SECONDS=0.001"));
        killDaemon("hv1");
        fails(11, "the daemon does not answer", cni("DEL", "a", RED, ""));
        assertTrue(cni("VERSION", "a", RED, "PATH=" + FOLDER).ok(), "without curl");
        assertTrue(succeeds("VERSION", "a", RED).has("supportedVersions"));
    }

    @Test
    void leavesNothingAfterCrashes() throws IOException, InterruptedException {
        startContainerHosts();
        List<String> names = IntStream.range(0, 8).mapToObj(i -> "n" + i).toList();
        run("hv1", "for i in " + String.join(" ", names) + "; do ip netns add $i; done");
        List<Thread> adds = names.stream()
                .map(n -> new Thread(() -> cni("ADD", n, RED, "")))
                .toList();
        adds.forEach(Thread::start);
        ControllerProcess.until(
                20, "some are attached", () -> !containerDevices("hv1").isEmpty());
        killDaemon("hv1");
        for (Thread t : adds) {
            t.join();
        }
        startDaemon("hv1");
        // A runtime repeats what failed, for some; it has forgotten the others.
        JsonNode kept = succeeds("ADD", "n0", RED);
        succeeds(
                "GC",
                "n0",
                conf("\"name\":\"red\",\"cni.dev/valid-attachments\":[{\"containerID\":\"n0\",\"ifname\":\"eth0\"}]"));
        String port = kept.path("interfaces").path(0).path("name").asText();
        assertEquals(List.of(port), containerPorts("hv1"));
        assertEquals(List.of(port), containerDevices("hv1"));
        // A container dies with its machine, and nobody calls DEL.
        run("hv1", "ip netns del n0");
        awaitNoContainers("hv1");

        controller.kill();
        fails(11, "the controller does not answer", cni("ADD", "n1", RED, ""));
        assertEquals(List.of(), containerDevices("hv1"));
        fails(50, "the controller does not answer", cni("STATUS", "n1", RED, ""));
        restartContainerController();
        awaitInSync(2);
        succeeds("ADD", "n1", RED);
        lab.hosts().get("hv1").killSwitch();
        Shell.Result away = cni("ADD", "n2", RED, "");
        assertTrue(!away.ok(), away.output());
        lab.hosts().get("hv1").startSwitch();
        ControllerProcess.until(20, "ADD", () -> cni("ADD", "n2", RED, "").ok());
    }

    @Test
    void twentyAtOnce() throws IOException, InterruptedException {
        startContainerHosts();
        List<String> names = IntStream.range(0, 20).mapToObj(i -> "n" + i).toList();
        run("hv1", "for i in " + String.join(" ", names) + "; do ip netns add $i; ip -n $i link set lo up; done");
        Map<String, Shell.Result> results = new ConcurrentHashMap<>();
        long began = System.nanoTime();
        List<Thread> adds = names.stream()
                .map(n -> new Thread(() -> results.put(n, cni("ADD", n, RED, ""))))
                .toList();
        adds.forEach(Thread::start);
        for (Thread t : adds) {
            t.join();
        }
        System.out.println("20 ADDs at once: " + (System.nanoTime() - began) / 1_000_000 + " ms");
        assertTrue(results.values().stream().allMatch(Shell.Result::ok), results + text(daemonLog("hv1")));
        Set<String> addresses = results.values().stream()
                .map(r -> json(r.output()).path("ips").path(0).path("address").asText())
                .collect(Collectors.toSet());
        assertEquals(20, addresses.size());
        String first = addresses.iterator().next().replaceFirst("/.*", "");
        Set<String> answered = new HashSet<>();
        for (String n : names) {
            if (pinged(n, first).contains("3 received")) {
                answered.add(n);
            }
        }
        assertEquals(new HashSet<>(names), answered);
        run("hv1", "for i in " + String.join(" ", names) + "; do ip netns del $i; done");
        awaitNoContainers("hv1");
    }
}
