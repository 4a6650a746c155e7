package io.heddle.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A controller under load: Heddle itself, or one that it is measured beside. */
final class Peer implements AutoCloseable {
    private static final int READY_SECONDS = 20;

    private final String name;
    private final InetSocketAddress address;
    private final Process process;
    private final Path folder;

    private Peer(String name, int port, Path folder, List<String> command) throws IOException, InterruptedException {
        this.name = name;
        this.folder = folder;
        this.address = new InetSocketAddress("127.0.0.1", port);
        this.process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile()).start();
        long deadline = System.nanoTime() + READY_SECONDS * 1_000_000_000L;
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(name + " does not listen: " + Files.readString(folder.resolve("log")));
            }
            Thread.sleep(50);
        }
    }

    /** Heddle as the launcher starts it, with all apps and no file. */
    static Peer heddle(int port) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("heddle-bench");
        String home = System.getProperty("heddle.home", ".");
        return new Peer("heddle", port, folder, List.of(home + "/heddle", "controller",
                "--state", folder.resolve("state").toString(), "--openflow", "127.0.0.1:" + port,
                "--ovsdb", "127.0.0.1:" + (port + 1), "--api", "127.0.0.1:" + (port + 2)));
    }

    /** Open vSwitch's own example controller, a learning switch in C. */
    static Peer testController(int port) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("heddle-bench");
        return new Peer("ovs-testcontroller", port, folder, new ArrayList<>(List.of("ovs-testcontroller",
                "-O", "OpenFlow13", "ptcp:" + port + ":127.0.0.1", "--unixctl=" + folder.resolve("ctl"))));
    }

    String name() {
        return name;
    }

    InetSocketAddress address() {
        return address;
    }

    private boolean listens() {
        try (Socket s = new Socket()) {
            s.connect(address, 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}
