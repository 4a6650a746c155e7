package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.simulate.Frame;
import io.heddle.flows.simulate.Simulator;
import io.heddle.flows.simulate.Tracked;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connection tracking: a real switch reports the entries unchanged, and frames take those that the simulator says. */
class ConnectionTest extends LabTest {
    private static final List<FlowEntry> ENTRIES = List.of(
                    "table=0, priority=9,ip actions=ct(table=1,zone=5)",
                    "table=0, priority=1 actions=NORMAL",
                    "table=1, priority=9,ct_state=-new+est-rel+rpl+trk,ct_zone=5,ct_nw_src=10.0.0.1,ct_nw_proto=1,"
                            + "ct_tp_src=8,ip actions=goto_table:2",
                    "table=1, priority=8,ct_state=+new-rel+trk,ct_zone=5,ct_mark=0,ct_nw_src=10.0.0.1,"
                            + "ct_nw_dst=10.0.0.0/30,ct_nw_proto=1,ct_tp_src=8,ct_tp_dst=0,ip "
                            + "actions=ct(commit,table=2,zone=NXM_NX_CT_ZONE[])",
                    "table=1, priority=7,ct_state=+new-rel-inv+trk,ct_nw_proto=17,ct_tp_src=0x0/0xf000,ct_tp_dst=53,ip "
                            + "actions=ct(commit,zone=NXM_NX_CT_ZONE[]),goto_table:3",
                    "table=1, priority=6,ct_state=+est-rpl+trk,ip actions=goto_table:2",
                    "table=1, priority=5,ct_state=new|trk,ip actions=drop",
                    "table=1, priority=4,ct_state=+rel+trk,ct_nw_proto=17,ct_tp_dst=53,ip actions=NORMAL",
                    "table=1, priority=3,ct_state=-inv+trk,ct_ipv6_src=fd00::/16,ct_ipv6_dst=fd00::1,ipv6 actions=drop",
                    "table=2, priority=2,ct_state=+new+trk,ct_zone=5,ip actions=NORMAL",
                    "table=2, priority=1,ct_state=+rpl+trk,ct_zone=5,ip actions=NORMAL",
                    "table=3, priority=2,ct_state=-trk,ct_zone=0 actions=ct_clear,NORMAL",
                    "table=3, priority=1,ct_state=+trk actions=drop")
            .stream()
            .map(FlowText::parseEntry)
            .toList();

    private LabHost hv1;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        hv1.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev fail_mode=secure protocols=OpenFlow13");
        for (int n = 1; n <= 2; n++) {
            lab.machine(hv1, "vm" + n, "10.0.0." + n + "/24");
            hv1.vsctl("add-port br0 vm" + n);
        }
        ENTRIES.forEach(e ->
                hv1.ofctl("br0", "add-flow", e.toString().replace(", ", ",").replace(" actions=", ",actions=")));
    }

    private String flows() {
        return hv1.ofctl("br0", "dump-flows", "--no-names");
    }

    @Test
    void reportsTheEntriesUnchanged() {
        Set<FlowEntry> reported = new HashSet<>();
        flows().lines()
                .filter(l -> l.contains("actions="))
                .map(l -> l.replaceAll("(duration|n_packets|n_bytes|idle_age|hard_age)=[^,]*, ", ""))
                .forEach(l -> reported.add(FlowText.parseEntry(l)));
        assertEquals(new HashSet<>(ENTRIES), reported, this::flows);
    }

    @Test
    void framesTakeTheEntriesThatTheSimulatorSays() {
        Map<String, Long> expected = new TreeMap<>();
        // A single request: the state of a second one would be established.
        assertTrue(lab.machine("vm1").attempt("ping -c 1 -W 2 10.0.0.2").ok());
        expect(expected, "icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2,icmp_type=8,icmp_code=0", Tracked.NEW);
        expect(expected, "icmp,nw_src=10.0.0.2,nw_dst=10.0.0.1,icmp_type=0,icmp_code=0", Tracked.REPLY);
        assertFalse(lab.machine("vm2").attempt("ping -c 1 -W 1 10.0.0.1").ok());
        expect(expected, "icmp,nw_src=10.0.0.2,nw_dst=10.0.0.1,icmp_type=8,icmp_code=0", Tracked.NEW);
        for (int port : new int[] {53, 54}) {
            lab.machine("vm1").run("socat -u OPEN:/etc/hostname UDP4-SENDTO:10.0.0.2:" + port + ",bind=:1000");
            expect(expected, "udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1000,tp_dst=" + port, Tracked.NEW);
        }
        // Nobody listens on port 53: an ICMP error says so, with the tuple of the connection that it is about.
        expected.put("1/4", 1L);
        hv1.appctl("revalidator/purge");
        ControllerProcess.until(5, "the switch counts the frames", () -> counts().equals(expected));
    }

    /** Adds what one frame counts, without the first table, which counts every frame. */
    private static void expect(Map<String, Long> counts, String frame, Tracked tracked) {
        new Simulator(ENTRIES)
                .send(Frame.of(FlowText.parseMatch(frame)), tracked).path().stream()
                        .filter(e -> e.table() > 0)
                        .forEach(e -> counts.merge(e.table() + "/" + e.priority(), 1L, Long::sum));
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        Matcher m = Pattern.compile("table=([1-9]\\d*), n_packets=([1-9]\\d*).*?priority=(\\d+)")
                .matcher(flows());
        while (m.find()) {
            counts.put(m.group(1) + "/" + m.group(3), Long.parseLong(m.group(2)));
        }
        return counts;
    }
}
