package dev.atoll.client;

import dev.atoll.client.function.FunctionProgram;
import dev.atoll.client.function.Invocation;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.TaskRef;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes jobs of functions: sends the classes that they need, once, the function, and the items.
 * Safe for use by threads.
 */
final class Functions {
    /** Stands for the Java launcher that a worker runs on itself. */
    private static final String JAVA = "atoll:java";

    private static final List<String> JVM_OPTIONS =
            List.of("-XX:+UseSerialGC", "-Xshare:auto", "-XX:-UsePerfData");
    private static final long HEAP_BYTES_DEFAULT = 512L << 20;
    private static final int MEBI_BITS = 20;

    /** So long a class path that was sent is taken to be there still, and to be what it was. */
    private static final Duration SENT_TIME = Duration.ofMinutes(1);

    private static final int SETUPS_MAX = 1_000;

    private final Atoll cluster;
    private final Map<List<Path>, Sent> sent = new HashMap<>(); // Guarded by itself.

    /** What was sent with stages, and when; the eldest goes first. Guarded by itself. */
    private final Map<BlobRef, Long> setups = new LinkedHashMap<>();

    private record Sent(BlobRef files, String option, long atNanos) {}

    Functions(Atoll cluster) {
        this.cluster = cluster;
    }

    /** Items, as they are sent. */
    interface ItemWriter {
        /** Adds all. */
        void writeTo(ItemTableBuilder table) throws IOException;
    }

    /** Applies a function to each item. */
    <T extends @Nullable Object, R extends @Nullable Object> FunctionJob<R> map(
            Iterable<? extends T> items, Invocation<T, R> invocation, FunctionOptions options) {
        ItemTable table =
                upload(builder -> {
                    for (T item : items) {
                        builder.add(invocation.items().encode(item));
                    }
                });
        if (table.itemCount() == 0) {
            throw new IllegalArgumentException("there is nothing to apply a function to");
        }
        Job job = submit(table, invocation, options, cluster.currentTask());
        return new FunctionJob<>(job, table.itemCount(), invocation.results());
    }

    /** The task within which this thread runs, if it does. */
    Optional<TaskRef> currentTask() {
        return cluster.currentTask();
    }

    /** Uploads items. */
    ItemTable upload(ItemWriter items) {
        try (Uploads uploads = cluster.uploads();
                ItemTableBuilder table = cluster.itemTable(uploads)) {
            items.writeTo(table);
            return table.upload();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Submits a job of one stage for items that were uploaded.
     *
     * @param parent the task that wants it
     */
    Job submit(
            ItemTable items,
            Invocation<?, ?> invocation,
            FunctionOptions options,
            Optional<TaskRef> parent) {
        try {
            Sent classes = send(options.classPath());
            BlobRef setup = send(new BlobSource.Bytes(invocation.toBytes()));
            return cluster.submit(request(items, options, classes, setup), parent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static JobRequest request(
            ItemTable items, FunctionOptions options, Sent classes, BlobRef setup) {
        StageRequest.Builder stage =
                StageRequest.command(command(options, classes.option()))
                        .name("map")
                        .files(classes.files())
                        .warm(setup)
                        .items(new StageRequest.Items.Table(items))
                        .memoryBytes(options.memoryBytes())
                        .attemptsMax(options.attemptsMax());
        options.cpuMillis().ifPresent(stage::cpuMillis);
        options.timeout().ifPresent(stage::timeout);
        JobRequest.Builder job =
                JobRequest.builder()
                        .name(options.name())
                        .priority(options.priority())
                        .durability(options.durability())
                        .stage(stage.build());
        options.deadline().ifPresent(job::deadline);
        if (options.failFast()) {
            job.failurePolicy(JobRequest.FailurePolicy.FAIL_FAST);
        }
        return job.build();
    }

    private static List<String> command(FunctionOptions options, String classPath) {
        List<String> command = new ArrayList<>();
        command.add(JAVA);
        command.addAll(JVM_OPTIONS);
        command.add("-Xmx%dm".formatted(heapBytes(options) >> MEBI_BITS));
        command.addAll(options.jvmOptions());
        command.addAll(
                Arrays.asList(
                        "-cp",
                        classPath,
                        FunctionProgram.class.getName(),
                        Integer.toString(options.slots())));
        return command;
    }

    /* A JVM takes more than its heap. */
    private static long heapBytes(FunctionOptions options) {
        long all = options.memoryBytes() * options.slots();
        return all == 0 ? HEAP_BYTES_DEFAULT : Math.max(16L << MEBI_BITS, all / 4 * 3);
    }

    private Sent send(List<Path> wanted) throws IOException, InterruptedException {
        List<Path> paths = wanted.isEmpty() ? ClassPath.own() : wanted;
        synchronized (sent) {
            Sent before = sent.get(paths);
            if (before != null && System.nanoTime() - before.atNanos() < SENT_TIME.toNanos()) {
                return before;
            }
        }
        ClassPath classPath = ClassPath.of(paths);
        Sent now =
                new Sent(cluster.upload(classPath.files()), classPath.option(), System.nanoTime());
        synchronized (sent) {
            sent.put(paths, now);
        }
        return now;
    }

    private BlobRef send(BlobSource setup) throws IOException, InterruptedException {
        BlobRef ref = BlobClient.name(setup);
        long now = System.nanoTime();
        synchronized (setups) {
            @Nullable Long before = setups.get(ref);
            if (before != null && now - before < SENT_TIME.toNanos()) {
                return ref;
            }
        }
        try (Uploads uploads = cluster.uploads()) {
            var _ = Uploads.join(List.of(uploads.add(setup)));
        }
        synchronized (setups) {
            setups.remove(ref);
            setups.put(ref, now);
            if (setups.size() > SETUPS_MAX) {
                setups.remove(setups.keySet().iterator().next());
            }
        }
        return ref;
    }

    private static ClusterUnavailableException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ClusterUnavailableException("the upload was interrupted", true, e);
    }
}
