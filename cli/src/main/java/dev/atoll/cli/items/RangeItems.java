package dev.atoll.cli.items;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.Atoll;
import dev.atoll.client.StageRequest;
import dev.atoll.core.model.StageSpec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers from first to last, both included, as bash's {A..B..STEP}.
 *
 * @param first the first
 * @param step not 0
 * @param count at least 1
 */
public record RangeItems(long first, long step, int count) implements ItemSource {
    private static final Pattern FORM =
            Pattern.compile("(-?[0-9]{1,18})\\.\\.(-?[0-9]{1,18})(?:\\.\\.(-?[0-9]{1,18}))?");

    /**
     * Reads A..B or A..B..STEP; counts down where B is less than A.
     *
     * @throws IllegalArgumentException with what is allowed
     */
    public static RangeItems parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a range such as 1..100 or 0..1000..50, both ends included");
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        String written = matcher.group(3);
        long size = written == null ? 1 : Math.abs(Long.parseLong(written));
        if (size == 0) {
            throw new IllegalArgumentException("a range with a step that is not 0");
        }
        long count = Math.abs(last - first) / size + 1;
        if (count > StageSpec.TASK_COUNT_MAX) {
            throw new IllegalArgumentException(
                    "a range of at most %,d numbers; this has %,d"
                            .formatted(StageSpec.TASK_COUNT_MAX, count));
        }
        return new RangeItems(first, last < first ? -size : size, (int) count);
    }

    @Override
    public void check() throws CommandException {}

    @Override
    public StageRequest.Items upload(Atoll cluster, UploadListener listener) {
        return new StageRequest.Items.Sequence(first, step, count);
    }
}
