package io.heddle.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Answers to traced frames. */
class ExchangeTest {
    private static final String FILE = """
            heddle: v1
            networks: {red: {vlan: 200, vni: 10200}}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                tunnel-ip: 192.0.2.1
                bridges:
                  br0:
                    ports:
                      web: {access: red, mac: "02:00:00:00:08:01", address: [10.0.0.1/24, "fd00::1/64"]}
                      app: {trunk: [red], uplink: false, mac: "02:00:00:00:08:02", address: [10.0.0.2/24, "fd00::2/64"]}
              hv2:
                ovsdb: tcp:192.0.2.2:6640
                tunnel-ip: 192.0.2.2
                bridges:
                  br0:
                    ports:
                      adm: {access: red, mac: "02:00:00:00:08:03", address: [10.0.0.3/24, "fd00::3/64"]}
            acls:
              - name: web
                on: {ports: [web]}
                stateful: true
                rules:
                  - {match: {proto: tcp, src: 10.0.0.3, dst-port: 22}, action: allow}
                  - {match: {proto: tcp, dst-port: 80}, action: allow}
                  - {match: {proto: icmp6}, action: allow}
                default: drop
              - name: adm
                on: {ports: [adm]}
                stateful: true
                direction: both
                rules:
                  - {match: {dst: [10.0.0.1, "fd00::1"]}, action: allow}
                default: drop
            """;

    private static String answer(String from, String to, String match) throws Exception {
        return Exchanges.of(FILE, from, to, match).reply().sentence();
    }

    /** Nothing is learnt here, so switches flood what another port needs, too. */
    private static void delivered(String port, String sentence, String... what) {
        String to = "delivered to " + port;
        assertTrue(
                sentence.equals(to) || sentence.startsWith(to + ", and flooded"),
                String.join("", what) + ": " + sentence);
    }

    @Test
    void theAnswerBelongsToTheConnection() throws Exception {
        Exchange ssh = Exchanges.of(FILE, "adm", "web", "tcp,tp_src=999,tp_dst=22");
        delivered("hv1/br0/web", ssh.trace().sentence());
        delivered("hv2/br0/adm", ssh.reply().sentence(), "across hosts");
        String frame = ssh.reply().frame();
        assertTrue(
                frame.contains("dl_src=02:00:00:00:08:01,dl_dst=02:00:00:00:08:03")
                        && frame.contains("nw_src=10.0.0.1,nw_dst=10.0.0.3")
                        && frame.contains("tp_src=22,tp_dst=999")
                        && frame.contains("tcp_flags=syn|ack"),
                frame);
        assertTrue(
                ssh.reply().hops().stream()
                        .flatMap(h -> h.steps().stream())
                        .anyMatch(s -> s.reason().equals("acl web rule 1")),
                "the rule that allowed the connection decides about its answer");
        // The same frame alone begins a connection, which adm does not take.
        String alone = Exchanges.of(FILE, "web", "adm", "tcp,tp_src=22,tp_dst=999")
                .trace()
                .sentence();
        assertTrue(alone.contains("dropped on hv2/br0 by acl adm, default"), alone);
        delivered("hv1/br0/app", answer("app", "web", "dl_vlan=200,tcp,tp_dst=80"), "on one host, with a tag");
        delivered("hv2/br0/adm", answer("adm", "web", "icmp6"));
    }

    @Test
    void aStatelessListDropsTheAnswer() throws Exception {
        String stateless = FILE.replaceFirst("stateful: true\n", "stateful: false\n");
        String answer = Exchanges.of(stateless, "app", "web", "dl_vlan=200,tcp,tp_dst=80")
                .reply()
                .sentence();
        assertTrue(answer.startsWith("dropped on hv1/br0 by acl web, default"), answer);
    }

    @Test
    void saysWhyNobodyAnswers() throws Exception {
        assertEquals("the switch has answered already", answer("app", "web", "dl_vlan=200,arp"));
        assertEquals("nobody answers a frame that does not arrive", answer("app", "web", "dl_vlan=200,tcp,tp_dst=22"));
        assertEquals(
                "nobody answers an ICMPv6 message that is no echo request", answer("adm", "web", "icmp6,icmp_type=1"));
        assertEquals("nobody answers a packet for a group", answer("web", "app", "udp,nw_dst=224.0.0.5"));
    }
}
