package dev.atoll.naming.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

final class LeaseClockTest {
    private static final Duration TEN = Duration.ofSeconds(10);

    /** Close to where a monotonic clock wraps around. */
    private static final long START = Long.MAX_VALUE - TEN.toNanos() / 2;

    private final LeaseClock clock = new LeaseClock();

    @Test
    void lease_isOverAfterItsTime_notBefore() {
        clock.start(1, TEN, START);

        assertThat(clock.over(START + TEN.toNanos() - 1)).isEmpty();
        assertThat(clock.over(START + TEN.toNanos())).containsExactly(1L);
    }

    @Test
    void keepAlive_beginsTheWholeTermAnew() {
        clock.start(1, TEN, START);
        long later = START + TEN.toNanos() / 2;

        assertThat(clock.keepAlive(1, later)).contains(TEN);
        assertThat(clock.over(START + TEN.toNanos())).isEmpty();
        assertThat(clock.over(later + TEN.toNanos())).containsExactly(1L);
        assertThat(clock.keepAlive(2, later)).isEmpty();
    }

    @Test
    void over_theLongestOverComesFirst() {
        clock.start(1, TEN, START + 5);
        clock.start(2, TEN, START + 1);
        clock.start(3, TEN, START + 3);
        clock.start(4, TEN, START + 100);

        assertThat(clock.over(START + TEN.toNanos() + 10)).containsExactly(2L, 3L, 1L);
    }

    @Test
    void postpone_givesEveryLeaseTheTimeInWhichNobodyCouldBeHeard() {
        clock.start(1, TEN, START);
        clock.postpone(Duration.ofSeconds(3));

        assertThat(clock.over(START + Duration.ofSeconds(12).toNanos())).isEmpty();
        assertThat(clock.over(START + Duration.ofSeconds(13).toNanos())).containsExactly(1L);
    }

    @Test
    void end_isForgotten() {
        clock.start(1, TEN, START);
        clock.end(1);

        assertThat(clock.over(START + TEN.toNanos())).isEmpty();
        assertThat(clock.keepAlive(1, START)).isEmpty();
    }
}
