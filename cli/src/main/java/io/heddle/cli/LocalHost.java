package io.heddle.cli;

import io.heddle.importing.first.FirstNetwork;
import io.heddle.importing.first.RunningHost;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine that the command runs on: its devices by ip(8), its Open vSwitch by ovs-vsctl(8). */
final class LocalHost {
    private static final int SECONDS = 30;
    private static final Pattern FAILED = Pattern.compile("Command failed \\S*:(\\d{1,6})");

    private LocalHost() {}

    /** What a program printed, on both of its outputs. */
    record Result(int exit, String output) {
        boolean isDone() {
            return exit == 0;
        }
    }

    /** Whether this process may change the machine's network. */
    static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    /** The devices, addresses and routes. */
    static RunningHost read() throws IOException, InterruptedException {
        try {
            return RunningHost.read(ip("-j", "-d", "addr"), ip("-j", "route", "show"), ip("-j", "-6", "route", "show"));
        } catch (IllegalArgumentException e) {
            throw new Heddle.Failure(e.getMessage());
        }
    }

    private static String ip(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        Result r = run("", command);
        if (!r.isDone()) {
            throw new Heddle.Failure(String.join(" ", command) + " failed: " + r.output.strip());
        }
        return r.output;
    }

    /**
     * Runs the lines of a batch of ip(8) in one process, and goes on after lines that fail.
     *
     * @return what went wrong; "" for nothing. An address that cannot be deleted is gone already
     */
    static String ipBatch(List<String> lines) throws IOException, InterruptedException {
        Result r = run(String.join("\n", lines) + "\n", List.of("ip", "-force", "-batch", "-"));
        return r.isDone() ? "" : faults(lines, r.output);
    }

    /** Each fault with its line. ip(8) ends the text of a fault with {@code Command failed -:LINE}. */
    static String faults(List<String> lines, String output) {
        List<String> faults = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String said : output.lines().toList()) {
            Matcher end = FAILED.matcher(said);
            if (!end.matches()) {
                text.append(text.isEmpty() ? "" : " ").append(said.strip());
                continue;
            }
            int line = Integer.parseInt(end.group(1));
            String command = line >= 1 && line <= lines.size() ? lines.get(line - 1) : "";
            if (!command.startsWith("addr del ")) {
                faults.add("ip " + command + ": " + text);
            }
            text.setLength(0);
        }
        if (!text.isEmpty()) {
            faults.add(text.toString());
        }
        return String.join("; ", faults);
    }

    /** The device by which packets leave for a host, {@code lo} if it is this one. Empty if nobody knows a way. */
    static Optional<String> wayTo(String host) throws InterruptedException {
        try {
            String address = InetAddress.getByName(host).getHostAddress().replaceFirst("%.*", "");
            return Optional.of(ApiClient.JSON
                            .readTree(ip("-j", "route", "get", address))
                            .path(0)
                            .path("dev")
                            .asText())
                    .filter(dev -> !dev.isEmpty());
        } catch (IOException | Heddle.Failure e) {
            return Optional.empty();
        }
    }

    /** What Open vSwitch has. @throws Heddle.Failure if there is none, or it does not run; says how to get it */
    static FirstNetwork.Switch openVSwitch(String datapath) throws IOException, InterruptedException {
        Map<String, String> devices = new TreeMap<>();
        for (String bridge : vsctl("list-br").lines().toList()) {
            devices.put(bridge, bridge);
            vsctl("list-ifaces", bridge).lines().forEach(i -> devices.put(i, bridge));
        }
        String id = vsctl("--if-exists", "get", "Open_vSwitch", ".", "external_ids:system-id")
                .strip()
                .replace("\"", "");
        if (id.isEmpty()) {
            throw new Heddle.Failure("Open vSwitch of this host has no system-id, by which Heddle would know the host:"
                    + " ovs-vsctl set Open_vSwitch . external_ids:system-id=NAME");
        }
        return new FirstNetwork.Switch(id, isUserspace(datapath), devices);
    }

    private static boolean isUserspace(String datapath) throws IOException, InterruptedException {
        if (!datapath.isEmpty()) {
            return datapath.equals("netdev");
        }
        return !Files.exists(Path.of("/sys/module/openvswitch"))
                && !attempt(List.of("modprobe", "openvswitch")).isDone();
    }

    /** Runs ovs-vsctl. @throws Heddle.Failure if Open vSwitch refuses, is not there or does not run */
    static String vsctl(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--timeout=10"));
        command.addAll(List.of(words));
        Result r = run("", command);
        if (!r.isDone()) {
            throw new Heddle.Failure(
                    r.output.contains("database connection failed")
                            ? "Open vSwitch does not run on this host: systemctl start openvswitch-switch ("
                                    + r.output.strip() + ")"
                            : r.output.strip());
        }
        return r.output;
    }

    /** The bridge that has a device, "" for none. Empty if Open vSwitch does not answer. */
    static Optional<String> bridgeOf(String device) throws InterruptedException {
        Result r = attempt(List.of("ovs-vsctl", "--timeout=10", "iface-to-br", device));
        if (r.isDone()) {
            return Optional.of(r.output.strip());
        }
        return r.output.contains("no interface named") ? Optional.of("") : Optional.empty();
    }

    /** Has Open vSwitch dial a controller. @return whether it did not before */
    static boolean letIn(String manager) throws IOException, InterruptedException {
        if (vsctl("get-manager").lines().map(String::strip).anyMatch(manager::equals)) {
            return false;
        }
        vsctl(
                "--id=@m",
                "create",
                "Manager",
                "target=\"" + manager + "\"",
                "--",
                "add",
                "Open_vSwitch",
                ".",
                "manager_options",
                "@m");
        return true;
    }

    /** Has Open vSwitch dial a controller no more. */
    static Result keepOut(String manager) throws InterruptedException {
        return attempt(List.of(
                "ovs-vsctl",
                "--timeout=10",
                "--id=@m",
                "get",
                "Manager",
                manager,
                "--",
                "remove",
                "Open_vSwitch",
                ".",
                "manager_options",
                "@m"));
    }

    /** Runs a program, and accepts its failure. */
    static Result attempt(List<String> command) throws InterruptedException {
        try {
            return run("", command);
        } catch (IOException | Heddle.Failure e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        }
    }

    private static Result run(String input, List<String> command) throws IOException, InterruptedException {
        Process p;
        try {
            p = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new Heddle.Failure(
                    switch (command.get(0)) {
                        case "ip" -> "there is no command ip on this host: apt install iproute2";
                        case "ovs-vsctl" ->
                            "there is no Open vSwitch on this host: apt install openvswitch-switch, then again."
                                    + " With --file-only, heddle init only writes the file";
                        default -> e.getMessage();
                    });
        }
        p.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        p.getOutputStream().close();
        String output = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!p.waitFor(SECONDS, TimeUnit.SECONDS)) {
            p.destroyForcibly();
            throw new IOException(String.join(" ", command) + " does not end");
        }
        return new Result(p.exitValue(), output);
    }
}
