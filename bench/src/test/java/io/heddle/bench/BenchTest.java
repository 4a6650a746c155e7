package io.heddle.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The guard: Heddle stays ahead of ovs-testcontroller, by far less than it is, for machines are noisy. */
class BenchTest {
    @Test
    void heddleIsAheadOfOvsTestcontroller() throws Exception {
        List<Bench.Line> lines = Bench.compare(16, 64, 2, 2);
        assertTrue(lines.get(0).loaded().perSecond() > 10_000, lines.toString());
        assertTrue(lines.get(1).loaded().perSecond() > 1_000, lines.toString());
        assertTrue(lines.get(0).loaded().flowModsPerAnswer() >= 1, lines.toString());
        assertTrue(Bench.ratio(lines) > 1.5, lines.toString());
    }
}
