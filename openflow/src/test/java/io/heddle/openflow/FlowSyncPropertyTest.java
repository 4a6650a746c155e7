package io.heddle.openflow;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Random schedules of messages, external changes, refusals, new programs and lost connections. */
class FlowSyncPropertyTest {
    @Property(tries = 1000)
    void theSwitchEndsWithTheWantedProgramAfterAnySteps(
            @ForAll @Size(max = 150) List<@IntRange(max = 1 << 20) Integer> steps,
            @ForAll @IntRange(max = 7) int abilities,
            @ForAll @IntRange(min = 1, max = 4) int partSize) {
        SwitchScenario scenario = new SwitchScenario(abilities, partSize);
        steps.forEach(scenario::step);
        scenario.end();
        scenario.checkThatNothingMoreIsSent();
    }
}
