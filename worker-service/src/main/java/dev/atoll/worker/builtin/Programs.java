package dev.atoll.worker.builtin;

import dev.atoll.core.model.Shuffle;
import dev.atoll.worker.execution.OutputSink;
import dev.atoll.worker.shuffle.KeyForm;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The programs by name. */
final class Programs {
    private static final int TOP_MAX = 1_000_000;

    private static final Map<String, Maker> MAKERS =
            new TreeMap<>(
                    Map.of(
                            "cat", without((out, sink) -> new Copying(sink)),
                            "count", grouping(KeyForm.FIELD, Groups.Count::new),
                            "sum",
                                    grouping(
                                            KeyForm.FIELD,
                                            () -> new Groups.Numbers(BigDecimal::add)),
                            "min",
                                    grouping(
                                            KeyForm.FIELD,
                                            () -> new Groups.Numbers(BigDecimal::min)),
                            "max",
                                    grouping(
                                            KeyForm.FIELD,
                                            () -> new Groups.Numbers(BigDecimal::max)),
                            "first", grouping(KeyForm.FIELD, Groups.First::new),
                            "unique", grouping(KeyForm.RECORD, Groups.First::new),
                            "top", Programs::top,
                            "bounds", Programs::bounds));

    private Programs() {}

    /** Makes a program. */
    @FunctionalInterface
    interface Maker {
        /**
         * Makes one.
         *
         * @param arguments without the name
         * @throws BadUsageException if it does not take these arguments
         */
        Program make(List<String> arguments, OutputSink sink) throws BadUsageException;
    }

    private interface Plain {
        Program make(LineOutput out, OutputSink sink);
    }

    private interface NewGroup {
        Grouping.Group make();
    }

    /**
     * The program of this name.
     *
     * @throws BadUsageException if there is none
     */
    static Maker named(String name) throws BadUsageException {
        Maker maker = MAKERS.get(name);
        if (maker == null) {
            throw new BadUsageException("there are only " + String.join(", ", MAKERS.keySet()));
        }
        return maker;
    }

    private static Maker without(Plain plain) {
        return (arguments, sink) -> {
            if (!arguments.isEmpty()) {
                throw new BadUsageException("it takes no arguments");
            }
            return plain.make(new LineOutput(sink), sink);
        };
    }

    private static Maker grouping(KeyForm keyForm, NewGroup group) {
        return without((out, _) -> new Grouping(keyForm, group.make(), out));
    }

    private static Program top(List<String> arguments, OutputSink sink) throws BadUsageException {
        int count = number(arguments, TOP_MAX);
        return new Grouping(KeyForm.FIELD, new Groups.Top(count), new LineOutput(sink));
    }

    private static Program bounds(List<String> arguments, OutputSink sink)
            throws BadUsageException {
        return new Bounds(number(arguments, Shuffle.PARTITIONS_MAX), new LineOutput(sink));
    }

    private static int number(List<String> arguments, int max) throws BadUsageException {
        String wanted = "it takes one argument, a number from 1 to " + max;
        if (arguments.size() != 1) {
            throw new BadUsageException(wanted);
        }
        try {
            int number = Integer.parseInt(arguments.getFirst());
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new BadUsageException(wanted + ", not " + arguments.getFirst());
    }
}
