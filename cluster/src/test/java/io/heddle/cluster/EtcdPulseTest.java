package io.heddle.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EtcdPulseTest {
    private final AtomicLong clock = new AtomicLong();
    private final EtcdPulse pulse = new EtcdPulse(clock::get);

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void knowsNoMajorityBeforeTheFirstAnswer() {
        assertFalse(pulse.hasQuorum());
        pass(EtcdPulse.SILENCE.plusSeconds(1));
        pulse.heard();
        assertTrue(pulse.hasQuorum());
        assertEquals(Optional.empty(), pulse.lastOutage(), "nothing was lost");
    }

    @Test
    void remembersHowLongTheMajorityWasGone() {
        pulse.heard();
        pass(EtcdPulse.SILENCE);
        assertTrue(pulse.hasQuorum());
        pass(Duration.ofSeconds(2));
        assertFalse(pulse.hasQuorum());
        assertEquals(7.0, pulse.silentSeconds());
        pulse.heard();
        assertTrue(pulse.hasQuorum());
        assertEquals(Optional.of(Duration.ofSeconds(7)), pulse.lastOutage().map(EtcdPulse.Outage::length));
    }
}
