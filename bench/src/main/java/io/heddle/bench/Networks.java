package io.heddle.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Network files for the benchmarks. */
final class Networks {
    private static final String HEAD = "heddle: v1\n\nnetworks:\n  blue: {vlan: " + EmulatedSwitch.VLAN + "}\n";

    private Networks() {}

    /**
     * A file for {@link EmulatedSwitch}es: four ports per bridge, all in one network that has an ACL.
     *
     * @param rules number of rules; they drop addresses that no host has
     */
    static String ofEmulated(int switches, int rules) {
        StringBuilder out = new StringBuilder(HEAD).append("\nhosts:\n");
        for (int i = 1; i <= switches; i++) {
            out.append(String.format(Locale.ROOT, """
                      h%1$d:
                        system-id: "emulated-%1$d"
                        bridges:
                          br0:
                            datapath: netdev
                            datapath-id: "%1$016x"
                            mac-limit: 1000000
                            ports:
                              p1: {access: blue, type: internal}
                              p2: {access: blue, type: internal}
                              p3: {access: blue, type: internal}
                              p4: {access: blue, type: internal}
                    """, i));
        }
        return out + acl(rules);
    }

    /** The names of the hosts of such a file. */
    static List<String> hosts(int switches) {
        return IntStream.rangeClosed(1, switches).mapToObj(i -> "h" + i).toList();
    }

    /** The match of a rule; rules are numbered from 0. */
    static String match(int rule) {
        return String.format(Locale.ROOT, "ip,nw_src=100.%d.%d.%d", 64 + (rule >> 16), rule >> 8 & 0xff, rule & 0xff);
    }

    /** One ACL of {@code rules} rules on the network. */
    static String acl(int rules) {
        StringBuilder out = new StringBuilder("\nacls:\n  - name: drops\n    on: {networks: [blue]}\n    rules:\n");
        for (int i = 0; i < rules; i++) {
            out.append("      - {match: \"").append(match(i)).append("\", action: drop}\n");
        }
        return out.toString();
    }
}
