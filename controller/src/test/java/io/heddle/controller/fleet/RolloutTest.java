package io.heddle.controller.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.NetworkFile;
import io.heddle.controller.hosts.Hosts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RolloutTest {
    private static final long END = Long.MAX_VALUE;

    private final NetworkFile.Declared declared = declared();
    private final long br1 =
            declared.model().hosts().get("h1").bridges().get("br0").datapathId();
    private final Rollout rollout = new Rollout(2, declared);

    private static NetworkFile.Declared declared() {
        try {
            return NetworkFile.read(Map.of("n.yaml", """
                    heddle: v1
                    networks: {red: {vlan: 200}}
                    hosts:
                      h1: {ovsdb: "tcp:192.0.2.1:6640", bridges: {br0: {ports: {p1: {access: red}}}}}
                      h2: {ovsdb: "tcp:192.0.2.2:6640", bridges: {br0: {ports: {p1: {access: red}}}}}
                    """));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Hosts.Status host(String name, boolean connected, int synced, String error) {
        return new Hosts.Status(name, connected, false, synced, "", error, null, List.of());
    }

    private void confirm(String name) {
        rollout.host(host(name, true, 2, null));
        long id = declared.model().hosts().get(name).bridges().get("br0").datapathId();
        rollout.confirmed(id, rollout.deliver(id), false);
    }

    @Test
    void whoWaitsHearsWhenTheLastPartHasConfirmed() {
        CompletableFuture<Rollout.Progress> all = rollout.await("", END);
        CompletableFuture<Rollout.Progress> one = rollout.await("h1", END);
        confirm("h1");
        assertFalse(one.isDone(), "hosts do not know yet what they should have");
        rollout.hostsPushed();
        assertEquals(Rollout.State.IN_SYNC, one.join().state());
        assertEquals(Set.of("host h1", "switch h1/br0"), one.join().parts().keySet());
        assertFalse(all.isDone());
        confirm("h2");
        assertEquals(Rollout.State.IN_SYNC, all.join().state());
    }

    /** An answer reads the store, and a change holds the store while it asks for the progress of the version before. */
    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whoIsAnsweredMayWaitForWhoeverAsksTheRollout() throws Exception {
        Object store = new Object();
        CountDownLatch answers = new CountDownLatch(1);
        rollout.hostsPushed();
        confirm("h1");
        CompletableFuture<Void> answered = rollout.await("", END).thenAccept(p -> {
            answers.countDown();
            synchronized (store) {
                assertEquals(Rollout.State.IN_SYNC, p.state());
            }
        });
        synchronized (store) {
            CompletableFuture.runAsync(() -> confirm("h2"));
            answers.await();
            rollout.progress("");
        }
        answered.join();
    }

    @Test
    void aRefusalIsSaidWithItsPartAndMayTurnIntoConsent() {
        rollout.hostsPushed();
        confirm("h2");
        rollout.host(host("h1", true, 2, null));
        Rollout.Delivery delivery = rollout.deliver(br1);
        rollout.refused(br1, delivery, "its table is full");
        assertEquals(Rollout.State.REFUSED, rollout.progress("").state());
        assertEquals(
                List.of("switch h1/br0: its table is full"),
                rollout.progress("").errors());
        rollout.confirmed(br1, delivery, false);
        assertEquals(Rollout.State.IN_SYNC, rollout.progress("").state());
    }

    @Test
    void aHostThatIsAwayMakesItsSwitchesPendingAndIsNotWaitedFor() {
        rollout.hostsPushed();
        confirm("h1");
        rollout.host(host("h2", false, -1, "no route"));
        assertEquals(Rollout.State.PENDING, rollout.await("", END).join().state());
        assertEquals(Rollout.State.PENDING, rollout.progress("").parts().get("switch h2/br0"));
        assertTrue(rollout.progress("").errors().isEmpty());
    }

    @Test
    void aVersionThatCannotBeCompiledHasFailed() {
        rollout.hostsPushed();
        confirm("h2");
        rollout.host(host("h1", true, 2, null));
        rollout.failed(br1, rollout.deliver(br1), "cannot compile the flow entries of this switch: no priority left");
        assertEquals(Rollout.State.FAILED, rollout.await("", END).join().state());
        rollout.host(
                new Hosts.Status("h2", true, false, 1, "", null, "cannot compile the rows of this host: x", List.of()));
        assertEquals(Rollout.State.FAILED, rollout.progress("").parts().get("host h2"));
    }

    @Test
    void theNextVersionTakesOverAndAHostThatHasItHasThisOneToo() {
        CompletableFuture<Rollout.Progress> all = rollout.await("", END);
        CompletableFuture<Rollout.Progress> one = rollout.await("h1", END);
        Rollout next = new Rollout(3, declared);
        rollout.supersede(next);
        assertEquals(Rollout.State.SUPERSEDED, all.join().state());
        assertEquals(
                List.of("version 3 was accepted since, and is in force"),
                all.join().errors());
        assertFalse(one.isDone());
        next.hostsPushed();
        next.host(host("h1", true, 3, null));
        next.confirmed(br1, next.deliver(br1), false);
        assertEquals(Rollout.State.IN_SYNC, one.join().state());
        assertEquals(Rollout.State.IN_SYNC, rollout.await("h1", END).join().state());
    }

    @Test
    void everyStepCanBeWaitedFor() {
        long step = rollout.progress("").step();
        CompletableFuture<Rollout.Progress> further = rollout.await("", step);
        assertFalse(further.isDone());
        rollout.host(host("h1", true, 2, null));
        assertEquals(Rollout.State.CHANGING, further.join().state());
        assertTrue(further.join().step() > step);
    }

    @Test
    void theTransitionEndsWhenTheHostsItWaitsForHaveTheirRows() {
        rollout.host(host("h1", true, 1, null));
        rollout.host(host("h2", true, 1, null));
        rollout.hostsPushed();
        CompletableFuture<Void> arrived = rollout.arrived(Set.of("h1", "h2"));
        rollout.host(host("h1", true, 2, null));
        assertFalse(arrived.isDone());
        rollout.host(host("h2", false, -1, "cut off"));
        assertTrue(arrived.isDone());
    }

    @Test
    void aSwitchThatGoesOrIsSentOtherEntriesKeepsNobodyWaiting() {
        Rollout.Delivery first = rollout.deliver(br1);
        Rollout.Delivery second = rollout.deliver(br1);
        assertTrue(first.answered().isDone());
        rollout.gone(br1);
        assertTrue(second.answered().isDone());
    }

    @Test
    void aSwitchThatTheFileDoesNotNameNeverDecides() {
        rollout.hostsPushed();
        confirm("h1");
        confirm("h2");
        rollout.deliver(0xabcL);
        assertEquals(Rollout.State.IN_SYNC, rollout.progress("").state());
        assertFalse(rollout.progress("").parts().containsKey("switch 0000000000000abc"));
    }
}
