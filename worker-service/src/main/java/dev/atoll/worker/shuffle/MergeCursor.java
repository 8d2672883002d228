package dev.atoll.worker.shuffle;

import java.io.IOException;
import java.util.List;

/** Merges sorted records; of equal keys, those of the earlier cursor come first. */
public final class MergeCursor extends RecordCursor {
    /* A binary heap of the cursors, by the record that each points to and then by its place in the
     * list. */
    private final List<? extends RecordCursor> all;
    private final RecordCursor[] heap;
    private final int[] places;
    private int size;
    private boolean started;

    /** Takes the cursors over. */
    public MergeCursor(List<? extends RecordCursor> cursors) {
        this.all = List.copyOf(cursors);
        this.heap = new RecordCursor[cursors.size()];
        this.places = new int[cursors.size()];
    }

    @Override
    public boolean next() throws IOException {
        if (!started) {
            start();
        } else if (size > 0) {
            if (!heap[0].next()) {
                size--;
                heap[0] = heap[size];
                places[0] = places[size];
            }
            sink(0);
        }
        if (size == 0) {
            return false;
        }
        pointTo(heap[0]);
        return true;
    }

    private void start() throws IOException {
        started = true;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).next()) {
                heap[size] = all.get(i);
                places[size++] = i;
            }
        }
        for (int i = size / 2 - 1; i >= 0; i--) {
            sink(i);
        }
    }

    private void sink(int from) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && isBefore(child + 1, child)) {
                child++;
            }
            if (!isBefore(child, at)) {
                return;
            }
            RecordCursor cursor = heap[at];
            int place = places[at];
            heap[at] = heap[child];
            places[at] = places[child];
            heap[child] = cursor;
            places[child] = place;
            at = child;
        }
    }

    private boolean isBefore(int a, int b) {
        int compared = heap[a].compareTo(heap[b]);
        return compared != 0 ? compared < 0 : places[a] < places[b];
    }

    @Override
    public void close() throws IOException {
        for (RecordCursor cursor : all) {
            cursor.close();
        }
    }
}
