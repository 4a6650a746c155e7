package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.Shell;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The commands that a new user types first. */
class LauncherTest {
    private static void nothingIsLeft() {
        assertFalse(Shell.run("ip netns list").matches("(?s).*(hdl-|heddle).*"), Shell.run("ip netns list"));
        assertFalse(Files.exists(Lab.FOLDER));
        assertFalse(Shell.run("ps -eo args").matches("(?s).*(heddle-lab|ovs-vswitchd unix:/run/heddle).*"));
    }

    @Test
    void runsTheDemoAndCleansUp() {
        Shell.Result r = ControllerProcess.heddle("demo --once");
        assertEquals(0, r.exit(), r.output());
        assertTrue(r.output().contains("expected 200 sent, 200 answered, seen 200 sent, 200 answered"), r.output());
        assertFalse(r.output().contains("✗"), r.output());
        nothingIsLeft();
    }

    @Test
    void startsAndStopsALab() {
        assertEquals(0, ControllerProcess.heddle("lab up 2").exit());
        Shell.Result again = ControllerProcess.heddle("lab up 2");
        assertTrue(again.exit() == 1 && again.output().contains("a lab is up already"), again.output());
        Shell.Result bridges =
                ControllerProcess.heddle("lab exec hv2 ovs-vsctl --db=unix:/run/heddle-lab/hv2/db.sock list-br");
        assertEquals("brp", bridges.output().strip());
        assertTrue(ControllerProcess.heddle("lab exec vm1-1 ip addr").output().contains("10.0.0.1/24"));
        assertEquals(2, ControllerProcess.heddle("lab sideways").exit());
        assertEquals(0, ControllerProcess.heddle("lab down").exit());
        nothingIsLeft();
    }

    /** A filter that selects nothing would look like a run without failures. */
    @Test
    void verifyRefusesAClassThatIsNoTest() {
        Shell.Result misspelt = ControllerProcess.heddle("verify --only AclTest,AclTset");
        assertEquals(2, misspelt.exit(), misspelt.output());
        assertTrue(misspelt.output().contains("verify --only AclTset: no class of tests on real switches"));
        Shell.Result elsewhere = ControllerProcess.heddle("verify --only GoldenTest");
        assertEquals(2, elsewhere.exit(), elsewhere.output());
        assertTrue(elsewhere.output().contains("GoldenTest.java needs no switch: run it with mvn test"));
        // Part of the lab, no test.
        assertEquals(2, ControllerProcess.heddle("verify --only FakeSwitch").exit());
        assertEquals(2, ControllerProcess.heddle("verify --only").exit());
    }
}
