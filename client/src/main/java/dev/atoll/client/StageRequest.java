package dev.atoll.client;

import static java.util.Objects.requireNonNull;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Shuffle;
import dev.atoll.core.model.TaskTemplate.Part;
import dev.atoll.core.model.TaskTemplate.Pipe;
import dev.atoll.core.model.TaskTemplate.Warm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One stage of a job: a number of tasks from one template. The cluster checks it when it is
 * submitted and names every fault at once.
 *
 * @param name unique in the job, 1 to 63 characters of [a-z0-9-]; empty: "stage-N"
 * @param command the program and its arguments; "{}" becomes the item and "{#}" the index
 * @param items how many tasks there are and what each one's item is
 * @param input where the standard input of the tasks comes from
 * @param environment added to the worker's own small environment
 * @param workingDirectory an absolute directory of the worker; empty: a fresh one per attempt
 * @param files names the files that lie in the fresh directory of each attempt
 * @param outputs the paths and patterns of what each task leaves to be brought back
 * @param shuffle how standard output is kept as records; empty: it is kept as it is
 * @param warm that the command is a program which stays and takes task after task; empty: it runs
 *     once for each attempt
 * @param pipe that standard output goes to the task of the next stage, which has {@link
 *     Input.Piped}, while both run; empty: it is kept
 * @param needs what each task needs while it runs
 * @param attemptsMax how many times a task may be tried: 1 to 100; empty: once
 * @param timeout how long one attempt may run: 1 ms to 365 days; empty: without limit
 * @param outputLimitBytes the most bytes that one attempt may write; 0: 256 MiB
 * @param dependsOn the positions of the stages that must have succeeded before
 */
public record StageRequest(
        String name,
        List<String> command,
        Items items,
        Input input,
        SortedMap<String, String> environment,
        String workingDirectory,
        Optional<BlobRef> files,
        List<String> outputs,
        Optional<Shuffle> shuffle,
        Optional<Warm> warm,
        Optional<Pipe> pipe,
        Needs needs,
        OptionalInt attemptsMax,
        Optional<Duration> timeout,
        long outputLimitBytes,
        List<Integer> dependsOn) {
    public StageRequest {
        requireNonNull(name, "name is null");
        requireNonNull(items, "items is null");
        requireNonNull(input, "input is null");
        requireNonNull(workingDirectory, "workingDirectory is null");
        requireNonNull(files, "files is null");
        requireNonNull(shuffle, "shuffle is null");
        requireNonNull(warm, "warm is null");
        requireNonNull(pipe, "pipe is null");
        requireNonNull(needs, "needs is null");
        requireNonNull(attemptsMax, "attemptsMax is null");
        requireNonNull(timeout, "timeout is null");
        command = List.copyOf(command);
        outputs = List.copyOf(outputs);
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        dependsOn = List.copyOf(dependsOn);
    }

    /** How many tasks a stage has, and what "{}" becomes in each. */
    public sealed interface Items {
        /**
         * As many tasks as said; the item of a task is its index.
         *
         * @param taskCount 1 to 10,000,000
         */
        record Count(int taskCount) implements Items {}

        /**
         * The item of task i is first + i * step.
         *
         * @param taskCount 1 to 10,000,000
         */
        record Sequence(long first, long step, int taskCount) implements Items {}

        /** One task, whose command is taken as it is. */
        record None() implements Items {}

        /** A few items; uploaded when the job is submitted. */
        record Values(List<String> values) implements Items {
            public Values {
                values = List.copyOf(values);
            }
        }

        /** Many items, uploaded before. */
        record Table(ItemTable table) implements Items {}
    }

    /** Where the standard input of a task comes from. */
    public sealed interface Input {
        /** It is empty. */
        record Empty() implements Input {}

        /** From {@link Job#attach}; only where there is one task. */
        record Attached() implements Input {}

        /** From the blob of the task's own item; only with a table. */
        record ItemBlob() implements Input {}

        /**
         * The standard outputs of all tasks of an earlier stage, in task order.
         *
         * @param stage its position; it must be among dependsOn
         */
        record Gathered(int stage) implements Input {}

        /**
         * The task's part of the records of an earlier stage, sorted by key.
         *
         * @param stage its position; it must be among dependsOn, and keep records
         */
        record Shuffled(int stage, Part part) implements Input {}

        /** What the task of the stage right before writes, while it writes it. */
        record Piped() implements Input {}
    }

    /**
     * What each task needs while it runs.
     *
     * @param cpuMillis thousandths of a processor: 0 to 1,024,000; empty: 1,000
     * @param memoryBytes 0: not counted
     * @param gpuCount whole GPUs: 0 to 64
     * @param labels what a worker must say of itself
     */
    public record Needs(
            OptionalInt cpuMillis,
            long memoryBytes,
            int gpuCount,
            SortedMap<String, String> labels) {
        public Needs {
            requireNonNull(cpuMillis, "cpuMillis is null");
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        }
    }

    /** The same stage with other items. */
    public StageRequest withItems(Items newItems) {
        return toBuilder().items(newItems).build();
    }

    /** The same stage with these files. */
    public StageRequest withFiles(BlobRef newFiles) {
        return toBuilder().files(newFiles).build();
    }

    /** Begins a stage like this one. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Begins a stage that runs this command. */
    public static Builder command(List<String> command) {
        return new Builder(command);
    }

    /** Begins a stage that runs this command. */
    public static Builder command(String... command) {
        return new Builder(List.of(command));
    }

    /** Collects the parts of a stage. */
    public static final class Builder {
        private final List<String> command;
        private final SortedMap<String, String> environment = new TreeMap<>();
        private final SortedMap<String, String> labels = new TreeMap<>();
        private final List<Integer> dependsOn = new ArrayList<>();
        private final List<String> outputs = new ArrayList<>();
        private String name = "";
        private Items items = new Items.Count(1);
        private Input input = new Input.Empty();
        private String workingDirectory = "";
        private Optional<BlobRef> files = Optional.empty();
        private Optional<Shuffle> shuffle = Optional.empty();
        private Optional<Warm> warm = Optional.empty();
        private Optional<Pipe> pipe = Optional.empty();
        private OptionalInt cpuMillis = OptionalInt.empty();
        private long memoryBytes;
        private int gpuCount;
        private OptionalInt attemptsMax = OptionalInt.empty();
        private Optional<Duration> timeout = Optional.empty();
        private long outputLimitBytes;

        private Builder(List<String> command) {
            this.command = List.copyOf(command);
        }

        private Builder(StageRequest stage) {
            this(stage.command);
            environment.putAll(stage.environment);
            labels.putAll(stage.needs.labels);
            dependsOn.addAll(stage.dependsOn);
            name = stage.name;
            items = stage.items;
            input = stage.input;
            workingDirectory = stage.workingDirectory;
            files = stage.files;
            outputs.addAll(stage.outputs);
            shuffle = stage.shuffle;
            warm = stage.warm;
            pipe = stage.pipe;
            cpuMillis = stage.needs.cpuMillis;
            memoryBytes = stage.needs.memoryBytes;
            gpuCount = stage.needs.gpuCount;
            attemptsMax = stage.attemptsMax;
            timeout = stage.timeout;
            outputLimitBytes = stage.outputLimitBytes;
        }

        /** Names the stage: 1 to 63 characters of [a-z0-9-]. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** Says how many tasks there are and what their items are. Default: one. */
        public Builder items(Items items) {
            this.items = items;
            return this;
        }

        /** A task for each of these items. */
        public Builder items(List<String> values) {
            return items(new Items.Values(values));
        }

        /**
         * A task for each number from first to last, both included; down where last is less.
         *
         * @throws ArithmeticException when there are more than an int can count
         */
        public Builder range(long first, long last) {
            int count = Math.toIntExact(Math.absExact(Math.subtractExact(last, first)) + 1);
            return items(new Items.Sequence(first, last < first ? -1 : 1, count));
        }

        /** As many tasks, whose items are their indexes. */
        public Builder tasks(int taskCount) {
            return items(new Items.Count(taskCount));
        }

        /** One task, in whose command "{}" and "{#}" mean nothing. */
        public Builder literally() {
            return items(new Items.None());
        }

        /** Says where standard input comes from. Default: it is empty. */
        public Builder input(Input input) {
            this.input = input;
            return this;
        }

        /** Sets a variable of the environment. */
        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** Runs in this absolute directory of the worker. */
        public Builder workingDirectory(String directory) {
            this.workingDirectory = directory;
            return this;
        }

        /** Finds these files in its fresh directory: {@link Atoll#upload(FileTree)}. */
        public Builder files(BlobRef files) {
            this.files = Optional.of(files);
            return this;
        }

        /**
         * Leaves this in its fresh directory, to be brought back: a file, a directory or a pattern,
         * in which "{}" and "{#}" mean what they mean in the command. {@link Job#bringFiles}
         */
        public Builder output(String path) {
            outputs.add(path);
            return this;
        }

        /** Keeps what the tasks write as records, for a stage with {@link Input.Shuffled}. */
        public Builder shuffle(Shuffle shuffle) {
            this.shuffle = Optional.of(shuffle);
            return this;
        }

        /**
         * Runs in a program that stays: the command is started once, and given task after task over
         * its standard input (the contract atoll.warm.v1).
         */
        public Builder warm() {
            this.warm = Optional.of(new Warm(Optional.empty()));
            return this;
        }

        /** The same; the program gets these bytes before the first task of the stage. */
        public Builder warm(BlobRef setup) {
            this.warm = Optional.of(new Warm(Optional.of(setup)));
            return this;
        }

        /**
         * Writes into a pipe that the task of the next stage reads, while both run.
         *
         * @param exitCounts whether an exit code other than 0, or a signal, is a failure
         */
        public Builder pipe(boolean exitCounts) {
            this.pipe = Optional.of(new Pipe(exitCounts));
            return this;
        }

        /** Needs this many thousandths of a processor. Default: 1,000. */
        public Builder cpuMillis(int millis) {
            this.cpuMillis = OptionalInt.of(millis);
            return this;
        }

        /** Needs this much memory. Default: not counted. */
        public Builder memoryBytes(long bytes) {
            this.memoryBytes = bytes;
            return this;
        }

        /** Needs this many whole GPUs. Default: none. */
        public Builder gpuCount(int count) {
            this.gpuCount = count;
            return this;
        }

        /** Needs a worker with this label. */
        public Builder label(String key, String value) {
            labels.put(key, value);
            return this;
        }

        /** Tries a task at most so many times: 1 to 100. Default: once. */
        public Builder attemptsMax(int attempts) {
            this.attemptsMax = OptionalInt.of(attempts);
            return this;
        }

        /** Ends an attempt that runs longer: 1 ms to 365 days. Default: without limit. */
        public Builder timeout(Duration timeout) {
            this.timeout = Optional.of(timeout);
            return this;
        }

        /** Ends an attempt that writes more, its outputs included. Default: 256 MiB. */
        public Builder outputLimitBytes(long bytes) {
            this.outputLimitBytes = bytes;
            return this;
        }

        /** Starts after the stage at this position has succeeded. */
        public Builder dependsOn(int stage) {
            dependsOn.add(stage);
            return this;
        }

        /** The stage. */
        public StageRequest build() {
            return new StageRequest(
                    name,
                    command,
                    items,
                    input,
                    environment,
                    workingDirectory,
                    files,
                    outputs,
                    shuffle,
                    warm,
                    pipe,
                    new Needs(cpuMillis, memoryBytes, gpuCount, labels),
                    attemptsMax,
                    timeout,
                    outputLimitBytes,
                    dependsOn);
        }
    }
}
