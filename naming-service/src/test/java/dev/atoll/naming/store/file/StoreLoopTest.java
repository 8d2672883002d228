package dev.atoll.naming.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.naming.store.StoreUnavailableException;
import dev.atoll.naming.store.WatchNotice;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/** What the loop does when the disk fails. */
@Timeout(60)
final class StoreLoopTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir private Path directory;

    @Test
    void diskFails_nothingIsAcknowledgedAnyMore() throws Exception {
        Generations generations = new Generations(directory);
        Generations.Opened opened = generations.open();
        Disk disk = new Disk(generations, opened, 1 << 20);
        Watchers watchers = new Watchers(new History(1, 100, 1 << 20));
        AtomicLong ids = new AtomicLong();
        CompletableFuture<Exception> broken = new CompletableFuture<>();
        StoreLoop loop =
                new StoreLoop(
                        new StoreMachine(opened.keys(), ids::incrementAndGet, System.nanoTime()),
                        watchers,
                        disk,
                        broken::complete);
        List<WatchNotice> notices = new ArrayList<>();
        watchers.add(new Watchers.Watcher("/", 1, notices::add));
        Thread thread = Thread.ofPlatform().daemon().start(loop);
        grant(loop).join();

        disk.close();

        assertThat(failureOf(grant(loop))).hasMessageContaining("broke");
        assertThat(broken.join()).isInstanceOf(ClosedChannelException.class);
        // Not even a call that needs no disk: the state in memory is ahead of what is durable.
        assertThat(failureOf(revision(loop))).hasMessageContaining("broke");
        assertThat(notices).containsExactly(new WatchNotice.Ended("the store broke"));
        loop.stop().join();
        thread.join();
    }

    private static CompletableFuture<Long> grant(StoreLoop loop) throws InterruptedException {
        return call(loop, machine -> machine.grant(LONG, System.nanoTime()).id());
    }

    private static CompletableFuture<Long> revision(StoreLoop loop) throws InterruptedException {
        return call(loop, StoreMachine::revision);
    }

    private interface Step {
        long run(StoreMachine machine);
    }

    private static CompletableFuture<Long> call(StoreLoop loop, Step step)
            throws InterruptedException {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        boolean taken =
                loop.offer(
                        new StoreLoop.Call() {
                            @Override
                            public Runnable step(StoreMachine machine, Watchers all, long now) {
                                long result = step.run(machine);
                                return () -> answer.complete(result);
                            }

                            @Override
                            public void fail(StoreUnavailableException e) {
                                answer.completeExceptionally(e);
                            }
                        },
                        LONG);
        assertThat(taken).isTrue();
        return answer;
    }

    private static Throwable failureOf(CompletableFuture<Long> answer) {
        try {
            throw new AssertionError("answered " + answer.join());
        } catch (CompletionException e) {
            return e.getCause();
        }
    }
}
