package io.heddle.containers.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {
    private static Refusal refusal(int status) {
        Answers answers = new Answers((method, path, body) -> new Api.Answer(status, null));
        return assertThrows(Refusal.class, () -> answers.delete("hosts/hv1/bridges/br0/ports/c-1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 429, 500, 503})
    void whatPassesIsToBeTriedLater(int status) {
        assertEquals(Refusal.Kind.TRY_LATER, refusal(status).kind(), "a version on trial answers 409");
    }

    @Test
    void whatStaysIsAWrongConfiguration() {
        assertEquals(Refusal.Kind.CONFIGURATION, refusal(400).kind());
        assertEquals(Refusal.Kind.CONFIGURATION, refusal(403).kind());
    }
}
