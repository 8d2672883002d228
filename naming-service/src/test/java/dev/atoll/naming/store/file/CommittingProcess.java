package dev.atoll.naming.store.file;

import com.google.protobuf.ByteString;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Compare;
import dev.atoll.naming.store.Txn;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process that commits until it is killed and prints each commit that was acknowledged. */
final class CommittingProcess {
    static final int WRITERS = 4;

    /** Printed when the store is open. */
    static final String OPEN = "open";

    private CommittingProcess() {}

    /** Takes the directory of the store. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        // Small, so that some of the kills hit the change of a generation.
        FileStore.Settings settings =
                new FileStore.Settings(Duration.ofSeconds(30), 32 << 10, 10_000);
        FileStore store = FileStore.open(Path.of(arguments[0]), settings, broken -> {});
        PrintStream out = System.out;
        out.println(OPEN);
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            String name = Integer.toString(i);
            writers.add(Thread.ofVirtual().start(() -> write(store, name, out)));
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }

    /** Counts a pair of keys up, always both in one transaction. */
    private static void write(FileStore store, String name, PrintStream out) {
        long count =
                store.get("/left/" + name)
                        .map(entry -> Long.parseLong(entry.value().toStringUtf8()))
                        .orElse(0L);
        while (true) {
            count++;
            ByteString value = ByteString.copyFromUtf8(Long.toString(count));
            Txn txn =
                    Txn.builder()
                            .when(new Compare.Version("/left/" + name, count - 1))
                            .put("/left/" + name, value)
                            .put("/right/" + name, value)
                            .put("/bulk/" + name, ByteString.copyFrom(new byte[2_000]))
                            .build();
            if (!(store.commit(txn) instanceof CommitOutcome.Committed)) {
                throw new IllegalStateException("a commit failed");
            }
            out.println(name + " " + count);
        }
    }
}
