package dev.atoll.runtime.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.SplittableRandom;

class BackoffTest {
    private static final Duration BASE = Duration.ofMillis(100);
    private static final Duration CAP = Duration.ofSeconds(1);

    @Test
    void pauses_stayUnderACeilingThatDoublesUpToTheCap() {
        long[] ceilingsMillis = {100, 200, 400, 800, 1_000, 1_000, 1_000};
        for (long seed = 0; seed < 200; seed++) {
            Backoff backoff = new Backoff(BASE, CAP, new SplittableRandom(seed));
            for (long ceilingMillis : ceilingsMillis) {
                assertThat(backoff.next())
                        .isBetween(Duration.ZERO, Duration.ofMillis(ceilingMillis));
            }
        }
    }

    @Test
    void pauses_useTheWholeRange() {
        Backoff backoff = new Backoff(BASE, BASE, new SplittableRandom(1));
        int shortCount = 0;
        for (int i = 0; i < 1_000; i++) {
            shortCount += backoff.next().compareTo(BASE.dividedBy(2)) < 0 ? 1 : 0;
        }
        assertThat(shortCount).isBetween(400, 600);
    }

    @Test
    void sameSeed_samePauses() {
        Backoff left = new Backoff(BASE, CAP, new SplittableRandom(7));
        Backoff right = new Backoff(BASE, CAP, new SplittableRandom(7));
        for (int i = 0; i < 20; i++) {
            assertThat(left.next()).isEqualTo(right.next());
        }
    }

    @Test
    void reset_startsAgainAtTheBase() {
        for (long seed = 0; seed < 200; seed++) {
            Backoff backoff = new Backoff(BASE, CAP, new SplittableRandom(seed));
            for (int i = 0; i < 10; i++) {
                backoff.next();
            }
            backoff.reset();
            assertThat(backoff.next()).isBetween(Duration.ZERO, BASE);
        }
    }

    @Test
    void badLimits_areRefused() {
        SplittableRandom random = new SplittableRandom();
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, CAP, random))
                .hasMessageContaining("base must be more than zero");
        assertThatThrownBy(() -> new Backoff(CAP, BASE, random))
                .hasMessageContaining("is less than base");
    }
}
