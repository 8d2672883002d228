package dev.atoll.worker.builtin;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BinaryOperator;

/** What can be made of a group of records. */
final class Groups {
    private static final int DIGITS_MAX = 1_000;

    private Groups() {}

    /** The key, and how many there are. */
    static final class Count implements Grouping.Group {
        private long count;

        @Override
        public void begin(byte[] bytes, int offset, int length, int keyLength) {
            count = 1;
        }

        @Override
        public void add(byte[] bytes, int offset, int length, int keyLength) {
            count++;
        }

        @Override
        public void end(byte[] key, int keyLength, LineOutput out) {
            write(key, keyLength, Long.toString(count), out);
        }
    }

    /** The key, and what becomes of the values, which are decimal numbers, one after the other. */
    static final class Numbers implements Grouping.Group {
        private final BinaryOperator<BigDecimal> operator;
        private BigDecimal value = BigDecimal.ZERO;

        Numbers(BinaryOperator<BigDecimal> operator) {
            this.operator = operator;
        }

        @Override
        public void begin(byte[] bytes, int offset, int length, int keyLength)
                throws BadRecordException {
            value = number(bytes, offset, length, keyLength);
        }

        @Override
        public void add(byte[] bytes, int offset, int length, int keyLength)
                throws BadRecordException {
            value = operator.apply(value, number(bytes, offset, length, keyLength));
        }

        @Override
        public void end(byte[] key, int keyLength, LineOutput out) {
            write(key, keyLength, value.toPlainString(), out);
        }
    }

    /** The first record. */
    static final class First implements Grouping.Group {
        private byte[] record = new byte[0];

        @Override
        public void begin(byte[] bytes, int offset, int length, int keyLength) {
            record = Arrays.copyOfRange(bytes, offset, offset + length);
        }

        @Override
        public void add(byte[] bytes, int offset, int length, int keyLength) {}

        @Override
        public void end(byte[] key, int keyLength, LineOutput out) {
            out.put(record, 0, record.length);
            out.put('\n');
        }
    }

    /** The records with the greatest values, the greatest first; of equal ones, the earlier. */
    static final class Top implements Grouping.Group {
        private final int countMax;
        private final PriorityQueue<Ranked> kept = new PriorityQueue<>(Ranked.LEAST_FIRST);
        private long position;

        @SuppressWarnings("ArrayRecordComponent") // Nobody compares two.
        private record Ranked(BigDecimal value, long position, byte[] record) {
            static final Comparator<Ranked> LEAST_FIRST =
                    Comparator.comparing(Ranked::value)
                            .thenComparing(Ranked::position, Comparator.reverseOrder());
        }

        Top(int countMax) {
            this.countMax = countMax;
        }

        @Override
        public void begin(byte[] bytes, int offset, int length, int keyLength) throws IOException {
            kept.clear();
            add(bytes, offset, length, keyLength);
        }

        @Override
        public void add(byte[] bytes, int offset, int length, int keyLength) throws IOException {
            BigDecimal value = number(bytes, offset, length, keyLength);
            byte[] record = Arrays.copyOfRange(bytes, offset, offset + length);
            kept.add(new Ranked(value, position++, record));
            if (kept.size() > countMax) {
                kept.remove();
            }
        }

        @Override
        public void end(byte[] key, int keyLength, LineOutput out) {
            kept.stream()
                    .sorted(Ranked.LEAST_FIRST.reversed())
                    .forEach(ranked -> {
                        out.put(ranked.record(), 0, ranked.record().length);
                        out.put('\n');
                    });
        }
    }

    private static void write(byte[] key, int keyLength, String value, LineOutput out) {
        byte[] digits = value.getBytes(StandardCharsets.US_ASCII);
        out.put(key, 0, keyLength);
        out.put('\t');
        out.put(digits, 0, digits.length);
        out.put('\n');
    }

    private static BigDecimal number(byte[] bytes, int offset, int length, int keyLength)
            throws BadRecordException {
        if (keyLength < length) {
            int from = offset + keyLength + 1;
            int count = Math.min(offset + length - from, DIGITS_MAX + 1);
            String text = new String(bytes, from, count, StandardCharsets.US_ASCII);
            try {
                BigDecimal number = new BigDecimal(text.strip());
                // More would let one record take all the memory of the worker.
                if (count <= DIGITS_MAX && Math.abs(number.scale()) <= DIGITS_MAX) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // Said below.
            }
            throw new BadRecordException(
                    bytes,
                    offset,
                    length,
                    "no decimal number of up to %d digits behind its first tab"
                            .formatted(DIGITS_MAX));
        }
        throw new BadRecordException(bytes, offset, length, "no tab with a number behind it");
    }
}
