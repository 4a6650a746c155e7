package io.heddle.ovsdb;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Random schedules of messages, external changes, refusals, new states and lost sessions. */
class HostSyncPropertyTest {
    @Property(tries = 500)
    void aHostGetsWhatIsWantedWhateverHappens(@ForAll @Size(max = 120) List<@IntRange(max = 1 << 20) Integer> steps) {
        HostScenario scenario = new HostScenario();
        steps.forEach(scenario::step);
        scenario.end();
        scenario.staysAsItIs();
    }
}
