package dev.atoll.master.testing;

import com.google.protobuf.ByteString;

import dev.atoll.proto.naming.v1.CommitRequest;
import dev.atoll.proto.naming.v1.CommitResponse;
import dev.atoll.proto.naming.v1.GetChainRequest;
import dev.atoll.proto.naming.v1.GetChainResponse;
import dev.atoll.proto.naming.v1.LedgerEntry;
import dev.atoll.proto.naming.v1.LedgerGrpc.LedgerImplBase;
import dev.atoll.proto.naming.v1.LoadEntriesRequest;
import dev.atoll.proto.naming.v1.LoadEntriesResponse;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/** A ledger in memory that can be held up, and can lose its answers. */
public final class FakeLedger extends LedgerImplBase {
    private final TreeMap<String, ByteString> entries = new TreeMap<>();
    private final Map<Long, Long> chains = new TreeMap<>();
    private final List<CommitRequest> commits = new ArrayList<>();
    private final Semaphore arrived = new Semaphore(0);
    private final Semaphore passes = new Semaphore(0);
    private volatile boolean held;
    private volatile Trouble trouble = Trouble.NONE;
    private volatile boolean full;
    private long leadingEpoch;

    /** What happens to the next commit. */
    public enum Trouble {
        NONE,
        /** It is durable, and the answer is lost. */
        ANSWER_LOST,
        /** It never arrives, and the sender does not know. */
        REQUEST_LOST
    }

    /** Commits about jobs wait from now on. */
    public void hold() {
        held = true;
    }

    /** Waits until a commit has arrived and waits. */
    public void awaitHeldCommit() throws InterruptedException {
        Times.require(arrived.tryAcquire(Times.LONG_SECONDS, Times.UNIT), "no commit came");
    }

    /** Lets every commit pass again. */
    public void release() {
        held = false;
        passes.release(1_000);
    }

    public void next(Trouble next) {
        trouble = next;
    }

    /** Whether it has no room for any commit. */
    public void setFull(boolean isFull) {
        full = isFull;
    }

    public synchronized void lead(long epoch) {
        leadingEpoch = epoch;
    }

    public synchronized Map<String, ByteString> entries() {
        return new TreeMap<>(entries);
    }

    /** Every commit that became durable, in order. */
    public synchronized List<CommitRequest> commits() {
        return List.copyOf(commits);
    }

    @Override
    public void loadEntries(
            LoadEntriesRequest request, StreamObserver<LoadEntriesResponse> responses) {
        entries()
                .forEach((key, value) -> {
                    if (key.startsWith(request.getPrefix())) {
                        responses.onNext(
                                LoadEntriesResponse.newBuilder()
                                        .addEntries(
                                                LedgerEntry.newBuilder()
                                                        .setKey(key)
                                                        .setValue(value))
                                        .build());
                    }
                });
        responses.onCompleted();
    }

    @Override
    public void commit(CommitRequest request, StreamObserver<CommitResponse> responses) {
        if (held && isAboutJobs(request)) {
            arrived.release();
            passes.acquireUninterruptibly();
        }
        if (full) {
            responses.onError(
                    Status.UNAVAILABLE.withDescription("no room left").asRuntimeException());
            return;
        }
        Trouble now = trouble;
        trouble = Trouble.NONE;
        if (now == Trouble.REQUEST_LOST) {
            responses.onError(Status.UNAVAILABLE.asRuntimeException());
            return;
        }
        CommitResponse response = apply(request);
        if (now == Trouble.ANSWER_LOST) {
            responses.onError(Status.UNAVAILABLE.asRuntimeException());
            return;
        }
        responses.onNext(response);
        responses.onCompleted();
    }

    /* Which workers there are is kept too, at a time that says nothing about jobs. */
    private static boolean isAboutJobs(CommitRequest request) {
        return request.getPutsList().stream().anyMatch(put -> !put.getKey().startsWith("workers/"));
    }

    @Override
    public synchronized void getChain(
            GetChainRequest request, StreamObserver<GetChainResponse> responses) {
        responses.onNext(
                GetChainResponse.newBuilder()
                        .setCommittedSequence(chains.getOrDefault(request.getEpoch(), 0L))
                        .setLeadingEpoch(leadingEpoch)
                        .build());
        responses.onCompleted();
    }

    private synchronized CommitResponse apply(CommitRequest request) {
        Times.require(
                request.getPutsCount() + request.getDeletesCount() <= 100, "too many operations");
        Times.require(request.getSerializedSize() <= 1 << 20, "too many bytes");
        long committed = chains.getOrDefault(request.getEpoch(), 0L);
        CommitResponse.Builder response =
                CommitResponse.newBuilder().setCommittedSequence(committed);
        if (request.getEpoch() != leadingEpoch) {
            return response.setOutcome(CommitResponse.Outcome.OUTCOME_DEPOSED).build();
        }
        if (request.getSequence() != committed + 1) {
            return response.setOutcome(CommitResponse.Outcome.OUTCOME_OUT_OF_SEQUENCE).build();
        }
        for (LedgerEntry put : request.getPutsList()) {
            Times.require(put.getValue().size() <= 256 << 10, "too long a value");
            entries.put(put.getKey(), put.getValue());
        }
        request.getDeletesList().forEach(entries::remove);
        chains.put(request.getEpoch(), committed + 1);
        commits.add(request);
        return response.setOutcome(CommitResponse.Outcome.OUTCOME_COMMITTED)
                .setCommittedSequence(committed + 1)
                .build();
    }
}
