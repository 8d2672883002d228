package dev.atoll.core.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a task does: a command, its item, its input.
 *
 * @param command the program and its arguments; at least one element; "{}" stands for the item and
 *     "{#}" for the index, where there are items
 * @param environment added to the worker's own
 * @param workingDirectory an absolute directory of the worker; empty: a fresh one for each attempt
 * @param items where the items come from
 * @param input where standard input comes from
 * @param outputLimitBytes the most bytes of output that one attempt may write, at least 1
 * @param files names the directory whose content lies in each attempt's fresh directory; only where
 *     there is one
 * @param outputs the paths and patterns of what is kept of each attempt's fresh directory; only
 *     where there is one
 * @param shuffle how standard output is kept as records; empty: it is kept as it is
 * @param warm that the command is a program which stays and takes task after task; empty: it runs
 *     once for each attempt
 * @param pipe that standard output goes to the task of the next stage while both run; empty: it is
 *     kept
 */
public record TaskTemplate(
        List<String> command,
        SortedMap<String, String> environment,
        String workingDirectory,
        Items items,
        Input input,
        long outputLimitBytes,
        Optional<BlobRef> files,
        List<String> outputs,
        Optional<Shuffle> shuffle,
        Optional<Warm> warm,
        Optional<Pipe> pipe) {
    /** The usual {@link #outputLimitBytes}: 256 MiB. */
    public static final long OUTPUT_LIMIT_BYTES_DEFAULT = 256L << 20;

    public TaskTemplate {
        command = List.copyOf(command);
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        requireNonNull(workingDirectory, "workingDirectory is null");
        requireNonNull(items, "items is null");
        requireNonNull(input, "input is null");
        requireNonNull(files, "files is null");
        outputs = List.copyOf(outputs);
        requireNonNull(shuffle, "shuffle is null");
        requireNonNull(warm, "warm is null");
        requireNonNull(pipe, "pipe is null");
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a command has at least one element");
        }
        if (outputLimitBytes < 1) {
            throw new IllegalArgumentException("an output limit is at least 1 byte");
        }
        if (!workingDirectory.isEmpty() && (files.isPresent() || !outputs.isEmpty())) {
            throw new IllegalArgumentException(
                    "files go into a fresh directory, and come out of one, only");
        }
        boolean isPlain = input instanceof Input.Empty && outputs.isEmpty() && shuffle.isEmpty();
        if (warm.isPresent() && !isPlain) {
            throw new IllegalArgumentException(
                    "a warm task has no standard input, leaves no files and keeps no records");
        }
        if (pipe.isPresent() && !(outputs.isEmpty() && shuffle.isEmpty() && warm.isEmpty())) {
            throw new IllegalArgumentException("what goes into a pipe is not kept");
        }
    }

    /** The same without a pipe. */
    public TaskTemplate(
            List<String> command,
            SortedMap<String, String> environment,
            String workingDirectory,
            Items items,
            Input input,
            long outputLimitBytes,
            Optional<BlobRef> files,
            List<String> outputs,
            Optional<Shuffle> shuffle,
            Optional<Warm> warm) {
        this(
                command,
                environment,
                workingDirectory,
                items,
                input,
                outputLimitBytes,
                files,
                outputs,
                shuffle,
                warm,
                Optional.empty());
    }

    /** A command and nothing else. */
    public static TaskTemplate command(String... command) {
        return new TaskTemplate(
                List.of(command),
                Collections.emptySortedMap(),
                "",
                new Items.Index(),
                new Input.Empty(),
                OUTPUT_LIMIT_BYTES_DEFAULT,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * The command is a program that takes tasks over its standard input, one after the other or
     * several at once, and answers on its standard output. Nothing is expanded in it.
     *
     * @param setup names bytes that the program is given before the first task of the stage
     */
    public record Warm(Optional<BlobRef> setup) {
        public Warm {
            requireNonNull(setup, "setup is null");
        }
    }

    /**
     * Standard output goes to the task of the next stage.
     *
     * @param exitCounts whether an exit code other than 0, or a signal, is a failure
     */
    public record Pipe(boolean exitCounts) {}

    /** Whether it writes into a pipe or reads from one. */
    public boolean isPiped() {
        return pipe.isPresent() || input instanceof Input.Piped;
    }

    /** Where the items of a stage come from. */
    public sealed interface Items {
        /** The item of a task is its index. */
        record Index() implements Items {}

        /** There are none: the command is taken as it is. */
        record None() implements Items {}

        /** Item i is first + i * step. */
        record Sequence(long first, long step) implements Items {}

        /** Item i is entry i: for a few small ones. */
        record Listed(List<Bytes> values) implements Items {
            public Listed {
                values = List.copyOf(values);
            }
        }

        /** Item i is entry i % itemsPerChunk of the blob chunks[i / itemsPerChunk]. */
        record Table(int itemsPerChunk, List<BlobRef> chunks) implements Items {
            public Table {
                chunks = List.copyOf(chunks);
                if (itemsPerChunk < 1) {
                    throw new IllegalArgumentException("a chunk holds at least 1 item");
                }
            }
        }
    }

    /** Where the standard input of a task comes from. */
    public sealed interface Input {
        /** It is empty. */
        record Empty() implements Input {}

        /** From whoever attaches to the task. */
        record Attached() implements Input {}

        /** From the blob of the task's item. */
        record ItemBlob() implements Input {}

        /** The outputs of all tasks of an earlier stage, in task order. */
        record Gathered(int stage) implements Input {}

        /** The task's part of the records of an earlier stage, sorted by key. */
        record Shuffled(int stage, Part part) implements Input {
            public Shuffled {
                requireNonNull(part, "part is null");
            }
        }

        /** What the task of the stage right before writes, while it writes it. */
        record Piped() implements Input {}
    }

    /** Which records of a stage a task of a later one gets. */
    public sealed interface Part {
        /** Those that the hash of the key gives to it. */
        record Hashed() implements Part {}

        /** None, but a sample of the keys. */
        record Sampled() implements Part {}

        /** Those between two of the bounds that the one task of an earlier stage wrote. */
        record Bounded(int boundsStage) implements Part {}
    }
}
