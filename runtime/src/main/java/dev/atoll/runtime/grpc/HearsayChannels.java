package dev.atoll.runtime.grpc;

import com.google.common.util.concurrent.ListenableFuture;

import dev.atoll.runtime.config.HostAndPort;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Channels to servers whose addresses were only heard of: they may be out of reach from here, or
 * belong to somebody else here. Each server is asked something first, and must answer soon and
 * prove that it is of this cluster before it is shown the cluster's secret; when the connection is
 * lost, it must do so again. One that did not is left in peace for a minute. Safe for use by
 * several threads.
 */
public final class HearsayChannels implements AutoCloseable {
    /** A server that cannot be connected to for so long is out of reach. */
    public static final Duration CONNECT_MAX = Duration.ofMillis(500);

    private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
    private static final long PEACE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Channels channels;
    private final Question question;
    private final Object lock = new Object();
    private final Map<Server, Asked> asked = new HashMap<>(); // Guarded by lock.
    private final List<ManagedChannel> opened = new ArrayList<>(); // Guarded by lock.
    private boolean closed; // Guarded by lock.

    /**
     * A call that changes nothing; any of the servers answers it, or refuses it without the token.
     */
    @FunctionalInterface
    public interface Question {
        /** Begins the call. */
        ListenableFuture<?> ask(Channel channel);
    }

    private record Server(HostAndPort address, String name) {}

    private record Asked(CompletableFuture<Optional<Channel>> way, long nanos) {
        boolean isToBeAskedAgain() {
            return way.isDone() && way.join().isEmpty() && System.nanoTime() - nanos > PEACE_NANOS;
        }
    }

    public HearsayChannels(Channels channels, Question question) {
        this.channels = channels;
        this.question = question;
    }

    /**
     * The way to the server of this name, once it has answered; empty if it is out of reach, or
     * somebody else is there.
     */
    public CompletableFuture<Optional<Channel>> to(HostAndPort address, String name) {
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            Server server = new Server(address, name);
            Asked before = asked.get(server);
            if (before != null && !before.isToBeAskedAgain()) {
                return before.way();
            }
            Asked now = ask(server);
            asked.put(server, now);
            return now.way();
        }
    }

    /** Cuts off every call. Idempotent. */
    @Override
    public void close() {
        List<ManagedChannel> left;
        synchronized (lock) {
            closed = true;
            left = List.copyOf(opened);
        }
        left.forEach(ManagedChannel::shutdownNow);
    }

    /** Called with the lock. */
    private Asked ask(Server server) {
        ManagedChannel untold = channels.openUntold(server.address(), CONNECT_MAX);
        opened.add(untold);
        Channel named = ClientInterceptors.intercept(untold, new Name(server.name()));
        Challenge challenge = new Challenge(Proof.challenge());
        ListenableFuture<?> answer = question.ask(ClientInterceptors.intercept(named, challenge));
        Asked now = new Asked(new CompletableFuture<>(), System.nanoTime());
        answer.addListener(
                () -> {
                    if (isOurs(answer, challenge.words)) {
                        now.way().complete(Optional.of(telling(named, challenge)));
                        untold.notifyWhenStateChanged(
                                ConnectivityState.READY, () -> lost(server, now, untold));
                    } else {
                        forget(untold);
                        now.way().complete(Optional.empty());
                    }
                },
                Runnable::run);
        return now;
    }

    /* What was proven holds as long as the connection does. */
    private void lost(Server server, Asked before, ManagedChannel channel) {
        synchronized (lock) {
            asked.remove(server, before);
            opened.remove(channel);
        }
        channel.shutdown();
    }

    private void forget(ManagedChannel channel) {
        channel.shutdownNow();
        synchronized (lock) {
            opened.remove(channel);
        }
    }

    private Channel telling(Channel named, Challenge met) {
        return channels.token()
                .<Channel>map(token ->
                        ClientInterceptors.intercept(
                                named, new ProvenConnection(token, met.attributes)))
                .orElse(named);
    }

    /* Who has a token does not believe a server that demands none. */
    private boolean isOurs(ListenableFuture<?> answer, String challenge) {
        Optional<BearerToken> token = channels.token();
        try {
            var _ = answer.get();
            return token.isEmpty();
        } catch (ExecutionException e) {
            return token.isPresent()
                    && e.getCause() instanceof StatusRuntimeException refusal
                    && Proof.isIn(refusal, token.get(), challenge);
        } catch (InterruptedException _) {
            // It has answered: nobody waits here.
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Says whom a call is meant for. */
    private record Name(String name) implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(
                MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    headers.put(Addressee.NAME, name);
                    super.start(listener, headers);
                }
            };
        }
    }

    /** Demands a proof, soon, and sees who gives it. */
    private static final class Challenge implements ClientInterceptor {
        final String words;
        volatile Attributes attributes = Attributes.EMPTY;

        Challenge(String words) {
            this.words = words;
        }

        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(
                MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            CallOptions soon =
                    options.withDeadlineAfter(ANSWER_MAX.toNanos(), TimeUnit.NANOSECONDS);
            ClientCall<Q, R> call = next.newCall(method, soon);
            return new SimpleForwardingClientCall<>(call) {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    Proof.demand(words, headers);
                    super.start(
                            new SimpleForwardingClientCallListener<>(listener) {
                                @Override
                                public void onClose(Status status, Metadata trailers) {
                                    attributes = call.getAttributes();
                                    super.onClose(status, trailers);
                                }
                            },
                            headers);
                }
            };
        }
    }
}
