package io.heddle.flows.pipeline;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
    private static FlowEntry doing(String actions) {
        return FlowText.parseEntry("table=10, priority=1,ip actions=" + actions);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"goto_table:20", "ct(table=20,zone=5)", "ct(commit),goto_table:20", "ct(commit)", "ct_clear"})
    void letsAnEntryGoOnInALaterTable(String actions) {
        assertDoesNotThrow(() -> Table.check(doing(actions)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"goto_table:4", "ct(table=10)", "ct(table=4)", "ct(table=11)", "ct(table=4),goto_table:20"})
    void refusesAnEntryThatGoesBackOrOutside(String actions) {
        assertThrows(IllegalArgumentException.class, () -> Table.check(doing(actions)));
    }

    /** The access list still looks at the frame only. */
    @Test
    void noTableLooksAtConnectionsYet() {
        for (Table table : Table.values()) {
            assertFalse(table.matches().stream().anyMatch(Field::isTracking), table.name());
        }
        assertTrue(Table.ACL.matches().contains(Field.TCP_FLAGS));
    }
}
