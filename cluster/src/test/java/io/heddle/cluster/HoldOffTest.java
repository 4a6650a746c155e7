package io.heddle.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HoldOffTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final HoldOff holdOff = new HoldOff();

    private long seconds(long atSecond) {
        return holdOff.nanos(atSecond * SECOND) / SECOND;
    }

    @Test
    void onlyRepeatedLossesWait() {
        assertEquals(0, seconds(0));
        List<Long> waits = LongStream.rangeClosed(1, 6)
                .peek(second -> holdOff.lost(second * SECOND))
                .mapToObj(this::seconds)
                .toList();
        assertEquals(List.of(0L, 1L, 2L, 4L, 8L, 8L), waits);
        assertEquals(8, seconds(601));
        assertEquals(0, seconds(607), "all are forgotten");
    }
}
