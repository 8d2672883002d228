package dev.atoll.worker.execution;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks after the processes that lost their parents while this one runs their launches. */
final class Orphans {
    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
    private static final int FEW_BYTES = 512;

    /* This process is the subreaper of all it starts: whatever outlives its parent becomes a child of
     * its first thread, however it was daemonized. So a launch has left something behind if and only
     * if there is such a child when its main process has ended; one read of a small file tells, and
     * the whole process table is read only then. Nobody else would reap these children either.
     *
     * An orphan that has changed its environment and its session names no launch. It is left alone
     * while any launch runs, since it may serve that one, and killed when none does. */
    private final ProcessTable table;
    private final ProcessTree tree;
    private final Map<Long, Object> watchers = new ConcurrentHashMap<>();
    private final AtomicInteger launches = new AtomicInteger();
    private final Optional<FileChannel> children = openChildren();

    Orphans(ProcessTable table, ProcessTree tree) {
        this.table = table;
        this.tree = tree;
        // A shell that has become this process may have left it children, which are none of ours.
        childrenOfFirstThread().forEach(pid -> watched(pid, this));
    }

    /** A launch is about to start; ended by {@link #launchEnded}. */
    void launchStarts() {
        launches.incrementAndGet();
    }

    /** A launch has ended, and its main process was reaped, if it ever ran. */
    void launchEnded() {
        launches.decrementAndGet();
    }

    /** This child is watched, and reaped, by the watcher. */
    void watched(long pid, Object watcher) {
        watchers.put(pid, watcher);
    }

    /** The watcher has reaped this child; the number may already be another's. */
    void reaped(long pid, Object watcher) {
        watchers.remove(pid, watcher);
    }

    /** Kills what a launch has left behind. Cheap where it left nothing. */
    void killLeftBehind(long session, Marker marker, Libc.Scratch scratch) {
        boolean found = false;
        for (long pid : adopted()) {
            if (!Libc.reapIfEnded(pid, scratch)) {
                found |=
                        marker.isIn(table.environment(pid))
                                || table.entry(pid)
                                        .filter(entry -> entry.session() == session)
                                        .isPresent();
            }
        }
        if (found) {
            killTree(session, marker, scratch);
        }
    }

    /** Kills everything of a launch, wherever it has gone; reads the whole process table. */
    void killTree(long session, Marker marker, Libc.Scratch scratch) {
        tree.kill(session, marker);
        reapDead(scratch);
    }

    /** Reaps the dead, and kills what belongs to no launch while none runs. */
    void sweep(Libc.Scratch scratch) {
        List<Long> strays = adopted();
        // Counted after the look: a launch that starts now has no orphan among these.
        if (launches.get() == 0) {
            for (long pid : strays) {
                tree.killDescendants(pid);
            }
        }
        reapDead(scratch);
    }

    private void reapDead(Libc.Scratch scratch) {
        for (long pid : adopted()) {
            Libc.reapIfEnded(pid, scratch);
        }
    }

    private List<Long> adopted() {
        return childrenOfFirstThread().stream().filter(pid -> !watchers.containsKey(pid)).toList();
    }

    private List<Long> childrenOfFirstThread() {
        if (children.isEmpty()) {
            long self = ProcessHandle.current().pid();
            return table.entries().stream()
                    .filter(entry -> entry.parent() == self)
                    .map(ProcessTable.Entry::pid)
                    .toList();
        }
        ByteBuffer bytes = ByteBuffer.allocate(FEW_BYTES);
        try {
            int count = children.get().read(bytes, 0);
            while (count > 0 && !bytes.hasRemaining()) {
                bytes = ByteBuffer.allocate(bytes.capacity() * 2);
                count = children.get().read(bytes, 0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the children of this process", e);
        }
        return bytes.position() == 0 ? List.of() : pids(bytes.flip());
    }

    private static List<Long> pids(ByteBuffer bytes) {
        String pids = StandardCharsets.US_ASCII.decode(bytes).toString().strip();
        return Arrays.stream(pids.split(" ", -1)).map(Long::valueOf).toList();
    }

    /** Held open, since it is read after each launch; empty where the kernel has no such file. */
    private static Optional<FileChannel> openChildren() {
        long self = ProcessHandle.current().pid();
        Path file = Path.of("/proc/self/task/%d/children".formatted(self));
        try {
            return Optional.of(FileChannel.open(file, StandardOpenOption.READ));
        } catch (IOException e) {
            LOG.info("no {}: orphans are looked for in the process table", file);
            return Optional.empty();
        }
    }
}
