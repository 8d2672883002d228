package dev.atoll.worker.builtin;

import dev.atoll.worker.shuffle.KeyForm;
import dev.atoll.worker.shuffle.LineSplitter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads records and makes something of each group of neighbours with the same key. */
final class Grouping implements Program {
    private final KeyForm keyForm;
    private final Group group;
    private final LineOutput out;
    private final LineSplitter lines = new LineSplitter(this::take);
    private byte[] key = new byte[64];
    private int keyLength = -1;

    /** What is made of a group. */
    interface Group {
        /** The first record of a group. */
        void begin(byte[] bytes, int offset, int length, int keyLength) throws IOException;

        /** Another record of it. */
        void add(byte[] bytes, int offset, int length, int keyLength) throws IOException;

        /** The group is whole. */
        void end(byte[] key, int keyLength, LineOutput out);
    }

    Grouping(KeyForm keyForm, Group group, LineOutput out) {
        this.keyForm = keyForm;
        this.group = group;
        this.out = out;
    }

    @Override
    public void accept(ByteBuffer bytes) throws IOException {
        lines.accept(bytes);
    }

    @Override
    public void end() throws IOException {
        lines.end();
        endGroup();
        out.flush();
    }

    private void take(byte[] bytes, int offset, int length) throws IOException {
        int count = keyForm.keyLength(bytes, offset, length);
        if (count == keyLength && Arrays.equals(bytes, offset, offset + count, key, 0, count)) {
            group.add(bytes, offset, length, count);
            return;
        }
        endGroup();
        if (count > key.length) {
            key = new byte[Math.max(count, key.length * 2)];
        }
        System.arraycopy(bytes, offset, key, 0, count);
        keyLength = count;
        group.begin(bytes, offset, length, count);
    }

    private void endGroup() {
        if (keyLength >= 0) {
            group.end(key, keyLength, out);
        }
    }
}
