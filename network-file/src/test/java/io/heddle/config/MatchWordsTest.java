package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchWordsTest {
    private static List<Match> matches(String words) throws InvalidNetworkException {
        String text = "heddle: v1\nacls: [{name: a, rules: [{match: {" + words + "}, action: drop}]}]\n";
        return NetworkFile.parse(Map.of("n.yaml", text))
                .acls()
                .get(0)
                .rules()
                .get(0)
                .matches()
                .toList();
    }

    private static void means(String words, String... matches) throws InvalidNetworkException {
        assertEquals(
                List.of(matches), matches(words).stream().map(Match::toString).toList(), words);
    }

    @Test
    void aListMeansAnyOfItsItems() throws Exception {
        means(
                "proto: tcp, src: 10.0.0.0/8, dst-port: [80, 443]",
                "tcp,nw_src=10.0.0.0/8,tp_dst=80",
                "tcp,nw_src=10.0.0.0/8,tp_dst=443");
        means("proto: udp, dst-port: 8000-8003", "udp,tp_dst=0x1f40/0xfffc", "udp6,tp_dst=0x1f40/0xfffc");
        means("src: [10.0.0.1, \"fd00::/64\"]", "ip,nw_src=10.0.0.1", "ipv6,ipv6_src=fd00::/64");
        means(
                "src: [10.0.0.1, 10.0.1.0/24], dst: [10.0.0.2, 10.0.0.3]",
                "ip,nw_src=10.0.0.1,nw_dst=10.0.0.2",
                "ip,nw_src=10.0.1.0/24,nw_dst=10.0.0.2",
                "ip,nw_src=10.0.0.1,nw_dst=10.0.0.3",
                "ip,nw_src=10.0.1.0/24,nw_dst=10.0.0.3");
        means("proto: arp, src: [10.0.0.1, 10.0.0.2]", "arp,arp_spa=10.0.0.1", "arp,arp_spa=10.0.0.2");
        means(
                "proto: tcp, src-port: 1024-65535, dst: 10.0.0.1, dst-port: http",
                "tcp,nw_dst=10.0.0.1,tp_src=0x400/0xfc00,tp_dst=80",
                "tcp,nw_dst=10.0.0.1,tp_src=0x800/0xf800,tp_dst=80",
                "tcp,nw_dst=10.0.0.1,tp_src=0x1000/0xf000,tp_dst=80",
                "tcp,nw_dst=10.0.0.1,tp_src=0x2000/0xe000,tp_dst=80",
                "tcp,nw_dst=10.0.0.1,tp_src=0x4000/0xc000,tp_dst=80",
                "tcp,nw_dst=10.0.0.1,tp_src=0x8000/0x8000,tp_dst=80");
    }

    @Test
    void noTwoMatchesOverlap() throws Exception {
        means(
                "proto: tcp, src: [10.0.0.7, 10.0.0.0/24, 10.0.0.7, 10.0.0.128/25], dst-port: [80, 80, http]",
                "tcp,nw_src=10.0.0.0/24,tp_dst=80");
        means("proto: ip, src: [10.0.0.0/8, 0.0.0.0/0]", "ip");
        means(
                "proto: sctp, dst: 10.0.0.1, dst-port: [5-7, 4-6, 0]",
                "sctp,nw_dst=10.0.0.1,tp_dst=0",
                "sctp,nw_dst=10.0.0.1,tp_dst=0x4/0xfffc");
        assertEquals(32, matches("proto: tcp, dst-port: 1-65535").size());
        means("proto: tcp, dst-port: 0-65535", "tcp", "tcp6");
    }

    @Test
    void aServiceImpliesItsProtocols() throws Exception {
        means("dst-port: https", "tcp,tp_dst=443", "tcp6,tp_dst=443");
        means("dst-port: dns, src: 10.0.0.1", "tcp,nw_src=10.0.0.1,tp_dst=53", "udp,nw_src=10.0.0.1,tp_dst=53");
        means(
                "dst-port: [dns, ssh], dst: \"fd00::1\"",
                "tcp6,ipv6_dst=fd00::1,tp_dst=22",
                "tcp6,ipv6_dst=fd00::1,tp_dst=53",
                "udp6,ipv6_dst=fd00::1,tp_dst=53");
        means("proto: tcp, dst-port: dns", "tcp,tp_dst=53", "tcp6,tp_dst=53");
        means("src-port: ntp, dst-port: 123, src: 10.0.0.1", "udp,nw_src=10.0.0.1,tp_src=123,tp_dst=123");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proto: udp, dst-port: ssh | ssh is tcp, and proto says udp: write 22",
                "proto: tcp, dst-port: [80, htpps] | unknown service \"htpps\", did you mean https?",
                "dst-port: HTTPS | unknown service \"HTTPS\", did you mean https?",
                "proto: tcp, dst-port: gibberish | write the number of its port",
                "proto: tcp, dst-port: 9000-8000 | the range 9000-8000 ends before it begins: write 8000-9000",
                "proto: tcp, dst-port: 8000:8100 | write the range as 8000-8100",
                "proto: tcp, dst-port: 70000 | port 70000 is out of range, expected 0 to 65535",
                "proto: tcp, dst-port: 1-70000 | port 70000 is out of range, expected 0 to 65535",
                "proto: tcp, dst-port: -1 | unknown service \"-1\": write the number of its port, 0 to 65535",
                "proto: tcp, dst-port: 010 | write 10",
                "proto: tcp, dst-port: [] | expected a list of at least one port",
                "dst-port: [https, 8443] | 8443 needs a protocol",
                "dst-port: 8443 | add proto: tcp, udp or sctp",
                "src-port: ntp, dst-port: ssh | no protocol has both",
                "proto: icmp, dst-port: 3 | proto icmp has no ports",
                "src: 10.0.0.1, dst: 'fd00::1' | src and dst are of two IP versions",
                "src: [10.0.0.1, 'fd00::1'], dst: 10.0.0.2 | src[1]: fd00::1 is IPv6, and dst is not",
                "proto: icmp, src: [10.0.0.1, 'fd00::1'] | fd00::1 is IPv6, and proto icmp is not: write icmp6",
                "proto: ipv6, src: 10.0.0.1 | 10.0.0.1 is IPv4, and proto ipv6 is not: write ip",
                "src: 10.0.0.1/33 | prefix length 33 is over 32",
                "src: [] | expected a list of at least one address",
                "src: [null] | expected an address, a prefix or a name, found nothing",
                "proto: tcp, dst-port: [null] | expected a port, a range or a service, found nothing",
                "proto: tcp, dst-port: '80,443' | write several ports as a list: [80,443]",
                "src: '10.0.0.1/32,nw_dst=10.0.0.2' | is not an IP address or prefix",
                "src: 10.0.0.1/255.0.255.0 | is not a prefix: its mask has gaps",
            })
    void saysWhatIsWrong(String words, String expected) {
        InvalidNetworkException e = assertThrows(InvalidNetworkException.class, () -> matches(words));
        assertTrue(e.problems().toString().contains(expected), e.problems().toString());
    }

    @Test
    void aRuleStandsForALimitedNumberOfMatches() throws Exception {
        String most = "proto: tcp, src: [" + sources(64) + "], dst: [" + sources(64) + "]";
        assertEquals(4096, matches(most).size());
        assertEquals(8192, matches(most + ", dst-port: [80, 443]").size(), "130 and one of a switch");
        refused("proto: tcp, src: [" + sources(2100) + "], dst-port: [80, 443]", "stands for 4200 matches");
        refused(
                "proto: tcp, src: [" + sources(2100) + "], dst: [" + sources(2100) + "]",
                "stands for 4201 matches, and 4096 are possible");
    }

    private static void refused(String words, String why) {
        InvalidNetworkException e = assertThrows(InvalidNetworkException.class, () -> matches(words));
        assertTrue(e.problems().toString().contains(why), e.problems().toString());
    }

    private static String sources(int number) {
        return String.join(
                ", ",
                IntStream.range(0, number)
                        .mapToObj(i -> "10." + i / 200 + "." + i % 200 + ".1")
                        .toList());
    }

    /** Every port of the set fits exactly one mask, and no other port fits any. */
    @Property(tries = 300)
    void masksAreDisjointAndExact(
            @ForAll @IntRange(max = 0xffff) int a,
            @ForAll @IntRange(max = 0xffff) int b,
            @ForAll @IntRange(max = 0xffff) int c) {
        BitSet ports = new BitSet();
        ports.set(Math.min(a, b), Math.max(a, b) + 1);
        ports.flip(c);
        List<Masked> masks = PortRanges.masks(ports);
        assertTrue(masks.size() <= 48, "at most two ranges: " + masks.size());
        for (int port = 0; port <= 0xffff; port++) {
            int fits = 0;
            for (Masked m : masks) {
                fits += m.covers(0, port) ? 1 : 0;
            }
            assertEquals(ports.get(port) ? 1 : 0, fits);
        }
        assertTrue(masks.stream()
                .allMatch(m -> Match.ALL.with(Field.TCP_DST, m).fields().size() <= 1));
    }
}
