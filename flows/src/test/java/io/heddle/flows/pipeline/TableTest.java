package io.heddle.flows.pipeline;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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

    /** Stateless lists look at the frame only, and so do the tables before the connection is known. */
    @Test
    void onlyTheTablesOfStatefulListsAndTranslationsLookAtConnections() {
        Set<Table> stateful = EnumSet.range(Table.TRACK_FROM, Table.LEARN);
        stateful.addAll(EnumSet.range(Table.TRACK_TO, Table.FORWARD));
        stateful.addAll(List.of(Table.TRANSLATE, Table.DESTINATION, Table.SOURCE, Table.DEPART));
        for (Table table : Table.values()) {
            assertEquals(stateful.contains(table), table.matches().stream().anyMatch(Field::isTracking), table.name());
        }
        assertTrue(Table.ACL.matches().contains(Field.TCP_FLAGS));
    }
}
