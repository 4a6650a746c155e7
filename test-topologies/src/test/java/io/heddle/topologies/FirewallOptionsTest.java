package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What stateful lists can do besides judging: log, limit, follow protocols, admit what is invalid. */
class FirewallOptionsTest extends FirewallLab {
    private static final String HTTP = "{match: {proto: tcp, dst-port: 80}, action: allow}";
    private static final String UDP = "{match: {proto: udp, dst-port: 5000}, action: allow}";
    private static final String WEB = "    on: {ports: [web]}\n    stateful: true ";

    private static String with(String... replacements) {
        String text = example("firewall");
        for (int i = 0; i < replacements.length; i += 2) {
            assertTrue(text.contains(replacements[i]), replacements[i]);
            text = text.replaceFirst(Pattern.quote(replacements[i]), replacements[i + 1]);
        }
        return text;
    }

    private List<String> log() {
        List<String> out = new ArrayList<>();
        for (JsonNode line : controller.get("log")) {
            out.add(line.path("switch").asText() + " " + line.path("acl").asText() + " "
                    + line.path("rule").asText() + " " + line.path("action").asText() + " "
                    + line.path("port").asText());
        }
        return out;
    }

    @Test
    void logsAndLimitsWhatBeginsConnections() {
        topology();
        apply(with(
                HTTP,
                HTTP.replace("allow}", "allow, log: true}"),
                UDP,
                UDP.replace("allow}", "allow, rate: 5/s}"),
                "    default: drop\n",
                "    default: drop\n    log-default: true\n"));
        echoes("web", 22, 80);
        assertTrue(answers("app", "10.0.200.1", 80));
        assertFalse(answers("adm", "10.0.200.1", 23));
        ControllerProcess.until(
                5,
                "both are logged",
                () -> log().contains("hv1/br0 web 2 allow app")
                        && log().stream().anyMatch(l -> l.startsWith("hv1/br0 web default drop")));
        assertEquals(
                1, log().stream().filter(l -> l.contains(" allow ")).count(), "one line for a connection: " + log());
        assertTrue(answers("adm", "10.0.200.1", 22), "not logged");
        assertEquals(1, log().stream().filter(l -> l.contains(" allow ")).count());
        assertTrue(controller.log().contains("acl=web rule=2 action=allow port=app"));

        Path got = log("limited");
        running.add(lab.machine("web").start(got, "socat -u UDP-RECV:5000 STDOUT"));
        pause(300);
        lab.machine("adm").script("for i in $(seq 100); do echo -n . >/dev/udp/10.0.200.1/5000; sleep .01; done");
        ControllerProcess.until(5, "some arrive", () -> length(got) >= 5);
        ControllerProcess.until(
                10, "the others are dropped by name", () -> drops("acl web rule 3: more than its rate") > 50);
        assertTrue(length(got) < 40, length(got) + " of 100");
    }

    /** Conntrack would let connections pass that it has no room for. */
    @Test
    void aFullTableDropsNewConnections() {
        topology();
        echoes("web", 22, 80);
        assertTrue(answers("app", "10.0.200.1", 80));
        hv1.appctl("dpctl/flush-conntrack");
        hv1.appctl("dpctl/ct-set-limits", "default=2");
        assertTrue(answers("app", "10.0.200.1", 80), "there is room for one, which both ports remember");
        assertFalse(answers("app", "10.0.200.1", 80), "and not for another");
        ControllerProcess.until(
                5, "it is dropped by name", () -> drops("acl: the host remembers no more connections") > 0);
        hv1.appctl("dpctl/ct-set-limits", "default=1000");
        assertTrue(answers("app", "10.0.200.1", 80));
    }

    /** Serves FTP on web, and lets adm open a connection that they agree on. @return the script */
    private Path ftp() throws Exception {
        echoes("web", 40000);
        Path session = Files.writeString(
                log("session"), "echo 220; read l; echo '227 Entering Passive Mode (10,0,200,1,156,64)'; sleep 3");
        script("web", "socat TCP-LISTEN:21,reuseaddr,fork EXEC:'bash " + session + "'");
        pause(300);
        return Files.writeString(
                log("get"),
                "exec 3<>/dev/tcp/10.0.200.1/21; read -t 2 -u 3 l; printf 'PASV\\r\\n' >&3; read -t 2 -u 3 l; echo $l\n"
                        + "echo hello | timeout 2 socat -t 1 - TCP:10.0.200.1:40000,connect-timeout=1");
    }

    @Test
    void followsProtocolsThatOpenFurtherConnections() throws Exception {
        topology();
        String ftp = HTTP.replace("80", "21");
        apply(with(HTTP, ftp));
        Path get = ftp();
        String without = lab.machine("adm").script("bash " + get).output();
        assertTrue(without.contains("227") && !without.contains("hello"), without);
        apply(with(HTTP, ftp, WEB, "    helpers: [ftp]\n" + WEB));
        String followed = lab.machine("adm").script("bash " + get).output();
        assertTrue(followed.contains("227") && followed.contains("hello"), followed);
        assertFalse(answers("app", "10.0.200.1", 40000), "nobody has agreed on it");
    }

    /** Conntrack lets a packet that it expects pass where it has no room for it, as if it were remembered. */
    @Test
    void noConnectionThatOthersAgreedOnComesAboutWithoutRoom() throws Exception {
        topology();
        apply(with(HTTP, HTTP.replace("80", "21"), WEB, "    helpers: [ftp]\n" + WEB));
        Path get = ftp();
        hv1.appctl("dpctl/flush-conntrack");
        hv1.appctl("dpctl/ct-set-limits", "default=1");
        String full = lab.machine("adm").script("bash " + get).output();
        assertTrue(full.contains("227") && !full.contains("hello"), full);
        hv1.appctl("dpctl/ct-set-limits", "default=1000");
        hv1.appctl("dpctl/flush-conntrack");
        String room = lab.machine("adm").script("bash " + get).output();
        assertTrue(room.contains("227") && room.contains("hello"), room);
    }

    @Test
    void admitsWhatIsInvalidIfTheListSaysSo() {
        topology();
        // An answer that nobody has asked for: an echo reply.
        String reply = "020000000801 020000000803 0800 4500001c0000000040016ae1 0a00c803 0a00c801 0000ffff00000000";
        Path got = log("icmp");
        running.add(lab.machine("web").start(got, "timeout 20 tcpdump -lni eth0 icmp"));
        pause(1000);
        send(lab.machine("adm"), reply, 2);
        ControllerProcess.until(5, "it is dropped", () -> drops("acl: belongs to no connection") >= 2);
        apply(with(WEB, "    invalid: allow\n" + WEB));
        send(lab.machine("adm"), reply, 2);
        ControllerProcess.until(5, "it arrives", () -> text(got).contains("echo reply"));
    }
}
