package io.heddle.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Times of single rule changes in a list that two hosts have, in seconds and sorted.
 *
 * @param heddle a rule in the middle of the list gets another port: from the request until the answer that both
 * switches     have confirmed
 * @param daemon {@code ovn-nbctl --wait=hv acl-add} by a daemon that holds the database; empty without OVN
 * @param process the same by a process for each, as people run it; empty without OVN
 */
record RuleChanges(List<Double> heddle, List<Double> daemon, List<Double> process) {
    private static final int CHANGES = 30;
    /** Changes before the measured ones, so that the JVM has compiled the code they need. */
    private static final int WARM_UP = 100;

    private static final int FIRST_PORT = 20_000;

    static RuleChanges measure(ListsLab lab, int rules) {
        RuleChanges all = new RuleChanges(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        String path = "acls/" + ListsLab.LIST + "/rules/" + rules / 2 + "?wait=30";
        for (int i = 0; i < WARM_UP + CHANGES; i++) {
            String rule = "{\"match\": {\"proto\": \"tcp\", \"src\": \"100.66.0.1\", \"dst-port\": " + (FIRST_PORT + i)
                    + "}, \"action\": \"allow\"}";
            double took = seconds(() -> confirmed(lab.heddle().put(path, rule)));
            if (i >= WARM_UP) {
                all.heddle.add(took);
            }
        }
        for (int i = 0; lab.ovn() != null && i < CHANGES; i++) {
            List<String> acl = acl(2 * i);
            all.daemon.add(seconds(() -> lab.ovn().nbctl(acl.toArray(String[]::new))));
            List<String> another = acl(2 * i + 1);
            all.process.add(seconds(() -> lab.ovn().nbctlProcess(another)));
        }
        List.of(all.heddle, all.daemon, all.process).forEach(times -> times.sort(Comparator.naturalOrder()));
        return all;
    }

    private static List<String> acl(int number) {
        String match = "ip4.src == 100.66.0.1 && tcp.dst == " + (FIRST_PORT + number);
        return Ovn.acl(ListsLab.GROUP, Ovn.HIGHEST - number, match, "allow-related");
    }

    private static void confirmed(JsonNode answer) {
        if (!answer.path("state").asText().equals("in-sync")) {
            throw new IllegalStateException("not in sync: " + answer);
        }
    }

    private static double seconds(Runnable work) {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e9;
    }

    void print() {
        System.out.printf(
                Locale.ROOT, "%n%-52s %8s %8s%n", "one rule, until two hosts have confirmed it", "p50 ms", "p90 ms");
        print("heddle: changed by its API", heddle);
        print("ovn-nbctl --wait=hv acl-add, by a daemon", daemon);
        print("ovn-nbctl --wait=hv acl-add, a process for each", process);
    }

    private static void print(String name, List<Double> times) {
        if (!times.isEmpty()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-52s %8.1f %8.1f%n",
                    name,
                    times.get(times.size() / 2) * 1000,
                    times.get(times.size() * 9 / 10) * 1000);
        }
    }
}
