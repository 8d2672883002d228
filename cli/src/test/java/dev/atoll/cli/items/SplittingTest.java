package dev.atoll.cli.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.client.BlobSource.FilePart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Whatever the bytes, the delimiter and the size: all blocks together are the input, uncut. */
class SplittingTest {
    private static final int ROUNDS = 3_000;

    @TempDir private Path directory;

    private record Case(long seed, byte[] data, byte[] delimiter, BlockLimits limits) {
        static Case of(long seed) {
            Random random = new Random(seed);
            byte[] delimiter = new byte[1 + random.nextInt(3)];
            fill(delimiter, random, 2);
            byte[] data = new byte[random.nextInt(200)];
            fill(data, random, 1 + random.nextInt(4));
            int block = 1 + random.nextInt(40);
            return new Case(
                    seed, data, delimiter, new BlockLimits(block, block + random.nextInt(60)));
        }

        /* A small alphabet makes boundaries, overlaps and long records frequent. */
        private static void fill(byte[] bytes, Random random, int letters) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ('a' + random.nextInt(letters + 1));
            }
        }

        @Override
        public String toString() {
            return "seed %d: '%s' by '%s', %s"
                    .formatted(
                            seed,
                            new String(data, StandardCharsets.US_ASCII),
                            new String(delimiter, StandardCharsets.US_ASCII),
                            limits);
        }
    }

    @Test
    void blocksKeepTheirPromises() throws Exception {
        int whole = 0;
        for (long seed = 0; seed < ROUNDS; seed++) {
            Case input = Case.of(seed);
            Optional<List<byte[]>> blocks = ofStream(input);
            if (blocks.isPresent()) {
                whole++;
                assertConcatenated(input, blocks.get());
                assertNoRecordIsCut(input, blocks.get());
                assertAsLargeAsMayBe(input, blocks.get());
            } else {
                assertThat(longestRecord(input))
                        .as("%s", input)
                        .isGreaterThan(input.limits().recordBytesMax());
            }
        }
        assertThat(whole).isBetween(ROUNDS / 4, ROUNDS - 1);
    }

    @Test
    void aFileIsCutLikeAStream() throws Exception {
        Path file = directory.resolve("data");
        for (long seed = 0; seed < ROUNDS / 3; seed++) {
            Case input = Case.of(seed);
            Files.write(file, input.data());
            List<Long> ends = null;
            try {
                ends = endsOfFile(file, input);
            } catch (IOException e) {
                assertThat(ofStream(input)).as("%s", input).isEmpty();
                continue;
            }
            List<Long> streamEnds = new ArrayList<>();
            long at = 0;
            for (byte[] block : ofStream(input).orElseThrow()) {
                at += block.length;
                streamEnds.add(at);
            }
            assertThat(ends).as("%s", input).isEqualTo(streamEnds);
        }
    }

    @Test
    void windowsBehindTheFirstAreSearchedToo() throws Exception {
        byte[] data = new byte[500_000];
        java.util.Arrays.fill(data, (byte) 'x');
        data[3] = '\n';
        data[400_000] = '\n';
        Path file = directory.resolve("long");
        Files.write(file, data);
        List<Long> ends = new ArrayList<>();
        try (FileBlocks blocks =
                new FileBlocks(file, new BlockLimits(200_000, 450_000), Delimiter.NEWLINE)) {
            Optional<FilePart> block = blocks.next();
            while (block.isPresent()) {
                ends.add(block.get().offset() + block.get().sizeBytes());
                block = blocks.next();
            }
        }
        assertThat(ends).containsExactly(4L, 400_001L, 500_000L);
    }

    @Test
    void aRecordThatIsTooLongIsSaidWithItsPlace() {
        byte[] data = ("ab\n" + "x".repeat(50) + "\ncd\n").getBytes(StandardCharsets.US_ASCII);
        BlockReader reader =
                new BlockReader(
                        "big.log",
                        new ByteArrayInputStream(data),
                        new BlockLimits(8, 20),
                        Delimiter.NEWLINE);

        assertThatThrownBy(
                        () -> {
                            while (reader.next().isPresent()) {
                                continue;
                            }
                        })
                .hasMessage(
                        "big.log: the record at byte 3 is longer than 20 bytes; is the delimiter"
                                + " right?");
    }

    @Test
    void delimitersAreWrittenWithEscapes() {
        byte[] data = {'a', 0, 'b', '\r', '\n', 'c', (byte) 0xfe, 'd'};
        assertThat(Delimiter.parse("\\0").firstBoundary(data, 0, 0, data.length)).isEqualTo(2);
        assertThat(Delimiter.parse("\\r\\n").firstBoundary(data, 0, 0, data.length)).isEqualTo(5);
        assertThat(Delimiter.parse("\\xfe").firstBoundary(data, 0, 0, data.length)).isEqualTo(7);
        assertThat(Delimiter.parse("\\xFEd").lastBoundary(data, 0, 0, data.length)).isEqualTo(8);
        for (String wrong : List.of("", "\\", "\\q", "\\x1", "\\xzz", "a".repeat(257))) {
            assertThatThrownBy(() -> Delimiter.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Optional<List<byte[]>> ofStream(Case input) {
        List<byte[]> blocks = new ArrayList<>();
        BlockReader reader =
                new BlockReader(
                        "input", trickling(input), input.limits(), Delimiter.of(input.delimiter()));
        try {
            Optional<byte[]> block = reader.next();
            while (block.isPresent()) {
                blocks.add(block.get());
                block = reader.next();
            }
            return Optional.of(blocks);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static InputStream trickling(Case input) {
        Random random = new Random(input.seed());
        return new FilterInputStream(new ByteArrayInputStream(input.data())) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, 1 + random.nextInt(9)));
            }
        };
    }

    private static List<Long> endsOfFile(Path file, Case input) throws IOException {
        List<Long> ends = new ArrayList<>();
        try (FileBlocks blocks =
                new FileBlocks(file, input.limits(), Delimiter.of(input.delimiter()))) {
            Optional<FilePart> block = blocks.next();
            while (block.isPresent()) {
                ends.add(block.get().offset() + block.get().sizeBytes());
                block = blocks.next();
            }
        }
        return ends;
    }

    private static void assertConcatenated(Case input, List<byte[]> blocks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] block : blocks) {
            assertThat(block).as("%s", input).isNotEmpty();
            all.writeBytes(block);
        }
        assertThat(all.toByteArray()).as("%s", input).isEqualTo(input.data());
    }

    private static void assertNoRecordIsCut(Case input, List<byte[]> blocks) {
        for (byte[] block : blocks.subList(0, Math.max(0, blocks.size() - 1))) {
            assertThat(new String(block, StandardCharsets.US_ASCII))
                    .as("%s", input)
                    .endsWith(new String(input.delimiter(), StandardCharsets.US_ASCII));
        }
    }

    /* No block is over its size but for a single record, and none could have taken one more. */
    private static void assertAsLargeAsMayBe(Case input, List<byte[]> blocks) {
        int size = input.limits().blockBytes();
        String delimiter = new String(input.delimiter(), StandardCharsets.US_ASCII);
        for (int i = 0; i < blocks.size(); i++) {
            String block = new String(blocks.get(i), StandardCharsets.US_ASCII);
            if (block.length() > size) {
                assertThat(block.indexOf(delimiter))
                        .as("%s", input)
                        .isIn(-1, block.length() - delimiter.length());
            } else if (i + 1 < blocks.size()) {
                String next = new String(blocks.get(i + 1), StandardCharsets.US_ASCII);
                int firstEnd = next.indexOf(delimiter);
                int record = firstEnd < 0 ? next.length() : firstEnd + delimiter.length();
                assertThat(block.length() + record).as("%s", input).isGreaterThan(size);
            }
        }
    }

    private static int longestRecord(Case input) {
        String data = new String(input.data(), StandardCharsets.US_ASCII);
        String delimiter = new String(input.delimiter(), StandardCharsets.US_ASCII);
        int longest = 0;
        int at = 0;
        while (at < data.length()) {
            int found = data.indexOf(delimiter, at);
            int end = found < 0 ? data.length() : found + delimiter.length();
            longest = Math.max(longest, end - at);
            at = end;
        }
        return longest;
    }
}
