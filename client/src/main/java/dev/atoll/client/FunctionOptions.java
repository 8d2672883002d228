package dev.atoll.client;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How functions are run. {@code FunctionOptions.defaults().timeout(Duration.ofMinutes(1))}
 *
 * @param name of the job, for people
 * @param slots how many tasks one JVM runs at once: 1 to 256
 * @param jvmOptions of the JVMs, behind those that are always given
 * @param cpuMillis thousandths of a processor that each task needs
 * @param memoryBytes how much each task may take, its share of the JVM included; 0: not counted,
 *     and the heap has at most 512 MiB
 * @param attemptsMax how many times a task may be tried
 * @param timeout how long one try may take, the start of its JVM included
 * @param deadline how long the whole may take before the cluster cancels it
 * @param priority jobs of a higher priority go first
 * @param failFast whether everything stops when one task has failed
 * @param durability on how many disks results are kept
 * @param classPath the jars and directories that are sent; empty: the class path of this program
 */
public record FunctionOptions(
        String name,
        int slots,
        List<String> jvmOptions,
        OptionalInt cpuMillis,
        long memoryBytes,
        int attemptsMax,
        Optional<Duration> timeout,
        Optional<Duration> deadline,
        int priority,
        boolean failFast,
        JobRequest.Durability durability,
        List<Path> classPath) {
    private static final int SLOTS_MAX = 256;

    public FunctionOptions {
        requireNonNull(name, "name is null");
        jvmOptions = List.copyOf(jvmOptions);
        requireNonNull(cpuMillis, "cpuMillis is null");
        requireNonNull(timeout, "timeout is null");
        requireNonNull(deadline, "deadline is null");
        requireNonNull(durability, "durability is null");
        classPath = List.copyOf(classPath);
        if (slots < 1 || slots > SLOTS_MAX) {
            throw new IllegalArgumentException("1 to 256 slots, not " + slots);
        }
    }

    /** One task at a time in each JVM, one processor and one try for each. */
    public static FunctionOptions defaults() {
        return new FunctionOptions(
                "function",
                1,
                List.of(),
                OptionalInt.empty(),
                0,
                1,
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                JobRequest.Durability.TWO,
                List.of());
    }

    /** Names the job. */
    public FunctionOptions name(String newName) {
        return with(newName, slots, jvmOptions, memoryBytes, timeout, deadline, classPath);
    }

    /** Runs so many tasks at once in each JVM; static fields are then shared by them. */
    public FunctionOptions slots(int count) {
        return with(name, count, jvmOptions, memoryBytes, timeout, deadline, classPath);
    }

    /** Gives the JVMs these options too. */
    public FunctionOptions jvmOptions(String... options) {
        return with(name, slots, List.of(options), memoryBytes, timeout, deadline, classPath);
    }

    /** Needs this much memory for each task. */
    public FunctionOptions memoryBytes(long bytes) {
        return with(name, slots, jvmOptions, bytes, timeout, deadline, classPath);
    }

    /** Ends a try that takes longer. */
    public FunctionOptions timeout(Duration time) {
        return with(name, slots, jvmOptions, memoryBytes, Optional.of(time), deadline, classPath);
    }

    /** Has the cluster cancel what has not ended after this time. */
    public FunctionOptions deadline(Duration time) {
        return with(name, slots, jvmOptions, memoryBytes, timeout, Optional.of(time), classPath);
    }

    /** Sends these jars and directories, and not the class path of this program. */
    public FunctionOptions classPath(List<Path> paths) {
        return with(name, slots, jvmOptions, memoryBytes, timeout, deadline, paths);
    }

    private FunctionOptions with(
            String newName,
            int newSlots,
            List<String> newJvmOptions,
            long newMemoryBytes,
            Optional<Duration> newTimeout,
            Optional<Duration> newDeadline,
            List<Path> newClassPath) {
        return new FunctionOptions(
                newName,
                newSlots,
                newJvmOptions,
                cpuMillis,
                newMemoryBytes,
                attemptsMax,
                newTimeout,
                newDeadline,
                priority,
                failFast,
                durability,
                newClassPath);
    }

    /** Needs this many thousandths of a processor for each task: 0 to 1,024,000. */
    public FunctionOptions cpuMillis(int millis) {
        return with(OptionalInt.of(millis), attemptsMax, priority, failFast, durability);
    }

    /** Tries a task so many times: 1 to 100. */
    public FunctionOptions attemptsMax(int attempts) {
        return with(cpuMillis, attempts, priority, failFast, durability);
    }

    /** Goes before jobs of lower priority: -1,000 to 1,000. */
    public FunctionOptions priority(int newPriority) {
        return with(cpuMillis, attemptsMax, newPriority, failFast, durability);
    }

    /** Stops everything when one task has failed. */
    public FunctionOptions failingFast() {
        return with(cpuMillis, attemptsMax, priority, true, durability);
    }

    /** Keeps results on so many disks. */
    public FunctionOptions durability(JobRequest.Durability newDurability) {
        return with(cpuMillis, attemptsMax, priority, failFast, newDurability);
    }

    private FunctionOptions with(
            OptionalInt newCpuMillis,
            int newAttemptsMax,
            int newPriority,
            boolean newFailFast,
            JobRequest.Durability newDurability) {
        return new FunctionOptions(
                name,
                slots,
                jvmOptions,
                newCpuMillis,
                memoryBytes,
                newAttemptsMax,
                timeout,
                deadline,
                newPriority,
                newFailFast,
                newDurability,
                classPath);
    }
}
