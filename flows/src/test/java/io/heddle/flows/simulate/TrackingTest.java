package io.heddle.flows.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.sets.HeaderSpace;
import io.heddle.flows.sets.Headers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackingTest {
    /** A stateful list: clients of 10.0.0.1 to servers by UDP 53 and by echo; replies come back. */
    private static final List<String> STATEFUL = List.of(
            "table=0, priority=9,ip actions=ct(table=1,zone=5)",
            "table=0, priority=8,ipv6 actions=ct(table=1,zone=6)",
            "table=0, priority=1 actions=output:9",
            "table=1, priority=9,ct_state=-new+est+rpl+trk,ct_zone=5,ip actions=output:1",
            "table=1, priority=8,ct_state=+new+trk,ct_zone=5,ct_mark=0,ct_nw_src=10.0.0.1,ct_nw_proto=17,ct_tp_dst=53,"
                    + "ip actions=ct(commit,table=2,zone=NXM_NX_CT_ZONE[])",
            "table=1, priority=7,ct_state=+new+trk,ct_nw_src=10.0.0.1,ct_nw_proto=1,ct_tp_src=8,ct_tp_dst=0,ip "
                    + "actions=ct(commit,zone=NXM_NX_CT_ZONE[]),goto_table:3",
            "table=1, priority=6,ct_state=+rpl+trk,ct_zone=6,ct_ipv6_src=fd00::/16,ct_ipv6_dst=fd00::2,ct_nw_proto=58,"
                    + "ct_tp_src=128,ipv6 actions=output:6",
            "table=1, priority=5,ct_state=-trk actions=output:7",
            "table=2, priority=9,ct_state=+new+trk,ct_zone=5,ct_tp_src=1000,ct_nw_proto=17,ip actions=output:2",
            "table=3, priority=9,ct_state=+trk actions=output:7",
            "table=3, priority=8,ct_state=-trk,ct_zone=0 actions=output:3");

    private static Simulator of(List<String> entries) {
        return new Simulator(entries.stream().map(FlowText::parseEntry).toList());
    }

    private static List<Integer> ports(List<String> entries, String frame, Tracked tracked) {
        Simulator.Outcome out = of(entries).send(Frame.of(FlowText.parseMatch(frame)), tracked);
        assertEquals(Optional.empty(), out.lost());
        return out.emissions().stream().map(Simulator.Emission::port).toList();
    }

    private static final String ASK = "udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1000,tp_dst=53";
    private static final String ANSWER = "udp,nw_src=10.0.0.2,nw_dst=10.0.0.1,tp_src=53,tp_dst=1000";

    @Test
    void aNewConnectionPassesByItsTuple() {
        assertEquals(List.of(2), ports(STATEFUL, ASK, Tracked.NEW));
        assertEquals(List.of(), ports(STATEFUL, ASK.replace("53", "54"), Tracked.NEW));
        assertEquals(List.of(), ports(STATEFUL, ANSWER, Tracked.NEW));
        assertEquals(List.of(1), ports(STATEFUL, ANSWER, Tracked.REPLY));
        assertEquals(List.of(9), ports(STATEFUL, "arp", Tracked.NEW));
    }

    /** The rest of an entry after ct, and its next table, see an untracked frame; so it is in Open vSwitch. */
    @Test
    void theRestOfAnEntryIsNotTracked() {
        String echo = "icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2,icmp_type=8,icmp_code=0";
        assertEquals(List.of(3), ports(STATEFUL, echo, Tracked.NEW));
        assertEquals(List.of(), ports(STATEFUL, echo.replace("type=8", "type=0"), Tracked.NEW));
        assertEquals(
                List.of(4, 5),
                ports(
                        List.of(
                                "table=0, priority=1,ip actions=ct(table=1),goto_table:2",
                                "table=1, priority=1,ct_state=+trk actions=output:4",
                                "table=2, priority=1,ct_state=+trk actions=drop",
                                "table=2, priority=0 actions=output:5"),
                        ASK,
                        Tracked.NEW));
    }

    /** Metadata is written after the actions, and so after the tracked copy has gone on; so it is in Open vSwitch. */
    @Test
    void theTrackedCopyKeepsTheMetadataOfItsTime() {
        List<String> entries = List.of(
                "table=0, priority=1 actions=write_metadata:0x5,goto_table:1",
                "table=1, priority=1,ip actions=ct(table=2,zone=5),write_metadata:0x77",
                "table=2, priority=1,metadata=0x5 actions=output:2");
        assertEquals(List.of(2), ports(entries, ASK, Tracked.NEW));
    }

    @Test
    void theTupleOfAReplyIsTheReversedOne() {
        String echo = "icmp6,ipv6_src=fd00::2,ipv6_dst=fd00::1,icmp_type=129,icmp_code=0";
        assertEquals(List.of(6), ports(STATEFUL, echo, Tracked.REPLY));
        assertEquals(List.of(), ports(STATEFUL, echo.replace("129", "128"), Tracked.REPLY));
        assertEquals(List.of(), ports(STATEFUL, echo, Tracked.NEW));
    }

    @Test
    void anotherZoneTracksAnewAndCtClearForgets() {
        List<String> entries = List.of(
                "table=0, priority=1,ip actions=ct(table=1,zone=5)",
                "table=1, priority=1,ct_state=+trk,ct_zone=5,ip actions=ct(table=2,zone=6)",
                "table=2, priority=1,ct_state=+trk,ct_zone=6,ip actions=ct_clear,goto_table:3",
                "table=3, priority=1,ct_state=0,ct_zone=0 actions=output:2");
        assertEquals(List.of(2), ports(entries, ASK, Tracked.NEW));
    }

    @Test
    void wayBackIsUnknown() {
        for (int table : new int[] {3, 5}) {
            Simulator s = of(List.of(
                    "table=0, priority=1 actions=goto_table:5",
                    "table=5, priority=1,ip actions=ct(table=" + table + ")"));
            String lost = s.send(Frame.of(FlowText.parseMatch(ASK))).lost().orElseThrow();
            assertTrue(lost.contains("ct(table=" + table + ")"), lost);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ip,nw_ttl=3;ip,nw_ttl=3;ip,nw_ttl=3",
                "ct_state=+new+trk,ip;ct_state=+new+trk,ip;",
                "ct_state=+rpl+trk,ip;;ct_state=+rpl+trk,ip",
                "ct_state=-trk,ip;;",
                "ct_state=-inv+trk,ct_mark=1,ip;ct_state=-inv+trk,ct_mark=0x1,ip;ct_state=-inv+trk,ct_mark=0x1,ip",
                "ct_state=-inv+trk,ct_nw_src=10.0.0.0/8,ip;ct_state=-inv+trk,ip,nw_src=10.0.0.0/8;"
                        + "ct_state=-inv+trk,ip,nw_dst=10.0.0.0/8",
                "ct_state=-inv+trk,ct_nw_src=10.0.0.0/8,ip,nw_src=11.0.0.1,nw_dst=10.0.0.1;;"
                        + "ct_state=-inv+trk,ip,nw_src=11.0.0.1,nw_dst=10.0.0.1",
                "ct_state=-inv+trk,ct_nw_proto=6,ct_tp_dst=80,ip;ct_state=-inv+trk,tcp,tp_dst=80;"
                        + "ct_state=-inv+trk,tcp,tp_src=80",
                "ct_state=-inv+trk,ct_nw_proto=132,ct_tp_src=8/0xfff8,ipv6;ct_state=-inv+trk,sctp6,tp_src=0x8/0xfff8;"
                        + "ct_state=-inv+trk,sctp6,tp_dst=0x8/0xfff8",
                "ct_state=-inv+trk,ct_nw_proto=6,udp;;",
                "ct_state=-inv+trk,ct_nw_proto=47,ct_tp_dst=1,ip;;",
                "ct_state=-inv+trk,ct_nw_proto=47,ct_tp_dst=0,ip;ct_state=-inv+trk,ip,nw_proto=47;"
                        + "ct_state=-inv+trk,ip,nw_proto=47",
                "ct_state=-inv+trk,ct_nw_proto=1,ct_tp_src=13,ct_tp_dst=0,ip;"
                        + "ct_state=-inv+trk,icmp,icmp_type=13,icmp_code=0;"
                        + "ct_state=-inv+trk,icmp,icmp_type=14,icmp_code=0",
                "ct_state=-inv+trk,ct_nw_proto=1,ct_tp_src=0x108,ip;;"
            })
    void translatesTheTupleIntoTheFramesOwnFields(String match, String begun, String reply) {
        Match m = FlowText.parseEntryMatch(match);
        assertEquals(
                Optional.ofNullable(begun), Tracking.translate(m, Tracked.NEW).map(Match::toString));
        assertEquals(
                Optional.ofNullable(reply), Tracking.translate(m, Tracked.REPLY).map(Match::toString));
    }

    /** Each frame takes the entries that the set of all frames takes with exactly that frame in it. */
    @Test
    void aSetGoesTheWayOfEachOfItsFrames() {
        List<String> frames = new ArrayList<>(List.of("arp", ASK, ANSWER, ASK.replace("53", "54")));
        for (int type : new int[] {0, 8, 13}) {
            for (String end : List.of("10.0.0.1,nw_dst=10.0.0.2", "10.0.0.2,nw_dst=10.0.0.1")) {
                frames.add("icmp,nw_src=" + end + ",icmp_type=" + type + ",icmp_code=0");
            }
        }
        for (int type : new int[] {128, 129}) {
            frames.add("icmp6,ipv6_src=fd00::2,ipv6_dst=fd00::1,icmp_type=" + type + ",icmp_code=0");
            frames.add("icmp6,ipv6_src=fd00::1,ipv6_dst=fd00::2,icmp_type=" + type + ",icmp_code=0");
        }
        Set<Integer> seen = new HashSet<>();
        for (Tracked tracked : Tracked.values()) {
            HeaderSpace space = new HeaderSpace();
            Map<FlowEntry, Integer> taken = taken(space, tracked);
            for (String frame : frames) {
                Match header = FlowText.parseMatch(frame);
                Set<FlowEntry> path = new HashSet<>(
                        of(STATEFUL).send(Frame.of(header), tracked).path());
                // Two entries change nothing of the headers, so each set holds frames as they came.
                taken.forEach((entry, set) ->
                        assertEquals(path.contains(entry), space.contains(set, header), frame + " at " + entry));
                path.forEach(e -> seen.add(e.priority() + 100 * e.table()));
            }
        }
        assertEquals(Set.of(9, 8, 1, 109, 108, 107, 106, 209, 308), seen);
    }

    private static Map<FlowEntry, Integer> taken(HeaderSpace space, Tracked tracked) {
        Map<Integer, List<Decision>> tables =
                Decision.byTable(STATEFUL.stream().map(FlowText::parseEntry).toList());
        Map<FlowEntry, Integer> taken = new HashMap<>();
        Witness<Headers> witness = new Witness<>() {
            @Override
            public void matched(FlowEntry entry, Headers some) {
                taken.merge(entry, some.set(), space::or);
            }

            @Override
            public void ended(FlowEntry entry, Headers some) {
                assertFalse(entry.toString().contains("table=0, priority=9"), "a tracked frame goes on: " + entry);
            }
        };
        new Walk<>(
                        Headers.in(space),
                        witness,
                        t -> tables.getOrDefault(t, List.of()),
                        t -> List.of(),
                        t -> true,
                        Connections.all(tracked))
                .from(0, new Headers(Match.ALL.with(Field.IN_PORT, 1), HeaderSpace.ALL));
        return taken;
    }
}
