package io.heddle.flows.sets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.simulate.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeaderSpaceTest {
    private final HeaderSpace space = new HeaderSpace();

    private int of(String match) {
        return space.of(FlowText.parseMatch(match));
    }

    @Test
    void equalSetsAreEqualNumbersHoweverTheyWereMade() {
        int halves = space.or(of("ip,nw_src=10.0.0.0/9"), of("ip,nw_src=10.128.0.0/9"));
        assertEquals(of("ip,nw_src=10.0.0.0/8"), halves);
        assertEquals(HeaderSpace.NONE, space.and(of("tcp"), of("udp")));
        assertEquals(HeaderSpace.NONE, space.minus(of("tcp,tp_dst=80"), of("ip")));
        assertNotEquals(HeaderSpace.NONE, space.minus(of("ip"), of("tcp")));
        assertEquals(of("ip"), space.or(space.and(of("ip"), of("tcp")), space.minus(of("ip"), of("tcp"))));
        assertEquals(HeaderSpace.ALL, space.or(of("arp"), space.minus(HeaderSpace.ALL, of("arp"))));
    }

    @Test
    void examplesAreInTheSetAndReadable() {
        int set = space.minus(of("tcp,nw_src=10.0.0.0/24"), of("tcp,tp_dst=22"));
        List<Match> examples = space.examples(set, 100);
        assertEquals(16, examples.size(), examples::toString);
        int all = HeaderSpace.NONE;
        for (Match m : examples) {
            all = space.or(all, space.of(m));
        }
        assertEquals(set, all);
        assertTrue(examples.get(0).toString().startsWith("tcp,nw_src=10.0.0.0/24"), examples.toString());
    }

    /** Sets contain only whole packets, first fragments and later fragments. */
    @Test
    void thereAreThreeKindsOfFragments() {
        int whole = of("ip,nw_frag=no");
        int first = of("ip,nw_frag=first");
        int later = of("ip,nw_frag=later");
        assertEquals(of("ip"), space.or(whole, space.or(first, later)));
        assertEquals(of("ip,nw_frag=yes"), space.or(first, later));
        assertEquals(of("ip,nw_frag=not_later"), space.minus(of("ip"), later));
        assertEquals(HeaderSpace.NONE, space.and(whole, of("ip,nw_frag=yes")));
        assertEquals(List.of("ip,nw_frag=later", "ip,nw_frag=no"), texts(space.minus(of("ip"), first)));
        assertEquals(List.of("ip,nw_frag=yes"), texts(of("ip,nw_frag=yes")));
        assertEquals(List.of("ip,nw_frag=first", "ip,nw_frag=no"), texts(of("ip,nw_frag=not_later")));
    }

    private List<String> texts(int set) {
        return space.examples(set, 10).stream().map(Match::toString).sorted().toList();
    }

    /** Open vSwitch sees the ports of every fragment as 0. */
    @Test
    void noFragmentHasAPort() {
        assertEquals(HeaderSpace.NONE, possible("tcp,nw_frag=yes,tp_dst=80"));
        assertEquals(HeaderSpace.NONE, possible("udp,nw_frag=first,tp_src=1"));
        assertNotEquals(HeaderSpace.NONE, possible("tcp,nw_frag=first,tcp_flags=+syn"));
        assertNotEquals(HeaderSpace.NONE, possible("udp,nw_frag=first,tp_src=0"));
        assertEquals(possible("tcp,tp_dst=80"), possible("tcp,tp_dst=80,nw_frag=no"));
        assertEquals(List.of("tcp,tp_dst=80"), texts(possible("tcp,tp_dst=80")));
    }

    private int possible(String match) {
        return space.and(of(match), space.possible());
    }

    /** First match wins: sets and direct matching must agree for thousands of random lists and headers. */
    @Test
    void setsDecideAsListsDo() {
        Random random = new Random(7);
        for (int list = 0; list < 300; list++) {
            List<Match> rules = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                rules.add(FlowText.parseMatch(rule(random)));
            }
            int covered = HeaderSpace.NONE;
            int even = HeaderSpace.NONE;
            for (int i = 0; i < rules.size(); i++) {
                int set = space.of(rules.get(i));
                even = i % 2 == 0 ? space.or(even, space.minus(set, covered)) : even;
                covered = space.or(covered, set);
            }
            isWithin(space.examples(space.and(even, space.possible()), 5), even);
            for (int i = 0; i < 20; i++) {
                Match header = FlowText.parseMatch(header(random));
                int first = -1;
                for (int r = 0; r < rules.size() && first < 0; r++) {
                    first = Frame.of(header).matches(rules.get(r)) ? r : -1;
                }
                assertEquals(first >= 0 && first % 2 == 0, space.contains(even, header), rules + " for " + header);
            }
        }
    }

    private void isWithin(List<Match> examples, int set) {
        for (Match m : examples) {
            int headers = space.and(space.of(m), space.possible());
            assertNotEquals(HeaderSpace.NONE, headers, m::toString);
            assertEquals(HeaderSpace.NONE, space.minus(headers, set), m::toString);
        }
    }

    private static String rule(Random r) {
        String kind = ",nw_frag="
                + List.of("no", "yes", "first", "later", "not_later").get(r.nextInt(5));
        return switch (r.nextInt(10)) {
            case 5 -> "ip" + kind + ",nw_ttl=" + r.nextInt(2);
            case 6 -> "udp" + kind;
            case 7 ->
                "tcp,tcp_flags="
                        + List.of("+syn-ack", "syn|ack", "+rst", "-fin").get(r.nextInt(4));
            case 8 -> "mpls,mpls_label=" + r.nextInt(2) + ",mpls_bos=" + r.nextInt(2);
            case 9 -> "ipv6,ipv6_label=" + r.nextInt(4) + "/0x" + (1 + r.nextInt(3)) + kind;
            case 0 -> "ip,nw_src=10.0.0." + r.nextInt(4) + "/" + (30 + r.nextInt(3));
            case 1 -> "tcp,tp_dst=" + r.nextInt(3);
            case 2 -> "udp,nw_dst=10.0.0." + r.nextInt(4) + ",tp_src=" + r.nextInt(3);
            case 3 -> "arp,arp_op=" + (1 + r.nextInt(2));
            default -> "dl_src=02:00:00:00:00:0" + r.nextInt(3);
        };
    }

    private static String header(Random r) {
        String macs = ",dl_src=02:00:00:00:00:0" + r.nextInt(3) + ",dl_dst=02:00:00:00:00:0" + r.nextInt(3);
        String ips = ",nw_src=10.0.0." + r.nextInt(4) + ",nw_dst=10.0.0." + r.nextInt(4);
        String ports = ",tp_src=" + r.nextInt(3) + ",tp_dst=" + r.nextInt(3);
        String ip = ",nw_ttl=" + r.nextInt(2) + ",nw_frag=";
        String flags =
                ",tcp_flags=" + List.of("syn", "syn|ack", "rst", "fin|ack").get(r.nextInt(4));
        String label = ",ipv6_label=" + r.nextInt(4);
        return switch (r.nextInt(8)) {
            case 0 -> "tcp" + macs + ips + ip + "no" + ports + flags;
            case 1 -> "udp" + macs + ips + ip + "no" + ports;
            case 2 -> "tcp" + macs + ips + ip + "first,tp_src=0,tp_dst=0" + flags;
            case 3 -> "udp" + macs + ips + ip + "later";
            case 4 ->
                "mpls" + macs + ",mpls_label=" + r.nextInt(2) + ",mpls_bos=" + r.nextInt(2) + ",mpls_tc=0,mpls_ttl=0";
            case 5 -> "udp6" + macs + label + ip + "no" + ports;
            case 6 -> "ipv6,nw_proto=44" + macs + label + ip + "later";
            default -> "arp,arp_op=" + (1 + r.nextInt(2)) + macs;
        };
    }
}
