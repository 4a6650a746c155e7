package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real containers of Docker, with a daemon of Docker on each host. */
class DockerTest extends ContainerLab {
    private static final String CREATE = "network create -d heddle --ipam-driver heddle --subnet 10.0.200.0/24 red";

    private final Map<String, Process> engines = new HashMap<>();

    private static Path folder(String host) {
        return FOLDER.resolve(host + "-docker");
    }

    private void startEngine(String host) throws IOException {
        Path own = Files.createDirectories(folder(host));
        Path log = own.resolve("log");
        Path socket = own.resolve("sock");
        Files.deleteIfExists(socket);
        engines.put(
                host,
                new ProcessBuilder(inside(
                                host,
                                List.of(
                                        "dockerd",
                                        "--data-root=" + own.resolve("data"),
                                        "--exec-root=" + own.resolve("exec"),
                                        "--pidfile=" + own.resolve("docker.pid"),
                                        "--host=unix://" + socket,
                                        "--bridge=none",
                                        "--iptables=false",
                                        "--ip6tables=false",
                                        "--ip-forward=false",
                                        "--storage-driver=vfs")))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start());
        ControllerProcess.until(
                30, "Docker", () -> on(host, docker(host) + "version").ok());
    }

    private void startDocker() throws IOException {
        // Docker looks for plugins in one folder of the machine, so the lab has one host with Docker.
        startContainerHosts();
        killDaemon("hv1");
        startDockerPlugin();
        startEngine("hv1");
        run("hv1", "tar -C " + image() + " -c . | " + docker("hv1") + "import - busybox");
    }

    private void startDockerPlugin() throws IOException {
        startDaemon(
                "hv1",
                "--docker-socket",
                "/run/docker/plugins/heddle.sock",
                "--state",
                FOLDER.resolve("docker-networks").toString());
    }

    @AfterEach
    void stopDocker() throws InterruptedException {
        for (Map.Entry<String, Process> engine : engines.entrySet()) {
            on(
                    engine.getKey(),
                    "ids=$(" + docker(engine.getKey()) + "ps -aq); [ -z \"$ids\" ] || " + docker(engine.getKey())
                            + "rm -f $ids");
            engine.getValue().destroy();
            if (!engine.getValue().waitFor(15, TimeUnit.SECONDS)) {
                engine.getValue().destroyForcibly();
            }
        }
    }

    private static String docker(String host) {
        return "/usr/bin/docker -H unix://" + folder(host) + "/sock ";
    }

    private String docker(String host, String command) {
        Shell.Result r = on(host, docker(host) + command);
        assertTrue(r.ok(), command + ": " + r.output() + text(daemonLog(host)));
        return r.output().strip();
    }

    private void refused(String why, String command) {
        Shell.Result r = on("hv1", docker("hv1") + command);
        assertTrue(!r.ok() && r.output().contains(why), command + ": " + r.output() + text(daemonLog("hv1")));
    }

    private String addressOf(String container) {
        return docker("hv1", "inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' " + container);
    }

    @Test
    void containersArePorts() throws IOException {
        startDocker();
        docker("hv1", CREATE);
        docker("hv1", "run -d --name web --network red busybox httpd -f -p 80 -h /www");
        String address = addressOf("web");
        String port = containerPorts("hv1").get(0);
        JsonNode declared = controller.get("hosts/hv1/bridges/br0/ports/" + port);
        // Docker configures only IPv4 here, and the port declares what the container has.
        assertEquals("[\"" + address + "/24\"]", declared.path("address").toString(), declared.toString());
        assertTrue(isFetched(docker("hv1", "run --rm --network red busybox " + fetch(address))));
        String inside = docker("hv1", "exec web sh -c 'ip addr show eth0; ip route'");
        assertTrue(inside.contains("mtu 1450") && inside.contains("default via 10.0.200.254"), inside);
        assertTrue(inside.contains(declared.path("mac").asText()), inside);
        // A container on the other host, which has no Docker.
        run("hv2", "ip netns add far");
        Shell.Result far = on(
                "hv2",
                "echo '{\"cniVersion\":\"1.0.0\",\"name\":\"red\",\"type\":\"heddle-cni\"}' | env HEDDLE_CNI_SOCKET="
                        + cniSocket("hv2") + " CNI_COMMAND=ADD CNI_CONTAINERID=far CNI_NETNS=/run/netns/far"
                        + " CNI_IFNAME=eth0 "
                        + ControllerProcess.home().resolve("controller/src/deb/files/heddle-cni"));
        assertTrue(far.ok(), far.output());
        assertTrue(on("hv2", "ip netns exec far ping -c 3 -i 0.2 -W 2 " + address)
                .output()
                .contains("3 received"));

        docker("hv1", "restart -t 0 web");
        assertEquals(1, containerPorts("hv1").size());
        docker("hv1", "rm -f web");
        docker("hv1", "network rm red");
        awaitNoContainers("hv1");
    }

    @Test
    void whatTheUserAsksFor() throws IOException {
        startDocker();
        refused(
                "no network of the network file has the subnet 10.9.0.0/24",
                CREATE.replace("200.0", "9.0").replace("10.0.9.0", "10.9.0.0"));
        refused("the gateway of network red is 10.0.200.254", CREATE + " --gateway 10.0.200.1");
        refused("unknown option", CREATE + " -o parent=eth0");
        refused("--ip-range", CREATE + " --ip-range 10.0.200.0/25");
        docker("hv1", CREATE.replace(" red", " --ipv6 --subnet fd00:200::/64 dual"));
        docker("hv1", "network create -d heddle --ipam-driver heddle --ipam-opt network=blue -o network=blue blue");
        docker(
                "hv1",
                "run -d --name fixed --network dual --ip 10.0.200.50 --mac-address 02:00:00:00:00:50 busybox"
                        + " sleep 600");
        JsonNode fixed = controller.get(
                "hosts/hv1/bridges/br0/ports/" + containerPorts("hv1").get(0));
        assertEquals("10.0.200.50/24", fixed.path("address").path(0).asText(), fixed.toString());
        assertEquals(2, fixed.path("address").size(), fixed.toString());
        assertEquals("02:00:00:00:00:50", fixed.path("mac").asText());
        refused("10.0.200.50 is already that of", "run --rm --network dual --ip 10.0.200.50 busybox sleep 1");
        refused(
                "the MAC 02:00:00:00:00:50 is already that of",
                "run --rm --network dual --mac-address 02:00:00:00:00:50 busybox sleep 1");
        refused("Heddle maps no ports", "run --rm --network dual -p 8080:80 busybox sleep 1");
        docker("hv1", "network connect blue fixed");
        String inside = docker("hv1", "exec fixed ip addr");
        assertTrue(inside.contains("10.0.30.") && inside.contains("fd00:200::"), inside);
        docker("hv1", "network disconnect blue fixed");
        assertEquals(1, containerPorts("hv1").size());
        docker("hv1", "rm -f fixed");
        awaitNoContainers("hv1");
    }

    @Test
    void survivesKills() throws IOException {
        startDocker();
        docker("hv1", CREATE);
        docker("hv1", "run -d --name web --network red busybox sleep 600");
        // Without its plugin, Docker cannot start containers; the network is remembered.
        killDaemon("hv1");
        startDockerPlugin();
        docker("hv1", "run --rm --network red busybox ping -c 1 -W 2 " + addressOf("web"));
        // Docker dies with its container, and forgets nothing but the container.
        engines.get("hv1").destroyForcibly().onExit().join();
        run(
                "hv1",
                "kill -9 $(pgrep -f '[c]ontainerd-shim.*" + folder("hv1") + "') || true; "
                        + "for d in $(ip -br link | grep -o '^c-[^@ ]*'); do ip link del $d; done");
        awaitNoContainers("hv1");
        on(
                "hv1",
                "kill $(cat " + folder("hv1") + "/docker.pid) $(cat " + folder("hv1")
                        + "/exec/containerd/containerd.pid); rm -f " + folder("hv1") + "/docker.pid");
        startEngine("hv1");
        docker("hv1", "start web");
        docker("hv1", "run --rm --network red busybox ping -c 1 -W 2 " + addressOf("web"));
        docker("hv1", "rm -f web");
        docker("hv1", "network rm red");
        awaitNoContainers("hv1");
    }
}
