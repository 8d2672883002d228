package dev.atoll.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;

class ProgressBarTest {
    private static final Duration TEN = Duration.ofSeconds(10);

    @Test
    void everythingIsShownWhereThereIsRoom() {
        assertThat(ProgressBar.render(new Progress(100, 40, 10, 5, 0), pace(45), TEN, 100))
                .isEqualTo(
                        "[##################>>>>                  ]"
                                + " 40/100 done, 10 running, 5 failed, 4.5/s, 12s left");
    }

    @Test
    void lessIsShownWhereThereIsLess() {
        Progress progress = new Progress(100, 40, 10, 5, 0);
        assertThat(ProgressBar.render(progress, pace(45), TEN, 60))
                .isEqualTo("40/100 done, 10 running, 5 failed, 4.5/s, 12s left");
        assertThat(ProgressBar.render(progress, pace(45), TEN, 45))
                .isEqualTo("40/100 done, 10 running, 5 failed, 4.5/s");
        assertThat(ProgressBar.render(progress, pace(45), TEN, 12)).isEqualTo("40/100 done,");
        assertThat(ProgressBar.render(progress, pace(45), TEN, 0)).isEmpty();
    }

    @Test
    void theBeginningPromisesNothing() {
        assertThat(ProgressBar.render(new Progress(3, 0, 0, 0, 0), new Pace(), Duration.ZERO, 40))
                .isEqualTo("[                             ] 0/3 done");
    }

    @Test
    void theEndSaysHowLongItTook() {
        assertThat(
                        ProgressBar.render(
                                new Progress(1_234_567, 1_234_567, 0, 0, 0), pace(99), TEN, 70))
                .isEqualTo(
                        "[######################################] 1,234,567/1,234,567 done, 10s");
    }

    @Test
    void aBarIsFullOnlyAtTheEnd() {
        String almost = ProgressBar.render(new Progress(1_000, 999, 1, 0, 0), new Pace(), TEN, 70);
        assertThat(almost).contains("#>]");
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            long total = 1 + random.nextLong(1L << random.nextInt(1, 24));
            long succeeded = random.nextLong(total + 1);
            long running = random.nextLong(total - succeeded + 1);
            long failed = random.nextLong(total - succeeded - running + 1);
            int width = random.nextInt(120);
            Progress progress = new Progress(total, succeeded, running, failed, 0);
            Pace pace = pace(random.nextInt(1_000_000));

            assertThat(ProgressBar.render(progress, pace, TEN, width).length())
                    .as("%s at %d", progress, width)
                    .isLessThanOrEqualTo(width);
        }
    }

    @Test
    void thePaceIsThatOfTheLatestSeconds() {
        Pace pace = new Pace();
        for (int second = 0; second <= 100; second++) {
            pace.sample(Duration.ofSeconds(second), second < 50 ? second : 50 + (second - 50) * 10);
        }
        assertThat(pace.perSecond()).hasValueSatisfying(rate -> assertThat(rate).isEqualTo(10.0));
        assertThat(pace.timeFor(100)).contains(Duration.ofSeconds(10));
    }

    @Test
    void aPaceThatStandsStillPromisesNothing() {
        Pace pace = new Pace();
        assertThat(pace.perSecond()).isEmpty();
        pace.sample(Duration.ZERO, 5);
        assertThat(pace.perSecond()).isEmpty();
        pace.sample(Duration.ofSeconds(1), 5);
        assertThat(pace.perSecond()).isEmpty();
        pace.sample(Duration.ofSeconds(2), 6);
        assertThat(pace.perSecond()).contains(0.5);
    }

    private static Pace pace(long endedInTenSeconds) {
        Pace pace = new Pace();
        pace.sample(Duration.ZERO, 0);
        pace.sample(TEN, endedInTenSeconds);
        return pace;
    }
}
