package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.EtcdProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An etcd that asks controllers for a certificate, a user and a password. */
class EtcdAccessTest extends LabTest {
    private static final String COPIED = "as they are in etcd:";
    private static final String NETWORK = "heddle: v1\nnetworks: {red: {vlan: 200}}\n";

    private final Path right = Lab.FOLDER.resolve("etcd-pki/right");
    private final Path bare = Lab.FOLDER.resolve("etcd-pki/bare");
    private final Path stranger = Lab.FOLDER.resolve("etcd-pki/stranger");
    private EtcdProcess etcd;
    private int copies;

    @BeforeEach
    void start() {
        Shell.run("rm -rf " + right.getParent());
        EtcdCertificates.make(right, "IP:127.0.0.1");
        EtcdCertificates.make(stranger, "IP:127.0.0.1");
        Shell.run("mkdir -p " + bare);
        Shell.run("cp " + right.resolve("ca.pem") + " " + bare);
        etcd = new EtcdProcess(1, right);
        for (String command : List.of(
                "user add root:secret",
                "user grant-role root root",
                "role add heddle",
                "role grant-permission heddle readwrite /heddle/ /heddle0",
                "user add heddle:right",
                "user grant-role heddle heddle",
                "user add other:right",
                "auth enable")) {
            Shell.Result done = etcd.ctl(command);
            assertTrue(done.ok(), command + ": " + done.output());
        }
    }

    @AfterEach
    void stop() {
        if (controller != null) {
            controller.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    private static String health() {
        return Shell.attempt(List.of("curl", "-s", "-m", "3", "http://127.0.0.1:8080/health/ready"))
                .output();
    }

    private void awaitLead() {
        ControllerProcess.until(20, "it leads", () -> health().contains("\"version\""));
    }

    private String[] store(Path tls) {
        return new String[] {
            "--store", etcd.store(), "--store-tls", tls.toString(), "--name", "c0", "--advertise", Lab.CONTROLLER
        };
    }

    private static Map<String, String> user(String name, String password) {
        return Map.of("HEDDLE_ETCD_USER", name, "HEDDLE_ETCD_PASSWORD", password);
    }

    @Test
    void theRightCertificateUserAndPasswordWork() {
        controller = new ControllerProcess(Lab.FOLDER.resolve("access"), user("heddle", "right"), store(right));
        awaitLead();
        assertEquals(1, controller.apply(NETWORK).path("version").asInt());
        controller.close();
        String copied = copy(right, user("heddle", "right"));
        assertTrue(copied.contains(COPIED), copied);
    }

    @Test
    void wrongOnesGetAClearError() {
        // Without a user, etcd takes the name in the certificate.
        assertRefused("permission denied", right, Map.of());
        assertRefused("authentication failed, invalid user ID or password", right, user("heddle", "wrong"));
        assertRefused("authentication failed, invalid user ID or password", right, user("nobody", "right"));
        assertRefused("permission denied", right, user("other", "right"));
        assertRefused("certificate", bare, user("heddle", "right"));
        assertRefused("does not chain with any of the trust anchors", stranger, user("heddle", "right"));
        Path nowhere = right.resolve("nowhere");
        assertRefused("cannot read " + nowhere.resolve("ca.pem"), nowhere, user("heddle", "right"));
    }

    /** A running controller says why, and leads as soon as etcd lets it. */
    @Test
    void aControllerGoesOnWhenItsUserMay() {
        controller = new ControllerProcess(Lab.FOLDER.resolve("later"), user("other", "right"), store(right));
        ControllerProcess.until(
                20, "it says why", () -> controller.log().contains("the cluster's state cannot be followed: etcd at"));
        assertTrue(controller.log().contains("permission denied"), controller.log());
        assertFalse(controller.log().contains("leads by term"), controller.log());
        String health = health();
        assertTrue(health.contains("\"alone\"") && health.contains("permission denied"), health);
        Shell.Result granted = etcd.ctl("--user=root:secret user grant-role other heddle");
        assertTrue(granted.ok(), granted.output());
        awaitLead();
    }

    private void assertRefused(String why, Path tls, Map<String, String> environment) {
        String output = copy(tls, environment);
        assertTrue(output.contains(why) && !output.contains(COPIED), why + " expected: " + output);
    }

    private String copy(Path tls, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of("env"));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of(
                ControllerProcess.home().resolve("heddle").toString(),
                "store",
                "copy",
                "--from",
                etcd.store(),
                "--store-tls",
                tls.toString(),
                "--to",
                Lab.FOLDER.resolve("copy" + copies++).toString()));
        return Shell.attempt(command).output();
    }
}
