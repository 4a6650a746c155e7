package io.heddle.topologies.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Servers of etcd on loopback or on stations, which keep their data in the lab's folder. */
public final class EtcdProcess implements AutoCloseable {
    private static final int CLIENTS = 23790;
    private static final int PEERS = 23890;
    /** Of a server on a station of its own. */
    private static final int PEER = 2380;

    private static final int READY_SECONDS = 20;

    private final int count;
    /** The folder of the certificates, with TLS. */
    private final Optional<Path> certificates;
    /** Where they run; none on loopback. */
    private final List<Station> stations;

    private final List<Process> processes = new ArrayList<>();

    /** Starts some servers that are one. */
    public EtcdProcess(int count) {
        this(count, Optional.empty(), List.of());
    }

    /** Likewise, one on each station. */
    public EtcdProcess(List<Station> stations) {
        this(stations.size(), Optional.empty(), stations);
    }

    /**
     * Likewise, with TLS. Clients need a certificate.
     *
     * @param certificates a folder with {@code ca.pem}, and for servers and etcdctl {@code cert.pem} and
     *     {@code key.pem}
     */
    public EtcdProcess(int count, Path certificates) {
        this(count, Optional.of(certificates), List.of());
    }

    private EtcdProcess(int count, Optional<Path> certificates, List<Station> stations) {
        this.count = count;
        this.certificates = certificates;
        this.stations = List.copyOf(stations);
        for (int i = 0; i < count; i++) {
            processes.add(launch(i));
        }
        ControllerProcess.until(READY_SECONDS, "etcd is ready", this::answers);
    }

    private Process launch(int number) {
        Path folder = Lab.FOLDER.resolve("etcd" + number);
        Lab.makeFolder(folder);
        String members = IntStream.range(0, count)
                .mapToObj(i -> "e" + i + "=" + peers(i))
                .collect(Collectors.joining(","));
        String clients = clients(number);
        String peers = peers(number);
        List<String> command = new ArrayList<>(
                stations.isEmpty() ? List.of() : stations.get(number).command(List.of()));
        command.addAll(List.of(
                "etcd",
                "--name=e" + number,
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + clients,
                "--advertise-client-urls=" + clients,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=" + members,
                "--logger=zap",
                "--log-level=warn"));
        certificates.ifPresent(c -> command.addAll(List.of(
                "--client-cert-auth",
                "--trusted-ca-file=" + c.resolve("ca.pem"),
                "--cert-file=" + c.resolve("cert.pem"),
                "--key-file=" + c.resolve("key.pem"))));
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("etcd.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String clients(int number) {
        String scheme = certificates.isPresent() ? "https://" : "http://";
        return stations.isEmpty()
                ? scheme + "127.0.0.1:" + (CLIENTS + number)
                : scheme + stations.get(number).address() + ":" + CLIENTS;
    }

    private String peers(int number) {
        return stations.isEmpty()
                ? "http://127.0.0.1:" + (PEERS + number)
                : "http://" + stations.get(number).address() + ":" + PEER;
    }

    /** For {@code heddle controller --store}. */
    public String store() {
        return "etcd:" + endpoints();
    }

    private String endpoints() {
        return IntStream.range(0, count).mapToObj(this::clients).collect(Collectors.joining(","));
    }

    /** Whether it has a majority and takes changes. */
    public boolean answers() {
        return ctl("put /lab ready").ok();
    }

    /** Runs etcdctl with these arguments. */
    public Shell.Result ctl(String args) {
        return ctl(args, endpoints());
    }

    private Shell.Result ctl(String args, String endpoints) {
        List<String> command = new ArrayList<>(List.of("env", "ETCDCTL_API=3", "etcdctl", "--endpoints=" + endpoints));
        command.addAll(List.of("--dial-timeout=1s", "--command-timeout=2s"));
        certificates.ifPresent(c -> command.addAll(List.of(
                "--cacert=" + c.resolve("ca.pem"),
                "--cert=" + c.resolve("cert.pem"),
                "--key=" + c.resolve("key.pem"))));
        command.addAll(List.of(args.split(" ")));
        return Shell.attempt(command);
    }

    /** Kills a server at once. */
    public void kill(int number) {
        processes.get(number).destroyForcibly().onExit().join();
    }

    /** Stops a server without a word, or lets it go on. */
    public void freeze(int number, boolean stop) {
        Shell.run("kill -" + (stop ? "STOP " : "CONT ") + processes.get(number).pid());
    }

    /** The server that leads the others. */
    public int leader() {
        ControllerProcess.until(READY_SECONDS, "etcd has a leader", this::answers);
        for (int i = 0; i < count; i++) {
            // The columns end with whether it leads.
            String status = processes.get(i).isAlive()
                    ? ctl("endpoint status", clients(i)).output()
                    : "";
            if (status.contains(", true, ")) {
                return i;
            }
        }
        throw new IllegalStateException("etcd has no leader");
    }

    /** Starts the servers that were killed, with their data. */
    public void startAll() {
        for (int i = 0; i < count; i++) {
            if (!processes.get(i).isAlive()) {
                processes.set(i, launch(i));
            }
        }
    }

    @Override
    public void close() {
        processes.forEach(p -> p.destroyForcibly().onExit().join());
    }
}
