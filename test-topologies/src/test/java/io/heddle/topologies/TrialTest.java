package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Versions that go back by themselves: the machine {@code admin} reaches its host by the bridge that changes. */
class TrialTest extends LabTest {
    private static final String GOOD = """
            heddle: v1
            networks: {lan: {vlan: 10}, wrong: {vlan: 20}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {admin: {access: lan}, mgmt: {type: internal, access: lan}}}}
            """;
    private static final String BAD = GOOD.replace("type: internal, access: lan", "type: internal, access: wrong");

    @BeforeEach
    void managed() {
        LabHost hv1 = lab.host("hv1");
        lab.machine(hv1, "admin", "10.0.0.1/24");
        lab.introduce();
        startController();
        apply(GOOD);
        hv1.run("ip addr add 10.0.0.9/24 dev mgmt");
        hv1.run("ip link set mgmt up");
        ControllerProcess.until(5, "the admin reaches the host", this::reachesHost);
    }

    private boolean reachesHost() {
        return lab.machine("admin").attempt("ping -n -c 1 -W 1 10.0.0.9").ok();
    }

    private static Shell.Result heddle(String args) {
        return ControllerProcess.heddle(args);
    }

    private static String applied(String yaml, int seconds) {
        Shell.Result r = heddle("apply --yes --confirm " + seconds + " " + write(yaml));
        assertTrue(r.ok(), r.output());
        return r.output();
    }

    private int version() {
        return controller.get("network").path("version").asInt();
    }

    @Test
    void whoCutsHimselfOffNeedNotDoAnything() {
        String said = applied(BAD, 4);
        assertTrue(said.contains("heddle confirm keeps it, otherwise version 1 comes back"), said);
        assertFalse(reachesHost(), "cut off");
        assertEquals(2, controller.get("status").path("trial").path("version").asInt());
        // Nobody else changes anything meanwhile, which would go back, too.
        Shell.Result other = heddle("apply --yes " + write(GOOD.replace("vlan: 20", "vlan: 30")));
        assertFalse(other.ok());
        assertTrue(other.output().contains("version 2 of") && other.output().contains("is on trial"), other.output());
        ControllerProcess.until(8, "the admin reaches the host again", this::reachesHost);
        assertEquals(3, version());
        JsonNode last = controller.get("versions/3");
        assertEquals("version 2 was not confirmed in time", last.path("message").asText());
        assertEquals(controller.get("versions/1").path("files"), last.path("files"), "what was in force before");
        assertTrue(happened("rollback", "version 2"));
        assertTrue(heddle("confirm").output().contains("no version is on trial"));
        apply(GOOD.replace("vlan: 20", "vlan: 30"));
    }

    @Test
    void aConfirmedVersionStays() {
        applied(GOOD.replace("vlan: 20", "vlan: 30"), 3);
        assertTrue(heddle("confirm 1").output().contains("version 1 is not on trial, but version 2 is"));
        assertTrue(heddle("confirm").ok());
        assertTrue(happened("confirmed", "version 2"));
        pause(3500);
        assertEquals(2, version());
        // A rollback ends a trial, and may be one.
        applied(BAD, 60);
        Shell.Result back = heddle("rollback --yes 1");
        assertTrue(back.ok(), back.output());
        assertFalse(controller.get("status").has("trial"));
        assertTrue(heddle("rollback --yes --confirm 2 2").ok());
        assertEquals(5, version());
        ControllerProcess.until(6, "the rollback goes back, too", () -> version() == 6);
    }

    @Test
    void theTimeRunsOnWithoutTheController() {
        applied(BAD, 3);
        controller.kill();
        pause(3000);
        restartController();
        ControllerProcess.until(8, "the admin reaches the host again", this::reachesHost);
        assertEquals(3, version());
        applied(GOOD.replace("vlan: 20", "vlan: 30"), 60);
        controller.kill();
        restartController();
        assertEquals(4, controller.get("status").path("trial").path("version").asInt());
        assertTrue(heddle("confirm").ok());
        controller.kill();
        restartController();
        assertFalse(controller.get("status").has("trial"));
        assertEquals(4, version());
    }
}
