package io.heddle.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.heddle.tls.CertificateFiles;
import io.heddle.tls.Tls;
import io.heddle.tls.pki.Authority;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A controller under load: Heddle itself, or one to compare it with. */
final class Peer implements Closeable {
    private static final int READY_SECONDS = 20;
    private static final int HUNDRED = 100;
    private static final int COLLECTIONS = 3;
    /** Index of the user time among the fields after the thread's name; the system time follows it. */
    private static final int USER_TIME = 11;

    private static final double TICKS_PER_SECOND = 100;
    private static final int TESTCONTROLLER_SWITCHES = 16;
    private static final String OS_KEN = "/usr/bin/osken-manager";
    private static final HttpClient HTTP;

    static {
        // An idle connection may be closed just when it is used again: then a PUT is repeated like a GET, RFC 9110
        // §9.2.2.
        System.setProperty("jdk.httpclient.enableAllMethodRetry", "true");
        HTTP = HttpClient.newHttpClient();
    }

    private final String name;
    private final InetSocketAddress address;
    private final Process process;
    private final Path folder;
    private final double startSeconds;
    private Optional<Tls> tls = Optional.empty();

    private Peer(String name, int port, Path folder, List<String> command) throws IOException, InterruptedException {
        this.name = name;
        this.folder = folder;
        this.address = new InetSocketAddress("127.0.0.1", port);
        long begun = System.nanoTime();
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        long deadline = begun + READY_SECONDS * 1_000_000_000L;
        while (!listens(address)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroy();
                throw new IOException(name + " does not listen: " + Files.readString(folder.resolve("log")));
            }
            Thread.sleep(5);
        }
        startSeconds = (System.nanoTime() - begun) / 1e9;
    }

    /** Heddle as the launcher starts it, with all apps. @param network the initial network file, null for none */
    static Peer heddle(int port, String network) throws IOException, InterruptedException {
        return heddle("heddle", port, network, Files.createTempDirectory("heddle-bench"), "--openflow");
    }

    /** Likewise, for switches that connect by TLS. @param hosts the names that their certificate must have */
    static Peer heddleByTls(int port, String network, List<String> hosts) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("heddle-bench");
        Path pki = folder.resolve("pki");
        try {
            Authority authority = Authority.init(pki, List.of("localhost"));
            Authority.HostFiles files = authority.host(hosts.get(0), hosts);
            Path own = Files.createDirectories(folder.resolve("switches"));
            Files.copy(files.key(), own.resolve(CertificateFiles.KEY));
            Files.copy(files.certificate(), own.resolve(CertificateFiles.CERTIFICATE));
            Files.copy(files.authority(), own.resolve(CertificateFiles.PEERS));
            Peer peer = heddle(
                    "heddle by TLS",
                    port,
                    network,
                    folder,
                    "--tls",
                    pki.toString(),
                    "--ovsdb-tls",
                    "none",
                    "--openflow",
                    "none",
                    "--openflow-tls");
            peer.tls = Optional.of(Tls.open(own, (kind, text) -> {}));
            return peer;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** @param options end with the option for the address at which switches connect */
    private static Peer heddle(String name, int port, String network, Path folder, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                launcher(),
                "controller",
                "--state",
                folder.resolve("state").toString(),
                "--ovsdb",
                "127.0.0.1:" + (port + 1),
                "--api",
                "127.0.0.1:" + (port + 2)));
        command.addAll(List.of(options));
        command.add("0.0.0.0:" + port);
        if (network != null) {
            Path file = folder.resolve("network.yaml");
            Files.writeString(file, network);
            command.addAll(List.of("--config", file.toString()));
        }
        Peer heddle = new Peer(name, port, folder, command);
        while (!listens(new InetSocketAddress("127.0.0.1", port + 2))) {
            Thread.sleep(5);
        }
        return heddle;
    }

    /** The certificates of switches that connect to this controller, if they do so by TLS. */
    Optional<Tls> tls() {
        return tls;
    }

    private static String launcher() {
        return System.getProperty("heddle.home", ".") + "/heddle";
    }

    /** Runs {@code heddle get KIND} against this controller. @return its output */
    String list(String kind) throws IOException, InterruptedException {
        return RealSwitch.run(launcher(), "get", kind, "--api", api(""));
    }

    /** Open vSwitch's own example controller, a learning switch in C, at the priority of Heddle's event loops. */
    static Peer testController(int port) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("heddle-bench");
        return new Peer(
                "ovs-testcontroller",
                port,
                folder,
                List.of(
                        "nice",
                        "-n",
                        "-5",
                        "ovs-testcontroller",
                        "-O",
                        "OpenFlow13",
                        "ptcp:" + port + ":127.0.0.1",
                        "--unixctl=" + folder.resolve("ctl")));
    }

    /** A learning switch in Python on os-ken, the successor of Ryu; empty if os-ken is not installed. */
    static Optional<Peer> osKen(int port) throws IOException, InterruptedException {
        if (!Files.exists(Path.of(OS_KEN))) {
            return Optional.empty();
        }
        Path folder = Files.createTempDirectory("heddle-bench");
        Path app = folder.resolve("learning.py");
        try (InputStream in = Peer.class.getResourceAsStream("learning.py")) {
            Files.copy(in, app);
        }
        return Optional.of(new Peer(
                "os-ken",
                port,
                folder,
                List.of(
                        "nice",
                        "-n",
                        "-5",
                        OS_KEN,
                        "--ofp-listen-host",
                        "127.0.0.1",
                        "--ofp-tcp-listen-port",
                        Integer.toString(port),
                        app.toString())));
    }

    /** See {@link Ceiling}. Runs with Heddle's JVM flags. */
    static Peer ceiling(int port) throws IOException, InterruptedException {
        return new Peer(
                "ceiling",
                port,
                Files.createTempDirectory("heddle-bench"),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseParallelGC",
                        "-XX:ThreadPriorityPolicy=1",
                        "-XX:CompilerThreadPriority=5",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Ceiling.class.getName(),
                        Integer.toString(port)));
    }

    String name() {
        return name;
    }

    InetSocketAddress address() {
        return address;
    }

    /** The most switches that it serves at once; ovs-testcontroller never serves any beyond that. */
    int mostSwitches() {
        return name.equals("ovs-testcontroller") ? TESTCONTROLLER_SWITCHES : Integer.MAX_VALUE;
    }

    /** Seconds from the start of the process until it listened. */
    double startSeconds() {
        return startSeconds;
    }

    /** A metric of Heddle, summed over its labels. */
    double metric(String metric) throws IOException, InterruptedException {
        Matcher m = Pattern.compile("(?m)^" + metric + "(?:\\{[^}]*})? (\\S+)$").matcher(get("/metrics"));
        double sum = 0;
        while (m.find()) {
            sum += Double.parseDouble(m.group(1));
        }
        return sum;
    }

    private String api(String path) {
        return "http://127.0.0.1:" + (address.getPort() + 2) + path;
    }

    /** Gets a path of Heddle's API. @return the body */
    String get(String path) throws IOException, InterruptedException {
        URI uri = URI.create(api(path));
        return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Sends a PUT request to Heddle's API. @throws IOException when Heddle refuses */
    void put(String path, String type, String body) throws IOException, InterruptedException {
        URI uri = URI.create(api(path));
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", type)
                        .PUT(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / HUNDRED != 2) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
    }

    /** Bytes of memory in use by Heddle, on the Java heap and outside it: the least value after several collections. */
    double usedBytes() throws IOException, InterruptedException {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            RealSwitch.run("jcmd", Long.toString(process.pid()), "GC.run");
            least = Math.min(least, metric("jvm_memory_used_bytes") + metric("jvm_buffer_pool_used_bytes"));
        }
        return least;
    }

    /** Bytes of memory that the process holds. Source: proc(5), VmRSS. */
    double residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(l -> l.startsWith("VmRSS:"))
                .mapToDouble(l -> Double.parseDouble(l.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow(() -> new IOException(name + " has ended"));
    }

    /** Processor time of the threads whose names start with {@code threads}. Source: proc(5), /proc/pid/stat. */
    double processorSeconds(String threads) throws IOException {
        double ticks = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path task : tasks.toList()) {
                if (Files.readString(task.resolve("comm")).startsWith(threads)) {
                    String[] stat = Files.readString(task.resolve("stat"))
                            .replaceFirst(".*\\) ", "")
                            .split(" ");
                    ticks += Long.parseLong(stat[USER_TIME]) + Long.parseLong(stat[USER_TIME + 1]);
                }
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket s = new Socket()) {
            s.connect(address, 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        tls.ifPresent(Tls::close);
        process.destroy();
        process.onExit().join();
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
}
