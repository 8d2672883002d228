package dev.atoll.worker.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.atoll.core.model.Shuffle;
import dev.atoll.core.model.Shuffle.Combiner;
import dev.atoll.core.model.Shuffle.Partitioning;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

class RecordSorterTest {
    private static final long TINY = 1_000;
    private static final long AMPLE = 64 << 20;

    @TempDir private Path directory;
    private SpillDirectory spills;

    @BeforeEach
    void openSpills() throws IOException {
        spills = SpillDirectory.open(directory.resolve("runs"));
    }

    private static Shuffle byHash(int count, Combiner... combiner) {
        return new Shuffle(new Partitioning.Hash(count), Stream.of(combiner).findFirst());
    }

    private static Shuffle byRange() {
        return new Shuffle(new Partitioning.Range(), Optional.empty());
    }

    /** The run that a task leaves that writes these lines, in pieces of odd sizes. */
    private Bytes sort(Shuffle shuffle, long memoryBytes, List<String> lines) throws IOException {
        byte[] bytes = String.join("\n", lines).getBytes(ISO_8859_1);
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        try (RecordSorter sorter = new RecordSorter(shuffle, spills, memoryBytes)) {
            for (int at = 0; at < bytes.length; at += 777) {
                sorter.accept(ByteBuffer.wrap(bytes, at, Math.min(777, bytes.length - at)));
            }
            sorter.end(piece -> {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                run.writeBytes(copy);
            });
        }
        return new Bytes(run.toByteArray());
    }

    private static List<String> read(RunSource run, RunPart part) throws IOException {
        List<String> records = new ArrayList<>();
        try (RecordCursor cursor = new RunCursor(RunIndex.of(run), part)) {
            while (cursor.next()) {
                records.add(
                        new String(cursor.bytes(), cursor.offset(), cursor.length(), ISO_8859_1));
            }
        }
        return records;
    }

    private static List<String> lines(int count, long seed) {
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder line = new StringBuilder();
            for (int length = 1 + random.nextInt(12); length > 0; length--) {
                line.append((char) ('a' + random.nextInt(3)));
            }
            // Bytes above 127 come last: keys are compared without signs.
            lines.add(
                    line.append(random.nextInt(9) == 0 ? "\u00e9" : "")
                            .append("\t")
                            .append(i)
                            .toString());
        }
        return lines;
    }

    private static String key(String line) {
        return line.substring(0, line.indexOf('\t'));
    }

    @ParameterizedTest
    @ValueSource(longs = {TINY, 100_000, AMPLE})
    void recordsComeInTheOrderOfKeysAndThenAsTheyWereWritten(long memoryBytes) throws Exception {
        List<String> lines = lines(5_000, 1);

        Bytes run = sort(byRange(), memoryBytes, lines);

        List<String> expected =
                lines.stream().sorted(Comparator.comparing(RecordSorterTest::key)).toList();
        assertThat(read(run, new RunPart.All())).isEqualTo(expected);
    }

    @Test
    void whatHasNoRoomInMemoryLeavesNothingOnTheDisk() throws Exception {
        sort(byRange(), TINY, lines(5_000, 2));

        try (Stream<Path> left = Files.list(directory.resolve("runs"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aKeyIsInOnePartitionAndAllTogetherAreEverything() throws Exception {
        List<String> lines = lines(5_000, 3);
        Bytes run = sort(byHash(7), 100_000, lines);

        TreeMap<String, Integer> partitions = new TreeMap<>();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            for (String record : read(run, new RunPart.Partition(i))) {
                assertThat(partitions.merge(key(record), i, (a, _) -> a)).isEqualTo(i);
                all.add(record);
            }
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(lines);
        assertThat(partitions.values()).contains(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void rangesOfKeysAreCutOnceAndWhole() throws Exception {
        List<String> lines = lines(60_000, 4);
        Bytes run = sort(byRange(), AMPLE, lines);
        List<Optional<byte[]>> bounds =
                Stream.of("", "aab", "b", "b", "bcc", "bccc", "zz")
                        .map(it ->
                                it.isEmpty()
                                        ? Optional.<byte[]>empty()
                                        : Optional.of(it.getBytes(ISO_8859_1)))
                        .toList();

        List<String> all = new ArrayList<>();
        for (int i = 0; i < bounds.size(); i++) {
            Optional<byte[]> to = i + 1 < bounds.size() ? bounds.get(i + 1) : Optional.empty();
            all.addAll(read(run, new RunPart.KeyRange(bounds.get(i), to)));
        }

        assertThat(all)
                .isEqualTo(
                        lines.stream()
                                .sorted(Comparator.comparing(RecordSorterTest::key))
                                .toList());
    }

    /** An index has only the beginnings of long keys. */
    @Test
    void rangesOfLongKeysAreCutOnceAndWhole() throws Exception {
        String same = "x".repeat(300);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            lines.add(same + "%04d".formatted(i));
        }
        Bytes run = sort(byRange(), AMPLE, lines);
        List<Optional<byte[]>> bounds =
                Stream.of("0", same + "0500", same + "0501", same + "1999", "z")
                        .map(it -> Optional.of(it.getBytes(ISO_8859_1)))
                        .toList();

        List<String> all = new ArrayList<>();
        for (int i = 0; i + 1 < bounds.size(); i++) {
            all.addAll(read(run, new RunPart.KeyRange(bounds.get(i), bounds.get(i + 1))));
        }

        assertThat(all).isEqualTo(lines);
    }

    @ParameterizedTest
    @ValueSource(longs = {TINY, AMPLE})
    void countsAreThoseOfEachKey(long memoryBytes) throws Exception {
        List<String> lines = lines(5_000, 5);
        TreeMap<String, Long> expected = new TreeMap<>();
        lines.forEach(line -> expected.merge(key(line), 1L, Long::sum));

        Bytes run = sort(byHash(1, Combiner.COUNT), memoryBytes, lines);

        assertThat(read(run, new RunPart.All()))
                .isEqualTo(
                        expected.entrySet().stream()
                                .map(it -> it.getKey() + "\t" + it.getValue())
                                .toList());
    }

    @ParameterizedTest
    @ValueSource(longs = {TINY, AMPLE})
    void theFirstOfEachKeyIsTheOneThatWasWrittenFirst(long memoryBytes) throws Exception {
        List<String> lines = lines(5_000, 6);
        TreeMap<String, String> expected = new TreeMap<>();
        lines.forEach(line -> expected.putIfAbsent(key(line), line));

        Bytes run = sort(byHash(1, Combiner.FIRST), memoryBytes, lines);

        assertThat(read(run, new RunPart.All())).isEqualTo(List.copyOf(expected.values()));
    }

    @Test
    void sumsOfWholeNumbersAreMadeAndOthersLeftToTheReducer() throws Exception {
        List<String> lines =
                List.of("a\t1", "b\t1.5", "a\t-3", "a\t999999999999999999", "b\t2", "a", "c\tx");

        Bytes run = sort(byHash(1, Combiner.SUM), AMPLE, lines);

        assertThat(read(run, new RunPart.All()))
                .containsExactlyInAnyOrder("a\t999999999999999997", "a", "b\t1.5", "b\t2", "c\tx");
    }

    @Test
    void aSumThatHasNoRoomInANumberIsLeftInParts() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            lines.add("k\t999999999999999999");
        }

        List<String> records = read(sort(byHash(1, Combiner.SUM), AMPLE, lines), new RunPart.All());

        assertThat(
                        records.stream()
                                .map(it -> new java.math.BigInteger(it.substring(2)))
                                .reduce(java.math.BigInteger.ZERO, java.math.BigInteger::add))
                .isEqualTo("19999999999999999980");
    }

    @Test
    void uniqueComparesWholeRecords() throws Exception {
        Bytes run =
                sort(
                        byHash(1, Combiner.UNIQUE),
                        AMPLE,
                        List.of("a\t2", "a\t1", "a\t2", "a", "a\t1"));

        assertThat(read(run, new RunPart.All())).containsExactly("a", "a\t1", "a\t2");
    }

    @Test
    void nothingLeavesNothing() throws Exception {
        assertThat(sort(byHash(3), AMPLE, List.of()).bytes).isEmpty();
    }

    @Test
    void aRecordThatIsTooLongIsRefused() {
        String line = "x".repeat(LineSplitter.RECORD_BYTES_MAX + 33);

        assertThatExceptionOfType(RecordTooLongException.class)
                .isThrownBy(() -> sort(byHash(3), AMPLE, List.of(line)))
                .withMessageContaining("1 MiB");
    }

    @Test
    void everyByteOfARunIsChecked() throws Exception {
        Bytes run = sort(byHash(3), AMPLE, lines(3_000, 7));
        Random random = new Random(8);

        for (int i = 0; i < 200; i++) {
            int at = random.nextInt(run.bytes.length);
            run.bytes[at] ^= 0x10;
            assertThatIOException()
                    .as("byte %d", at)
                    .isThrownBy(() -> read(run, new RunPart.All()));
            run.bytes[at] ^= 0x10;
        }
        assertThat(read(run, new RunPart.All())).hasSize(3_000);
    }

    /** A run in memory. */
    private static final class Bytes implements RunSource {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            if (position < 0 || into.remaining() > bytes.length - position) {
                throw damaged("too short");
            }
            into.put(bytes, (int) position, into.remaining());
        }

        @Override
        public IOException damaged(String detail) {
            return new IOException(detail);
        }
    }
}
