package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command of somebody who comes by HTTPS with a token. */
class TokenTest extends LabTest {
    @Test
    void provesWhoItIsOverHttps() throws IOException {
        Path folder = Files.createDirectories(Lab.FOLDER.resolve("https"));
        Path pki = folder.resolve("pki");
        Shell.run("rm -rf " + pki + " " + folder.resolve("controller"));
        assertTrue(heddle("pki init --folder " + pki).ok());
        controller = new ControllerProcess(
                folder.resolve("controller"), "--tls", pki.toString(), "--api-tls", "127.0.0.1:8443");
        Shell.Result made = heddle("token create ci --role operator --networks red");
        String token = made.output().lines().reduce((a, b) -> b).orElseThrow();
        String authority = "HEDDLE_CACERT=" + pki + "/controllers-cacert.pem ";
        String url = " --api https://localhost:8443";
        assertTrue(
                by("env " + authority + "HEDDLE_TOKEN=" + token, "status" + url).ok());
        Shell.Result stranger = by("env " + authority, "status" + url);
        assertTrue(!stranger.ok() && stranger.output().contains("no token"), stranger.output());
        Shell.Result untrusted = by("env HEDDLE_TOKEN=" + token, "status" + url);
        assertTrue(!untrusted.ok() && untrusted.output().contains("certification path"), untrusted.output());
        Path secret = Files.writeString(folder.resolve("token"), token + "\n");
        String own = "env HEDDLE_CONFIG_FILE=" + folder.resolve("contexts.yaml");
        assertTrue(by(
                        own,
                        "context net https://localhost:8443 --token-file " + secret + " --cacert " + pki
                                + "/controllers-cacert.pem")
                .ok());
        String file = "heddle: v1\nnetworks: {red: {vlan: 200}, blue: {vlan: 300}}\n";
        controller.apply(file);
        Shell.Result refused = by(own, "apply " + write(file.replace("300}", "300, subnet: 10.0.3.0/24}")));
        assertTrue(!refused.ok() && refused.output().contains("touches network blue"), refused.output());
        Shell.Result applied = by(own, "apply " + write(file.replace("200}", "200, subnet: 10.0.2.0/24}")));
        assertTrue(applied.ok(), applied.output());
        assertTrue(by(own, "history").output().contains("ci"));
        assertTrue(heddle("pki user carl --folder " + pki).ok());
        assertTrue(heddle("token create carl --certificate --role reader").ok());
        String files = " --cert " + pki + "/users/carl/cert.pem --key " + pki + "/users/carl/privkey.pem";
        // The controller takes new files within 10 seconds.
        ControllerProcess.until(
                15,
                "a certificate instead of a token",
                () -> by("env " + authority, "history" + url + files).ok());
        Shell.Result reader = by("env " + authority, "rollback 1 --yes" + url + files);
        assertTrue(!reader.ok() && reader.output().contains("carl has the role reader"), reader.output());
        assertTrue(heddle("token list").output().contains("certificate"));
        Shell.Result log = heddle("audit verify --state " + folder.resolve("controller/state"));
        assertTrue(log.ok() && log.output().contains("each as it was written"), log.output());
        Shell.Result beyond = heddle("controller --state " + folder.resolve("other") + " --api 0.0.0.0:8081");
        assertTrue(!beyond.ok() && beyond.output().contains("--api-open"), beyond.output());
    }

    @Test
    void theKernelSaysWhoUsesTheSocket() throws IOException {
        // Everybody may enter the folder: the socket itself must keep them out.
        Path folder = Path.of("/run/heddle-test");
        Shell.run("rm -rf " + folder + " " + Lab.FOLDER.resolve("socket"));
        Files.createDirectories(folder);
        Path socket = folder.resolve("api.sock");
        controller = new ControllerProcess(
                Lab.FOLDER.resolve("socket"), "--api-socket", socket.toString(), "--api-local", "nobody");
        Shell.Result address = heddle("token list");
        assertTrue(!address.ok() && address.output().contains("no token"), address.output());
        String api = " --api unix:" + socket;
        String file = "heddle: v1\nnetworks: {red: {vlan: 200}}\n";
        Shell.Result applied = heddle("apply --yes " + write(file) + api);
        assertTrue(applied.ok(), applied.output());
        assertTrue(heddle("history" + api).output().contains("root"));
        // That user may read everything, since the program may be in a private folder, but not write.
        String other = "setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps +dac_read_search"
                + " --ambient-caps +dac_read_search env HOME=/tmp";
        Shell.Result refused = by(other, "status" + api);
        assertTrue(!refused.ok() && refused.output().contains("adduser USER heddle"), refused.output());
        // As if a group let that user in.
        Shell.run("chmod 666 " + socket);
        Shell.Result second = by(other, "apply --yes " + write(file.replace("200", "201")) + api);
        assertTrue(second.ok(), second.output());
        assertTrue(
                heddle("history" + api).output().contains("nobody"),
                heddle("history" + api).output());
        Path log = Lab.FOLDER.resolve("socket/state/audit.log");
        assertTrue(Files.readString(log).contains("\"from\":\"unix user nobody\""), Files.readString(log));
        Shell.Result twice = heddle("controller --state " + folder.resolve("other")
                + " --openflow none --ovsdb none --api none --api-socket " + socket);
        assertTrue(!twice.ok() && twice.output().contains("another process listens"), twice.output());
        Shell.run("rm -rf " + folder);
    }

    private static Shell.Result heddle(String args) {
        return ControllerProcess.heddle(args);
    }

    private static Shell.Result by(String prefix, String args) {
        List<String> command = new ArrayList<>(List.of(prefix.trim().split("\\s+")));
        command.add(ControllerProcess.home().resolve("heddle").toString());
        command.addAll(List.of(args.trim().split("\\s+")));
        return Shell.attempt(command);
    }
}
