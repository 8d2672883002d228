package dev.atoll.worker.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

class SegmentStoreTest {
    private static final StageRef STAGE = new StageRef(new JobId(7), 1);
    private static final int BLOCK = BlockChecksums.BLOCK_BYTES;
    private static final int LARGE = 3 * AttemptOutput.MEMORY_MAX + 17;

    @TempDir Path directory;

    @Test
    void givesBackWhatAnAttemptWrote() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 3, 1, true, "out", "err");

            assertThat(text(store, 3, Channel.STDOUT)).contains("out");
            assertThat(text(store, 3, Channel.STDERR)).contains("err");
            assertThat(text(store, 4, Channel.STDOUT)).isEmpty();
        }
    }

    @Test
    void givesBackLargeOutputsWhichComeInPieces() throws Exception {
        byte[] bytes = random(LARGE);
        try (SegmentStore store = SegmentStore.open(directory)) {
            appendBytes(store, 0, bytes);
            append(store, 1, 1, true, "behind", "");
        }
        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThat(bytes(store, 0, Channel.STDOUT)).contains(bytes);
            assertThat(bytes(store, 0, Channel.STDERR)).contains(new byte[0]);
            assertThat(text(store, 1, Channel.STDOUT)).contains("behind");
        }
    }

    @Test
    void givesBackFilesBesideTheOtherOutputs() throws Exception {
        byte[] large = random(3 * BLOCK + 17);
        try (SegmentStore store = SegmentStore.open(directory)) {
            appendFiles(store, 0, "out", "few".getBytes(UTF_8));
            appendFiles(store, 1, "out of the second", large);
            append(store, 2, 1, true, "behind", "");
            store.sync();
        }
        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThat(text(store, 0, Channel.FILES)).contains("few");
            assertThat(text(store, 0, Channel.STDOUT)).contains("out");
            assertThat(bytes(store, 1, Channel.FILES)).contains(large);
            assertThat(text(store, 1, Channel.STDOUT)).contains("out of the second");
            assertThat(text(store, 1, Channel.STDERR)).contains("");
            assertThat(text(store, 2, Channel.STDOUT)).contains("behind");
            assertThat(text(store, 2, Channel.FILES)).contains("");
        }
    }

    @Test
    void outputsInARowAreWhatTheyAreOneByOne() throws Exception {
        Random random = new Random(11);
        try (SegmentStore store = SegmentStore.open(directory)) {
            List<SegmentStore.Written> together = new ArrayList<>();
            for (int task = 0; task < 2_000; task++) {
                if (random.nextInt(20) == 0) {
                    appendBytes(store, task, random(random.nextInt(2 * LARGE)));
                } else if (random.nextInt(20) == 0) {
                    appendFiles(store, task, "with files", random(random.nextInt(9_000)));
                } else if (random.nextInt(20) > 0) {
                    AttemptOutput output = output();
                    output.append(Channel.STDOUT, ByteBuffer.wrap(random(random.nextInt(300))));
                    output.end();
                    together.add(new SegmentStore.Written(task, true, output));
                }
                if (random.nextInt(50) == 0) {
                    Collections.shuffle(together, random);
                    store.appendSmall(STAGE, 1, together);
                    together.clear();
                }
            }
            try (SegmentStore.Reader reader = store.read(STAGE).orElseThrow()) {
                OutputSequence sequence = reader.outputs(Ranges.between(0, 2_000));
                for (int task = 0; task < 2_000; task++) {
                    assertThat(sequence.nextTask()).isEqualTo(task);
                    Optional<StoredOutput> stored = sequence.next();
                    for (Channel channel : Channel.values()) {
                        Optional<byte[]> found =
                                stored.isPresent()
                                        ? Optional.of(bytes(stored.get(), channel))
                                        : Optional.empty();
                        assertThat(found.map(Arrays::hashCode))
                                .isEqualTo(bytes(store, task, channel).map(Arrays::hashCode));
                    }
                }
                assertThat(sequence.hasNext()).isFalse();
            }
        }
    }

    @Test
    void damageAmongOutputsInARowIsNoticed() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 0, 1, true, "fine", "");
            append(store, 1, 1, true, "precious", "");
            append(store, 2, 1, true, "fine", "");
            store.sync();
            overwrite("precious", "prEcious");
            try (SegmentStore.Reader reader = store.read(STAGE).orElseThrow()) {
                OutputSequence sequence = reader.outputs(Ranges.between(0, 3));
                assertThat(bytes(sequence.next().orElseThrow(), Channel.STDOUT)).hasSize(4);
                StoredOutput damaged = sequence.next().orElseThrow();
                assertThatExceptionOfType(DamagedOutputException.class)
                        .isThrownBy(() -> bytes(damaged, Channel.STDOUT));
                assertThat(bytes(sequence.next().orElseThrow(), Channel.STDOUT)).hasSize(4);
            }
        }
    }

    @Test
    void damageOfAFileIsNoticed() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            appendFiles(store, 0, "out", "precious".getBytes(UTF_8));
            appendFiles(store, 1, "out", random(2 * BLOCK));
            store.sync();
        }
        long second = SegmentHeader.BYTES + RecordHeader.BYTES_MAX + 3 + "precious".length();
        overwrite("precious", "prEcious");
        flip(second + RecordHeader.BYTES_MAX + 3 + BLOCK + 5);

        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThat(text(store, 0, Channel.STDOUT)).contains("out");
            for (int task = 0; task < 2; task++) {
                int damaged = task;
                assertThatExceptionOfType(DamagedOutputException.class)
                        .isThrownBy(() -> bytes(store, damaged, Channel.FILES))
                        .satisfies(it -> assertThat(it.task()).isEqualTo(damaged));
            }
        }
    }

    @Test
    void aCopyForAJobThatWasDroppedMakesNoSegment() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory);
                AttemptOutput output = new AttemptOutput(directory.resolve("spill"), LARGE)) {
            append(store, 0, 1, true, "out", "");
            store.dropJob(STAGE.job());

            assertThat(store.appendCopy(new TaskRef(STAGE, 1), 1, output, () -> false)).isFalse();
            assertThat(directory).isEmptyDirectory();
            assertThat(store.held()).isEmpty();
        }
    }

    @Test
    void whatTheDiskCannotReadIsDamaged() throws Exception {
        Path file = directory.resolve("7-1.segment");
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 0, 1, true, "out", "");
        }
        try (Segment segment = Segment.open(file);
                FaultyDisk disk = FaultyDisk.open(file)) {
            StoredOutput output = segment.find(0, disk).orElseThrow();
            disk.failReads(true);

            assertThatExceptionOfType(DamagedOutputException.class)
                    .isThrownBy(() -> output.pieces(Channel.STDOUT).next())
                    .withMessageContaining("the disk does not read");
            assertThatExceptionOfType(DamagedOutputException.class)
                    .isThrownBy(() -> segment.find(0, disk));
        }
    }

    @Test
    void theFirstSuccessOfATaskCounts() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 0, 1, true, "first", "");
            append(store, 0, 2, true, "second", "");
            append(store, 0, 3, false, "failed", "");
        }
        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThat(text(store, 0, Channel.STDOUT)).contains("first");
        }
    }

    @Test
    void theLatestFailureIsKeptUntilASuccess() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 0, 1, false, "first", "");
            append(store, 0, 2, false, "second", "");
            assertThat(text(store, 0, Channel.STDOUT)).contains("second");
            assertThat(store.held()).isEqualTo(Map.of(STAGE, Ranges.empty()));

            append(store, 0, 3, true, "third", "");
            assertThat(text(store, 0, Channel.STDOUT)).contains("third");
        }
    }

    @Test
    void saysWhatItHoldsAlsoAfterARestart() throws Exception {
        Map<StageRef, Ranges> held =
                Map.of(
                        STAGE,
                        Ranges.of(
                                java.util.List.of(
                                        new Ranges.Range(0, 3), new Ranges.Range(5_000, 5_001))));
        try (SegmentStore store = SegmentStore.open(directory)) {
            for (int task : new int[] {2, 0, 5_000, 1}) {
                append(store, task, 1, true, "", "");
            }
            append(store, 9, 1, false, "", "");
            assertThat(store.held()).isEqualTo(held);
        }
        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThat(store.held()).isEqualTo(held);
        }
    }

    @Test
    void whatWasDroppedStaysDroppedAndTheNextSuccessCounts() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 0, 1, true, "first", "");
            append(store, 1, 1, true, "other", "");
            store.drop(STAGE, Ranges.between(0, 1));
            assertThat(text(store, 0, Channel.STDOUT)).isEmpty();
            append(store, 0, 2, true, "second", "");
        }
        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThat(text(store, 0, Channel.STDOUT)).contains("second");
            assertThat(text(store, 1, Channel.STDOUT)).contains("other");
            store.drop(STAGE, Ranges.between(0, 9));
        }
        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThat(store.held()).isEqualTo(Map.of(STAGE, Ranges.empty()));
        }
    }

    @Test
    void nothingIsLeftOfADroppedJob() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 0, 1, true, "gone", "");

            store.dropJob(STAGE.job());

            assertThat(store.held()).isEmpty();
            assertThat(Files.list(directory)).isEmpty();
        }
    }

    @Test
    void aTailThatIsTornAtAnyByteLosesOnlyTheRecordThatItCuts() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 0, 1, true, "zero", "0");
            store.sync();
            append(store, 1, 1, true, "one", "");
            appendFiles(store, 2, "two!", "22".getBytes(UTF_8));
        }
        byte[] whole = Files.readAllBytes(file());
        int[] ends = recordEnds(whole);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            int cut = length;
            int left = (int) Arrays.stream(ends).filter(end -> end <= cut).count();

            try (SegmentStore store = SegmentStore.open(directory)) {
                assertThat(store.held().getOrDefault(STAGE, Ranges.empty()))
                        .isEqualTo(Ranges.between(0, left));
                append(store, 5, 1, true, "behind the cut", "");
                store.sync();
            }
            try (SegmentStore store = SegmentStore.open(directory)) {
                assertThat(store.held().get(STAGE).size()).isEqualTo(left + 1);
                assertThat(text(store, 5, Channel.STDOUT)).contains("behind the cut");
            }
        }
    }

    @Test
    void bytesThatNeverReachedTheDiskArePassedOver() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 0, 1, true, "synced", "");
            store.sync();
            append(store, 1, 1, true, "lost", "");
            append(store, 2, 1, true, "whole", "");
        }
        overwrite("lost", "\0\0\0\0");

        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThat(store.held().get(STAGE).asList())
                    .containsExactly(new Ranges.Range(0, 1), new Ranges.Range(2, 3));
        }
    }

    @Test
    void damageIsNoticedWhenItIsRead() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 0, 1, true, "precious", "");
            store.sync();
        }
        overwrite("precious", "prEcious");

        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThatIOException()
                    .isThrownBy(() -> text(store, 0, Channel.STDOUT))
                    .withMessageContaining("damaged");
        }
    }

    @Test
    void noDamagedByteOfALargeOutputIsHandedOut() throws Exception {
        byte[] bytes = random(3 * BLOCK + 17);
        try (SegmentStore store = SegmentStore.open(directory)) {
            appendBytes(store, 0, bytes);
            store.sync();
            flip(SegmentHeader.BYTES + RecordHeader.BYTES + BLOCK + 5);

            try (SegmentStore.Reader reader = store.read(STAGE).orElseThrow()) {
                StoredOutput.Pieces pieces = reader.find(0).orElseThrow().pieces(Channel.STDOUT);
                assertThat(pieces.next()).isEqualTo(ByteBuffer.wrap(bytes, 0, BLOCK));
                assertThatExceptionOfType(DamagedOutputException.class)
                        .isThrownBy(pieces::next)
                        .satisfies(damage -> assertThat(damage.task()).isZero());
            }
        }
    }

    @Test
    void aRecordWhoseTableIsTornIsPassedOver() throws Exception {
        try (SegmentStore store = SegmentStore.open(directory)) {
            appendBytes(store, 0, random(2 * BLOCK));
            append(store, 1, 1, true, "behind", "");
        }
        flip(SegmentHeader.BYTES + RecordHeader.BYTES + 2 * BLOCK + 1);

        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThat(store.held().get(STAGE)).isEqualTo(Ranges.of(1));
        }
    }

    @Test
    void aDamagedOutputIsDroppedUnlessAnotherHasTakenItsPlace() throws Exception {
        int[] dropped = new int[1];
        try (SegmentStore store = SegmentStore.open(directory)) {
            append(store, 0, 1, true, "precious", "");
            overwrite("precious", "prEcious");
            DamagedOutputException damage = damage(store, 0);

            store.dropDamaged(STAGE, damage, () -> dropped[0]++);
            assertThat(dropped[0]).isEqualTo(1);
            assertThat(store.held()).isEqualTo(Map.of(STAGE, Ranges.empty()));

            append(store, 0, 2, true, "made anew", "");
            store.dropDamaged(STAGE, damage, () -> dropped[0]++);
            assertThat(dropped[0]).isEqualTo(1);
            assertThat(text(store, 0, Channel.STDOUT)).contains("made anew");
        }
    }

    private static DamagedOutputException damage(SegmentStore store, int task) throws Exception {
        try {
            text(store, task, Channel.STDOUT);
        } catch (DamagedOutputException e) {
            return e;
        }
        throw new AssertionError("task %d is whole".formatted(task));
    }

    private void flip(long position) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            channel.write(one.put(0, (byte) ~one.get(0)).rewind(), position);
        }
    }

    @Test
    void manyWritersGetAllTheirBytesThrough() throws Exception {
        int writers = 8;
        int tasks = 200;
        try (SegmentStore store = SegmentStore.open(directory)) {
            CountDownLatch done = new CountDownLatch(writers);
            for (int w = 0; w < writers; w++) {
                int writer = w;
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < tasks; i++) {
                                appendUnchecked(store, writer * tasks + i);
                            }
                            done.countDown();
                        });
            }
            while (done.getCount() > 0) {
                store.sync();
                Thread.onSpinWait();
            }
            store.sync();
        }
        try (SegmentStore store = SegmentStore.open(directory)) {
            assertThat(store.held()).isEqualTo(Map.of(STAGE, Ranges.between(0, writers * tasks)));
            for (int task = 0; task < writers * tasks; task++) {
                assertThat(bytes(store, task, Channel.STDOUT)).contains(content(task));
            }
        }
    }

    private void appendUnchecked(SegmentStore store, int task) {
        try {
            appendBytes(store, task, content(task));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Every tenth output is large. */
    private static byte[] content(int task) {
        byte[] bytes = new byte[task % 10 == 0 ? AttemptOutput.MEMORY_MAX + task : task];
        new Random(task).nextBytes(bytes);
        return bytes;
    }

    private Path file() {
        return directory.resolve("7-1.segment");
    }

    private void overwrite(String found, String replacement) throws IOException {
        byte[] bytes = Files.readAllBytes(file());
        int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(found);
        assertThat(at).isPositive();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(replacement.getBytes(UTF_8)), at);
        }
    }

    private static int[] recordEnds(byte[] segment) {
        int[] ends = new int[3];
        ByteBuffer buffer = ByteBuffer.wrap(segment);
        int position = SegmentHeader.BYTES;
        for (int i = 0; i < ends.length; i++) {
            RecordHeader header = RecordHeader.readFrom(buffer.position(position)).orElseThrow();
            position += (int) header.recordLength();
            ends[i] = position;
        }
        assertThat(position).isEqualTo(segment.length);
        return ends;
    }

    private void append(
            SegmentStore store, int task, int attempt, boolean success, String out, String err)
            throws IOException {
        try (AttemptOutput output = output()) {
            output.append(Channel.STDOUT, ByteBuffer.wrap(out.getBytes(UTF_8)));
            output.append(Channel.STDERR, ByteBuffer.wrap(err.getBytes(UTF_8)));
            output.end();
            store.append(new TaskRef(STAGE, task), attempt, success, output);
        }
    }

    private void appendBytes(SegmentStore store, int task, byte[] bytes) throws IOException {
        try (AttemptOutput output =
                new AttemptOutput(
                        directory.resolve("spill-" + task), AttemptOutput.MEMORY_MAX * 100L)) {
            for (int at = 0; at < bytes.length; at += 10_000) {
                int length = Math.min(10_000, bytes.length - at);
                output.append(Channel.STDOUT, ByteBuffer.wrap(bytes, at, length));
            }
            output.end();
            store.append(new TaskRef(STAGE, task), 1, true, output);
        }
    }

    private void appendFiles(SegmentStore store, int task, String out, byte[] files)
            throws IOException {
        try (AttemptOutput output = new AttemptOutput(directory.resolve("spill"), 4L * BLOCK)) {
            output.append(Channel.STDOUT, ByteBuffer.wrap(out.getBytes(UTF_8)));
            output.append(Channel.FILES, ByteBuffer.wrap(files));
            output.end();
            store.append(new TaskRef(STAGE, task), 1, true, output);
        }
    }

    private AttemptOutput output() {
        return new AttemptOutput(directory.resolve("spill"), 1_000);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static Optional<String> text(SegmentStore store, int task, Channel channel)
            throws Exception {
        return bytes(store, task, channel).map(bytes -> new String(bytes, UTF_8));
    }

    private static Optional<byte[]> bytes(SegmentStore store, int task, Channel channel)
            throws Exception {
        Optional<SegmentStore.Reader> reader = store.read(STAGE);
        if (reader.isEmpty()) {
            return Optional.empty();
        }
        try (SegmentStore.Reader open = reader.get()) {
            Optional<StoredOutput> stored = open.find(task);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(bytes(stored.get(), channel));
        }
    }

    private static byte[] bytes(StoredOutput stored, Channel channel) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StoredOutput.Pieces pieces = stored.pieces(channel);
        while (pieces.hasNext()) {
            ByteBuffer piece = pieces.next();
            bytes.write(piece.array(), 0, piece.remaining());
        }
        return bytes.toByteArray();
    }
}
