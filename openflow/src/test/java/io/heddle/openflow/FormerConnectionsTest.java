package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Zones of connection tracking that get another owner. */
class FormerConnectionsTest {
    private static final FakeSwitch.Abilities ALL = new FakeSwitch.Abilities(true, true, true);
    private final SwitchLab lab = new SwitchLab(new VirtualTime(), new FakeSwitch(ALL, 100));

    /** Entries that look up the connections of ports. @param zones by port */
    private static FlowProgram program(Map<Integer, Integer> zones) {
        FlowProgram.Builder out = new FlowProgram.Builder();
        Reason reason = Reason.note("tracked", "tracked", "tracked");
        new TreeMap<>(zones)
                .forEach((port, zone) -> out.add(
                        new FlowEntry(
                                Table.TRACK_FROM.number(),
                                200,
                                Match.ALL.with(Field.IN_PORT, port),
                                Instructions.apply(Action.Ct.track(zone, Table.FROM.number())),
                                Cookies.base(11)),
                        reason));
        return out.build();
    }

    private List<String> flushesOf(FlowProgram program) {
        lab.fake.flushes.clear();
        lab.fake.rounds = 0;
        lab.want(program);
        lab.pass(5000);
        assertTrue(lab.isRight() && lab.sync.state().inSync());
        return List.copyOf(lab.fake.flushes);
    }

    @Test
    void aNewPortBeginsWithoutConnections() {
        assertEquals(List.of("5 after 0"), flushesOf(program(Map.of(1, 5))));
        assertEquals(List.of("6 after 0"), flushesOf(program(Map.of(1, 5, 2, 6))));
        assertEquals(List.of(), flushesOf(program(Map.of(1, 5, 2, 6))));
    }

    @Test
    void aZoneThatAnotherPortTakesOverIsFlushed() {
        flushesOf(program(Map.of(2, 5)));
        // Between the first flush and the change, connections of port 2 may still come in.
        assertEquals(List.of("5 after 0", "6 after 0", "5 after 1"), flushesOf(program(Map.of(1, 5, 2, 6))));
    }

    /** Another bridge of the host may have taken it over before. */
    @Test
    void aZoneIsFlushedWhenItsLastEntryHasGone() {
        flushesOf(program(Map.of(1, 5, 2, 6)));
        assertEquals(List.of("6 after 1"), flushesOf(program(Map.of(1, 5))));
    }

    @Test
    void entriesWipedByHandLoseNoConnections() {
        FlowProgram program = program(Map.of(1, 5, 2, 6));
        flushesOf(program);
        lab.fake.flushes.clear();
        for (FlowEntry e : program.entries()) {
            lab.fake.remove(e.key());
        }
        lab.pass(5000);
        assertTrue(lab.isRight());
        assertEquals(List.of(), lab.fake.flushes);
        // Also when the change that follows comes before the repair.
        program.entries().forEach(e -> lab.fake.remove(e.key()));
        assertEquals(List.of("7 after 0"), flushesOf(program(Map.of(1, 5, 2, 6, 3, 7))));
    }

    @Test
    void aZoneThatAFailedChangeGaveToAnotherIsNotTakenBackWithItsConnections() {
        SwitchLab plain =
                new SwitchLab(new VirtualTime(), new FakeSwitch(new FakeSwitch.Abilities(false, true, true), 100));
        FlowProgram former = program(Map.of(2, 5));
        plain.want(former);
        plain.drain();
        FlowProgram exchange = program(Map.of(1, 5, 2, 6, 3, 7));
        plain.fake.refused.addAll(exchange.entries().stream()
                .filter(e -> e.equals(program(Map.of(3, 7)).entries().iterator().next()))
                .toList());
        plain.want(exchange);
        plain.drain();
        assertEquals(FlowSync.Phase.RETRYING, plain.sync.phase());
        plain.fake.flushes.clear();
        plain.want(former);
        plain.drain();
        assertTrue(plain.isRight());
        assertTrue(plain.fake.flushes.stream().anyMatch(f -> f.startsWith("5 ")), plain.fake.flushes.toString());
    }
}
