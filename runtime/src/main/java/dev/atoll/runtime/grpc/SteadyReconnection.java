package dev.atoll.runtime.grpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Lets a channel that lost its server try again about once a second, for ever. By itself gRPC backs
 * off up to two minutes, so that a server that is back would stay unseen for that long.
 */
final class SteadyReconnection {
    private static final Duration PAUSE_MIN = Duration.ofMillis(500);
    private static final Duration PAUSE_MAX = Duration.ofMillis(1_500);

    private final ManagedChannel channel;

    private SteadyReconnection(ManagedChannel channel) {
        this.channel = channel;
    }

    /** Watches a channel until it is shut down. */
    static ManagedChannel watching(ManagedChannel channel) {
        new SteadyReconnection(channel).watch();
        return channel;
    }

    private void watch() {
        ConnectivityState state = channel.getState(false);
        if (state == ConnectivityState.SHUTDOWN) {
            return;
        }
        if (state == ConnectivityState.TRANSIENT_FAILURE) {
            tryLater();
        } else {
            channel.notifyWhenStateChanged(state, this::watch);
        }
    }

    private void tryLater() {
        long pauseMillis =
                ThreadLocalRandom.current().nextLong(PAUSE_MIN.toMillis(), PAUSE_MAX.toMillis());
        CompletableFuture.delayedExecutor(pauseMillis, TimeUnit.MILLISECONDS)
                .execute(() -> {
                    channel.resetConnectBackoff();
                    watch();
                });
    }
}
