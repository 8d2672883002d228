package dev.atoll.worker.shuffle;

import dev.atoll.core.model.Shuffle.Combiner;

import java.io.IOException;
import java.util.Optional;

/** Makes one record of neighbours with the same key that were combined once already. */
public final class FoldCursor extends RecordCursor {
    private final RecordCursor in;
    private final Folding folding;
    private final KeyValue folded = new KeyValue();
    private byte[] record = new byte[64];
    private int length;
    private int keyLength;
    private int partition;
    private boolean isAhead;
    private boolean started;

    private FoldCursor(RecordCursor in, Combiner combiner) {
        this.in = in;
        this.folding = Folding.of(combiner);
    }

    /** Records that are combined so, if at all. */
    public static RecordCursor of(RecordCursor in, Optional<Combiner> combiner) {
        return combiner.<RecordCursor>map(it -> new FoldCursor(in, it)).orElse(in);
    }

    @Override
    public boolean next() throws IOException {
        if (!started) {
            started = true;
            isAhead = in.next();
        }
        if (!isAhead) {
            return false;
        }
        take();
        if (!folding.isOfNumbers()) {
            do {
                isAhead = in.next();
            } while (isAhead && in.hasKey(partition, record, keyLength));
            pointTo(partition, record, 0, length, keyLength);
            return true;
        }
        foldNumbers();
        return true;
    }

    private void foldNumbers() throws IOException {
        int at = keyLength + 1;
        boolean isNumber = WholeNumbers.isOne(record, at, length - at);
        long value = isNumber ? WholeNumbers.parse(record, at, length - at) : 0;
        boolean isFolded = false;
        isAhead = in.next();
        while (isAhead && isNumber && in.hasKey(partition, record, keyLength)) {
            int from = in.offset() + keyLength + 1;
            int count = in.length() - keyLength - 1;
            if (!WholeNumbers.isOne(in.bytes(), from, count)) {
                break;
            }
            long other = WholeNumbers.parse(in.bytes(), from, count);
            if (!folding.fits(value, other)) {
                break;
            }
            value = folding.fold(value, other);
            isFolded = true;
            isAhead = in.next();
        }
        if (isFolded) {
            folded.set(record, 0, keyLength, value);
            folded.show(partition, this);
        } else {
            pointTo(partition, record, 0, length, keyLength);
        }
    }

    private void take() {
        length = in.length();
        keyLength = in.keyLength();
        partition = in.partition();
        setTask(in.task());
        if (length > record.length) {
            record = new byte[Math.max(length, record.length * 2)];
        }
        System.arraycopy(in.bytes(), in.offset(), record, 0, length);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
