package dev.atoll.worker.shuffle;

/** Takes every record as it is. */
final class SortBuffer implements Gatherer {
    private final RecordTable table;
    private final int partitionCount;

    SortBuffer(long budgetBytes, int partitionCount) {
        this.table = new RecordTable(budgetBytes);
        this.partitionCount = partitionCount;
    }

    @Override
    public boolean add(byte[] bytes, int offset, int length, int keyLength) {
        if (table.isFullFor(length)) {
            return false;
        }
        int partition =
                partitionCount == 1
                        ? 0
                        : Keys.partition(Keys.hash(bytes, offset, keyLength), partitionCount);
        table.add(partition, bytes, offset, length, keyLength);
        return true;
    }

    @Override
    public boolean isEmpty() {
        return table.count() == 0;
    }

    @Override
    public RecordCursor drain() {
        return new TableCursor(table);
    }
}
