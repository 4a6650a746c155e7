package io.heddle.bench;

import io.heddle.topologies.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a load costs the switches on its way. Sources: ovs-vswitchd(8), dpif-netdev/pmd-stats-show; proc(5).
 *
 * @param seconds processor time of ovs-vswitchd
 * @param packets packets received from ports
 * @param passes passes through the datapath: each ct() with a table begins another
 * @param lookups subtables looked into for the passes that the caches did not answer
 * @param upcalls passes that no megaflow matched
 * @param megaflows the megaflows at the end
 */
record SwitchLoad(double seconds, double packets, double passes, double lookups, double upcalls, int megaflows) {
    private static final double TICKS_PER_SECOND = 100;
    /** Index of the user time among the fields after the name; the system time follows it. */
    private static final int USER_TIME = 11;

    static final SwitchLoad NONE = new SwitchLoad(0, 0, 0, 0, 0, 0);

    /** Work that puts load on switches. */
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /** A result, and what it cost the switches. */
    record Costing<T>(T result, SwitchLoad load) {}

    /** Runs the work, from an empty table of connections. @param hosts the hosts whose switches it uses */
    static <T> Costing<T> of(List<LabHost> hosts, Work<T> work) throws IOException, InterruptedException {
        for (LabHost host : hosts) {
            // Connections that have ended stay in the table for a while, and would slow down whoever comes later.
            host.appctl("dpctl/flush-conntrack");
            host.appctl("dpif-netdev/pmd-stats-clear");
        }
        double before = processorSeconds(hosts);
        T result = work.run();
        SwitchLoad all = NONE;
        for (LabHost host : hosts) {
            all = all.and(read(host));
        }
        double seconds = processorSeconds(hosts) - before;
        return new Costing<>(
                result, new SwitchLoad(seconds, all.packets, all.passes, all.lookups, all.upcalls, all.megaflows));
    }

    private static SwitchLoad read(LabHost host) {
        String stats = host.appctl("dpif-netdev/pmd-stats-show");
        double received = number(stats, "packets received");
        return new SwitchLoad(
                0,
                received,
                received + number(stats, "packet recirculations"),
                number(stats, "megaflow hits") * number(stats, "avg. subtable lookups per megaflow hit"),
                number(stats, "miss with success upcall"),
                (int) host.appctl("dpctl/dump-flows").lines().count());
    }

    /** The first value: that of the main thread, which serves ports without a poll mode driver. */
    private static double number(String stats, String name) {
        Matcher m = Pattern.compile("main thread:.*?" + name + ": *([0-9.]+)", Pattern.DOTALL)
                .matcher(stats);
        return m.find() ? Double.parseDouble(m.group(1)) : 0;
    }

    private static double processorSeconds(List<LabHost> hosts) throws IOException {
        double ticks = 0;
        for (LabHost host : hosts) {
            String pid = Files.readString(host.folder().resolve("vsw.pid")).strip();
            String[] stat = Files.readString(Path.of("/proc/" + pid + "/stat"))
                    .replaceFirst(".*\\) ", "")
                    .split(" ");
            ticks += Long.parseLong(stat[USER_TIME]) + Long.parseLong(stat[USER_TIME + 1]);
        }
        return ticks / TICKS_PER_SECOND;
    }

    private SwitchLoad and(SwitchLoad other) {
        return new SwitchLoad(
                seconds + other.seconds,
                packets + other.packets,
                passes + other.passes,
                lookups + other.lookups,
                upcalls + other.upcalls,
                megaflows + other.megaflows);
    }
}
