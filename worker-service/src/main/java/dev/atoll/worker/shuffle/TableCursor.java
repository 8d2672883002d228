package dev.atoll.worker.shuffle;

/** Goes through the records of a table in order, and clears it at the end. */
final class TableCursor extends RecordCursor {
    private final RecordTable table;
    private final int[] order;
    private int at;

    TableCursor(RecordTable table) {
        this.table = table;
        this.order = table.sorted();
    }

    @Override
    public boolean next() {
        if (at == order.length) {
            table.clear();
            return false;
        }
        table.show(order[at++], this);
        return true;
    }
}
