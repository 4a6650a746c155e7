package io.heddle.bench;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.util.Locale;

/**
 * Stateful lists under traffic: TCP from guest to guest, beside the same guests with NORMAL alone and with OVN's
 * {@code allow-related} ACLs. The rule that allows the traffic is the last of the list.
 */
final class ListsBench {
    private static final int WITHIN_SECONDS = 20;
    /** The exit code of timeout(1) when the command took too long. */
    private static final int TIMED_OUT = 124;

    private ListsBench() {}

    /** The list must be in force: what it does not allow gets no answer, not even a refusal. */
    private static void check(Way way) {
        String tries = "timeout 1 bash -c 'echo >/dev/tcp/" + way.server() + "/";
        ControllerProcess.until(
                WITHIN_SECONDS,
                way + " connects",
                () -> way.client().script(tries + Traffic.CONNECTIONS + "'").ok());
        Shell.Result forbidden = way.client().script(tries + ListsLab.FORBIDDEN + "'");
        if ((forbidden.exit() == TIMED_OUT) != ListsLab.isListed(way)) {
            throw new IllegalStateException("not what the list of " + way + " asks for: " + forbidden);
        }
    }

    /** Measures and prints. */
    static void print(int rules, int rounds, double seconds) throws IOException, InterruptedException {
        if (!Ovn.isInstalled()) {
            System.out.println("OVN is not here (apt install ovn-central ovn-host): measured without it\n");
        }
        try (ListsLab lab = new ListsLab(rules)) {
            lab.ways().forEach(ListsBench::check);
            Traffic traffic = Traffic.measure(
                    lab.ways(), (kind, way) -> kind != Traffic.Kind.CLIENTS || !way.isAcross(), rounds, seconds);
            RuleChanges changes = RuleChanges.measure(lab, rules);
            System.out.printf(
                    Locale.ROOT,
                    "TCP between guests; stateful lists of %d rules, of which the last allows it; medians of %d rounds%n",
                    rules,
                    rounds);
            traffic.print();
            changes.print();
        }
    }
}
