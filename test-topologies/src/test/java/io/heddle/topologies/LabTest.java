package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test with a lab of its own and, once it asks, a controller. */
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
        assertFalse(log.contains("LEAK"), log);
        assertFalse(log.contains("Exception"), log);
    }

    /** Starts the controller with an empty state of its own. */
    void startController() {
        controllers++;
        restartController();
    }

    /** Starts the controller with the state that the one before it left. */
    void restartController() {
        controller = new ControllerProcess(Lab.FOLDER.resolve("controller" + controllers));
    }

    /** Applies a network that every host and switch must confirm. */
    void apply(String yaml) {
        JsonNode answer = controller.apply(yaml);
        assertEquals("in-sync", answer.path("state").asText(), () -> answer.toPrettyString() + controller.log());
    }

    /** Who of {@code machines} reaches whom: {@code "a→b"} for every pair that does, sorted. */
    List<String> reached(List<String> machines, Function<String, String> address) {
        List<Thread> threads = new ArrayList<>();
        TreeMap<String, Boolean> reached = new TreeMap<>();
        for (String a : machines) {
            // One thread a sender: a machine pings one at a time, machines ping at once.
            Thread t = new Thread(() -> {
                for (String b : machines) {
                    if (!a.equals(b) && lab.machine(a).pings(address.apply(b))) {
                        synchronized (reached) {
                            reached.put(a + "→" + b, true);
                        }
                    }
                }
            });
            t.start();
            threads.add(t);
        }
        threads.forEach(t -> {
            try {
                t.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return new ArrayList<>(reached.keySet());
    }

    /** The frames discarded under a reason, over all switches. */
    long drops(String reason) {
        long sum = 0;
        for (JsonNode d : controller.get("drops")) {
            sum += d.path("reason").asText().equals(reason) ? d.path("packets").asLong() : 0;
        }
        return sum;
    }

    /** Whether there was an event of this kind about this subject. */
    boolean happened(String kind, String subject) {
        for (JsonNode e : controller.get("events")) {
            if (e.path("kind").asText().equals(kind) && e.path("subject").asText().startsWith(subject)) {
                return true;
            }
        }
        return false;
    }

    /** A pause for what happens by itself, such as frames in flight. */
    static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts to write down what passes a device, up to {@code count} frames, for {@code seconds} at most. */
    static Capture capture(LabHost host, String device, int seconds, String filter) throws IOException {
        Path file = Lab.FOLDER.resolve("capture-" + device + System.nanoTime());
        Process p = host.start(file, "timeout " + seconds + " tcpdump -l -e -nn -i " + device + " " + filter);
        ControllerProcess.until(5, "tcpdump listens", () -> text(file).contains("listening on"));
        return new Capture(file, p);
    }

    /** A running tcpdump. */
    record Capture(Path file, Process process) {
        /** What it saw, once something of {@code wanted} was seen or it gave up. */
        String text(String wanted) {
            ControllerProcess.until(10, "tcpdump sees " + wanted + " or ends",
                    () -> LabTest.text(file).contains(wanted) || !process.isAlive());
            process.destroy();
            return LabTest.text(file);
        }
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }
}
