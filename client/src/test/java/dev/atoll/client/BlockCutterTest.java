package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class BlockCutterTest {
    @Test
    void blocksEndAtLines_whereThereAreAny() throws IOException {
        assertThat(cut("", 4)).containsExactly("true");
        assertThat(cut("abc", 4)).containsExactly("abc", "true");
        assertThat(cut("abc\n", 4)).containsExactly("abc\n", "true");
        assertThat(cut("a\nb\nc\n", 4)).containsExactly("a\nb\n", "c\n", "true");
        assertThat(cut("a\nbcd\ne", 5)).containsExactly("a\n", "bcd\n", "e", "true");
        assertThat(cut("a\nbcd\nef", 5)).containsExactly("a\n", "bcd\n", "ef", "true");
    }

    @Test
    void aLineThatIsLongerThanABlock_isCut() throws IOException {
        assertThat(cut("abcdef", 4)).containsExactly("abcd", "ef", "false");
        assertThat(cut("abcde\nf\n", 4)).containsExactly("abcd", "e\nf\n", "false");
    }

    @Test
    void blocksTogetherAreTheWhole_andNoneIsTooLarge() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = (byte) (bytes[j] % 4 == 0 ? '\n' : 'x');
            }
            String text = new String(bytes, US_ASCII);
            List<String> blocks = cut(text, 1 + random.nextInt(9));
            String last = blocks.removeLast();
            assertThat(String.join("", blocks)).isEqualTo(text);
            assertThat(blocks).allMatch(block -> !block.isEmpty() && block.length() <= 9);
            boolean endAtLines =
                    blocks.stream()
                            .limit(Math.max(0, blocks.size() - 1))
                            .allMatch(block -> block.endsWith("\n"));
            assertThat(last).isEqualTo(Boolean.toString(endAtLines));
        }
    }

    @Test
    void blocksEndWhereRecordsDo() throws IOException {
        RecordEnds semicolons = RecordEnds.at("; ".getBytes(US_ASCII));

        assertThat(cut("a; b\nc; d", 7, semicolons)).containsExactly("a; ", "b\nc; d", "true");
        assertThat(cut("a; bcdefghi; j", 7, semicolons))
                .containsExactly("a; ", "bcdefgh", "i; j", "false");
        assertThat(cut("aabbccd", 5, RecordEnds.every(2))).containsExactly("aabb", "ccd", "true");
        assertThat(cut("abc\ndef\n", 5, RecordEnds.every(4)))
                .containsExactly("abc\n", "def\n", "true");
    }

    /** The blocks, and whether they end where records do. */
    private static List<String> cut(String text, int blockBytes, RecordEnds ends)
            throws IOException {
        BlockCutter cutter =
                new BlockCutter(
                        new ByteArrayInputStream(text.getBytes(US_ASCII)), blockBytes, ends);
        List<String> blocks = new ArrayList<>();
        for (var block = cutter.next(); block.isPresent(); block = cutter.next()) {
            blocks.add(new String(block.get(), US_ASCII));
        }
        blocks.add(Boolean.toString(cutter.endAtRecords()));
        return blocks;
    }

    /** The blocks, and whether they end at lines. */
    private static List<String> cut(String text, int blockBytes) throws IOException {
        BlockCutter cutter =
                new BlockCutter(
                        new ByteArrayInputStream(text.getBytes(US_ASCII)),
                        blockBytes,
                        RecordEnds.LINES);
        List<String> blocks = new ArrayList<>();
        for (var block = cutter.next(); block.isPresent(); block = cutter.next()) {
            blocks.add(new String(block.get(), US_ASCII));
        }
        blocks.add(Boolean.toString(cutter.endAtLines()));
        return blocks;
    }
}
