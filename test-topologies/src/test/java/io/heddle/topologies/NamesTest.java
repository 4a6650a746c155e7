package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.pipeline.Table;
import io.heddle.topologies.lab.LabHost;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Access lists by groups, address sets, services and ranges of ports, on two hosts. */
class NamesTest extends FirewallLab {
    private static final int[] PORTS = {22, 80, 8000, 8099, 8100, 8101};

    private void machine(LabHost host, String name, int number) {
        machine(host, name, "09:0" + number, "10.0.200." + number + "/24", "fd00:200::" + number + "/64 nodad");
    }

    @Test
    void rulesByNameHoldOnSwitches() {
        LabHost hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        machine(hv1, "web1", 1);
        machine(hv1, "adm1", 3);
        machine(hv2, "web2", 2);
        machine(hv2, "gst2", 4);
        lab.machine(hv1, "sql1", "10.0.210.1/24");
        lab.introduce();
        startController();
        apply(example("access-lists"));
        echoes("web1", PORTS);
        assertTrue(answers("adm1", "10.0.200.1", 22), "an address set, a service");
        assertTrue(answers("adm1", "[fd00:200::1]", 22), "the same by IPv6");
        assertFalse(answers("gst2", "10.0.200.1", 22));
        assertTrue(answers("gst2", "10.0.200.1", 80), "one of two services");
        for (int port : List.of(8000, 8099, 8100)) {
            assertTrue(answers("web2", "10.0.200.1", port), "the group, port " + port);
            assertTrue(answers("web2", "[fd00:200::1]", port), "the same by IPv6, port " + port);
        }
        assertFalse(answers("web2", "10.0.200.1", 8101), "behind the range");
        assertFalse(answers("gst2", "10.0.200.1", 8100), "not in the group");

        String guest = "address: [10.0.200.4/24, \"fd00:200::4/64\"]";
        String joined = example("access-lists").replace(guest, guest + ", labels: {app: web}");
        assertFalse(joined.equals(example("access-lists")));
        apply(joined);
        assertTrue(answers("gst2", "10.0.200.1", 8100), "in the group now");
        assertFalse(answers("web2", "10.0.200.4", 22), "and so judged by its list");
        apply(joined.replace("blocklist: [", "blocklist: [10.0.200.4, "));
        assertFalse(answers("gst2", "10.0.200.1", 80), "in the block list");
        largeRules(hv1);
    }

    /** A rule with many addresses and many ports is a conjunction on the switch, with the same meaning. */
    private void largeRules(LabHost host) {
        String small = "src: web, dst-port: 8000-8100";
        assertTrue(example("access-lists").contains(small));
        apply(example("access-lists")
                .replace(
                        small,
                        "src: [web, 10.9.1.1, 10.9.1.3, 10.9.1.5, \"fd00:9::1\", \"fd00:9::3\", \"fd00:9::5\"],"
                                + " dst-port: [22, 7000, 8000-8100]"));
        String entries = host.ofctl("br0", "dump-flows", "table=" + Table.TO.number());
        assertTrue(entries.contains("conjunction(") && entries.contains("conj_id="), entries);
        for (int port : List.of(22, 8000, 8099, 8100)) {
            assertTrue(answers("web2", "10.0.200.1", port), "one of the ports: " + port);
            assertTrue(answers("web2", "[fd00:200::1]", port), "the same by IPv6, port " + port);
        }
        assertFalse(answers("web2", "10.0.200.1", 8101), "behind the range");
        assertFalse(answers("gst2", "10.0.200.1", 8100), "not in the group");
        assertTrue(answers("gst2", "10.0.200.1", 80), "another rule");
        controller.kill();
        restartController();
        assertTrue(answers("web2", "10.0.200.1", 8100), "with another controller");
        assertEquals(0, controller.counter("openflow_flow_mods_total"), "it finds all entries in place");
    }
}
