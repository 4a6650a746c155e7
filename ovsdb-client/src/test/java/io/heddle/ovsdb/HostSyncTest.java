package io.heddle.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostSyncTest {
    private static final HostState STATE = HostStates.of(5);
    private static final long MINUTE = 60_000;

    private static HostLab fresh() {
        return new HostLab(new VirtualTime(), new FakeHost());
    }

    private static HostLab inSync() {
        HostLab lab = fresh();
        lab.want(STATE);
        lab.pass(100);
        assertTrue(lab.sync.state().inSync() && lab.isRight());
        return lab;
    }

    private static void meddle(HostLab lab) {
        lab.host.set(Database.PORT, "vm0", Map.of("tag", 7L));
    }

    @Test
    void aHostIsInSyncOnceOpenVswitchHasActed() {
        HostLab lab = fresh();
        HostLab.Want want = lab.want(STATE);
        lab.drain();
        assertTrue(lab.isRight());
        assertEquals(HostSync.Phase.CONFIRMING, lab.sync.phase());
        assertFalse(lab.sync.state().inSync());
        lab.host.takeUp();
        lab.drain();
        assertTrue(lab.sync.state().inSync());
        assertEquals(1, want.confirmed);
        assertFalse(lab.time.next(MINUTE) && lab.time.next(MINUTE), "nothing goes on");
        assertEquals(1, lab.host.transactions);
    }

    @Test
    void whatAHostRefusesIsReportedOnceAndTriedAgainWithGrowingPauses() {
        HostLab lab = fresh();
        lab.host.refusal = "constraint violation";
        HostLab.Want want = lab.want(STATE);
        lab.drain();
        List<Long> attempts = new ArrayList<>();
        while (lab.time.millis() < 90_000) {
            assertEquals(HostSync.Phase.RETRYING, lab.sync.phase());
            assertTrue(lab.time.next(MINUTE));
            attempts.add(lab.time.millis());
            lab.drain();
        }
        assertEquals(List.of(500L, 1500L, 3500L, 7500L, 15_500L, 31_500L, 61_500L, 91_500L), attempts);
        assertEquals(List.of("refused constraint violation"), lab.events);
        lab.host.refusal = null;
        lab.pass(30_000);
        assertTrue(lab.sync.state().inSync());
        assertEquals(1, want.confirmed);
    }

    /** A faulty reply does not stop the reconciliation. */
    @Test
    void anEmptyAnswerCountsAsRefused() {
        HostLab lab = fresh();
        lab.host.emptyAnswers = 1;
        lab.want(STATE);
        lab.drain();
        assertEquals(List.of("refused the host's answer to a transaction lacks next_cfg"), lab.events);
        lab.pass(1000);
        assertTrue(lab.sync.state().inSync());
        assertEquals(1, lab.host.transactions, "it was made all the same");
    }

    @Test
    void aFaultInACallbackEndsTheSession() {
        HostLab lab = fresh();
        lab.fault = new IllegalStateException("a callback's fault");
        lab.want(STATE);
        lab.drain();
        assertEquals(List.of(lab.fault), lab.failures);
        lab.pass(MINUTE);
        assertEquals(1, lab.host.transactions);
    }

    /** Heddle cannot compare with a database that has no root row. */
    @Test
    void aDatabaseWithoutRootEndsTheSession() {
        HostLab lab = inSync();
        lab.database().table(Database.OPEN_VSWITCH).clear();
        lab.want(STATE);
        assertEquals("the database has no Open_vSwitch row", lab.failures.get(0).getMessage());
    }

    @Test
    void anExternalChangeIsRepaired() {
        HostLab lab = inSync();
        meddle(lab);
        lab.drain();
        lab.time.next(50);
        assertFalse(lab.sync.state().inSync(), "it is known to differ");
        lab.pass(100);
        assertTrue(lab.isRight() && lab.sync.state().inSync());
        String line = "[~ port br0/vm0 tag=7 → 200]";
        assertEquals(List.of("drifted " + line, "mended " + line), lab.events.subList(1, 3));
    }

    /** The retry of a repair is not another external change. */
    @Test
    void aRepairThatIsRefusedIsTriedAgain() {
        HostLab lab = inSync();
        lab.host.refusal = "out of memory";
        meddle(lab);
        lab.pass(5000);
        assertEquals("out of memory", lab.sync.state().error());
        lab.host.refusal = null;
        lab.pass(5000);
        assertTrue(lab.isRight() && lab.sync.state().inSync());
        assertEquals(List.of(1L, 1L, 1L), List.of(lab.count("drifted"), lab.count("refused"), lab.count("mended")));
    }

    @Test
    void aRepeatedChangeIsLeftInPlaceForAWhile() {
        HostLab lab = inSync();
        lab.pauseMillis = 5000;
        meddle(lab);
        lab.pass(4900);
        assertFalse(lab.isRight());
        assertEquals(new HostSync.State(false, "repeated external change: repairs wait"), lab.sync.state());
        lab.pass(200);
        assertTrue(lab.isRight() && lab.sync.state().inSync());
        assertEquals(1, lab.count("drifted"));
    }

    @Test
    void aNewStateEndsAPauseForGood() {
        HostLab lab = inSync();
        lab.pauseMillis = 30_000;
        meddle(lab);
        lab.pass(1000);
        assertEquals(HostSync.Phase.PAUSED, lab.sync.phase());
        HostLab.Want want = lab.want(HostStates.of(4));
        lab.pass(100);
        assertEquals(1, want.confirmed);
        lab.pauseMillis = 0;
        meddle(lab);
        lab.pass(200);
        assertTrue(lab.isRight(), "the timer of the pause does not hold this up");
    }

    @Test
    void whatIsPutRightMeanwhileIsNotRepairedAndTheNextChangeStartsAPauseOfItsOwn() {
        HostLab lab = inSync();
        lab.pauseMillis = 5000;
        meddle(lab);
        lab.pass(1000);
        lab.host.set(Database.PORT, "vm0", Map.of("tag", 200L));
        lab.pass(100);
        assertTrue(lab.sync.state().inSync());
        assertEquals(0, lab.count("mended"));
        meddle(lab);
        lab.pass(4000);
        assertEquals(2, lab.count("drifted"));
        assertFalse(lab.isRight());
    }

    @Test
    void aNewStateDoesNotWaitForTheRetryOfTheOneBefore() {
        HostLab lab = fresh();
        lab.host.refusal = "constraint violation";
        lab.want(STATE);
        lab.hostReads();
        lab.host.refusal = null;
        HostLab.Want want = lab.want(HostStates.of(4));
        lab.pass(60);
        assertEquals(1, want.confirmed);
        assertEquals(0, lab.count("refused"));
    }

    @Test
    void afterTheSessionNothingIsSent() {
        HostLab lab = fresh();
        lab.want(STATE);
        lab.disconnect();
        lab.pass(MINUTE);
        assertEquals(0, lab.host.transactions);
    }
}
