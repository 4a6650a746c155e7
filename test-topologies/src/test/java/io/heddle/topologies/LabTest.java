package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test with its own lab and, once started, a controller. */
abstract class LabTest {
    Lab lab;
    ControllerProcess controller;
    private int controllers;

    @BeforeEach
    void labUp() {
        lab = new Lab();
    }

    @AfterEach
    void labDown() {
        if (controller != null) {
            controller.close();
        }
        String log = controller == null ? "" : controller.log();
        lab.close();
        // The lines at fault come first: a summary of the tests shows only the beginning.
        List<String> faults = log.lines()
                .filter(l -> l.contains("LEAK") || l.contains("Exception"))
                .toList();
        assertTrue(faults.isEmpty(), () -> String.join("\n", faults) + "\nin\n" + log);
    }

    /** Starts the controller with a new, empty state. */
    void startController() {
        if (controller != null && controller.isRunning()) {
            throw new IllegalStateException("the test has a controller already, which would outlive it");
        }
        controllers++;
        restartController();
    }

    /** Starts the controller with the state of the previous one. */
    void restartController() {
        controller = new ControllerProcess(Lab.FOLDER.resolve("controller" + controllers));
    }

    /** Applies a network that every host and switch must confirm. */
    void apply(String yaml) {
        JsonNode answer = controller.apply(yaml);
        assertEquals("in-sync", answer.path("state").asText(), () -> answer.toPrettyString() + controller.log());
    }

    /** The text of an example in docs/examples, so that the tests run what the documentation shows. */
    static String example(String name) {
        try {
            return Files.readString(
                    ControllerProcess.home().resolve("docs/examples").resolve(name + ".yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a network file for the command line. */
    static Path write(String yaml) {
        try {
            return Files.writeString(Lab.FOLDER.resolve("network.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a script that machines of the lab can run. */
    static Path executable(String name, String text) {
        try {
            Path script = Files.writeString(Lab.FOLDER.resolve(name), text);
            return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Adds a machine with a MAC that begins with 02:00:00:00.
     *
     * @param mac its last two bytes, such as {@code 08:01}
     * @param ipv6 an address, {@code nodad} behind it for one without duplicate address detection; "" for none, as
     *     machines come
     */
    void machine(LabHost host, String name, String mac, String ipv4, String ipv6) {
        Node machine = lab.machine(host, name, ipv4);
        machine.run("ip link set eth0 down");
        machine.run("ip link set eth0 address 02:00:00:00:" + mac);
        if (!ipv6.isEmpty()) {
            machine.run("sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.eth0.disable_ipv6=0");
        }
        machine.run("ip link set eth0 up");
        if (!ipv6.isEmpty()) {
            machine.run("ip addr add " + ipv6 + " dev eth0");
        }
    }

    /**
     * Sends an Ethernet frame, given as hexadecimal digits, out of a machine's eth0; padded to 60 bytes. Pauses now and
     * then: a socket of the switch holds about 270 small frames, and a busy machine lets the switch wait.
     */
    static void send(Node machine, String hex, int count) {
        send(machine, "eth0", hex, count);
    }

    /** Likewise, out of another of its devices. */
    static void send(Node machine, String device, String hex, int count) {
        Shell.Result r = machine.script("/usr/bin/python3 -c 'import socket, time\n"
                + "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)\ns.bind((\"" + device + "\", 0))\n"
                + "f = bytes.fromhex(\"" + hex.replace(" ", "").replace(":", "") + "\")\n"
                + "for i in range(" + count + "):\n"
                + "  s.send(f + bytes(max(0, 60 - len(f))))\n"
                + "  if i % 50 == 49: time.sleep(0.01)'");
        assertTrue(r.ok(), r.output());
    }

    /** A ping every 50 ms, until {@link #lost} is called. */
    static final class Pings {
        private static final Pattern SENT = Pattern.compile("icmp_seq=(\\d+)");
        private static final Pattern ANSWERED = Pattern.compile("bytes from.* icmp_seq=(\\d+)");

        private final Path file;
        private final Process process;

        private Pings(Node from, String to) {
            file = Lab.FOLDER.resolve("ping-" + from.name() + System.nanoTime());
            // -O: a ping without an answer gets a line as soon as the next one is sent.
            process = from.start(file, "ping -n -O -i 0.05 -W 1 " + to);
            ControllerProcess.until(
                    5, "the first answer from " + to, () -> text(file).contains("bytes from"));
        }

        /**
         * Waits up to a second for outstanding answers, since a busy machine may delay several, and stops.
         *
         * @return how many of the pings sent before the call were not answered
         */
        int lost() {
            Set<Integer> missing = numbers(SENT);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            while (!numbers(ANSWERED).containsAll(missing) && System.nanoTime() < end) {
                pause(20);
            }
            missing.removeAll(numbers(ANSWERED));
            process.destroy();
            return missing.size();
        }

        private Set<Integer> numbers(Pattern lines) {
            return lines.matcher(text(file))
                    .results()
                    .map(r -> Integer.parseInt(r.group(1)))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Waits until the controller, which has just started, finds as many bridges in sync. */
    void awaitInSync(int bridges) {
        ControllerProcess.until(
                20,
                bridges + " bridges are in sync",
                () -> controller.get("status").path("bridges").path("inSync").asInt() == bridges);
    }

    /** All of three pings must be answered. */
    void reaches(String from, String to) {
        String out = lab.machine(from).script("ping -n -c 3 -i 0.2 -W 2 " + to).output();
        assertTrue(out.contains("3 received"), from + " to " + to + ": " + out);
    }

    /** Starts to ping 20 times a second. Both ends must resolve each other within five seconds. */
    Pings ping(String from, String to) {
        return new Pings(lab.machine(from), to);
    }

    /** Waits for an event of this kind whose text contains {@code part}. */
    void awaitEvent(String kind, String subject, String part) {
        awaitEvent(15, kind, subject, part);
    }

    /** The same, for at most {@code seconds}. */
    void awaitEvent(int seconds, String kind, String subject, String part) {
        ControllerProcess.until(
                seconds,
                "event " + kind + " of " + subject + " with \"" + part + "\"",
                () -> happened(kind, subject, part));
    }

    /** The pairs of {@code machines} that reach each other, sorted: {@code "a→b"} if a reaches b. */
    List<String> reached(List<String> machines, Function<String, String> address) {
        List<Thread> threads = new ArrayList<>();
        TreeMap<String, Boolean> reached = new TreeMap<>();
        for (String a : machines) {
            for (String b : machines) {
                // All at once: a ping that nobody answers takes more than a second.
                if (!a.equals(b)) {
                    threads.add(new Thread(() -> {
                        if (lab.machine(a).pings(address.apply(b))) {
                            synchronized (reached) {
                                reached.put(a + "→" + b, true);
                            }
                        }
                    }));
                }
            }
        }
        threads.forEach(Thread::start);
        threads.forEach(t -> {
            try {
                t.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return new ArrayList<>(reached.keySet());
    }

    /** The frames dropped for a reason, summed over all switches. */
    long drops(String reason) {
        long sum = 0;
        for (JsonNode d : controller.get("drops")) {
            sum += d.path("reason").asText().equals(reason) ? d.path("packets").asLong() : 0;
        }
        return sum;
    }

    /** Whether there was an event of this kind about this subject. */
    boolean happened(String kind, String subject) {
        return happened(kind, subject, "");
    }

    private boolean happened(String kind, String subject, String part) {
        for (JsonNode e : controller.get("events")) {
            if (e.path("kind").asText().equals(kind)
                    && e.path("subject").asText().startsWith(subject)
                    && e.path("text").asText().contains(part)) {
                return true;
            }
        }
        return false;
    }

    /** Waits for what cannot be polled, such as frames in flight. */
    static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts to capture the frames on a device, for at most {@code seconds}. */
    static Capture capture(LabHost host, String device, int seconds, String filter) throws IOException {
        Path file = Lab.FOLDER.resolve("capture-" + device + System.nanoTime());
        Process p = host.start(file, "timeout " + seconds + " tcpdump -l -e -nn -i " + device + " " + filter);
        ControllerProcess.until(5, "tcpdump listens", () -> text(file).contains("listening on"));
        return new Capture(file, p);
    }

    /** A running tcpdump. */
    record Capture(Path file, Process process) {
        /** The output, once it contains {@code wanted} or tcpdump has ended. */
        String text(String wanted) {
            ControllerProcess.until(
                    10,
                    "tcpdump sees " + wanted + " or ends",
                    () -> LabTest.text(file).contains(wanted) || !process.isAlive());
            process.destroy();
            return LabTest.text(file);
        }
    }

    static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }
}
