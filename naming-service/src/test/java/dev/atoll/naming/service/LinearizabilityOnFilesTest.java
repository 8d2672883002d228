package dev.atoll.naming.service;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.file.FileStore;

import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** Linearizability on the store of files. */
final class LinearizabilityOnFilesTest extends LinearizabilityContract {
    @TempDir private Path directory;

    @Override
    protected Store open() throws IOException {
        return FileStore.open(directory, FileStore.Settings.DEFAULT, broken -> {});
    }
}
