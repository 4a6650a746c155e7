package io.heddle.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;

/** One host over several sessions: converts numbers to steps, and checks the invariants after each step. */
final class HostScenario {
    private static final String THEIRS = "theirs";
    private static final int STEPS = 32;
    private static final int LONG = 94_321;
    private static final List<String> REFUSALS = List.of("constraint violation", "out of memory");

    private final VirtualTime time = new VirtualTime();
    private final FakeHost host = new FakeHost();
    private HostLab lab;

    HostScenario() {
        host.addBridge(THEIRS);
        host.addPort(THEIRS, "old0", Map.of());
        lab = new HostLab(time, host);
        lab.want(HostStates.of(5));
    }

    /** @param number encodes the action and its port, state or time */
    void step(int number) {
        step(number % STEPS, number / STEPS);
        check();
    }

    /** From now on the host accepts everything, and there are no external changes. */
    void end() {
        host.refusal = null;
        host.emptyAnswers = 0;
        lab.pauseMillis = 0;
        lab.pass(LONG);
        check();
        assertTrue(
                lab.isRight(),
                () -> HostDiff.between(lab.wanted(), host.truth).lines().toString());
        assertTrue(host.isTakenUp());
        assertEquals(new HostSync.State(true, null), lab.sync.state());
        assertEquals(HostSync.Phase.SETTLED, lab.sync.phase());
        lab.wants.forEach(w -> assertEquals(1, w.confirmed));
    }

    /** A host in its wanted state gets no transaction: not for the same state, foreign changes or a new session. */
    void staysAsItIs() {
        int transactions = host.transactions;
        lab.want(lab.wanted());
        lab.pass(LONG);
        host.addPort(HostStates.MINE, "another", Map.of());
        setOtherConfig(Map.of("datapath-id", "00aa", "hwaddr", "theirs"));
        lab.pass(LONG);
        reconnect();
        end();
        assertEquals(transactions, host.transactions);
    }

    private void step(int kind, int arg) {
        String port = "vm" + arg % HostStates.PORTS;
        switch (kind) {
            case 0, 1, 2, 3, 4, 5 -> lab.hostReads();
            case 6, 7, 8, 9, 10, 11 -> lab.deliver();
            case 12, 13, 14 -> time.next(LONG);
            case 15 -> time.advance(arg % 100);
            case 16 -> lab.drain();
            case 17, 18 -> host.takeUp();
            case 19, 20 -> lab.want(HostStates.of(arg));
            case 21 -> host.set(Database.PORT, port, Map.of("tag", 7L));
            case 22 -> host.removePort(HostStates.MINE, port);
            case 23 -> host.addPort(HostStates.MINE, "stale", Map.of(Transaction.MARK, "created"));
            case 24 -> setOtherConfig(Map.of("datapath-id", "00bb"));
            case 25 -> host.set(Database.BRIDGE, THEIRS, Map.of("fail_mode", arg % 2 == 0 ? "secure" : "standalone"));
            case 26 -> host.addPort(HostStates.MINE, "foreign", Map.of("owner", "them"));
            case 27 -> host.refusal = REFUSALS.get(arg % 2);
            case 28 -> host.refusal = null;
            case 29 -> host.emptyAnswers = arg % 3;
            case 30 -> lab.pauseMillis = arg % 2 * 5000L;
            default -> reconnect();
        }
    }

    private void setOtherConfig(Map<String, String> to) {
        host.set(Database.BRIDGE, HostStates.MINE, Map.of("other_config", to));
    }

    private void reconnect() {
        HostState last = lab.wanted();
        lab.disconnect();
        lab = new HostLab(time, host);
        lab.want(last);
    }

    private void check() {
        assertEquals(List.of(), lab.failures);
        assertTrue(host.truth.named(Database.PORT, "old0").isPresent(), "a foreign port is gone");
        HostSync.State state = lab.sync.state();
        if (state.inSync() && lab.isQuiet() && !time.isDue(50)) {
            assertTrue(
                    lab.isRight(),
                    () -> "in sync, but "
                            + HostDiff.between(lab.wanted(), host.truth).lines());
        }
        assertTrue(!state.inSync() || lab.sync.phase() == HostSync.Phase.SETTLED);
        lab.wants.forEach(w -> assertTrue(w.confirmed <= 1));
        assertTrue(
                !state.inSync() || lab.wants.stream().allMatch(w -> w.confirmed == 1), "in sync, but did not say so");
        assertTrue(lab.count("mended") <= lab.count("drifted"), lab.events.toString());
    }
}
