package dev.atoll.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

final class PulseTest {
    private static final long TICK = Duration.ofMillis(100).toNanos();
    private static final long SETTLE = Duration.ofSeconds(1).toNanos();

    private final Pulse pulse = new Pulse(Duration.ofMillis(100), Duration.ofSeconds(1), 0);

    @Test
    void beatsInItsRhythm() {
        assertThat(pulse.nanosUntilDue(0)).isEqualTo(TICK);
        assertThat(pulse.nanosUntilDue(TICK)).isZero();
        assertThat(pulse.beat(TICK)).isFalse();
        assertThat(pulse.nanosUntilDue(TICK)).isEqualTo(TICK);
    }

    @Test
    void smallDelayIsNoPause() {
        assertThat(pulse.lateNanos(3 * TICK)).isEqualTo(2 * TICK);
        assertThat(pulse.beat(3 * TICK)).isFalse();
    }

    @Test
    void afterAPauseItIsStalledUntilOthersWereHeard() {
        long resumed = 10 * TICK + SETTLE;
        assertThat(pulse.beat(resumed)).isTrue();
        assertThat(pulse.beat(resumed + TICK)).isTrue();
        assertThat(pulse.beat(resumed + SETTLE - 1)).isTrue();
        assertThat(pulse.beat(resumed + SETTLE + TICK)).isTrue();
    }

    @Test
    void afterSettlingItIsCalmAgain() {
        long now = 10 * TICK;
        boolean stalled = pulse.beat(now);
        assertThat(stalled).isTrue();
        while (now < 10 * TICK + SETTLE) {
            now += TICK;
            stalled = pulse.beat(now);
        }
        assertThat(stalled).isFalse();
    }

    @Test
    void missedTicksAreNotMadeUpFor() {
        pulse.beat(50 * TICK);
        assertThat(pulse.nanosUntilDue(50 * TICK)).isEqualTo(TICK);
    }
}
