package io.heddle.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The databases of many hosts: one real ovsdb-server per host, each on its own loopback port, without ovs-vswitchd. */
final class Databases implements AutoCloseable {
    static final int FIRST_PORT = 20000;
    private static final int PARALLEL = 4;

    private final Path folder = Files.createTempDirectory("heddle-bench");
    private final List<Process> servers = new ArrayList<>();
    private final int count;

    Databases(int count) throws IOException, InterruptedException {
        this.count = count;
        Path empty = folder.resolve("empty.db");
        RealSwitch.run("ovsdb-tool", "create", empty.toString(), "/usr/share/openvswitch/vswitch.ovsschema");
        for (int i = 0; i < count; i++) {
            Path db = folder.resolve(i + ".db");
            Files.copy(empty, db);
            ProcessBuilder server = new ProcessBuilder(
                            "ovsdb-server",
                            db.toString(),
                            "--remote=punix:" + socket(i),
                            "--remote=ptcp:" + (FIRST_PORT + i) + ":127.0.0.1",
                            "--unixctl=" + folder.resolve(i + ".ctl"))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile());
            servers.add(server.start());
        }
        for (int i = 0; i < count; i++) {
            while (!Files.exists(socket(i))) {
                Thread.sleep(5);
            }
        }
        parallel(i -> List.of("--no-wait", "init"));
    }

    private Path socket(int i) {
        return folder.resolve(i + ".sock");
    }

    /** The arguments of ovs-vsctl for a host. */
    interface Command {
        List<String> on(int host);
    }

    /** Runs one ovs-vsctl per host, {@value #PARALLEL} at a time. */
    void parallel(Command command) throws IOException, InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(PARALLEL);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int host = i;
                all.add(workers.submit(() -> {
                    List<String> line = new ArrayList<>(List.of("ovs-vsctl", "--db=unix:" + socket(host)));
                    line.addAll(command.on(host));
                    return RealSwitch.run(line.toArray(String[]::new));
                }));
            }
            for (Future<?> f : all) {
                f.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } finally {
            workers.shutdown();
        }
    }

    /** The number of rows in a table of a host. */
    long rows(int host, String table) throws IOException, InterruptedException {
        return RealSwitch.run(
                        "ovs-vsctl",
                        "--db=unix:" + socket(host),
                        "--columns=_uuid",
                        "--bare",
                        "--no-headings",
                        "list",
                        table)
                .lines()
                .filter(l -> !l.isBlank())
                .count();
    }

    @Override
    public void close() throws IOException {
        servers.forEach(Process::destroy);
        servers.forEach(s -> s.onExit().join());
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
}
