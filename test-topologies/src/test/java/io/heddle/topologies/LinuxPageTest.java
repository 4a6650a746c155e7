package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs each heddle command that docs/linux/README.md names instead of a command of Linux, on a host of the lab. */
class LinuxPageTest extends LabTest {
    private static final Pattern COMMAND = Pattern.compile("`(heddle [a-z-]+ [^`]+|heddle status)`");
    private static final String FILE = """
            heddle: v1
            networks: {green: {vlan: 10, subnet: 10.0.0.0/24}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {vm1: {access: green}, vm2: {access: green}}}}
            """;

    @Test
    void everyCommandOfThePageWorks() throws IOException {
        LabHost hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.5/24");
        lab.machine(hv1, "vm2", "10.0.0.6/24");
        startController();
        apply(FILE);
        assertTrue(lab.machine("vm1").pings("10.0.0.6"));
        Path rules = Files.writeString(
                Lab.FOLDER.resolve("rules.v4"),
                "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n");
        Set<String> commands = new TreeSet<>();
        String page = Files.readString(ControllerProcess.home().resolve("docs/linux/README.md"));
        for (Matcher m = COMMAND.matcher(page); m.find(); ) {
            commands.add(m.group(1));
        }
        assertTrue(commands.size() >= 12, commands.toString());
        for (String command : commands) {
            String line = ControllerProcess.home() + "/"
                    + command.replace("FILE...", rules.toString()).replace("--on PORT", "--on vm1");
            if (command.startsWith("heddle capture")) {
                line += " --seconds 1";
            }
            Shell.Result r = Shell.attempt(List.of(
                    "bash",
                    "-c",
                    "cd " + Lab.FOLDER + " && export OVS_RUNDIR=" + hv1.folder() + " && "
                            + line.replace("heddle import >", "heddle import unix:" + hv1.folder() + "/db.sock >")));
            assertTrue(r.ok(), line + ": " + r.output());
        }
        assertTrue(Files.readString(Lab.FOLDER.resolve("hv1.yaml")).contains("vm1: {access: vlan10"));
    }
}
