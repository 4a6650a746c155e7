package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real containers of Podman, on two hosts. */
class PodmanTest extends ContainerLab {
    private static final Path PLUGINS = ControllerProcess.home().resolve("controller/src/deb/files");

    private void startPodman() throws IOException {
        startContainerHosts();
        Path networks = Files.createDirectories(FOLDER.resolve("net.d"));
        for (String name : new String[] {"red", "blue"}) {
            Files.writeString(
                    networks.resolve(name + ".conflist"),
                    "{\"cniVersion\": \"1.0.0\", \"name\": \"" + name
                            + "\", \"plugins\": [{\"type\": \"heddle-cni\", \"labels\": {\"app\": \"" + name + "er\"},"
                            + " \"capabilities\": {\"ips\": true, \"mac\": true, \"portMappings\": true}}]}");
        }
        Files.writeString(
                FOLDER.resolve("containers.conf"),
                "[network]\nnetwork_backend = \"cni\"\ncni_plugin_dirs = [\"" + PLUGINS + "\"]\n"
                        + "network_config_dir = \"" + networks + "\"\n");
        Path root = image();
        for (String host : new String[] {"hv1", "hv2"}) {
            run(host, "tar -C " + root + " -c . | " + podman(host) + "import - busybox");
        }
    }

    @AfterEach
    void removeContainers() {
        for (String host : new String[] {"hv1", "hv2"}) {
            on(host, podman(host) + "rm -f -a -t 0");
        }
    }

    private static String podman(String host) {
        Path own = FOLDER.resolve(host);
        return "env CONTAINERS_CONF=" + FOLDER + "/containers.conf HEDDLE_CNI_SOCKET=" + cniSocket(host)
                + " podman --root " + own + "/root --runroot " + own + "/runroot --tmpdir " + own + "/tmp"
                + " --storage-driver vfs --cgroup-manager cgroupfs --events-backend file --runtime crun ";
    }

    /** Starts a container that stays. @return the name of its port */
    private String start(String host, String name, String options, String command) {
        run(host, podman(host) + "run -d --cgroups=disabled --name " + name + " " + options + " busybox " + command);
        JsonNode ports = controller.get("hosts/" + host + "/bridges/br0").path("ports");
        for (var port : ports.properties()) {
            if (port.getValue().path("labels").path("pod").asText().equals(name)) {
                return port.getKey();
            }
        }
        throw new IllegalStateException("no port of " + name + ": " + ports);
    }

    private Shell.Result exec(String host, String name, String command) {
        return on(host, podman(host) + "exec " + name + " " + command);
    }

    private String address(String host, String port) {
        return controller
                .get("hosts/" + host + "/bridges/br0/ports/" + port)
                .path("address")
                .path(0)
                .asText()
                .replaceFirst("/.*", "");
    }

    @Test
    void containersArePortsLikeAllOthers() throws IOException {
        startPodman();
        String web = start("hv1", "web", "--network red", "httpd -f -p 80 -h /www");
        String client = start("hv2", "client", "--network red", "sleep 600");
        String address = address("hv1", web);
        Shell.Result page = exec("hv2", "client", fetch(address));
        assertTrue(isFetched(page.output()), page.output());
        Shell.Result name = exec("hv2", "client", "nslookup " + web + ".red.example");
        assertTrue(name.output().contains("Address") && name.output().contains(address), name.output());
        assertTrue(exec("hv2", "client", "ip link show eth0").output().contains("mtu 1450"));
        Shell.Result trace =
                ControllerProcess.heddle("trace --from hv2/" + client + " --to hv1/" + web + " --api unix:" + API);
        assertTrue(trace.ok() && trace.output().contains(web), trace.output());

        // Guards hold the container to its address; lists choose it by its labels.
        assertTrue(exec("hv2", "client", "ping -c 1 -W 2 " + address).ok());
        assertTrue(on(
                        "hv2",
                        "nsenter -t $(" + podman("hv2") + "inspect -f '{{.State.Pid}}' client) --net sh -c"
                                + " 'ip addr add 10.0.200.99/24 dev eth0'")
                .ok());
        assertTrue(!exec("hv2", "client", "ping -c 1 -W 2 -I 10.0.200.99 " + address)
                .ok());
        String acl = "[{\"name\": \"no-web\", \"on\": {\"groups\": [\"redder\"]}, \"rules\":"
                + " [{\"match\": {\"proto\": \"tcp\", \"dst-port\": \"http\"}, \"action\": \"drop\"}]}]";
        assertEquals(
                "in-sync",
                controller
                        .put("network/groups", "{\"redder\": {\"labels\": {\"app\": \"reder\"}}}")
                        .path("state")
                        .asText());
        JsonNode applied = controller.put("network/acls", acl);
        assertEquals("in-sync", applied.path("state").asText(), applied.toString());
        assertTrue(!isFetched(exec("hv2", "client", fetch(address)).output()));

        // The daemon's token is bound to its host: it may not change whom a list of the whole network concerns.
        controller.put("network/acls", "[]");
        run("hv1", podman("hv1") + "rm -f -t 0 web");
        awaitNoContainers("hv1");
        // The conmon of a killed container calls nobody.
        run("hv2", "kill -9 $(cat /run/heddle-lab/containers/hv2/runroot/vfs-containers/*/userdata/conmon.pid)");
        run("hv2", "kill -9 $(" + podman("hv2") + "inspect -f '{{.State.Pid}}' client) || true");
    }

    @Test
    void whatTheUserAsksFor() throws IOException {
        startPodman();
        String fixed = start("hv1", "fixed", "--network red:ip=10.0.200.50,mac=02:00:00:00:00:50", "sleep 600");
        JsonNode port = controller.get("hosts/hv1/bridges/br0/ports/" + fixed);
        assertEquals("10.0.200.50/24", port.path("address").path(0).asText(), port.toString());
        assertEquals("02:00:00:00:00:50", port.path("mac").asText());
        assertTrue(exec("hv1", "fixed", "ip link show eth0").output().contains("02:00:00:00:00:50"));
        Shell.Result taken =
                on("hv2", podman("hv2") + "run --rm --cgroups=disabled --network red --ip 10.0.200.50 busybox sleep 1");
        assertTrue(
                !taken.ok() && taken.output().contains("10.0.200.50 is already that of hv1/br0/" + fixed),
                taken.output());
        Shell.Result mapped =
                on("hv1", podman("hv1") + "run --rm --cgroups=disabled --network red -p 8080:80 busybox sleep 1");
        assertTrue(!mapped.ok() && mapped.output().contains("Heddle maps no ports of the host"), mapped.output());
        // Several networks: the first default route wins.
        Shell.Result both = on(
                "hv1",
                podman("hv1") + "run --rm --cgroups=disabled --network blue --network red busybox sh -c"
                        + " 'ip -4 addr; ip route; ping -c 1 10.0.200.50'");
        assertTrue(
                both.ok() && both.output().contains("10.0.30.") && both.output().contains("10.0.200."), both.output());
        run("hv1", podman("hv1") + "rm -f -t 0 fixed");
        awaitNoContainers("hv1");
        assertEquals(0, containerPorts("hv2").size());
    }
}
