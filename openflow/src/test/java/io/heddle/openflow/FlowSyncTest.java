package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FlowSyncTest {
    private static final FlowProgram PROGRAM = Programs.of(7);
    private static final FlowEntry SOME = PROGRAM.entries().iterator().next();
    private static final FakeSwitch.Abilities ALL = new FakeSwitch.Abilities(true, true, true);
    private static final long MINUTE = 60_000;

    private static SwitchLab fresh(FakeSwitch.Abilities abilities) {
        return new SwitchLab(new VirtualTime(), new FakeSwitch(abilities, 100));
    }

    private static List<String> kinds(SwitchLab lab) {
        return lab.events.stream().map(SwitchLab.Event::kind).toList();
    }

    /** A connection to a switch that has the program. */
    private static SwitchLab inSync(FakeSwitch.Abilities abilities) {
        SwitchLab lab = fresh(abilities);
        lab.want(PROGRAM);
        lab.drain();
        assertTrue(lab.sync.state().inSync() && lab.isRight());
        return lab;
    }

    private static void removeRepeatedly(SwitchLab lab, int times) {
        for (int i = 0; i < times; i++) {
            lab.fake.remove(SOME.key());
            lab.pass(1000);
        }
    }

    @Test
    void reportsARefusedEntryAndRetriesWithGrowingPauses() {
        for (boolean bundles : List.of(true, false)) {
            SwitchLab lab = fresh(new FakeSwitch.Abilities(bundles, true, true));
            lab.fake.refused.add(SOME);
            SwitchLab.Want want = lab.want(PROGRAM);
            lab.drain();
            assertEquals(Optional.of(SOME), lab.sync.state().refused());
            assertTrue(
                    lab.sync.state().error().endsWith(" for " + SOME),
                    lab.sync.state().error());
            List<Long> attempts = new ArrayList<>();
            while (lab.time.millis() < 40_000) {
                assertEquals(FlowSync.Phase.RETRYING, lab.sync.phase());
                assertTrue(lab.time.next(10_000));
                attempts.add(lab.time.millis());
                lab.drain();
            }
            assertEquals(
                    List.of(200L, 600L, 1400L, 3000L, 6200L, 12_600L, 20_600L, 28_600L, 36_600L, 44_600L), attempts);
            assertEquals(1, lab.count("refused"), lab.events.toString());
            assertEquals(1, lab.count("changed"), lab.events.toString());
            assertEquals(List.of(1, 0), List.of(want.answered, want.confirmed));
            lab.fake.refused.clear();
            lab.pass(8000);
            assertTrue(lab.sync.state().inSync() && lab.isRight());
            assertEquals(List.of(1, 1), List.of(want.answered, want.confirmed));
            int last = bundles ? PROGRAM.size() : 1;
            assertEquals(new FlowSync.State(true, null, Optional.empty(), PROGRAM, last), lab.sync.state());
        }
    }

    /** An external change while Heddle's own changes are under way must not be mistaken for one of them. */
    @Test
    void findsAnExternalChangeMadeWhileEntriesAreSent() {
        SwitchLab lab = inSync(ALL);
        lab.want(Programs.of(8));
        lab.fake.remove(SOME.key());
        lab.drain();
        lab.pass(200);
        assertTrue(lab.isRight());
        assertEquals(FlowSync.Phase.IDLE, lab.sync.phase());
    }

    @Test
    void findsAnExternalChangeMadeAfterTheFirstRead() {
        SwitchLab lab = fresh(ALL);
        lab.want(PROGRAM);
        for (int messages = 0; messages < 12; messages++) {
            lab.switchReads();
            lab.deliver();
        }
        lab.fake.put(Programs.altered(SOME));
        lab.pass(2000);
        assertTrue(lab.isRight());
    }

    @Test
    void repairsAnExternalChangeAndReportsItOnce() {
        SwitchLab lab = inSync(ALL);
        lab.fake.put(Programs.altered(SOME));
        assertTrue(lab.sync.state().inSync(), "in sync until the report arrives");
        lab.pass(99);
        assertFalse(lab.isRight());
        lab.pass(1);
        assertTrue(lab.isRight() && lab.sync.state().inSync());
        assertEquals(
                "a flow entry was altered: " + Programs.altered(SOME) + "; repaired",
                lab.events.get(1).text());
        assertEquals(2, lab.events.size(), lab.events.toString());
    }

    /** Constant changes to foreign entries cause about one read a second, and do not hide a change to Heddle's own. */
    @Test
    void readsLessOftenWhileForeignEntriesKeepChanging() {
        SwitchLab lab = inSync(ALL);
        FlowEntry foreign = Programs.withCookie(SOME, 70, 1);
        for (int i = 0; i < 1200; i++) {
            lab.fake.put(foreign);
            lab.pass(50);
        }
        assertTrue(
                lab.fake.reads > 50 && lab.fake.reads < 70, lab.fake.reads + " reads in a minute, expected about 60");
        lab.fake.remove(SOME.key());
        for (int i = 0; i < 40; i++) {
            lab.fake.put(foreign);
            lab.pass(50);
        }
        assertTrue(lab.isRight());
        assertEquals(1, lab.count("healed"));
    }

    @Test
    void readsASwitchWithoutMonitorEveryTenSeconds() {
        SwitchLab lab = inSync(new FakeSwitch.Abilities(true, false, true));
        lab.fake.remove(SOME.key());
        lab.pass(9_900);
        assertFalse(lab.isRight());
        lab.pass(300);
        assertTrue(lab.isRight());
        lab.disconnect();
        lab.pass(MINUTE);
        assertFalse(lab.time.next(MINUTE), "no timers after the connection has ended");
    }

    /** For changes at intervals of up to 9 s: five repairs at once, later ones after 5, 10, 20, 30, 30 ... s. */
    @Property(tries = 300)
    void repairsRepeatedChangesLessAndLessOften(
            @ForAll @Size(min = 8, max = 60) List<@IntRange(min = 150, max = 9000) Integer> gaps,
            @ForAll @IntRange(max = 2) int kind) {
        SwitchLab lab = inSync(ALL);
        int rounds = lab.fake.rounds;
        List<Long> repairs = new ArrayList<>();
        for (int gap : gaps) {
            if (kind == 0) {
                lab.fake.remove(SOME.key());
            } else {
                lab.fake.put(kind == 1 ? Programs.altered(SOME) : Programs.withCookie(SOME, 50, SOME.cookie()));
            }
            for (long end = lab.time.millis() + gap; lab.time.millis() < end; ) {
                lab.pass(Math.min(50, end - lab.time.millis()));
                if (lab.fake.rounds > rounds) {
                    rounds++;
                    repairs.add(lab.time.millis());
                }
            }
        }
        long pause = 5000;
        for (int i = 5; i < repairs.size(); i++) {
            assertTrue(
                    repairs.get(i) - repairs.get(i - 1) >= pause,
                    "expected a pause of " + pause + " ms, found repairs at " + repairs + " of changes every " + gaps);
            pause = Math.min(30_000, pause * 2);
        }
        assertEquals(Math.min(5, repairs.size()), lab.count("healed"), lab.events.toString());
        checkThatItIsQuietAgain(lab);
    }

    /** After a quiet minute the entries are right, FlowSync is idle, and it repairs the next change at once. */
    private static void checkThatItIsQuietAgain(SwitchLab lab) {
        long healed = lab.count("healed");
        lab.pass(30_000);
        assertTrue(
                lab.isRight() && lab.sync.state().inSync(),
                () -> lab.sync.state().toString());
        assertEquals(FlowSync.Phase.IDLE, lab.sync.phase());
        lab.pass(MINUTE + 1000);
        int rounds = lab.fake.rounds;
        assertTrue(lab.count("drifted") <= 1, lab.events.toString());
        removeRepeatedly(lab, 1);
        assertTrue(lab.isRight());
        assertEquals(rounds + 1, lab.fake.rounds);
        assertEquals(healed + 1, lab.count("healed"), lab.events.toString());
    }

    /** Repairs of repeated changes wait for up to 30 s; a new program and the repair of drift from it do not. */
    @Test
    void aNewProgramEndsAPause() {
        SwitchLab lab = inSync(ALL);
        removeRepeatedly(lab, 7);
        assertEquals(FlowSync.Phase.PAUSED, lab.sync.phase());
        assertEquals(
                "repeated external change of its flow entries: repairs wait",
                lab.sync.state().error());
        String last = lab.events.get(lab.events.size() - 1).text();
        assertTrue(last.startsWith("repeated external change: a flow entry was removed: "), last);
        SwitchLab.Want want = lab.want(Programs.of(100));
        lab.drain();
        assertEquals(1, want.confirmed);
        lab.pass(MINUTE + 5000);
        removeRepeatedly(lab, 7);
        assertEquals(FlowSync.Phase.PAUSED, lab.sync.phase());
        lab.want(PROGRAM);
        lab.drain();
        lab.pass(50);
        lab.fake.put(Programs.withCookie(SOME, 50, SOME.cookie()));
        lab.pass(200);
        assertEquals(FlowSync.Phase.PAUSED, lab.sync.phase(), "the new external change starts a pause of its own");
    }

    @Test
    void sendsNothingIfTheChangeIsUndoneDuringThePause() {
        SwitchLab lab = inSync(ALL);
        removeRepeatedly(lab, 6);
        assertEquals(FlowSync.Phase.PAUSED, lab.sync.phase());
        lab.fake.put(SOME);
        lab.pass(6000);
        assertEquals(FlowSync.Phase.IDLE, lab.sync.phase());
        assertTrue(lab.sync.state().inSync());
        removeRepeatedly(lab, 1);
        assertEquals(FlowSync.Phase.PAUSED, lab.sync.phase());
    }

    @Test
    void sendsPlainEntriesToASwitchWithoutBundlesOrMeters() {
        SwitchLab lab = fresh(new FakeSwitch.Abilities(false, true, false));
        FlowProgram metered = Programs.of(2);
        assertFalse(metered.meters().isEmpty());
        lab.want(metered);
        lab.drain();
        assertEquals(metered.withoutMeters().byKey(), lab.fake.entries);
        assertEquals(List.of("no-meters", "changed", "no-bundles"), kinds(lab));
        lab.want(Programs.of(5));
        lab.drain();
        assertTrue(lab.isRight());
    }

    @Test
    void removesUnusedMetersAfterTheirEntries() {
        SwitchLab lab = fresh(new FakeSwitch.Abilities(false, true, true));
        lab.want(Programs.of(2));
        lab.drain();
        assertEquals(1, lab.fake.meters.size());
        lab.fake.refused.addAll(Programs.of(1).entries());
        lab.want(Programs.of(1));
        lab.drain();
        assertEquals(FlowSync.Phase.RETRYING, lab.sync.phase());
        lab.fake.refused.clear();
        lab.pass(1000);
        assertTrue(lab.isRight() && lab.fake.meters.isEmpty(), lab.fake.meters.toString());
        assertEquals(List.of(), lab.fake.faults);
    }

    @Test
    void removesStrayLearntEntriesAtTheFirstRead() {
        FakeSwitch fake = new FakeSwitch(ALL, 100);
        FlowEntry stray = Programs.withCookie(SOME, 60, L2LearningApp.LEARNT);
        FlowEntry learnt = Programs.withCookie(SOME, 61, L2LearningApp.LEARNT);
        fake.put(stray);
        fake.put(learnt);
        fake.strays.add(stray.key());
        SwitchLab lab = new SwitchLab(new VirtualTime(), fake);
        lab.want(PROGRAM);
        lab.drain();
        assertTrue(lab.isRight() && fake.entries.containsKey(learnt.key()) && !fake.entries.containsKey(stray.key()));
        assertEquals(List.of(), fake.faults);
    }

    @Test
    void sendsNothingAfterTheConnectionHasEnded() {
        SwitchLab lab = fresh(ALL);
        lab.want(PROGRAM);
        lab.switchReads();
        lab.disconnect();
        lab.pass(MINUTE);
        assertFalse(lab.sync.state().inSync());
        SwitchLab checking = inSync(ALL);
        checking.fake.remove(SOME.key());
        checking.drain();
        checking.disconnect();
        checking.pass(MINUTE);
        for (SwitchLab ended : List.of(lab, checking)) {
            assertEquals(List.of(), new ArrayList<ByteBuf>(ended.toSwitch));
            assertEquals(List.of(), ended.fake.faults);
        }
    }

    /** The retry of a repair counts neither as a new external change nor as a new refusal. */
    @Test
    void retriesARefusedRepairAndReportsItOnce() {
        SwitchLab lab = inSync(ALL);
        lab.fake.refused.add(SOME);
        removeRepeatedly(lab, 1);
        lab.pass(MINUTE);
        assertEquals(Optional.of(SOME), lab.sync.state().refused());
        lab.fake.refused.clear();
        lab.pass(10_000);
        assertTrue(lab.isRight() && lab.sync.state().inSync());
        assertEquals(List.of("changed", "refused", "healed"), kinds(lab));
    }
}
