package dev.atoll.naming.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

final class RetentionTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Retention retention = new Retention(Duration.ofMinutes(10), 1_000);

    @Test
    void young_isKept() {
        for (int minute = 0; minute < 10; minute++) {
            assertThat(retention.note(minute * MINUTE, 100 + minute)).isEmpty();
        }
    }

    @Test
    void olderThanTheAge_isCompacted_onceEach() {
        for (int minute = 0; minute < 10; minute++) {
            retention.note(minute * MINUTE, 100 + minute);
        }

        assertThat(retention.note(10 * MINUTE, 200)).hasValue(100);
        assertThat(retention.note(10 * MINUTE + 1, 200)).isEmpty();
        assertThat(retention.note(12 * MINUTE, 200)).hasValue(102);
    }

    @Test
    void tooMany_areCompactedBeforeTheirTime() {
        assertThat(retention.note(0, 5_000)).hasValue(4_000);
        assertThat(retention.note(1, 5_000)).isEmpty();
        assertThat(retention.note(2, 5_010)).hasValue(4_010);
    }

    @Test
    void nothingWritten_nothingToDo() {
        for (int minute = 0; minute < 100; minute++) {
            var target = retention.note(minute * MINUTE, 7);
            assertThat(target.isPresent()).isEqualTo(minute == 10);
        }
    }
}
