package io.heddle.topologies;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Machines with servers behind access lists: those of the example of a firewall, or others. */
abstract class FirewallLab extends LabTest {
    final List<Process> running = new ArrayList<>();
    LabHost hv1;

    void topology() {
        hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        machine(hv1, "web", "08:01", "10.0.200.1/24", "fd00:200::1/64 nodad");
        machine(hv1, "app", "08:02", "10.0.200.2/24", "fd00:200::2/64 nodad");
        machine(hv1, "webb", "08:01", "10.0.200.1/24", "");
        machine(hv2, "adm", "08:03", "10.0.200.3/24", "fd00:200::3/64 nodad");
        machine(hv2, "admb", "08:03", "10.0.200.3/24", "");
        lab.introduce();
        startController();
        apply(example("firewall"));
    }

    @AfterEach
    void stop() {
        for (Process p : running) {
            p.descendants().forEach(ProcessHandle::destroyForcibly);
            p.destroyForcibly();
        }
    }

    Path log(String name) {
        return Lab.FOLDER.resolve(name + running.size());
    }

    /** Lets a machine answer each line of TCP with the same line. */
    void echoes(String machine, int... ports) {
        for (int port : ports) {
            running.add(lab.machine(machine)
                    .start(log("echo"), "socat TCP6-LISTEN:" + port + ",ipv6only=0,reuseaddr,fork EXEC:cat"));
            ControllerProcess.until(
                    5,
                    machine + " listens",
                    () -> lab.machine(machine).run("ss -Hltn").contains(":" + port + " "));
        }
    }

    /** Whether a line comes back within a second. */
    boolean answers(String from, String to, int port) {
        Shell.Result r = lab.machine(from)
                .script("echo hello | timeout 2 socat -t 1 - TCP:" + to + ":" + port + ",connect-timeout=1");
        return r.output().contains("hello");
    }

    /** Runs a script until the end of the test. */
    Process script(String machine, String text) throws IOException {
        Path file = Files.writeString(log("script"), text);
        Process process = lab.machine(machine).start(Path.of(file + "-log"), "bash " + file);
        running.add(process);
        return process;
    }

    static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
