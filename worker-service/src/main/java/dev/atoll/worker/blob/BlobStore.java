package dev.atoll.worker.blob;

import dev.atoll.core.model.BlobRef;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Blobs on the disk, each under its digest. Above its limit the store forgets those that were not
 * used for longest; those in use stay, and uploads that nothing has read yet. What is kept for
 * files that have names stays in any case, and counts apart. Thread-safe.
 */
public final class BlobStore {
    private final Shelves shelves;
    private final Path incoming;
    private final long bytesMax;
    private final AtomicLong writers = new AtomicLong();

    // Guarded by itself; the eldest is the one that was not used for longest.
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final UnreadUploads unread; // Guarded by entries.
    private final KeptBlobs kept; // Guarded by entries.
    private long bytes; // Of those that are not kept. Guarded by entries.

    /** What a blob is written for. */
    enum Purpose {
        /** For now: it can be fetched again. */
        FETCHED,
        /** For somebody who will read it soon. */
        UPLOADED,
        /** For a file that has a name, or will get one. */
        KEPT
    }

    /** What is known of a blob; guarded by the entries. */
    static final class Entry {
        private final long size;
        private int pins;
        private @Nullable Object verified;
        private @Nullable Object verifiedTwin;
        private long twinSize;

        Entry(long size) {
            this.size = size;
        }
    }

    private BlobStore(Path directory, long bytesMax, LongSupplier nanos) throws IOException {
        this.shelves = new Shelves(directory);
        this.unread = new UnreadUploads(nanos);
        this.kept = new KeptBlobs(shelves, nanos);
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
        return open(directory, bytesMax, System::nanoTime);
    }

    static BlobStore open(Path directory, long bytesMax, LongSupplier nanos) throws IOException {
        BlobStore store = new BlobStore(directory, bytesMax, nanos);
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

    /** Whether a blob is here, for somebody who will not upload it then: it stays as an upload. */
    public boolean expect(BlobRef blob) {
        synchronized (entries) {
            boolean isHere = has(blob);
            if (isHere && !kept.contains(blob.sha256())) {
                unread.add(blob.sha256(), blob.sizeBytes());
            }
            return isHere;
        }
    }

    /** How many bytes all blobs have together, but for those that are kept. */
    public long sizeBytes() {
        synchronized (entries) {
            return bytes;
        }
    }

    /** Above so many bytes, blobs that are not kept are forgotten. */
    public long sizeBytesMax() {
        return bytesMax;
    }

    /** How many bytes those have together that are kept. */
    public long keptBytes() {
        synchronized (entries) {
            return kept.bytes();
        }
    }

    /** Whether a blob is here and kept. */
    public boolean keeps(BlobRef blob) {
        synchronized (entries) {
            return has(blob) && kept.contains(blob.sha256());
        }
    }

    /** Keeps those of some blobs that are here, durably, and says which are not. */
    public List<BlobRef> keep(List<BlobRef> blobs) throws IOException {
        List<BlobRef> missing = new ArrayList<>();
        List<String> marked = new ArrayList<>();
        for (BlobRef blob : blobs) {
            synchronized (entries) {
                if (!has(blob)) {
                    missing.add(blob);
                } else if (keepEntry(blob)) {
                    marked.add(blob.sha256());
                }
            }
        }
        shelves.syncMarks(marked);
        return missing;
    }

    /** Blobs that have been kept for so long can be forgotten like others. */
    public void release(List<BlobRef> blobs, Duration ageMin) throws IOException {
        for (BlobRef blob : blobs) {
            synchronized (entries) {
                if (kept.isKeptFor(blob.sha256(), ageMin) && kept.remove(blob.sha256())) {
                    bytes += blob.sizeBytes();
                    evict(bytesMax);
                }
            }
        }
    }

    /** So many of those that are kept, after a digest, in order. */
    public List<BlobRef> keptAfter(String sha256, int max) {
        synchronized (entries) {
            return kept.after(sha256, max);
        }
    }

    /** Forgets as much as this, if so much is here that may be forgotten. */
    public void makeRoom(long bytesWanted) throws IOException {
        synchronized (entries) {
            evict(Math.max(0, bytes - bytesWanted));
        }
    }

    /**
     * Begins to write a blob that somebody uploads: it is not forgotten before it was read, but for
     * one that nothing reads for {@link UnreadUploads#AGE_MAX}.
     *
     * @throws BlobsFullException if that leaves no room for it
     */
    public BlobWriter upload(BlobRef blob) throws IOException {
        synchronized (entries) {
            checkRoom(blob);
        }
        return write(blob, Purpose.UPLOADED);
    }

    /** Begins to write a blob that was fetched, and can be fetched again. */
    public BlobWriter write(BlobRef blob) throws IOException {
        return write(blob, Purpose.FETCHED);
    }

    /** Begins to write a blob that will be kept. */
    public BlobWriter writeKept(BlobRef blob) throws IOException {
        return write(blob, Purpose.KEPT);
    }

    private BlobWriter write(BlobRef blob, Purpose purpose) throws IOException {
        String name = blob.sha256() + "." + writers.incrementAndGet();
        return new BlobWriter(this, blob, purpose, incoming.resolve(name));
    }

    /**
     * Opens a blob and keeps it from being forgotten; empty if it is not here. The first time, and
     * whenever its file has changed, its bytes are checked.
     *
     * @throws BlobDamagedException if they are not the blob's; it is not here any more then
     */
    public Optional<PinnedBlob> open(BlobRef blob) throws IOException {
        return open(blob, false);
    }

    /**
     * The same; with {@code afresh} its bytes are checked in any case.
     *
     * @throws BlobDamagedException if they are not the blob's; it is not here any more then
     */
    public Optional<PinnedBlob> open(BlobRef blob, boolean afresh) throws IOException {
        Entry entry;
        synchronized (entries) {
            entry = entries.get(blob.sha256());
            if (entry == null || entry.size != blob.sizeBytes()) {
                return Optional.empty();
            }
            entry.pins++;
            unread.remove(blob.sha256());
            if (afresh) {
                entry.verified = null;
            }
        }
        PinnedBlob pinned = new PinnedBlob(this, entry, shelves.file(blob.sha256()));
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

    /**
     * The file of an open blob in an edition that can be executed; made when it is first wanted.
     */
    Path executable(Entry entry, Path file) throws IOException {
        Path twin = Shelves.twin(file);
        synchronized (entries) {
            if (Files.exists(twin) && fingerprint(twin).equals(entry.verifiedTwin)) {
                return twin;
            }
        }
        // Outside the lock, for it may be large; if several make it at once, the last one stays.
        String name = twin.getFileName() + "." + writers.incrementAndGet();
        Path copy = incoming.resolve(name);
        try {
            Files.copy(file, copy);
            Files.setPosixFilePermissions(copy, Shelves.EXECUTABLE);
            Files.move(copy, twin, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(copy);
        }
        synchronized (entries) {
            entry.verifiedTwin = fingerprint(twin);
            bytes += entry.size - entry.twinSize;
            entry.twinSize = entry.size;
            evict(bytesMax);
        }
        return twin;
    }

    void unpin(Entry entry) {
        synchronized (entries) {
            entry.pins--;
        }
    }

    void add(BlobRef blob, Purpose purpose, Path complete) throws IOException {
        Object fingerprint = fingerprint(shelves.put(blob.sha256(), complete));
        synchronized (entries) {
            if (purpose == Purpose.UPLOADED && !kept.contains(blob.sha256())) {
                unread.add(blob.sha256(), blob.sizeBytes());
            }
            Entry entry = entries.get(blob.sha256());
            if (entry == null) {
                entry = new Entry(blob.sizeBytes());
                entries.put(blob.sha256(), entry);
                bytes += blob.sizeBytes();
            }
            entry.verified = fingerprint;
            if (purpose == Purpose.KEPT) {
                boolean _ = keepEntry(blob);
            }
            entry.pins++;
            evict(bytesMax);
            entry.pins--;
        }
        if (purpose == Purpose.KEPT) {
            shelves.syncMarks(List.of(blob.sha256()));
        }
    }

    /**
     * Keeps a blob that is here; true if it was not kept before. Called with the entries locked.
     */
    private boolean keepEntry(BlobRef blob) throws IOException {
        boolean isNew = kept.add(blob.sha256(), blob.sizeBytes());
        if (isNew) {
            bytes -= blob.sizeBytes();
            unread.remove(blob.sha256());
        }
        return isNew;
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
            boolean wasKept = kept.remove(blob.sha256());
            if (entry != null) {
                bytes -= entry.twinSize + (wasKept ? 0 : entry.size);
            }
            unread.remove(blob.sha256());
            shelves.delete(blob.sha256());
        }
    }

    /** Several uploads at once may pass the limit a little; a single one may be of any size. */
    private void checkRoom(BlobRef blob) throws BlobsFullException {
        long taken = unread.bytes();
        if (taken > 0 && taken + blob.sizeBytes() > bytesMax) {
            throw new BlobsFullException(bytesMax);
        }
    }

    /** Deletes what was not used for longest, until the rest is within the limit. */
    private void evict(long limit) throws IOException {
        Iterator<Map.Entry<String, Entry>> eldest = entries.entrySet().iterator();
        while (bytes > limit && eldest.hasNext()) {
            Map.Entry<String, Entry> candidate = eldest.next();
            if (candidate.getValue().pins == 0
                    && !kept.contains(candidate.getKey())
                    && !unread.contains(candidate.getKey())) {
                shelves.delete(candidate.getKey());
                bytes -= candidate.getValue().size + candidate.getValue().twinSize;
                eldest.remove();
            }
        }
    }

    private void load() throws IOException {
        synchronized (entries) {
            for (Shelves.Found blob : shelves.load()) {
                entries.put(blob.sha256(), new Entry(blob.size()));
                if (blob.isKept()) {
                    kept.found(blob.sha256(), blob.size());
                } else {
                    bytes += blob.size();
                }
            }
            evict(bytesMax);
        }
    }
}
