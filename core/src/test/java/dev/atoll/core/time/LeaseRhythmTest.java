package dev.atoll.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

final class LeaseRhythmTest {
    private final LeaseRhythm rhythm = new LeaseRhythm(Duration.ofSeconds(12));

    @Test
    void keepsAliveEveryQuarterAndGivesUpAfterThree() {
        assertThat(rhythm.untilNextTime(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(2));
        assertThat(rhythm.untilLost(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(8));
        assertThat(rhythm.untilLost(Duration.ofSeconds(9))).isZero();
    }

    @Test
    void waitsForAnAnswerAndPausesOnlyWhileTheLeaseCanBeSaved() {
        assertThat(rhythm.patience(Duration.ofSeconds(4))).isEqualTo(Duration.ofMillis(1_500));
        assertThat(rhythm.patience(Duration.ofMillis(8_900))).isEqualTo(Duration.ofMillis(100));
        assertThat(rhythm.pauseAfterFailure(Duration.ofSeconds(4)))
                .isEqualTo(Duration.ofMillis(300));
        assertThat(rhythm.pauseAfterFailure(Duration.ofMillis(8_900)))
                .isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void givesUpBeforeAnyoneElseMayLeadEvenWithASlowClock() {
        Duration byASlowClock = rhythm.timeToLive().multipliedBy(3).dividedBy(4);
        assertThat(rhythm.untilLost(byASlowClock).isPositive()).isFalse();
    }
}
