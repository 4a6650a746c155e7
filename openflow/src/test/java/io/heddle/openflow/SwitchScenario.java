package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One switch over several connections. Decodes numbers into steps, and checks invariants after each step. */
final class SwitchScenario {
    private static final int FOREIGN_TABLE = 77;
    private static final long FOREIGN_COOKIE = 0x77;
    private static final int STEPS = 32;
    private static final int LONG = 94_321;

    private final VirtualTime time = new VirtualTime();
    private final FakeSwitch fake;
    private SwitchLab lab;
    /** Foreign and learnt entries, which FlowSync must not touch. */
    private final Map<FlowEntry.Key, FlowEntry> untouchable = new HashMap<>();

    private FlowSync.Phase before = FlowSync.Phase.IDLE;
    private long retryingSince;
    private long lastRetryPause;

    /** @param abilities one bit each for bundles (1), monitors (2), meters (4) */
    SwitchScenario(int abilities, int partSize) {
        fake = new FakeSwitch(
                new FakeSwitch.Abilities((abilities & 1) != 0, (abilities & 2) != 0, (abilities & 4) != 0), partSize);
        lab = new SwitchLab(time, fake);
        want(7);
    }

    /** Takes one step. @param number encodes the kind of step, and its entry, program or time */
    void step(int number) {
        step(number % STEPS, number / STEPS);
        check();
    }

    /** Ends refusals and external changes, and checks the result. */
    void end() {
        fake.refused.clear();
        fake.capacity = Integer.MAX_VALUE;
        fake.failingReads = 0;
        lab.pass(LONG);
        checkEnd();
    }

    private void step(int kind, int arg) {
        FlowEntry some = Programs.ENTRIES.get(arg % Programs.ENTRIES.size());
        switch (kind) {
            case 0, 1, 2, 3, 4 -> lab.switchReads();
            case 5, 6, 7, 8, 9 -> lab.deliver();
            case 10, 11, 12 -> time.next(LONG);
            case 13 -> time.next(arg % 1000);
            case 14 -> time.advance(arg % 100);
            case 15 -> lab.drain();
            case 16, 17 -> want(arg);
            case 18 -> fake.remove(some.key());
            case 19 -> fake.put(Programs.altered(some));
            case 20 -> fake.put(some);
            case 21 -> fake.put(Programs.withCookie(Programs.altered(some), some.table(), FOREIGN_COOKIE));
            case 22 -> foreign(Programs.withCookie(some, FOREIGN_TABLE, FOREIGN_COOKIE));
            case 23 ->
                foreign(Programs.withCookie(
                        some, FOREIGN_TABLE + 1, arg % 2 == 0 ? L2LearningApp.LEARNT : L2LearningApp.REFLECTED));
            case 24 -> removeForeign(arg);
            case 25, 26 -> fake.refused.add(some);
            case 27 -> fake.refused.clear();
            case 28 -> fake.capacity = arg % 3 == 0 ? Integer.MAX_VALUE : arg % 12;
            case 29 -> fake.failingReads = arg % 3;
            case 30 -> fake.removeMeter(1 + arg % 3);
            default -> reconnect(arg);
        }
    }

    private void want(int code) {
        before = FlowSync.Phase.IDLE;
        lab.want(Programs.of(code));
    }

    private void foreign(FlowEntry e) {
        FlowEntry unmetered = Programs.altered(e);
        untouchable.put(unmetered.key(), unmetered);
        fake.put(unmetered);
    }

    private void removeForeign(int arg) {
        List<FlowEntry.Key> keys = List.copyOf(untouchable.keySet());
        if (!keys.isEmpty()) {
            untouchable.remove(keys.get(arg % keys.size()));
            fake.remove(keys.get(arg % keys.size()));
        }
    }

    private void reconnect(int arg) {
        for (int n = arg % 8; n > 0; n--) {
            lab.switchReads();
        }
        FlowProgram last = lab.wants.get(lab.wants.size() - 1).program;
        lab.disconnect();
        before = FlowSync.Phase.IDLE;
        lab = new SwitchLab(time, fake);
        lab.want(last);
    }

    private void check() {
        assertEquals(List.of(), fake.faults);
        untouchable.forEach((key, e) -> assertEquals(e, fake.entries.get(key)));
        FlowSync.State state = lab.sync.state();
        FlowSync.Phase phase = lab.sync.phase();
        if (state.inSync() && phase == FlowSync.Phase.IDLE && !fake.hasNews() && fake.monitors()) {
            assertTrue(lab.isRight(), "in sync, but the switch has " + fake.entries.values());
        }
        assertTrue(phase != FlowSync.Phase.SENDING || !state.inSync(), "in sync, but still sending");
        lab.wants.forEach(w -> assertTrue(w.confirmed <= 1 && w.answered <= 1 && w.confirmed <= w.answered));
        assertTrue(!state.inSync() || lab.wants.stream().allMatch(w -> w.confirmed == 1), "in sync, but not confirmed");
        if (phase == FlowSync.Phase.RETRYING && fake.answers.isEmpty() && lab.toSwitch.isEmpty()) {
            assertTrue(state.error() != null && !state.inSync());
            assertEquals(fake.failure(), state.refused());
            state.refused()
                    .ifPresent(e -> assertTrue(lab.wanted().byKey().containsValue(e)
                            && state.error().contains(e.toString())));
        }
        checkPauses(phase, state);
    }

    /** Checks that retries wait 200 ms, then twice as long each time, at most 8 s. */
    private void checkPauses(FlowSync.Phase phase, FlowSync.State state) {
        boolean retrying = phase == FlowSync.Phase.RETRYING;
        if (retrying && before != FlowSync.Phase.RETRYING) {
            retryingSince = time.millis();
        } else if (!retrying && before == FlowSync.Phase.RETRYING) {
            long pause = time.millis() - retryingSince;
            long least = Math.max(200, Math.min(2 * lastRetryPause, 8000));
            assertTrue(pause >= least, "expected at least " + least + " ms, found " + pause);
            // Not the measured pause: a step that lets time pass may end long after the pause.
            lastRetryPause = least;
        }
        if (state.error() == null) {
            lastRetryPause = 0;
        }
        before = phase;
    }

    private void checkEnd() {
        check();
        if (fake.monitors()) {
            assertEquals(FlowSync.Phase.IDLE, lab.sync.phase(), () -> lab.sync.state() + " " + lab.events);
        }
        assertTrue(lab.isRight(), () -> "expected " + lab.wanted().entries() + ", found " + fake.entries.values());
        assertTrue(lab.sync.state().inSync());
        assertEquals(lab.wanted(), lab.sync.state().program());
        lab.wants.forEach(w -> assertTrue(
                w.confirmed == 1 && w.answered == 1, "confirmed " + w.confirmed + " times, answered " + w.answered));
        lab.wanted().meters().forEach((id, m) -> assertEquals(m, fake.meters.get(id)));
        lab.wanted().entries().forEach(e -> assertTrue(fake.isBound(e), () -> "keeps to a meter that has gone: " + e));
        assertEquals(List.of(), new ArrayList<>(lab.toSwitch));
    }

    /** Checks that a right switch gets no FLOW_MOD for the same program, foreign changes or a reconnect. */
    void checkThatNothingMoreIsSent() {
        int flowMods = fake.flowMods;
        FlowProgram program = lab.wants.get(lab.wants.size() - 1).program;
        lab.want(program);
        lab.pass(LONG);
        foreign(Programs.withCookie(Programs.ENTRIES.get(0), FOREIGN_TABLE, FOREIGN_COOKIE));
        lab.pass(LONG);
        reconnect(0);
        lab.pass(LONG);
        checkEnd();
        assertEquals(flowMods, fake.flowMods);
        assertEquals(0, lab.count("changed") + lab.count("healed"));
    }
}
