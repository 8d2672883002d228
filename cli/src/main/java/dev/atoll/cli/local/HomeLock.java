package dev.atoll.cli.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** Held by the one command that starts or stops the cluster of a home; others wait. */
public final class HomeLock implements AutoCloseable {
    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for the lock; ends with the process at the latest. */
    public static HomeLock acquire(Home home) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        home.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Object _ = channel.lock();
        return new HomeLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
