package io.heddle.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a controller campaigns. */
class CandidacyTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Optional<Long> NO_LEADER = Optional.of(0L);

    private final Candidacy candidacy = new Candidacy();

    private static Roster ledByTerm(long term) {
        Member leader = new Member("c1", "127.0.0.1", 0, 0, 0, 0, 1);
        return new Roster(Map.of(), Map.of(), Set.of(), Optional.of(leader), term, 0, 0);
    }

    private Optional<Long> replaces(Roster roster, long atSecond) {
        return candidacy.replaces(roster, atSecond * SECOND);
    }

    /** Loses the lead three times: the hold-off is 2 s from second 3 on. */
    private void loseThreeTimes() {
        for (int second = 1; second <= 3; second++) {
            candidacy.follow(true, second * SECOND);
        }
    }

    @Test
    void onlyADeadLeaderIsReplaced() {
        candidacy.follow(false, 0);
        assertEquals(NO_LEADER, replaces(Roster.NOBODY, 0));
        assertEquals(Optional.empty(), replaces(ledByTerm(7), 0));
        candidacy.silent(7);
        assertEquals(Optional.of(7L), replaces(ledByTerm(7), 0));
    }

    @Test
    void noControllerCampaignsDuringItsHoldOff() {
        loseThreeTimes();
        candidacy.silent(7);
        assertEquals(Optional.empty(), replaces(Roster.NOBODY, 4));
        assertEquals(Optional.empty(), replaces(ledByTerm(7), 4));
        assertEquals(Optional.of(7L), replaces(ledByTerm(7), 5), "it is still dead");
    }

    /** Otherwise a bad connection would depose a healthy leader, only later. */
    @Test
    void aLeaderThatAnswersAgainDuringTheHoldOffKeepsTheLead() {
        loseThreeTimes();
        candidacy.silent(7);
        candidacy.answers(7);
        assertEquals(Optional.empty(), replaces(ledByTerm(7), 5));
    }

    @Test
    void theDeathOfAnEarlierLeaderDoesNotCount() {
        candidacy.follow(false, 0);
        candidacy.silent(7);
        assertEquals(Optional.empty(), replaces(ledByTerm(8), 0), "another controller was faster");
        assertEquals(NO_LEADER, replaces(Roster.NOBODY, 0));
    }
}
