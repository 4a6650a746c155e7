package io.heddle.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RosterTest {
    private static final Member C1 = new Member("c1", "192.0.2.11", 6653, 6654, 8080, 8443, 6680);
    private static final Member C2 = new Member("c2", "192.0.2.12", 6653, 6654, 8080, 8443, 6680);

    @Test
    void membersComeLeadAndGo() throws IOException {
        Roster both = Roster.NOBODY.with(
                List.of(
                        new Keys.Entry(Keys.CONTROLLERS + "c1", C1.bytes(), 3),
                        new Keys.Entry(Keys.CONTROLLERS + "c2", C2.bytes(), 4),
                        new Keys.Entry(Keys.MEMBERS + "c1", C1.bytes(), 3),
                        new Keys.Entry(Keys.MEMBERS + "c2", C2.bytes(), 4),
                        new Keys.Entry(Keys.LEADER, C1.bytes(), 5),
                        new Keys.Entry(Keys.STATE + "leases", new byte[0], 6)),
                List.of());
        assertEquals(Set.of("c1", "c2"), both.members().keySet());
        assertEquals(Optional.of(C1), both.leader());
        assertEquals(5, both.term());
        Roster left = both.with(List.of(), List.of(Keys.LEADER, Keys.MEMBERS + "c1"));
        assertEquals(new Roster(both.controllers(), Map.of("c2", C2), Set.of(), Optional.empty(), 0, 0, 0), left);
        assertEquals(
                9,
                left.with(List.of(new Keys.Entry(Keys.LEADER, C2.bytes(), 9)), List.of())
                        .term());
    }

    @Test
    void othersCountOnlyIfTheyCouldLead() throws IOException {
        Roster both = Roster.NOBODY.with(
                List.of(
                        new Keys.Entry(Keys.MEMBERS + "c1", C1.bytes(), 3),
                        new Keys.Entry(Keys.MEMBERS + "c2", C2.bytes(), 4)),
                List.of());
        assertTrue(both.hasFitOther("c1"));
        Roster one = both.with(List.of(new Keys.Entry(Keys.UNFIT + "c2", new byte[0], 5)), List.of());
        assertFalse(one.hasFitOther("c1"));
        assertTrue(one.hasFitOther("c2"));
        assertTrue(one.with(List.of(), List.of(Keys.UNFIT + "c2")).hasFitOther("c1"));
        assertFalse(both.with(List.of(), List.of(Keys.MEMBERS + "c2")).hasFitOther("c1"));
    }

    @Test
    void aMemberOfALaterHeddleIsNotMisunderstood() {
        byte[] later = "{\"name\": \"c1\", \"rooms\": 3}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThrows(
                IOException.class,
                () -> Roster.NOBODY.with(List.of(new Keys.Entry(Keys.MEMBERS + "c1", later, 1)), List.of()));
    }
}
