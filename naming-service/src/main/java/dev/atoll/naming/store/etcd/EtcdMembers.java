package dev.atoll.naming.store.etcd;

import dev.atoll.naming.store.StoreUnavailableException;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.Status;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The members of an etcd cluster, of which one is asked until another answers sooner. A member that
 * fails or keeps silent loses its connection, and with it all that waits for it or watches it.
 */
final class EtcdMembers implements AutoCloseable {
    /* A member may be dead, frozen, or cut off from the others, and only the first shows soon. So
     * each has a connection of its own, and a question that is not answered soon is asked of the
     * next one too: whoever answers first is asked first from then on. Only transactions are not
     * asked twice, because the second answer might be about the first. While one waits for long,
     * questions are asked, to find out whether its member is to blame.
     *
     * Connections are made anew after each failure. One that tried by itself would wait ever longer
     * between its tries, for up to two minutes. */

    private static final Logger LOG = LoggerFactory.getLogger(EtcdMembers.class);

    /** After so long without an answer the next member is asked too. */
    private static final Duration IMPATIENCE = Duration.ofMillis(300);

    /** A member that keeps silent for so long, where others may answer, loses its connection. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(2);

    private final List<EtcdConnection> connections;
    private final Duration timeout;
    private final AtomicInteger first = new AtomicInteger();

    /**
     * Connects to members with the first question to each.
     *
     * @param timeout how long a question waits for its answer, over all members
     */
    EtcdMembers(List<URI> endpoints, Duration timeout) {
        this.connections =
                endpoints.stream().map(endpoint -> new EtcdConnection(endpoint, timeout)).toList();
        this.timeout = timeout;
    }

    /** The member that is asked first. */
    EtcdConnection first() {
        return connections.get(first.get());
    }

    /**
     * Asks what may be asked twice.
     *
     * @throws StoreUnavailableException when no member answers in time, or the answer is an error
     */
    <T> T ask(Function<Client, CompletableFuture<T>> question) {
        long endNanos = System.nanoTime() + timeout.toNanos();
        BlockingQueue<Answer<T>> answers = new LinkedBlockingQueue<>();
        int start = first.get();
        int asked = 0;
        int failed = 0;
        while (true) {
            if (asked < connections.size()) {
                int index = (start + asked) % connections.size();
                send(index, question, answers);
                asked++;
            }
            Answer<T> answer = next(answers, endNanos, asked < connections.size());
            switch (answer) {
                case Answer.Given<T>(int index, T value) -> {
                    prefer(start, index);
                    return value;
                }
                case Answer.Failed<T>(int _, StoreUnavailableException error) -> {
                    failed++;
                    if (isFinal(error) || failed == connections.size()) {
                        throw error;
                    }
                }
                case Answer.Missing<T> _ -> {
                    if (System.nanoTime() - endNanos >= 0) {
                        throw silent(new TimeoutException());
                    }
                }
            }
        }
    }

    /**
     * Asks one member only.
     *
     * @throws StoreUnavailableException when it does not answer in time, or the answer is an error;
     *     what was asked for may have happened all the same
     */
    <T> T askOnce(Function<Client, CompletableFuture<T>> question) {
        long endNanos = System.nanoTime() + timeout.toNanos();
        BlockingQueue<Answer<T>> answers = new LinkedBlockingQueue<>();
        int index = first.get();
        EtcdConnection.Use use = send(index, question, answers);
        while (true) {
            switch (next(answers, endNanos, connections.size() > 1)) {
                case Answer.Given<T>(int _, T value) -> {
                    return value;
                }
                case Answer.Failed<T>(int _, StoreUnavailableException error) -> throw error;
                case Answer.Missing<T> _ -> {
                    if (System.nanoTime() - endNanos >= 0) {
                        throw silent(new TimeoutException());
                    }
                    if (!isFirstAfterAQuestion(index)) {
                        use.giveUpAfter(IMPATIENCE);
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        connections.forEach(EtcdConnection::close);
    }

    /** What came of asking a member. */
    private sealed interface Answer<T> {
        record Given<T>(int index, T value) implements Answer<T> {}

        record Failed<T>(int index, StoreUnavailableException error) implements Answer<T> {}

        record Missing<T>() implements Answer<T> {}
    }

    private <T> EtcdConnection.Use send(
            int index,
            Function<Client, CompletableFuture<T>> question,
            BlockingQueue<Answer<T>> answers) {
        EtcdConnection.Use use = connections.get(index).use();
        CompletableFuture<T> sent = question.apply(use.client());
        if (connections.size() > 1) {
            use.giveUpUnless(sent, SILENCE_MAX);
        }
        var _ =
                sent.whenComplete((value, failure) -> {
                    if (failure == null) {
                        answers.add(new Answer.Given<>(index, value));
                    } else {
                        StoreUnavailableException error = errorOf(failure);
                        if (!isFinal(error)) {
                            use.giveUpIfOld();
                            passOn(index);
                        }
                        answers.add(new Answer.Failed<>(index, error));
                    }
                });
        return use;
    }

    /** Waits for an answer: until the end, or only until it is time for something else. */
    private <T> Answer<T> next(
            BlockingQueue<Answer<T>> answers, long endNanos, boolean isImpatient) {
        long left = Math.max(0, endNanos - System.nanoTime());
        long nanos = isImpatient ? Math.min(left, IMPATIENCE.toNanos()) : left;
        try {
            Answer<T> answer = answers.poll(nanos, TimeUnit.NANOSECONDS);
            return answer == null ? new Answer.Missing<>() : answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while waiting for etcd", e);
        }
    }

    /** Whether a member is still the one to ask first when etcd has answered something else. */
    private boolean isFirstAfterAQuestion(int index) {
        try {
            ask(client -> client.getKVClient().get(EtcdKeys.ANY));
        } catch (StoreUnavailableException e) {
            LOG.debug("etcd answers nothing else either", e);
        }
        return first.get() == index;
    }

    /** Asks another member first from now on, unless somebody has changed that meanwhile. */
    private void prefer(int before, int index) {
        if (index != before && first.compareAndSet(before, index)) {
            LOG.debug("asks etcd at {} from now on", connections.get(index));
        }
    }

    private void passOn(int failed) {
        prefer(failed, (failed + 1) % connections.size());
    }

    private StoreUnavailableException silent(Throwable cause) {
        return new StoreUnavailableException("no answer from etcd in " + timeout, cause);
    }

    private StoreUnavailableException errorOf(Throwable failure) {
        Throwable cause = rootOf(failure);
        if (cause instanceof TimeoutException) {
            return silent(cause);
        }
        String said = String.valueOf(cause.getMessage());
        String what =
                said.contains("database space exceeded")
                        ? "etcd has no room left; make some, and disarm its alarm: "
                        : "etcd: ";
        return new StoreUnavailableException(what + said, cause);
    }

    /** What went wrong, without the envelopes that futures put around it. */
    private static Throwable rootOf(Throwable e) {
        Throwable cause = e.getCause();
        boolean envelope = e instanceof ExecutionException || e instanceof CompletionException;
        return envelope && cause != null ? rootOf(cause) : e;
    }

    /**
     * Whether it is etcd that says so, and not the way to it: another member would say the same.
     */
    private static boolean isFinal(StoreUnavailableException error) {
        return switch (code(error)) {
            case NOT_FOUND,
                    OUT_OF_RANGE,
                    INVALID_ARGUMENT,
                    FAILED_PRECONDITION,
                    ALREADY_EXISTS,
                    RESOURCE_EXHAUSTED,
                    PERMISSION_DENIED,
                    UNAUTHENTICATED ->
                    true;
            default -> false;
        };
    }

    /** The code of etcd's answer; jetcd hands it on in two shapes. */
    static Status.Code code(StoreUnavailableException e) {
        return switch (e.getCause()) {
            case null -> Status.Code.UNKNOWN;
            case EtcdException etcd -> Status.Code.valueOf(etcd.getErrorCode().name());
            case Throwable cause -> Status.fromThrowable(cause).getCode();
        };
    }
}
