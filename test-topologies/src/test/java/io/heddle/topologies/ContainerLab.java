package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/**
 * Two container hosts, each with a daemon. Runtimes and daemons share mounts of their own: runtimes mount network
 * namespaces, and want other control groups than the machine has.
 */
abstract class ContainerLab extends LabTest {
    static final Path FOLDER = Lab.FOLDER.resolve("containers");
    static final Path API = Lab.FOLDER.resolve("api.sock");
    static final ObjectMapper JSON = new ObjectMapper();

    /** How long a port may be without its device, so that tests need not wait for long. */
    private static final int GRACE_SECONDS = 2;

    private static final String NETWORK = """
            heddle: v1
            networks:
              red:
                vlan: 200
                vni: 10200
                subnet: [10.0.200.0/24, "fd00:200::/64"]
                gateway: [10.0.200.254, "fd00:200::fe"]
                dns: {domain: red.example, forward: []}
              blue: {vlan: 300, subnet: 10.0.30.0/24}
            routers:
              edge: {networks: [red]}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                tunnel-ip: 172.31.0.1
                bridges: {br0: {datapath: netdev, ports: {}}}
              hv2:
                ovsdb: tcp:172.31.0.2:6640
                tunnel-ip: 172.31.0.2
                bridges: {br0: {datapath: netdev, ports: {}}}
            """;

    private final Map<String, Process> daemons = new HashMap<>();
    /** Each daemon may change its own host only. */
    private final Map<String, String> tokens = new HashMap<>();

    private Process mounts;

    /** Starts all of it, and the daemons with these arguments. */
    void startContainerHosts(String... daemonArgs) throws IOException {
        LabHost hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        lab.introduce();
        restartContainerController();
        apply(NETWORK);
        Files.createDirectories(FOLDER);
        mounts = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        "umount /sys/fs/cgroup/unified 2>/dev/null; mount -t tmpfs none /var/lib; touch " + FOLDER
                                + "/mounted; exec sleep infinity")
                .start();
        ControllerProcess.until(5, "mounts", () -> Files.exists(FOLDER.resolve("mounted")));
        for (LabHost host : List.of(hv1, hv2)) {
            Shell.Result made = ControllerProcess.heddle(
                    "token create " + host.name() + " --role operator --hosts " + host.name() + " --api unix:" + API);
            assertTrue(made.ok(), made.output());
            tokens.put(host.name(), made.output().lines().reduce((a, b) -> b).orElseThrow());
            startDaemon(host.name(), daemonArgs);
        }
    }

    /** Starts a controller with a socket, and the state of the previous one. */
    void restartContainerController() {
        controller = new ControllerProcess(Lab.FOLDER.resolve("controller"), "--api-socket", API.toString());
    }

    @AfterEach
    void stopContainerHosts() throws InterruptedException {
        for (Process daemon : daemons.values()) {
            daemon.destroy();
            if (!daemon.waitFor(10, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
        }
        if (mounts != null) {
            // The files outlive the mounts on them.
            on(
                    "hv1",
                    "cd /run/netns && for f in $(ls | grep -v -e ^hdl- -e ^heddle-); do umount -l $f; rm -f $f; done");
            mounts.destroyForcibly().onExit().join();
        }
    }

    /** Starts the daemon of a host, and waits until it is ready. */
    void startDaemon(String host, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--no-new-privs",
                "--bounding-set=-all" + capabilities(),
                ControllerProcess.home().resolve("heddle").toString(),
                "containers",
                "--host",
                host,
                "--bridge",
                "br0",
                "--grace",
                String.valueOf(GRACE_SECONDS),
                "--cni-socket",
                cniSocket(host).toString(),
                "--api",
                "unix:" + API));
        command.addAll(List.of(args));
        Path log = daemonLog(host);
        Files.deleteIfExists(log);
        ProcessBuilder builder = new ProcessBuilder(inside(host, command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("HEDDLE_TOKEN", tokens.get(host));
        daemons.put(host, builder.start());
        ControllerProcess.until(
                20, "the daemon is ready", () -> text(log).contains("heddle containers ready") || !isRunning(host));
        assertTrue(isRunning(host), text(log));
    }

    /** The rights that the service has: {@code ,+net_admin,+sys_admin}. */
    private static String capabilities() throws IOException {
        return Files.readAllLines(
                        ControllerProcess.home().resolve("controller/src/deb/files/heddle-containers.service"))
                .stream()
                .filter(l -> l.startsWith("CapabilityBoundingSet="))
                .flatMap(l -> Stream.of(l.replaceFirst(".*=", "").split(" ")))
                .map(c -> ",+" + c.replace("CAP_", "").toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    private boolean isRunning(String host) {
        return daemons.get(host).isAlive();
    }

    /** Kills the daemon of a host at once, as a crash would. */
    void killDaemon(String host) {
        daemons.get(host).destroyForcibly().onExit().join();
    }

    static Path daemonLog(String host) {
        return FOLDER.resolve(host + ".log");
    }

    static Path cniSocket(String host) {
        return FOLDER.resolve(host + "-cni.sock");
    }

    /** A command on a host, with the mounts of the runtimes. */
    List<String> inside(String host, List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                "nsenter", "-m", "-t", String.valueOf(mounts.pid()), "nsenter", "--net=/run/netns/hdl-" + host));
        all.addAll(command);
        return all;
    }

    /** Runs a shell script on a host, with the mounts of the runtimes. */
    Shell.Result on(String host, String script) {
        return Shell.attempt(inside(host, List.of("bash", "-c", script)));
    }

    /** Likewise. @return its output @throws IllegalStateException if it fails */
    String run(String host, String script) {
        Shell.Result r = on(host, script);
        if (!r.ok()) {
            throw new IllegalStateException(
                    "\"" + script + "\" failed (" + r.exit() + "): " + r.output() + "\n" + text(daemonLog(host)));
        }
        return r.output();
    }

    /** The names of a host's ports of containers, in the network file. */
    List<String> containerPorts(String host) {
        List<String> names = new ArrayList<>();
        JsonNode ports = controller.get("hosts/" + host + "/bridges/br0").path("ports");
        ports.properties().forEach(p -> {
            if (p.getValue().path("labels").has("runtime")) {
                names.add(p.getKey());
            }
        });
        return names;
    }

    /** The devices of a host's containers. */
    List<String> containerDevices(String host) {
        return run(host, "ip -br link show type veth")
                .lines()
                .map(l -> l.split("[@ ]")[0])
                .filter(n -> n.startsWith("c-") || n.startsWith("p-"))
                .toList();
    }

    /** Waits until a host has no trace of containers. */
    void awaitNoContainers(String host) {
        try {
            ControllerProcess.until(
                    15,
                    "no containers on " + host,
                    () -> containerPorts(host).isEmpty()
                            && containerDevices(host).isEmpty());
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    e.getMessage() + ": " + containerPorts(host) + containerDevices(host) + text(daemonLog(host)), e);
        }
    }

    /** A command in a container that fetches a file of a megabyte, and prints how many bytes came. */
    static String fetch(String address) {
        return "sh -c \"printf 'GET /big HTTP/1.0\\r\\n\\r\\n' | nc -w 5 " + address + " 80 | wc -c\"";
    }

    /** Whether the file came as a whole, behind the head of an answer. */
    static boolean isFetched(String output) {
        return output.matches("(?s).*\\b1000[1-9]\\d\\d\\b.*");
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    /** Makes the root folder of an image: busybox, and the libraries that it needs, if it is not static. */
    static Path image() {
        Path root = FOLDER.resolve("image");
        Shell.Result r = Shell.attempt(List.of(
                "bash",
                "-c",
                "set -e; mkdir -p " + root + "/bin " + root + "/www; cd " + root + "; cp /bin/busybox bin/; "
                        + "for f in $(ldd /bin/busybox 2>/dev/null | grep -o '/lib[^ ]*' || true); do "
                        + "mkdir -p .$(dirname $f); cp $f .$f; done; "
                        + "head -c 1000000 /dev/zero >www/big; "
                        + "for a in sh ip ping sleep httpd nc nslookup printf wc; do ln -sf busybox bin/$a; done"));
        if (!r.ok()) {
            throw new IllegalStateException(r.output());
        }
        return root;
    }
}
