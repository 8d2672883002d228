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
            samples.add(
                    new Sample(Arrays.copyOfRange(bytes, offset, Math.max(offset, tab)), value));
            total += value;
        } catch (NumberFormatException _) {
            throw new BadRecordException(bytes, offset, length, "no weight behind its last tab");
        }
    }

    @Override
    public void end() throws IOException {
        lines.end();
        long before = 0;
        int cuts = 0;
        byte[] last = samples.isEmpty() ? new byte[0] : samples.getFirst().key();
        for (Sample sample : samples) {
            // The weight is that of what follows the key.
            boolean isDue = before >= Math.ceilDiv(total * (cuts + 1L), parts);
            if (isDue && cuts < parts - 1 && !Arrays.equals(sample.key(), last)) {
                out.put(sample.key(), 0, sample.key().length);
                out.put('\n');
                last = sample.key();
                cuts = (int) Math.min(parts - 1L, before * parts / total);
            }
            before += sample.weight();
        }
        out.flush();
    }
}
