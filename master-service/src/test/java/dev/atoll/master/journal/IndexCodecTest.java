package dev.atoll.master.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.proto.ledger.v1.StoredIndexes;

import org.junit.jupiter.api.Test;

import java.util.Random;

final class IndexCodecTest {
    private static final int BASE = 3 * 65_536;

    @Test
    void anyIndexesComeBack() {
        Random random = new Random(7);
        for (int round = 0; round < 400; round++) {
            Ranges indexes = randomIndexes(random, random.nextInt(1, 2_000));
            StoredIndexes stored = IndexCodec.write(indexes, BASE);
            assertThat(IndexCodec.read(stored, BASE)).isEqualTo(indexes);
            assertThat(stored.getSerializedSize()).isLessThanOrEqualTo(8 * 1024 + 4);
        }
    }

    @Test
    void wholeChunkIsAFewBytes() {
        Ranges all = Ranges.between(BASE, BASE + 65_536);
        assertThat(IndexCodec.write(all, BASE).getSerializedSize()).isLessThan(8);
        assertThat(IndexCodec.read(IndexCodec.write(all, BASE), BASE)).isEqualTo(all);
    }

    @Test
    void everySecondIndexIsABitmap() {
        RangeSet indexes = new RangeSet();
        for (int i = 0; i < 65_536; i += 2) {
            indexes.add(BASE + i, BASE + i + 1);
        }
        StoredIndexes stored = IndexCodec.write(indexes.toRanges(), BASE);
        assertThat(stored.getFormCase()).isEqualTo(StoredIndexes.FormCase.BITMAP);
        assertThat(stored.getBitmap().size()).isEqualTo(8_192);
        assertThat(IndexCodec.read(stored, BASE)).isEqualTo(indexes.toRanges());
    }

    @Test
    void noIndexIsNothing() {
        assertThat(IndexCodec.read(IndexCodec.write(Ranges.empty(), BASE), BASE))
                .isEqualTo(Ranges.empty());
    }

    @Test
    void indexesOutsideTheChunkAreRefused() {
        assertThatThrownBy(() -> IndexCodec.write(Ranges.of(BASE - 1), BASE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IndexCodec.write(Ranges.of(BASE + 65_536), BASE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void damagedIndexesAreRefused() {
        StoredIndexes cutOff = ranges(0xff);
        StoredIndexes tooLong = ranges(0xff, 0xff, 0x7f, 0xff, 0xff, 0x7f);
        StoredIndexes bitmap =
                StoredIndexes.newBuilder().setBitmap(ByteString.copyFrom(new byte[8_193])).build();
        for (StoredIndexes damaged :
                new StoredIndexes[] {cutOff, tooLong, bitmap, StoredIndexes.getDefaultInstance()}) {
            assertThatThrownBy(() -> IndexCodec.read(damaged, 0))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static StoredIndexes ranges(int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return StoredIndexes.newBuilder().setRanges(ByteString.copyFrom(data)).build();
    }

    private static Ranges randomIndexes(Random random, int count) {
        RangeSet indexes = new RangeSet();
        int lengthMax = 1 << random.nextInt(12);
        for (int i = 0; i < count; i++) {
            int first = random.nextInt(65_536);
            int end = Math.min(65_536, first + 1 + random.nextInt(lengthMax));
            indexes.add(BASE + first, BASE + end);
        }
        return indexes.toRanges();
    }
}
