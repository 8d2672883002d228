package dev.atoll.naming.store.file;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a store: a snapshot and the log that continues it, in generations. */
final class Generations {
    /* A generation counts from the moment its snapshot has its name: by then the snapshot is whole on
     * disk and its empty log is there. Before, the generation before it counts. So a crash anywhere
     * leaves exactly one generation that counts, and the next start sweeps up the rest. */

    /** What was read or begun: a state, and the log that is to record what happens to it. */
    record Opened(long generation, KeySpace keys, FrameLog log, long snapshotBytes) {}

    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

    private static final long LOG_MAGIC = 0x41544f4c4c4c4731L; // "ATOLLLG1"
    private static final long SNAPSHOT_MAGIC = 0x41544f4c4c534e31L; // "ATOLLSN1"
    private static final Pattern NAME = Pattern.compile("(snapshot|log)\\.(\\d{10})(\\.new)?");

    /** A frame of a snapshot is full when its values reach this size. */
    private static final long SNAPSHOT_FRAME_BYTES = 1 << 20;

    private final Path directory;

    Generations(Path directory) {
        this.directory = directory;
    }

    /** Reads the generation that counts, or begins the first one in an empty directory. */
    Opened open() throws IOException {
        Optional<Long> latest = latestSnapshot();
        if (latest.isEmpty()) {
            refuseLogWithoutSnapshot();
            sweep(0);
            return begin(1, new KeySpace());
        }
        long generation = latest.get();
        KeySpace keys = new KeySpace();
        Path snapshot = snapshotFile(generation);
        if (readInto(keys, snapshot, SNAPSHOT_MAGIC, generation).isTorn()) {
            throw new CorruptStoreException(snapshot, Files.size(snapshot), "it ends too early");
        }
        Path logFile = logFile(generation);
        if (!Files.exists(logFile)) {
            throw new CorruptStoreException(logFile, 0, "it is missing");
        }
        FrameReader reader = readInto(keys, logFile, LOG_MAGIC, generation);
        if (reader.isTorn()) {
            LOG.warn(
                    "{} ended in a write that was not finished: cut at byte {}",
                    logFile,
                    reader.position());
        }
        sweep(generation);
        return new Opened(
                generation,
                keys,
                FrameLog.resume(logFile, reader.position()),
                Files.size(snapshot));
    }

    /** Begins a generation from a state; when this returns, the one before it is gone. */
    Opened begin(long generation, KeySpace keys) throws IOException {
        Path unnamed = directory.resolve(snapshotFile(generation).getFileName() + ".new");
        long bytes;
        try (FrameLog snapshot = FrameLog.create(unnamed, SNAPSHOT_MAGIC, generation)) {
            appendAll(snapshot, keys.snapshot());
            snapshot.force();
            bytes = snapshot.end();
        }
        FrameLog continued = FrameLog.create(logFile(generation), LOG_MAGIC, generation);
        Files.move(unnamed, snapshotFile(generation), StandardCopyOption.ATOMIC_MOVE);
        forceDirectory();
        sweep(generation);
        return new Opened(generation, keys, continued, bytes);
    }

    /** Removes what there is of a generation that was not begun to the end; false if it counts. */
    boolean giveUp(long generation) throws IOException {
        if (Files.exists(snapshotFile(generation))) {
            return false;
        }
        sweep(generation - 1);
        return true;
    }

    private static void appendAll(FrameLog snapshot, List<LogRecord> records) throws IOException {
        List<LogRecord> frame = new ArrayList<>();
        long bytes = 0;
        for (LogRecord record : records) {
            frame.add(record);
            bytes += record.weightBytes();
            if (bytes >= SNAPSHOT_FRAME_BYTES) {
                snapshot.append(LogRecordCodec.encode(frame));
                frame.clear();
                bytes = 0;
            }
        }
        if (!frame.isEmpty()) {
            snapshot.append(LogRecordCodec.encode(frame));
        }
    }

    private FrameReader readInto(KeySpace keys, Path file, long magic, long generation)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FrameReader reader = FrameLog.reader(channel, file, magic, generation);
            long start = reader.position();
            Optional<byte[]> payload = reader.next();
            while (payload.isPresent()) {
                apply(keys, payload.get(), file, start);
                start = reader.position();
                payload = reader.next();
            }
            return reader;
        }
    }

    private static void apply(KeySpace keys, byte[] payload, Path file, long offset)
            throws IOException {
        try {
            LogRecordCodec.decode(payload).forEach(keys::apply);
        } catch (IOException | IllegalStateException e) {
            throw new CorruptStoreException(file, offset, String.valueOf(e.getMessage()));
        }
    }

    private void refuseLogWithoutSnapshot() throws IOException {
        for (Path file : files()) {
            boolean isLog = matcher(file).group(1).equals("log");
            if (isLog && Files.size(file) > FrameLog.PREAMBLE_BYTES) {
                throw new CorruptStoreException(file, 0, "the snapshot that it continues is gone");
            }
        }
    }

    private Optional<Long> latestSnapshot() throws IOException {
        return files().stream()
                .map(Generations::matcher)
                .filter(name -> name.group(1).equals("snapshot") && name.group(3) == null)
                .map(name -> Long.valueOf(name.group(2)))
                .max(Comparator.naturalOrder());
    }

    /** Removes every file that does not belong to a generation. */
    private void sweep(long generation) throws IOException {
        for (Path file : files()) {
            Matcher name = matcher(file);
            if (Long.parseLong(name.group(2)) != generation || name.group(3) != null) {
                Files.delete(file);
            }
        }
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.filter(file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .forEach(files::add);
        }
        return files;
    }

    private static Matcher matcher(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(file + " is no file of a generation");
        }
        return matcher;
    }

    private Path snapshotFile(long generation) {
        return directory.resolve("snapshot.%010d".formatted(generation));
    }

    private Path logFile(long generation) {
        return directory.resolve("log.%010d".formatted(generation));
    }

    /** Makes names durable; the content of a file alone does not make its name so. */
    private void forceDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
