package dev.atoll.worker.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.atoll.core.model.Ranges;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** What a segment loses, and what not, when its disk fails for a while. */
class FailedSyncTest {
    @TempDir Path directory;

    @Test
    void whatWasNotDurableIsLostAndTheRestStays() throws Exception {
        FaultyDisk disk = FaultyDisk.open(file());
        try (Segment segment = Segment.open(file(), disk)) {
            append(segment, 0, 1, "durable");
            segment.sync();
            append(segment, 1, 1, "not durable");
            disk.failSyncs(true);
            assertThatIOException().isThrownBy(segment::sync);
            disk.failSyncs(false);
            append(segment, 2, 1, "later");
            segment.sync();
        }
        try (Segment segment = Segment.open(file())) {
            assertThat(text(segment, 0)).contains("durable");
            assertThat(text(segment, 1)).isEmpty();
            assertThat(text(segment, 2)).contains("later");
        }
    }

    @Test
    void aDropThatAFailedSyncHasLostStillCountsAfterARestart() throws Exception {
        FaultyDisk disk = FaultyDisk.open(file());
        try (Segment segment = Segment.open(file(), disk)) {
            append(segment, 0, 1, "old");
            append(segment, 1, 1, "other");
            segment.sync();
            segment.drop(Ranges.of(0));
            disk.failSyncs(true);
            assertThatIOException().isThrownBy(segment::sync);
            disk.failSyncs(false);
            append(segment, 0, 2, "new");
            segment.sync();
        }
        try (Segment segment = Segment.open(file())) {
            assertThat(text(segment, 0)).contains("new");
            assertThat(text(segment, 1)).contains("other");
        }
    }

    @Test
    void aDropThatWasNotYetDurableWhenItsSyncFailedIsMadeDurableByTheNext() throws Exception {
        FaultyDisk disk = FaultyDisk.open(file());
        try (Segment segment = Segment.open(file(), disk)) {
            append(segment, 0, 1, "old");
            segment.sync();
            segment.drop(Ranges.of(0));
            disk.failSyncs(true);
            assertThatIOException().isThrownBy(segment::sync);
            disk.failSyncs(false);
            assertThat(segment.isDirty()).isTrue();
            segment.sync();
        }
        try (Segment segment = Segment.open(file())) {
            assertThat(segment.held()).isEqualTo(Ranges.empty());
        }
    }

    @Test
    void aDropThatCouldNotBeWrittenComesBeforeWhatIsWrittenNext() throws Exception {
        FaultyDisk disk = FaultyDisk.open(file());
        try (Segment segment = Segment.open(file(), disk)) {
            append(segment, 0, 1, "old");
            segment.sync();
            disk.failWrites(true);
            assertThatIOException().isThrownBy(() -> segment.drop(Ranges.of(0)));
            assertThatIOException().isThrownBy(() -> append(segment, 0, 2, "does not fit"));
            disk.failWrites(false);
            append(segment, 0, 3, "new");
            segment.sync();
        }
        try (Segment segment = Segment.open(file())) {
            assertThat(text(segment, 0)).contains("new");
        }
    }

    private Path file() {
        return directory.resolve("7-1.segment");
    }

    private void append(Segment segment, int task, int attempt, String text) throws IOException {
        try (AttemptOutput output = new AttemptOutput(directory.resolve("spill"), 1_000)) {
            output.append(Channel.STDOUT, ByteBuffer.wrap(text.getBytes(UTF_8)));
            output.end();
            segment.append(task, attempt, true, output);
        }
    }

    private static Optional<String> text(Segment segment, int task) throws IOException {
        try (FileChannel reader = segment.openReader()) {
            Optional<StoredOutput> stored = segment.find(task, reader);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            ByteBuffer bytes = stored.get().pieces(Channel.STDOUT).next();
            return Optional.of(UTF_8.decode(bytes).toString());
        }
    }
}
