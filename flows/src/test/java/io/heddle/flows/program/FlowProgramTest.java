package io.heddle.flows.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlowProgramTest {
    private static FlowEntry entry(int priority, int port) {
        return new FlowEntry(
                10,
                priority,
                Match.ALL.with(Field.IN_PORT, port),
                Instructions.DROP.metered(port),
                priority * 100L + port);
    }

    private static Reason rule(int number) {
        return new Reason.AclRule("web", number, true);
    }

    private static FlowProgram.Part part(int top, int bottom) {
        FlowProgram.Builder alone = new FlowProgram.Builder();
        for (int priority = top; priority >= bottom; priority--) {
            alone.add(entry(priority, 1), rule(priority)).add(new Meter(1, true, 1, 1));
        }
        return alone.part();
    }

    @Test
    void partsMakeOneProgram() {
        FlowProgram program = new FlowProgram.Builder()
                .add(part(20, 11))
                .add(part(10, 6))
                .add(entry(5, 2), Reason.note("other", "other"))
                .build();
        assertEquals(16, program.size());
        assertEquals(List.copyOf(program.byKey().values()), List.copyOf(program.entries()));
        assertEquals(List.of(1), List.copyOf(program.meters().keySet()));
        // Enough calls for the program to collect its reasons in between.
        for (int i = 0; i < 40; i++) {
            int priority = 6 + i % 15;
            assertEquals(rule(priority), program.reason(priority * 100L + 1).orElseThrow());
            assertEquals(Optional.empty(), program.reason(i));
        }
    }

    @Test
    void twoPartsOverlapAtMostByTheirLastPriority() {
        FlowProgram.Builder program =
                new FlowProgram.Builder().add(part(20, 11)).add(part(5, 3));
        assertThrows(IllegalStateException.class, () -> program.add(part(12, 8)));
        assertThrows(IllegalStateException.class, () -> program.add(part(30, 19)));
        assertThrows(IllegalStateException.class, () -> program.add(part(30, 1)));
        assertThrows(IllegalStateException.class, () -> program.add(part(17, 15)));
        program.add(part(10, 6)).add(entry(15, 2), Reason.note("other", "other"));
        assertThrows(IllegalStateException.class, program::build);
    }

    @Test
    void twoPartsHaveNoMeterOfOneNumberThatDiffers() {
        FlowProgram.Builder program =
                new FlowProgram.Builder().add(part(20, 11)).add(new Meter(1, true, 2, 2));
        assertThrows(IllegalStateException.class, program::build);
    }

    @Test
    void aPartWithoutMetersIsMadeOnce() {
        FlowProgram.Part part = part(20, 11);
        FlowProgram first = new FlowProgram.Builder().add(part).build().withoutMeters();
        FlowProgram second = new FlowProgram.Builder().add(part).build().withoutMeters();
        assertSame(first.parts().get(1), second.parts().get(1));
        assertEquals(
                0,
                first.entries().stream()
                        .filter(e -> e.instructions().meter() != 0)
                        .count());
    }
}
