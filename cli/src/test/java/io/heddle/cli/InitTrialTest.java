package io.heddle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.cli.InitTrial.Step;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the watch of {@code heddle init} makes of what it sees; version 5 is on trial for 30 s, after version 4. */
class InitTrialTest {
    private static final Optional<Boolean> IN = Optional.of(true);
    private static final Optional<Boolean> OUT = Optional.of(false);
    private static final Optional<Boolean> UNKNOWN = Optional.empty();
    private static final JsonNode NO_ANSWER = ApiClient.JSON.missingNode();
    private static final JsonNode BEFORE = status(4, 0);
    private static final JsonNode ON_TRIAL = status(5, 5);
    private static final JsonNode KEPT = status(5, 0);
    private static final JsonNode BACK = status(6, 0);
    private static final int OVER = 30 + InitTrial.GRACE_SECONDS + 1;

    private final InitTrial trial = new InitTrial(4, 30, 0);
    private int second;

    private static JsonNode status(int version, int trial) {
        var node = ApiClient.JSON.createObjectNode().put("version", version);
        if (trial > 0) {
            node.putObject("trial").put("version", trial);
        }
        return node;
    }

    private Step look(JsonNode status, Optional<Boolean> isIn) {
        return trial.look(TimeUnit.SECONDS.toNanos(second), status, isIn);
    }

    private void waits(JsonNode status, Optional<Boolean> isIn) {
        assertEquals(Step.WAIT, look(status, isIn));
    }

    private void begins() {
        waits(BEFORE, OUT);
        waits(ON_TRIAL, OUT);
        waits(ON_TRIAL, IN);
    }

    @Test
    void addressesFollowANicThatLeavesTheBridge() {
        begins();
        waits(BACK, IN);
        waits(BACK, OUT);
        assertEquals(Step.GO_BACK, look(BACK, OUT));
    }

    @Test
    void aVersionThatIsGoingBackIsNotKept() {
        begins();
        // The trial has ended, and the version before it is not in force again yet.
        for (int i = 1; i < InitTrial.SURE_KEPT; i++) {
            waits(KEPT, IN);
        }
        waits(BACK, OUT);
        assertEquals(Step.GO_BACK, look(BACK, OUT));
    }

    @Test
    void aVersionIsKeptIfNothingFollows() {
        begins();
        for (int i = 1; i < InitTrial.SURE_KEPT; i++) {
            waits(KEPT, IN);
        }
        assertEquals(Step.KEPT, look(KEPT, IN));
    }

    @Test
    void aNicThatLeavesCountsMoreThanAVersionWithoutATrial() {
        begins();
        for (int i = 1; i < InitTrial.SURE_KEPT; i++) {
            waits(KEPT, IN);
        }
        waits(KEPT, OUT);
        assertEquals(Step.GO_BACK, look(KEPT, OUT));
    }

    @Test
    void anOpenVSwitchThatDoesNotAnswerSaysNothingOfTheNic() {
        begins();
        for (int i = 0; i < 20; i++) {
            waits(ON_TRIAL, UNKNOWN);
        }
        waits(ON_TRIAL, IN);
        waits(ON_TRIAL, OUT);
        waits(ON_TRIAL, UNKNOWN);
        assertEquals(Step.GO_BACK, look(ON_TRIAL, OUT));
    }

    @Test
    void aControllerThatCannotGoBackIsKeptOutUntilItHas() {
        begins();
        second = OVER;
        assertEquals(Step.FORCE_BACK, look(ON_TRIAL, IN));
        waits(ON_TRIAL, OUT);
        // It has another way in, and puts the NIC back into the bridge.
        assertEquals(Step.FORCE_BACK, look(ON_TRIAL, IN));
        waits(ON_TRIAL, OUT);
        waits(NO_ANSWER, OUT);
        assertEquals(Step.IS_BACK, look(BACK, OUT));
    }

    @Test
    void aControllerThatDiedIsNotWaitedFor() {
        begins();
        waits(NO_ANSWER, IN);
        second = OVER;
        assertEquals(Step.FORCE_BACK, look(NO_ANSWER, UNKNOWN));
        waits(NO_ANSWER, UNKNOWN);
        waits(NO_ANSWER, OUT);
        assertEquals(Step.IS_BACK, look(BACK, OUT));
    }

    @Test
    void whoKeepsItAfterTheAddressesAreBackIsTold() {
        begins();
        second = OVER;
        assertEquals(Step.FORCE_BACK, look(ON_TRIAL, IN));
        for (int i = 1; i < InitTrial.SURE_KEPT; i++) {
            waits(KEPT, OUT);
        }
        assertEquals(Step.KEPT_LATE, look(KEPT, OUT));
    }

    @Test
    void aVersionThatWasRefusedChangesNothing() {
        waits(BEFORE, OUT);
        second = InitTrial.START_SECONDS + 1;
        assertEquals(Step.OTHER, look(BEFORE, OUT));
    }

    @Test
    void aVersionWithoutATrialAtTheEndIsLookedAtLongEnough() {
        begins();
        second = OVER;
        for (int i = 1; i < InitTrial.SURE_KEPT; i++) {
            waits(KEPT, IN);
        }
        assertEquals(Step.KEPT, look(KEPT, IN));
    }
}
