package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.Shell;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Controllers of a cluster are stopped and started one after the other, as an upgrade does. With {@code
 * HEDDLE_OTHER_HOME}, the folder of another, built version of Heddle, they become that one and then this one again.
 */
class UpgradeTest extends ClusterLab {
    private static final Path OTHER = Optional.ofNullable(System.getenv("HEDDLE_OTHER_HOME"))
            .map(Path::of)
            .orElse(ControllerProcess.home());

    @Test
    void changesGoOnWhileEachControllerIsReplaced() throws InterruptedException {
        start(1);
        Pings pings = ping("one", "10.0.200.2");
        Changes changes = new Changes();
        changes.start();
        replaceAll(OTHER);
        long there = changes.longest.getAndSet(0);
        replaceAll(ControllerProcess.home());
        changes.end();
        System.out.println("measured: " + changes.done + " changes during six restarts, of which " + changes.again
                + " were sent again; the longest took " + there + " and " + changes.longest + " ms");
        assertEquals(0, pings.lost());
        JsonNode history = leader().get("history");
        assertEquals(1 + changes.done.get(), history.size(), "each change is there, once");
        assertTrue(changes.done.get() > 20, changes.done + " changes");
        assertEquals(0, leader().counter("openflow_flow_mods_total"), "entries written");
    }

    /** Those that follow first. */
    private void replaceAll(Path program) {
        int leader = cluster.leader();
        for (int i = 0; i < 3; i++) {
            if (i != leader) {
                replace(i, program);
            }
        }
        replace(leader, program);
    }

    private void replace(int number, Path program) {
        cluster.stop(number);
        cluster.start(number, program);
        ControllerProcess.until(
                20,
                "c" + number + " is back",
                () -> cluster.leader() >= 0
                        && leader().get("controllers?state=ready").size() == 2);
    }

    /** A user who makes changes one by one, at the controller that leads, and sends again what has no answer. */
    private final class Changes extends Thread {
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger again = new AtomicInteger();
        /** Milliseconds. */
        private final AtomicLong longest = new AtomicLong();

        private volatile boolean ending;

        @Override
        public void run() {
            while (!ending) {
                String file = FILE + "# change " + done.get() + "\n";
                long begun = System.nanoTime();
                while (!accepted(file)) {
                    again.incrementAndGet();
                    pause(20);
                }
                longest.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun), Math::max);
                done.incrementAndGet();
                pause(50);
            }
        }

        private boolean accepted(String file) {
            for (int i = 0; i < 3; i++) {
                try {
                    // At the door of one that does not lead, a user needs a token.
                    if (cluster.get(i).apply(file).path("state").asText().equals("in-sync")) {
                        return true;
                    }
                } catch (UncheckedIOException | NoSuchElementException e) {
                    // It does not run.
                }
            }
            return false;
        }

        void end() throws InterruptedException {
            ending = true;
            join(TimeUnit.SECONDS.toMillis(20));
            assertFalse(isAlive(), "the last change is acknowledged");
        }
    }

    /** Controllers refuse a state that a later Heddle has written, while they run and when they start. */
    @Test
    void aStateOfALaterHeddleIsRefused() {
        start(1);
        assertTrue(etcd.ctl("put /heddle/format 2").ok());
        String why = "etcd holds the state of a later Heddle (format 2, this one knows 1): start that one";
        ControllerProcess.until(
                20,
                "all end",
                () -> !cluster.get(0).isRunning()
                        && !cluster.get(1).isRunning()
                        && !cluster.get(2).isRunning());
        for (int i = 0; i < 3; i++) {
            assertTrue(
                    cluster.get(i).log().contains("heddle: " + why),
                    cluster.get(i).log());
        }
        Shell.Result copied =
                ControllerProcess.heddle("store copy --from " + etcd.store() + " --to " + Lab.FOLDER.resolve("copy"));
        assertTrue(!copied.ok() && copied.output().contains(why), copied.output());
        assertTrue(etcd.ctl("put /heddle/format 1").ok());
        cluster.start(0);
        ControllerProcess.until(20, "it leads", () -> cluster.leader() == 0);
        assertEquals(1, leader().get("status").path("version").asInt());
    }
}
