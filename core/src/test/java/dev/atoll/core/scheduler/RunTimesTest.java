package dev.atoll.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

class RunTimesTest {
    @Test
    void nothingIsKnownAtFirst() {
        assertThat(new RunTimes().median()).isZero();
        assertThat(new RunTimes().meanNanos()).isZero();
    }

    @Test
    void theMedianIsNeverTooShortAndAQuarterTooLongAtMost() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            RunTimes times = new RunTimes();
            long[] nanos = new long[1 + random.nextInt(50)];
            for (int i = 0; i < nanos.length; i++) {
                nanos[i] = 4 + (random.nextLong() >>> (1 + random.nextInt(60)));
                times.succeeded(Duration.ofNanos(nanos[i]), 1);
            }
            Arrays.sort(nanos);
            long exact = nanos[(nanos.length - 1) / 2];
            assertThat(times.median().toNanos()).isBetween(exact, exact + exact / 4 + 1);
        }
    }

    @Test
    void tasksOfOneReportCountAsTheirAverage() {
        RunTimes times = new RunTimes();
        times.succeeded(Duration.ofSeconds(3), 3);
        times.succeeded(Duration.ofSeconds(100), 2);
        assertThat(times.median()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_250));
    }
}
