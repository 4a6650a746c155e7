package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** What operators of several controllers see. */
class ClusterOperationTest extends ClusterLab {
    private static String url(int number) {
        return "http://127.0.0.1:" + (8080 + number) + "/metrics";
    }

    /** A metric as a controller says it, -1 if it does not. */
    private static double metric(int number, String name) {
        return text(url(number))
                .lines()
                .filter(l -> l.startsWith("heddle_" + name + " "))
                .mapToDouble(l -> Double.parseDouble(l.substring(l.indexOf(' ') + 1)))
                .findFirst()
                .orElse(-1);
    }

    private static void awaitMetric(String name, double value) {
        ControllerProcess.until(
                20,
                name + " is " + value + " at all",
                () -> IntStream.range(0, 3).allMatch(i -> metric(i, name) == value));
    }

    @Test
    void eachControllerSaysForItselfHowItIs() throws IOException {
        start(3);
        int leader = cluster.leader();
        int follower = cluster.follower();
        awaitMetric("etcd_quorum", 1);
        awaitMetric("cluster_controllers{state=\"ready\"}", 2);
        assertEquals(1, metric(leader, "cluster_state{state=\"leads\"}"));
        assertEquals(0, metric(follower, "cluster_state{state=\"leads\"}"));
        assertEquals(1, metric(follower, "cluster_state{state=\"ready\"}"));
        assertEquals(metric(leader, "cluster_term"), metric(follower, "cluster_term"));
        assertTrue(metric(leader, "etcd_request_seconds_count") > 5);
        asPrometheusLikesThem(follower);
        onlyWhoMayReadGetsThem(follower);

        // Some changes may have begun a term; from here on none does.
        ControllerProcess leading = leader();
        etcd.kill(0);
        etcd.kill(1);
        awaitMetric("etcd_quorum", 0);
        assertTrue(metric(follower, "etcd_silent_seconds") > 5);
        assertEquals(1, metric(follower, "cluster_state{state=\"alone\"}"));
        assertTrue(health(follower).contains("\"alone\""), health(follower));
        ControllerProcess.until(
                5,
                "the leader tells",
                () -> leading.get("events?kind=quorum-lost").size() == 1);
        etcd.startAll();
        awaitMetric("etcd_quorum", 1);
        ControllerProcess.until(
                10,
                "the leader tells",
                () -> cluster.leader() >= 0
                        && leader().get("events?kind=quorum-back").size() == 1);

        int dead = cluster.follower();
        cluster.kill(dead);
        ControllerProcess.until(
                20, "it is away", () -> metric(cluster.leader(), "cluster_controllers{state=\"away\"}") == 1);
    }

    @Test
    void aLeaderWhoseDiskIsFullLeavesTheLeadToOthers() {
        List<Path> disks = IntStream.range(0, 3)
                .mapToObj(i -> Lab.FOLDER.resolve("controller" + i + "/state"))
                .toList();
        disks.forEach(d -> {
            Shell.run("mkdir -p " + d);
            Shell.run("mount -t tmpfs -o size=64m,mode=700 none " + d);
        });
        try {
            start(1);
            int full = cluster.leader();
            List<Integer> others =
                    IntStream.range(0, 3).filter(i -> i != full).boxed().toList();
            others.forEach(i -> fill(disks.get(i)));
            others.forEach(i -> ControllerProcess.until(
                    10, "c" + i + " leaves the lead to others", () -> health(i).contains("takes no more data")));
            fill(disks.get(full));
            for (int i = 0; i < 14; i++) {
                assertEquals(full, cluster.leader(), "no other one could lead");
                pause(500);
            }
            Shell.run("rm " + filler(disks.get(others.get(1))));
            awaitAnotherLeader(full);
            assertEquals(others.get(1), cluster.leader());
            apply(FILE.replace("vlan: 200", "vlan: 201"));
            assertTrue(
                    health(full).contains("takes no more data") || health(full).contains("No space"), health(full));

            Shell.run("rm " + filler(disks.get(full)));
            ControllerProcess.until(20, "it follows", () -> health(full).contains("\"ready\""));
            others.forEach(cluster::kill);
            ControllerProcess.until(20, "it can lead again", () -> cluster.leader() == full);
            assertTrue(leader().get("network").toString().contains("vlan: 201"), "and has the change");
        } finally {
            stop();
            cluster = null;
            etcd = null;
            disks.forEach(d -> Shell.run("umount -l " + d));
        }
    }

    private static Path filler(Path disk) {
        return disk.resolve("filler");
    }

    private static void fill(Path disk) {
        Shell.attempt(List.of("dd", "if=/dev/zero", "of=" + filler(disk), "bs=4k"));
    }

    @Test
    void thePageShowsTheControllers() {
        start(1);
        try (Browser browser = new Browser()) {
            int leader = cluster.leader();
            int follower = cluster.follower();
            browser.driver().get("http://127.0.0.1:" + (8080 + leader) + "/");
            browser.await(
                    "three controllers, of which c" + leader + " leads",
                    () -> rows(browser, "tr:has(.leads)") == 1
                            && rows(browser, "tr:has(.ready)") == 2
                            && leads(browser).startsWith("c" + leader + " leads " + Lab.CONTROLLER));
            assertEquals(0, rows(browser, "th:empty"), "each column has a heading");
            cluster.kill(follower);
            browser.await(
                    "c" + follower + " is away",
                    () -> browser.find("[data-part=controllers]").getText().contains("c" + follower + " away"));
        }
    }

    private static int rows(Browser browser, String which) {
        return browser.driver()
                .findElements(By.cssSelector("[data-part=controllers] " + which))
                .size();
    }

    private static String leads(Browser browser) {
        return browser.find("[data-part=controllers] tr:has(.leads)").getText();
    }

    /** And the alert rules ask only for what there is. */
    private static void asPrometheusLikesThem(int number) throws IOException {
        String text = text(url(number));
        Path file = Files.writeString(Lab.FOLDER.resolve("metrics.txt"), text);
        Shell.Result lint = Shell.attempt(List.of("sh", "-c", "promtool check metrics < " + file));
        assertTrue(lint.ok() && lint.output().isBlank(), lint.output());
        String rules = Files.readString(ControllerProcess.home().resolve("docs/monitoring/alerts.yaml"));
        TreeSet<String> unknown = new TreeSet<>();
        for (Matcher m = Pattern.compile("\\bheddle_(cluster|etcd)_[a-z_]+").matcher(rules); m.find(); ) {
            if (!text.contains("\n" + m.group() + " ") && !text.contains("\n" + m.group() + "{")) {
                unknown.add(m.group());
            }
        }
        assertEquals(new TreeSet<>(), unknown);
    }

    private void onlyWhoMayReadGetsThem(int number) {
        String elsewhere = "http://" + Lab.CONTROLLER + ":" + (8080 + number) + "/metrics";
        assertEquals("401", status(elsewhere));
        assertEquals("401", status(elsewhere, "-H", "Authorization: Bearer heddle_wrong"));
        assertEquals("401", status(url(number), "-H", "X-Forwarded-For: 192.0.2.1"));
        assertEquals("403", status(url(number), "-H", "Host: other.example"), "the leader refuses it");
        String token = leader().post("tokens", "{\"name\": \"prometheus\", \"role\": \"reader\"}")
                .path("token")
                .asText();
        ControllerProcess.until(
                5,
                "the token is known",
                () -> status(elsewhere, "-H", "Authorization: Bearer " + token).equals("200"));
        assertTrue(text(elsewhere, "-H", "Authorization: Bearer " + token)
                .contains("heddle_cluster_state{state=\"ready\"} 1"));
    }
}
