package io.heddle.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A separate Open vSwitch instance, with its database in a temporary folder. */
final class RealSwitch implements AutoCloseable {
    private final Path folder = Files.createTempDirectory("heddle-bench");
    private final List<Process> daemons = new ArrayList<>();

    RealSwitch() throws IOException, InterruptedException {
        run("ovsdb-tool", "create", folder + "/conf.db", "/usr/share/openvswitch/vswitch.ovsschema");
        daemon(
                "ovsdb-server",
                folder + "/conf.db",
                "--remote=punix:" + socket(),
                "--remote=db:Open_vSwitch,Open_vSwitch,manager_options",
                "--unixctl=" + folder + "/db.ctl");
        while (!Files.exists(socket())) {
            Thread.sleep(5);
        }
        run("ovs-vsctl", "--db=unix:" + socket(), "--no-wait", "init");
        daemon("ovs-vswitchd", "unix:" + socket(), "--unixctl=" + folder + "/sw.ctl", "--disable-system");
    }

    private Path socket() {
        return folder.resolve("db.sock");
    }

    private void daemon(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(command[0] + ".log").toFile());
        builder.environment().put("OVS_RUNDIR", folder.toString());
        daemons.add(builder.start());
    }

    /** Runs ovs-vsctl. */
    String vsctl(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--db=unix:" + socket(), "--timeout=60"));
        command.addAll(List.of(args));
        return run(command.toArray(String[]::new));
    }

    /** Runs ovs-ofctl on a bridge. @param verb the command with its options; the bridge and {@code rest} follow it */
    String ofctl(String bridge, List<String> verb, String... rest) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ovs-ofctl", "-O", "OpenFlow13"));
        command.addAll(verb);
        command.add("unix:" + folder.resolve(bridge + ".mgmt"));
        command.addAll(List.of(rest));
        return run(command.toArray(String[]::new));
    }

    /** Runs a command. @return its output, which passes through a file because it may be long */
    static String run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("heddle-bench", ".out");
        try {
            int status = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start()
                    .waitFor();
            String output = Files.readString(out);
            if (status != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
            return output;
        } finally {
            Files.delete(out);
        }
    }

    @Override
    public void close() throws IOException {
        daemons.forEach(Process::destroy);
        daemons.forEach(d -> d.onExit().join());
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
}
