package dev.atoll.simulation.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** What has happened: its last lines in full, all of it as one number. */
public final class Story {
    /* Lines are kept as what they are made of and become text only when somebody reads them, for
     * most stories end well and are never read. The digest takes in who did what and when, and those
     * details whose hash is the same in every JVM. */
    private static final int LINES_MAX = 80;
    private static final long DIGEST_PRIME = 0x100000001B3L;

    private final LongSupplier nowNanos;
    private final ArrayDeque<Line> last = new ArrayDeque<>();
    private Optional<Consumer<String>> listener = Optional.empty();
    private long digest = 0xCBF29CE484222325L;

    private record Line(long atNanos, String who, String what, List<Object> details) {
        String text() {
            StringBuilder text = new StringBuilder();
            details.forEach(detail -> text.append(' ').append(detail));
            return "%12.6f %-9s %s%s".formatted(atNanos / 1e9, who, what, text);
        }
    }

    Story(LongSupplier nowNanos) {
        this.nowNanos = nowNanos;
    }

    /** Hears every line from now on. */
    public void listen(Consumer<String> newListener) {
        listener = Optional.of(newListener);
    }

    /**
     * Tells that somebody did something.
     *
     * @param details immutable
     */
    public void tell(String who, String what, Object... details) {
        Line line = new Line(nowNanos.getAsLong(), who, what, List.of(details));
        mix(line.atNanos);
        mix(who.hashCode());
        mix(what.hashCode());
        for (Object detail : details) {
            if (detail instanceof Number || detail instanceof String) {
                mix(detail.hashCode());
            }
        }
        last.addLast(line);
        if (last.size() > LINES_MAX) {
            last.removeFirst();
        }
        listener.ifPresent(it -> it.accept(line.text()));
    }

    private void mix(long value) {
        digest = (digest ^ value) * DIGEST_PRIME;
    }

    /** One number for the whole story: equal stories have equal numbers. */
    public long digest() {
        return digest;
    }

    /** The last lines, the oldest first. */
    public List<String> lastLines() {
        List<String> lines = new ArrayList<>();
        last.forEach(line -> lines.add(line.text()));
        return lines;
    }
}
