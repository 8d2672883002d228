package dev.atoll.worker.segment;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every output that this worker keeps, in one file per stage. Thread-safe. */
public final class SegmentStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentStore.class);
    private static final Pattern NAME = Pattern.compile("(\\d{1,18})-(\\d{1,9})\\.segment");

    private final Path directory;
    private final Map<StageRef, Segment> segments = new ConcurrentHashMap<>();
    private final Set<StageRef> unnamed = ConcurrentHashMap.newKeySet();
    private final Opener opener;

    /** Opens the file of a segment. */
    interface Opener {
        Segment open(Path file) throws IOException;
    }

    private SegmentStore(Path directory, Opener opener) {
        this.directory = directory;
        this.opener = opener;
    }

    /**
     * Opens a store and finds out what it holds.
     *
     * @param directory is made if it is not there
     * @throws IOException if the disk cannot be read; a single damaged segment is passed over
     */
    public static SegmentStore open(Path directory) throws IOException {
        return open(directory, Segment::open);
    }

    /** Opens a store whose segments are opened in a way of their own. */
    static SegmentStore open(Path directory, Opener opener) throws IOException {
        SegmentStore store = new SegmentStore(Files.createDirectories(directory), opener);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    store.openExisting(
                            new StageRef(
                                    new JobId(Long.parseLong(name.group(1))),
                                    Integer.parseInt(name.group(2))),
                            file);
                }
            }
        }
        return store;
    }

    /**
     * The tasks whose successful outputs are here and whole, of each stage of which something is
     * kept: maybe none.
     */
    public Map<StageRef, Ranges> held() {
        Map<StageRef, Ranges> held = new TreeMap<>();
        segments.forEach((stage, segment) -> held.put(stage, segment.held()));
        return held;
    }

    /**
     * Keeps what an attempt wrote, not yet durably. The first success of a task counts; without one
     * the latest failure is kept.
     *
     * @param output after its end
     * @throws IOException if the disk does not take it
     */
    public void append(TaskRef task, int attempt, boolean success, AttemptOutput output)
            throws IOException {
        Segment segment = Objects.requireNonNull(segment(task.stage(), () -> true));
        segment.append(task.index(), attempt, success, output, () -> true);
    }

    /**
     * What a task wrote.
     *
     * @param output after its end
     */
    public record Written(int task, boolean success, AttemptOutput output) {}

    /**
     * Keeps what attempts of some tasks wrote, together, not yet durably, as {@link #append} does.
     *
     * @param outputs each of them small
     * @throws IOException if the disk does not take them: none is kept
     */
    public void appendSmall(StageRef stage, int attempt, List<Written> outputs) throws IOException {
        if (!outputs.isEmpty()) {
            Objects.requireNonNull(segment(stage, () -> true)).appendSmall(attempt, outputs);
        }
    }

    /**
     * Keeps a copy of what a successful attempt wrote on another worker, not yet durably.
     *
     * @param isWanted asked once the bytes are there, in one step with keeping them; must not block
     * @return whether it is kept: not if it is not wanted, or the task has succeeded here itself
     * @throws IOException if the disk does not take it
     */
    public boolean appendCopy(
            TaskRef task, int attempt, AttemptOutput output, BooleanSupplier isWanted)
            throws IOException {
        Segment segment = segment(task.stage(), isWanted);
        return segment != null && segment.append(task.index(), attempt, true, output, isWanted);
    }

    /**
     * Makes everything that was kept so far durable; one thread at a time.
     *
     * @throws IOException if that failed for some of it; that is dropped
     */
    public void sync() throws IOException {
        List<IOException> failures = new ArrayList<>();
        if (!unnamed.isEmpty()) {
            syncDirectory(failures);
        }
        segments.forEach((stage, segment) -> {
            try {
                if (segment.isDirty()) {
                    segment.sync();
                }
            } catch (IOException e) {
                // A segment that was dropped meanwhile is closed, and owes nobody anything.
                if (segments.get(stage) == segment) {
                    failures.add(e);
                }
            }
        });
        if (!failures.isEmpty()) {
            IOException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    /**
     * Which of these tasks have no success here that is durable, since some sync failed.
     *
     * @param successes tasks whose success was kept before the last sync began
     */
    public Map<StageRef, Ranges> notDurable(Map<StageRef, Ranges> successes) {
        Map<StageRef, Ranges> missing = new TreeMap<>();
        successes.forEach((stage, tasks) -> {
            Segment segment = segments.get(stage);
            Ranges some =
                    segment == null || unnamed.contains(stage) ? tasks : segment.notDurable(tasks);
            if (!some.isEmpty()) {
                missing.put(stage, some);
            }
        });
        return missing;
    }

    /** Drops the outputs of some tasks. */
    public void drop(StageRef stage, Ranges tasks) {
        Segment segment = segments.get(stage);
        if (segment == null) {
            return;
        }
        try {
            segment.drop(tasks);
        } catch (IOException e) {
            // They are gone from the index. At worst they are offered again after a restart, and
            // the master says again that they do not count.
            LOG.warn("could not note that outputs of {} are dropped", stage, e);
        }
    }

    /**
     * Drops an output that was found damaged, unless another has taken its place.
     *
     * @param dropped runs if it was dropped, before anything else happens to its task here
     */
    public void dropDamaged(StageRef stage, DamagedOutputException damage, Runnable dropped) {
        Segment segment = segments.get(stage);
        if (segment == null) {
            return;
        }
        try {
            segment.dropDamaged(damage, dropped);
        } catch (IOException e) {
            // After a restart it is offered again, and found damaged again.
            LOG.warn("could not note that an output of {} is dropped", stage, e);
        }
    }

    /** Drops everything of a job. A copy of which nothing is wanted any more comes to nothing. */
    public void dropJob(JobId job) {
        List<StageRef> stages;
        synchronized (segments) {
            // What is not wanted now is made by nobody later; who was faster is here.
            stages = segments.keySet().stream().filter(it -> it.job().equals(job)).toList();
        }
        stages.forEach(this::delete);
    }

    /** Opens what is kept of a stage for reading; empty if nothing is. */
    public Optional<Reader> read(StageRef stage) throws IOException {
        Segment segment = segments.get(stage);
        return segment == null
                ? Optional.empty()
                : Optional.of(new Reader(segment, segment.openReader()));
    }

    @Override
    public void close() throws IOException {
        for (Segment segment : segments.values()) {
            segment.close();
        }
    }

    /** Reads the outputs of one stage. */
    public static final class Reader implements AutoCloseable {
        private final Segment segment;
        private final FileChannel channel;

        private Reader(Segment segment, FileChannel channel) {
            this.segment = segment;
            this.channel = channel;
        }

        /**
         * The outputs of a task: of its success, else of its latest failure; empty without both.
         *
         * @throws DamagedOutputException if they are there and are damaged
         */
        public Optional<StoredOutput> find(int task) throws IOException {
            return segment.find(task, channel);
        }

        /** The outputs of some tasks, in order. */
        public OutputSequence outputs(Ranges tasks) {
            return new OutputSequence(segment, channel, tasks);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** The segment of a stage, made if it is wanted; null if it is not there and not wanted. */
    private @Nullable Segment segment(StageRef stage, BooleanSupplier isWanted) throws IOException {
        Segment known = segments.get(stage);
        if (known != null) {
            return known;
        }
        synchronized (segments) {
            @Nullable Segment made = segments.get(stage);
            if (made == null && isWanted.getAsBoolean()) {
                made = opener.open(file(stage));
                // First, or a sync could cover what is in the file and not its name.
                unnamed.add(stage);
                segments.put(stage, made);
            }
            return made;
        }
    }

    private Path file(StageRef stage) {
        return directory.resolve("%d-%d.segment".formatted(stage.job().value(), stage.stage()));
    }

    private void openExisting(StageRef stage, Path file) {
        try {
            segments.put(stage, opener.open(file));
        } catch (IOException e) {
            // The master hears that these outputs are not here, and runs the tasks again.
            LOG.warn("cannot read {}; its outputs are given up", file, e);
        }
    }

    private void delete(StageRef stage) {
        Segment segment = segments.remove(stage);
        if (segment == null) {
            return;
        }
        unnamed.remove(stage);
        try {
            segment.delete();
        } catch (IOException e) {
            LOG.warn("cannot delete the outputs of {}", stage, e);
        }
    }

    private void syncDirectory(List<IOException> failures) {
        List<StageRef> named = List.copyOf(unnamed);
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
            named.forEach(unnamed::remove);
        } catch (IOException e) {
            failures.add(e);
        }
    }
}
