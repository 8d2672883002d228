package dev.atoll.worker.blob;

import dev.atoll.core.model.BlobRef;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Blobs on the disk, each under its digest. Above its limit the store forgets those that were not
 * used for longest; those in use stay. Thread-safe.
 */
public final class BlobStore {
    private static final int PREFIX_DIGITS = 2;

    private final Path directory;
    private final Path incoming;
    private final long bytesMax;
    private final AtomicLong writers = new AtomicLong();

    // Guarded by itself; the eldest is the one that was not used for longest.
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes; // Guarded by entries.

    /** What is known of a blob; guarded by the entries. */
    static final class Entry {
        private final long size;
        private int pins;
        private @Nullable Object verified;

        Entry(long size) {
            this.size = size;
        }
    }

    private BlobStore(Path directory, long bytesMax) throws IOException {
        this.directory = directory;
        this.bytesMax = bytesMax;
        this.incoming = Files.createDirectories(directory.resolve("incoming"));
    }

    /**
     * Opens a store; what was never completed is removed.
     *
     * @param directory is made if it is not there
     * @param bytesMax above so many bytes, blobs that nobody uses are forgotten
     */
    public static BlobStore open(Path directory, long bytesMax) throws IOException {
        BlobStore store = new BlobStore(directory, bytesMax);
        try (Stream<Path> unfinished = Files.list(store.incoming)) {
            for (Path file : unfinished.toList()) {
                Files.delete(file);
            }
        }
        store.load();
        return store;
    }

    /** Whether a blob is here. */
    public boolean has(BlobRef blob) {
        synchronized (entries) {
            Entry entry = entries.get(blob.sha256());
            return entry != null && entry.size == blob.sizeBytes();
        }
    }

    /** How many bytes all blobs have together. */
    public long sizeBytes() {
        synchronized (entries) {
            return bytes;
        }
    }

    /** Begins to write a blob. */
    public BlobWriter write(BlobRef blob) throws IOException {
        String name = blob.sha256() + "." + writers.incrementAndGet();
        return new BlobWriter(this, blob, incoming.resolve(name));
    }

    /**
     * Opens a blob and keeps it from being forgotten; empty if it is not here. The first time, and
     * whenever its file has changed, its bytes are checked.
     *
     * @throws BlobDamagedException if they are not the blob's; it is not here any more then
     */
    public Optional<PinnedBlob> open(BlobRef blob) throws IOException {
        Entry entry;
        synchronized (entries) {
            entry = entries.get(blob.sha256());
            if (entry == null || entry.size != blob.sizeBytes()) {
                return Optional.empty();
            }
            entry.pins++;
        }
        PinnedBlob pinned = new PinnedBlob(this, entry, file(blob.sha256()));
        try {
            verify(blob, entry, pinned.file());
            return Optional.of(pinned);
        } catch (BlobDamagedException | NoSuchFileException e) {
            pinned.close();
            forget(blob);
            throw e;
        } catch (IOException e) {
            pinned.close();
            throw e;
        }
    }

    void unpin(Entry entry) {
        synchronized (entries) {
            entry.pins--;
        }
    }

    void add(BlobRef blob, Path complete) throws IOException {
        Path target = file(blob.sha256());
        Path shelf = shelf(blob.sha256());
        if (!Files.isDirectory(shelf)) {
            Files.createDirectories(shelf);
            syncDirectory(directory);
        }
        Files.move(
                complete,
                target,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        syncDirectory(shelf);
        Object fingerprint = fingerprint(target);
        synchronized (entries) {
            Entry entry = entries.get(blob.sha256());
            if (entry == null) {
                entry = new Entry(blob.sizeBytes());
                entries.put(blob.sha256(), entry);
                bytes += blob.sizeBytes();
            }
            entry.verified = fingerprint;
            entry.pins++;
            evict();
            entry.pins--;
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void verify(BlobRef blob, Entry entry, Path file) throws IOException {
        Object now = fingerprint(file);
        synchronized (entries) {
            if (now.equals(entry.verified)) {
                return;
            }
        }
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(blob.sha256())) {
            throw new BlobDamagedException(blob, "its file is damaged");
        }
        synchronized (entries) {
            entry.verified = now;
        }
    }

    private static Object fingerprint(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return List.of(attributes.size(), attributes.lastModifiedTime());
    }

    private void forget(BlobRef blob) throws IOException {
        synchronized (entries) {
            Entry entry = entries.remove(blob.sha256());
            if (entry != null) {
                bytes -= entry.size;
            }
            Files.deleteIfExists(file(blob.sha256()));
        }
    }

    /** Deletes what was not used for longest, until the rest is within the limit. */
    private void evict() throws IOException {
        Iterator<Map.Entry<String, Entry>> eldest = entries.entrySet().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            Map.Entry<String, Entry> candidate = eldest.next();
            if (candidate.getValue().pins == 0) {
                Files.deleteIfExists(file(candidate.getKey()));
                bytes -= candidate.getValue().size;
                eldest.remove();
            }
        }
    }

    private void load() throws IOException {
        record Found(String sha256, long size, FileTime used) {}
        try (Stream<Path> files = Files.walk(directory, 2)) {
            List<Found> found =
                    files.filter(file -> isDigest(file.getFileName().toString()))
                            .map(file -> {
                                BasicFileAttributes attributes = attributes(file);
                                return new Found(
                                        file.getFileName().toString(),
                                        attributes.size(),
                                        attributes.lastAccessTime());
                            })
                            .sorted(Comparator.comparing(Found::used))
                            .toList();
            synchronized (entries) {
                for (Found blob : found) {
                    entries.put(blob.sha256(), new Entry(blob.size()));
                    bytes += blob.size();
                }
                evict();
            }
        } catch (UncheckedIOException e) {
            throw new IOException("cannot read " + directory, e);
        }
    }

    private static BasicFileAttributes attributes(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isDigest(String name) {
        return name.length() == BlobRef.DIGITS
                && name.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    private Path file(String sha256) {
        return shelf(sha256).resolve(sha256);
    }

    private Path shelf(String sha256) {
        return directory.resolve(sha256.substring(0, PREFIX_DIGITS));
    }

    private static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
