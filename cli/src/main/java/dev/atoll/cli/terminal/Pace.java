package dev.atoll.cli.terminal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** How fast work goes, over the latest ten seconds or so. Pure: the caller brings the time. */
public final class Pace {
    /* Two samples at the ends of a window: the average over the window follows changes within its
     * length and does not jump with every batch of reports. */
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration SPAN_MIN = Duration.ofMillis(300);

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(Duration time, long ended) {}

    /**
     * Notes how far the work has come.
     *
     * @param time since it began; not less than at the call before
     * @param ended how many tasks have ended
     */
    public void sample(Duration time, long ended) {
        samples.addLast(new Sample(time, ended));
        while (samples.size() > 2 && second().time().compareTo(time.minus(WINDOW)) <= 0) {
            samples.removeFirst();
        }
    }

    /** How many tasks end in a second; empty as long as that cannot be said. */
    public Optional<Double> perSecond() {
        if (samples.size() < 2) {
            return Optional.empty();
        }
        Sample oldest = samples.getFirst();
        Sample latest = samples.getLast();
        Duration span = latest.time().minus(oldest.time());
        long count = latest.ended() - oldest.ended();
        return span.compareTo(SPAN_MIN) < 0 || count <= 0
                ? Optional.empty()
                : Optional.of(count * 1e9 / span.toNanos());
    }

    /** How long so many more tasks will take at this pace. */
    public Optional<Duration> timeFor(long count) {
        return perSecond().map(rate -> Duration.ofMillis(Math.round(count / rate * 1_000)));
    }

    private Sample second() {
        var iterator = samples.iterator();
        iterator.next();
        return iterator.next();
    }
}
