package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of docs/cluster, on machines with the addresses that they name. */
class ClusterExampleTest extends LabTest {
    private static final Path EXAMPLES = ControllerProcess.home().resolve("docs/cluster");
    private static final String HEDDLE =
            ControllerProcess.home().resolve("heddle").toString();

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(p -> p.destroyForcibly().onExit().join());
    }

    /** Starts a program on a machine. */
    private void run(Node machine, String name, String command) {
        started.add(machine.start(Lab.FOLDER.resolve(machine.name() + "-" + name + ".log"), command));
    }

    /** Starts a controller on a machine. @param options before its own */
    private void heddle(Node machine, String options) {
        Path state = Lab.FOLDER.resolve(machine.name() + "-state");
        run(machine, "heddle", "env " + options + " --state " + state);
    }

    /** What a machine's controller says for itself, where nobody needs a token. */
    private static String metrics(Node machine) {
        return machine.attempt("curl -s -m 3 http://127.0.0.1:8080/metrics").output();
    }

    private static boolean leads(Node machine) {
        return metrics(machine).contains("heddle_cluster_state{state=\"leads\"} 1");
    }

    /** Waits until the controllers of three machines are one. @return the one that leads */
    private static Node awaitCluster(List<Node> machines) {
        ControllerProcess.until(
                60,
                "one of three controllers leads, and knows the others",
                () -> machines.stream()
                                .filter(m -> metrics(m).contains("heddle_cluster_controllers{state=\"ready\"} 2"))
                                .count()
                        == 3);
        return machines.stream().filter(ClusterExampleTest::leads).findFirst().orElseThrow();
    }

    private static String heddleAt(Node machine, String args) {
        Shell.Result r = machine.attempt(HEDDLE + " " + args);
        assertTrue(r.ok(), args + ": " + r.output());
        return r.output().strip();
    }

    @Test
    void theFilesForThreeMachinesWork() throws IOException {
        Path etcdPki = Lab.FOLDER.resolve("etcd-pki");
        EtcdCertificates.make(etcdPki, "IP:192.0.2.11,IP:192.0.2.12,IP:192.0.2.13");
        Path pki = Lab.FOLDER.resolve("pki");
        Shell.Result made = ControllerProcess.heddle("pki init --name net.example --folder " + pki);
        assertTrue(made.ok(), made.output());
        List<Node> machines = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Node machine = lab.server("m" + i, "192.0.2.1" + i + "/24");
            machines.add(machine);
            String settings = Files.readString(EXAMPLES.resolve("etcd" + i + ".env"))
                    .replace("/var/lib/etcd/heddle", Lab.FOLDER + "/m" + i + "-etcd")
                    .replace("/etc/etcd/pki", etcdPki.toString())
                    .lines()
                    .filter(l -> !l.startsWith("#"))
                    .collect(Collectors.joining(" "));
            run(machine, "etcd", "env " + settings + " etcd --logger=zap --log-level=warn");
        }
        for (int i = 1; i <= 3; i++) {
            Path conf = Files.writeString(
                    Lab.FOLDER.resolve("c" + i + ".conf"),
                    Files.readString(EXAMPLES.resolve("c" + i + ".conf"))
                            .replace("/etc/heddle/etcd", etcdPki.toString())
                            .replace("/etc/heddle/pki", pki.toString()));
            heddle(machines.get(i - 1), "HEDDLE_CONTROLLER_CONF=" + conf + " " + HEDDLE + " controller");
        }
        Node leader = awaitCluster(machines);
        Path network = write("heddle: v1\nnetworks: {red: {vlan: 200}}\n");
        heddleAt(leader, "apply --yes " + network);
        String[] token = heddleAt(leader, "token create anybody --role reader").split("\\s+");
        for (int i = 1; i <= 3; i++) {
            assertEquals("red", networksByHttps(machines.get(0), i, token[token.length - 1]), "at c" + i);
        }
    }

    private static String networksByHttps(Node machine, int at, String token) {
        return machine.script("curl -s -k -m 5 -H 'Authorization: Bearer " + token + "' https://192.0.2.1" + at
                        + ":8443/api/v1/networks | grep -o '\"name\" *: *\"red\"' | grep -o red")
                .output()
                .strip();
    }

    @Test
    void theServicesOfTheComposeFileWork() throws IOException {
        Map<?, ?> file = (Map<?, ?>) new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(EXAMPLES.resolve("compose.yaml")));
        Map<String, Node> machines = new TreeMap<>();
        ((Map<?, ?>) file.get("services")).forEach((key, value) -> {
            String name = key.toString();
            Map<?, ?> service = (Map<?, ?>) value;
            Map<?, ?> network = (Map<?, ?>) ((Map<?, ?>) service.get("networks")).get("heddle");
            Node machine = lab.server(name, network.get("ipv4_address") + "/24");
            machines.put(name, machine);
            for (Object volume : (List<?>) service.get("volumes")) {
                String declared = volume.toString().split(":")[0];
                assertTrue(((Map<?, ?>) file.get("volumes")).containsKey(declared), declared + " is declared");
            }
            String command = ((List<?>) service.get("command"))
                    .stream().map(Object::toString).collect(Collectors.joining(" "));
            if (command.startsWith("etcd ")) {
                run(machine, "etcd", command.replace("/var/lib/etcd", Lab.FOLDER + "/" + name + "-etcd"));
            } else {
                heddle(machine, "HEDDLE_CONTROLLER_CONF=/dev/null " + HEDDLE + " " + command);
            }
        });
        assertEquals(List.of("c1", "c2", "c3", "etcd1", "etcd2", "etcd3"), List.copyOf(machines.keySet()));
        Node leader = awaitCluster(List.of(machines.get("c1"), machines.get("c2"), machines.get("c3")));
        String table = heddleAt(leader, "get controllers");
        assertTrue(table.contains("172.28.0.11") && !table.contains("away"), table);
    }
}
