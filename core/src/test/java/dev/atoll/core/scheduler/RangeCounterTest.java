package dev.atoll.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Ranges.Range;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.SplittableRandom;

class RangeCounterTest {
    @Test
    void agreesWithAnArray() {
        SplittableRandom random = new SplittableRandom(7);
        RangeCounter counter = new RangeCounter();
        int[] model = new int[40];
        for (int step = 0; step < 5_000; step++) {
            int first = random.nextInt(model.length - 1);
            int end = random.nextInt(first + 1, model.length);
            int value = random.nextInt(4);
            boolean isSet = random.nextInt(4) == 0;
            Ranges tasks = Ranges.between(first, end);
            if (isSet) {
                counter.set(tasks, value);
            } else {
                counter.increment(tasks);
            }
            for (int i = first; i < end; i++) {
                model[i] = isSet ? value : model[i] + 1;
            }
            for (int i = 0; i < model.length; i++) {
                assertThat(counter.get(i)).isEqualTo(model[i]);
            }
        }
    }

    @Test
    void tellsApartByCount() {
        RangeCounter counter = new RangeCounter();
        counter.increment(Ranges.between(2, 5));
        counter.increment(Ranges.of(3));
        assertThat(counter.atLeast(1, Ranges.between(0, 4))).hasToString("2-3");
        assertThat(counter.equal(0, Ranges.between(0, 10)))
                .isEqualTo(Ranges.of(List.of(new Range(0, 2), new Range(5, 10))));
        assertThat(counter.equal(2, Ranges.between(0, 10))).hasToString("3");
    }
}
