package io.heddle.topologies.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A machine of the lab: a network namespace in which commands run. */
public class Node {
    private final String name;

    Node(String name) {
        this.name = name;
    }

    /** Its name in the lab. */
    public String name() {
        return name;
    }

    /** The name of its network namespace. */
    public String namespace() {
        return Lab.PREFIX + name;
    }

    /** Creates the namespace, without IPv6: neighbour discovery at random times would change the tests' counters. */
    void create() {
        Shell.run("ip netns add " + namespace());
        run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1");
        Shell.run("ip -n " + namespace() + " link set lo up");
    }

    /** Runs a command here. @throws IllegalStateException when it fails */
    public String run(String command) {
        return Shell.run("ip netns exec " + namespace() + " " + command);
    }

    /** Runs a command here, and accepts its failure. @throws IllegalStateException when there is no such command */
    public Shell.Result attempt(String command) {
        Shell.Result r =
                Shell.attempt(Shell.inNamespace(namespace(), command.trim().split("\\s+")));
        if (r.output().startsWith("exec of ")) {
            throw new IllegalStateException(r.output().strip());
        }
        return r;
    }

    /** Runs a shell script here. */
    public Shell.Result script(String script) {
        return Shell.attempt(Shell.inNamespace(namespace(), "bash", "-c", script));
    }

    /** Starts a command here in the background, with its output in {@code log}. */
    public Process start(Path log, String command) {
        List<String> all = Shell.inNamespace(namespace(), command.trim().split("\\s+"));
        try {
            return new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the address answers one of several pings within 1.4 seconds. */
    public boolean pings(String address) {
        // With -w, ping ends at the first answer.
        return attempt("timeout 1.4 ping -c 1 -i 0.2 -w 2 " + address).output().matches("(?s).*bytes from.*");
    }
}
