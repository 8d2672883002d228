package dev.atoll.worker.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** What a segment loses, and what not, when its disk fails for a while. */
class FailedSyncTest {
    private static final String LARGE = "large ".repeat(AttemptOutput.MEMORY_MAX);

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

    @Test
    void whatWasAppendedDuringAFailedSyncIsLostAndNeverPassesForDurable() throws Exception {
        FaultyDisk disk = FaultyDisk.open(file());
        try (Segment segment = Segment.open(file(), disk)) {
            append(segment, 0, 1, "first");
            disk.failSyncs(true);
            disk.duringSync(() -> append(segment, 1, 1, "second"));
            assertThatIOException().isThrownBy(segment::sync);
            disk.failSyncs(false);
            append(segment, 2, 1, "third");
            segment.sync();

            assertThat(segment.notDurable(Ranges.between(0, 3))).hasToString("0-1");
            disk.cutPower(file());
        }
        assertThat(heldAfterAStart()).hasToString("2");
    }

    @Test
    void aFailedSyncTakesNothingBackThatWasDurable() throws Exception {
        FaultyDisk disk = FaultyDisk.open(file());
        try (Segment segment = Segment.open(file(), disk)) {
            append(segment, 0, 1, "durable");
            segment.sync();
            append(segment, 1, 1, "not durable");
            disk.failSyncs(true);
            assertThatIOException().isThrownBy(segment::sync);

            assertThat(segment.notDurable(Ranges.between(0, 2))).hasToString("1");
            disk.cutPower(file());
        }
        assertThat(heldAfterAStart()).hasToString("0");
    }

    @Test
    void aLargeOutputIsDurableOnlyWithASyncThatBeganAfterItsBytesWereThere() throws Exception {
        FaultyDisk disk = FaultyDisk.open(file());
        try (Segment segment = Segment.open(file(), disk)) {
            disk.duringTransfer(() -> {
                append(segment, 1, 1, "small");
                segment.sync();
            });
            append(segment, 0, 1, LARGE);
            assertThat(segment.notDurable(Ranges.between(0, 2))).hasToString("0");
            assertThat(segment.isDirty()).isTrue();

            segment.sync();
            assertThat(segment.notDurable(Ranges.between(0, 2)).isEmpty()).isTrue();
            disk.cutPower(file());
        }
        assertThat(heldAfterAStart()).hasToString("0-1");
    }

    @Test
    void aLargeOutputIsLostWithItsSyncAlsoWhereAnotherOneCoversItsRoom() throws Exception {
        FaultyDisk disk = FaultyDisk.open(file());
        try (Segment segment = Segment.open(file(), disk)) {
            disk.duringTransfer(() -> {
                append(segment, 1, 1, "small");
                segment.sync();
            });
            append(segment, 0, 1, LARGE);
            disk.failSyncs(true);
            assertThatIOException().isThrownBy(segment::sync);
            disk.failSyncs(false);
            assertThat(segment.held()).hasToString("1");

            append(segment, 2, 1, "later");
            segment.sync();
            assertThat(segment.notDurable(Ranges.between(0, 3))).hasToString("0");
            disk.cutPower(file());
        }
        assertThat(heldAfterAStart()).hasToString("1-2");
    }

    @Test
    void aLargeOutputWhoseBytesComeAroundAFailedSyncIsLost() throws Exception {
        FaultyDisk disk = FaultyDisk.open(file());
        try (Segment segment = Segment.open(file(), disk)) {
            disk.duringTransfer(() -> {
                append(segment, 1, 1, "small");
                segment.sync();
                append(segment, 2, 1, "lost");
                disk.failSyncs(true);
                assertThatIOException().isThrownBy(segment::sync);
                disk.failSyncs(false);
            });
            assertThatIOException().isThrownBy(() -> append(segment, 0, 1, LARGE));
            append(segment, 0, 2, "again");
            segment.sync();

            assertThat(segment.notDurable(Ranges.between(0, 3))).hasToString("2");
            assertThat(text(segment, 0)).contains("again");
            disk.cutPower(file());
        }
        assertThat(heldAfterAStart()).hasToString("0-1");
    }

    @Test
    void theMarkOfACutFileSaysNoMoreThanWhatIsLeft() throws Exception {
        try (Segment segment = Segment.open(file())) {
            append(segment, 0, 1, "first");
            append(segment, 1, 1, "torn");
            segment.sync();
        }
        long last = Files.size(file()) - 1;
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(last);
        }
        try (Segment segment = Segment.open(file())) {
            append(segment, 2, 1, "lost");
        }
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), last);
        }
        assertThat(heldAfterAStart()).hasToString("0");
    }

    @Test
    void aJobThatIsDroppedDuringASyncDoesNotMakeItFail() throws Exception {
        FaultyDisk disk = FaultyDisk.open(file());
        try (SegmentStore store = SegmentStore.open(directory, file -> Segment.open(file, disk))) {
            TaskRef task = new TaskRef(new StageRef(new JobId(7), 1), 0);
            try (AttemptOutput output = output("forgotten")) {
                store.append(task, 1, true, output);
            }
            disk.failSyncs(true);
            disk.duringSync(() -> store.dropJob(new JobId(7)));

            store.sync();
            assertThat(store.held()).isEmpty();
        }
    }

    private Ranges heldAfterAStart() throws IOException {
        try (Segment segment = Segment.open(file())) {
            return segment.held();
        }
    }

    private Path file() {
        return directory.resolve("7-1.segment");
    }

    private void append(Segment segment, int task, int attempt, String text) throws IOException {
        try (AttemptOutput output = output(text)) {
            segment.append(task, attempt, true, output, () -> true);
        }
    }

    private AttemptOutput output(String text) throws IOException {
        AttemptOutput output = new AttemptOutput(directory.resolve("spill"), 1 << 20);
        output.append(Channel.STDOUT, ByteBuffer.wrap(text.getBytes(UTF_8)));
        output.end();
        return output;
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
