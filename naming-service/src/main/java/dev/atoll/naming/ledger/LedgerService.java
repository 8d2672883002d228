package dev.atoll.naming.ledger;

import dev.atoll.naming.election.Offices;
import dev.atoll.naming.serving.PacedStream;
import dev.atoll.naming.serving.StoreTrouble;
import dev.atoll.naming.serving.Streams;
import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Page;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.Txn;
import dev.atoll.proto.naming.v1.CommitRequest;
import dev.atoll.proto.naming.v1.CommitResponse;
import dev.atoll.proto.naming.v1.GetChainRequest;
import dev.atoll.proto.naming.v1.GetChainResponse;
import dev.atoll.proto.naming.v1.LedgerEntry;
import dev.atoll.proto.naming.v1.LedgerGrpc;
import dev.atoll.proto.naming.v1.LoadEntriesRequest;
import dev.atoll.proto.naming.v1.LoadEntriesResponse;
import dev.atoll.runtime.grpc.FieldChecks;

import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.List;

/** The contract Ledger. Its methods block. */
public final class LedgerService extends LedgerGrpc.LedgerImplBase {
    /** A message is full when one more of the largest entries might not fit into 1 MiB. */
    private static final int MESSAGE_BYTES_MAX = (1 << 20) - LedgerChecks.VALUE_BYTES_MAX - 1_024;

    private final Store store;
    private final Streams streams;
    private final MeterRegistry registry;

    public LedgerService(Store store, Streams streams, MeterRegistry registry) {
        this.store = store;
        this.streams = streams;
        this.registry = registry;
    }

    @Override
    public void loadEntries(LoadEntriesRequest request, StreamObserver<LoadEntriesResponse> out) {
        FieldChecks checks = new FieldChecks();
        LedgerChecks.checkPrefix(checks, request.getPrefix());
        checks.throwIfAny();
        streams.open(out, stream -> load(LedgerKeys.entry(request.getPrefix()), stream));
    }

    @Override
    public void commit(CommitRequest request, StreamObserver<CommitResponse> out) {
        FieldChecks checks = new FieldChecks();
        LedgerChecks.check(checks, request);
        checks.throwIfAny();
        CommitResponse response = commit(request);
        registry.counter("atoll.naming.ledger.commits", "outcome", response.getOutcome().name())
                .increment();
        out.onNext(response);
        out.onCompleted();
    }

    @Override
    public void getChain(GetChainRequest request, StreamObserver<GetChainResponse> out) {
        FieldChecks checks = new FieldChecks();
        LedgerChecks.checkEpoch(checks, request.getEpoch());
        checks.throwIfAny();
        // The leader first: a chain that is read after a deposition cannot grow any more.
        Entry leader = store.get(Offices.leaderKey(LedgerChain.OFFICE)).orElse(null);
        Entry chain = store.get(LedgerKeys.chain(request.getEpoch())).orElse(null);
        out.onNext(
                GetChainResponse.newBuilder()
                        .setLeadingEpoch(LedgerChain.epoch(leader))
                        .setCommittedSequence(LedgerChain.sequence(chain))
                        .build());
        out.onCompleted();
    }

    private CommitResponse commit(CommitRequest request) {
        Txn txn = LedgerChain.txn(request, oldChains(request));
        return switch (store.commit(txn)) {
            case CommitOutcome.Committed committed -> LedgerChain.committed(request);
            case CommitOutcome.CompareFailed failed -> LedgerChain.refused(request, failed);
            case CommitOutcome.LeaseNotFound notFound ->
                    throw new IllegalStateException("the ledger uses no lease");
            case CommitOutcome.Unknown unknown -> throw StoreTrouble.unknown(unknown);
        };
    }

    /** The first commit of an epoch sweeps out the chains before it: nobody can add to them. */
    private List<String> oldChains(CommitRequest request) {
        return request.getSequence() == 1
                ? LedgerChain.before(
                        request.getEpoch(),
                        store.list(LedgerKeys.CHAINS, "", Page.LIMIT_MAX).entries())
                : List.of();
    }

    private void load(String prefix, PacedStream<LoadEntriesResponse> stream)
            throws InterruptedException {
        LoadEntriesResponse.Builder message = LoadEntriesResponse.newBuilder();
        long[] bytes = {0};
        store.scan(
                prefix,
                entry -> {
                    String key = entry.key().substring(LedgerKeys.ENTRIES.length());
                    message.addEntries(
                            LedgerEntry.newBuilder().setKey(key).setValue(entry.value()));
                    bytes[0] += key.length() + entry.value().size() + 16L;
                    if (bytes[0] >= MESSAGE_BYTES_MAX) {
                        stream.sendUnchecked(message.build());
                        message.clear();
                        bytes[0] = 0;
                    }
                });
        if (message.getEntriesCount() > 0) {
            stream.send(message.build());
        }
    }
}
