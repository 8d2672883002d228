package dev.atoll.worker.builtin;

import dev.atoll.worker.shuffle.LineSplitter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts the keys of a sample, each with its weight behind the last tab, into parts of about equal
 * weight: writes the least key of each part but the first. Keys come sorted; a key is in one part.
 */
final class Bounds implements Program {
    private static final int SAMPLES_MAX = 1 << 16;

    private final int parts;
    private final LineOutput out;
    private final LineSplitter lines = new LineSplitter(this::take);
    private final List<Sample> samples = new ArrayList<>();
    private long total;

    @SuppressWarnings("ArrayRecordComponent") // Nobody compares two.
    private record Sample(byte[] key, long weight) {}

    Bounds(int parts, LineOutput out) {
        this.parts = parts;
        this.out = out;
    }

    @Override
    public void accept(ByteBuffer bytes) throws IOException {
        lines.accept(bytes);
    }

    private void take(byte[] bytes, int offset, int length) throws IOException {
        int tab = offset + length - 1;
        while (tab >= offset && bytes[tab] != '\t') {
            tab--;
        }
        try {
            String weight =
                    new String(
                            bytes, tab + 1, offset + length - tab - 1, StandardCharsets.US_ASCII);
            long value = Long.parseLong(weight);
            add(Arrays.copyOfRange(bytes, offset, Math.max(offset, tab)), value);
        } catch (NumberFormatException _) {
            throw new BadRecordException(bytes, offset, length, "no weight behind its last tab");
        }
    }

    private void add(byte[] key, long weight) {
        total += weight;
        if (!samples.isEmpty() && Arrays.equals(samples.getLast().key(), key)) {
            samples.add(new Sample(key, samples.removeLast().weight() + weight));
            return;
        }
        if (samples.size() == SAMPLES_MAX) {
            thin();
        }
        samples.add(new Sample(key, weight));
    }

    /** Makes one sample of two neighbours. */
    private void thin() {
        for (int i = 0; i < SAMPLES_MAX / 2; i++) {
            Sample first = samples.get(2 * i);
            long weight = first.weight() + samples.get(2 * i + 1).weight();
            samples.set(i, new Sample(first.key(), weight));
        }
        samples.subList(SAMPLES_MAX / 2, SAMPLES_MAX).clear();
    }

    @Override
    public void end() throws IOException {
        lines.end();
        long before = 0;
        int cuts = 0;
        for (Sample sample : samples) {
            // The weight is that of what follows the key.
            boolean isDue = before >= Math.ceilDiv(total * (cuts + 1L), parts);
            if (isDue && before > 0 && cuts < parts - 1) {
                out.put(sample.key(), 0, sample.key().length);
                out.put('\n');
                cuts = (int) Math.min(parts - 1L, before * parts / total);
            }
            before += sample.weight();
        }
        out.flush();
    }
}
