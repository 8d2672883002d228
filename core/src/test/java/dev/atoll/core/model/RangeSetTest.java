package dev.atoll.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class RangeSetTest {
    private static final int UNIVERSE = 64;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyChangeAgreesWithABitSet(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RangeSet set = new RangeSet();
        BitSet model = new BitSet();
        for (int step = 0; step < 20_000; step++) {
            int first = random.nextInt(UNIVERSE);
            int end = random.nextInt(first, UNIVERSE + 1);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    set.add(first, end);
                    model.set(first, end);
                }
                case 2 -> {
                    set.remove(first, end);
                    model.clear(first, end);
                }
                default -> takeFirst(set, model, random.nextInt(UNIVERSE));
            }
            assertSame(set, model);
        }
    }

    private static void takeFirst(RangeSet set, BitSet model, int count) {
        int[] expected = model.stream().limit(count).toArray();
        Ranges taken = set.takeFirst(count);
        assertThat(IntStream.range(0, UNIVERSE).filter(taken::contains).toArray())
                .isEqualTo(expected);
        IntStream.of(expected).forEach(model::clear);
    }

    private static void assertSame(RangeSet set, BitSet model) {
        assertThat(set.size()).isEqualTo(model.cardinality());
        for (int i = 0; i < UNIVERSE; i++) {
            assertThat(set.contains(i)).isEqualTo(model.get(i));
            assertThat(set.nextAtOrAfter(i)).isEqualTo(model.nextSetBit(i));
            assertThat(set.nextAbsentAtOrAfter(i)).isEqualTo(model.nextClearBit(i));
        }
        Ranges ranges = set.toRanges();
        for (int k = 1; k < ranges.rangeCount(); k++) {
            assertThat(ranges.first(k)).isGreaterThan(ranges.end(k - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void intersectionAndAbsenceAgreeWithABitSet(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            BitSet left = randomBits(random);
            BitSet right = randomBits(random);
            RangeSet set = new RangeSet(ranges(left));
            BitSet common = (BitSet) left.clone();
            common.and(right);
            BitSet absent = (BitSet) right.clone();
            absent.andNot(left);
            assertThat(set.intersection(ranges(right))).isEqualTo(ranges(common));
            assertThat(set.absentFrom(ranges(right))).isEqualTo(ranges(absent));
        }
    }

    private static BitSet randomBits(SplittableRandom random) {
        BitSet bits = new BitSet();
        for (int i = random.nextInt(4); i < UNIVERSE; i += 1 + random.nextInt(8)) {
            bits.set(i, Math.min(UNIVERSE, i + random.nextInt(6)));
        }
        return bits;
    }

    private static Ranges ranges(BitSet bits) {
        RangeSet set = new RangeSet();
        bits.stream().forEach(i -> set.add(i, i + 1));
        return set.toRanges();
    }

    @Test
    void neighboursBecomeOneRange() {
        RangeSet set = new RangeSet();
        for (int i = 0; i < 1_000_000; i++) {
            set.add(i, i + 1);
        }
        assertThat(set.rangeCount()).isEqualTo(1);
        assertThat(set.toString()).isEqualTo("0-999999");
    }

    @Test
    void aBackwardRangeIsRefused() {
        assertThatThrownBy(() -> new RangeSet().add(5, 4)).hasMessageContaining("5..4");
        assertThatThrownBy(() -> new RangeSet().remove(-1, 4)).hasMessageContaining("-1..4");
    }
}
