package dev.atoll.naming.store.file;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.StoreLifetimeContract;

import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** The store on files keeps the contract. */
final class FileStoreTest extends StoreLifetimeContract {
    @TempDir private Path directory;

    @Override
    protected Store open() throws IOException {
        return FileStore.open(directory, FileStore.Settings.DEFAULT, FileStoreTest::mustNotBreak);
    }

    private static void mustNotBreak(Exception broken) {
        throw new AssertionError(broken);
    }
}
