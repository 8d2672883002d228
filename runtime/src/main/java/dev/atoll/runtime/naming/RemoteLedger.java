package dev.atoll.runtime.naming;

import com.google.protobuf.ByteString;

import dev.atoll.proto.naming.v1.CommitRequest;
import dev.atoll.proto.naming.v1.CommitResponse;
import dev.atoll.proto.naming.v1.GetChainRequest;
import dev.atoll.proto.naming.v1.GetChainResponse;
import dev.atoll.proto.naming.v1.LedgerGrpc;
import dev.atoll.proto.naming.v1.LedgerGrpc.LedgerBlockingStub;
import dev.atoll.proto.naming.v1.LoadEntriesRequest;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The ledger behind the naming service. */
final class RemoteLedger implements Ledger {
    private static final Duration LOAD_TIMEOUT = Duration.ofMinutes(1);

    private final NamingReplicas replicas;
    private final Duration timeout;

    RemoteLedger(NamingReplicas replicas, Duration timeout) {
        this.replicas = replicas;
        this.timeout = timeout;
    }

    @Override
    public List<LedgerEntry> loadEntries(String prefix) {
        LoadEntriesRequest request = LoadEntriesRequest.newBuilder().setPrefix(prefix).build();
        return replicas.call(
                LOAD_TIMEOUT,
                LOAD_TIMEOUT,
                LedgerGrpc::newBlockingStub,
                stub -> loadAll(stub, request));
    }

    @Override
    public CommitOutcome commit(
            long epoch, long sequence, Map<String, ByteString> puts, Collection<String> deletes) {
        CommitRequest.Builder request =
                CommitRequest.newBuilder()
                        .setEpoch(epoch)
                        .setSequence(sequence)
                        .addAllDeletes(deletes);
        puts.forEach((key, value) -> request.addPutsBuilder().setKey(key).setValue(value));
        CommitRequest built = request.build();
        CommitResponse response =
                replicas.callOnce(timeout, LedgerGrpc::newBlockingStub, stub -> stub.commit(built));
        return switch (response.getOutcome()) {
            case OUTCOME_COMMITTED -> new CommitOutcome.Committed(response.getCommittedSequence());
            case OUTCOME_DEPOSED -> new CommitOutcome.Deposed();
            case OUTCOME_OUT_OF_SEQUENCE ->
                    new CommitOutcome.OutOfSequence(response.getCommittedSequence());
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                    throw ApiException.of(
                            Status.Code.INTERNAL,
                            "UNKNOWN_OUTCOME",
                            "the naming service answered a commit with an outcome that this"
                                    + " version does not know: "
                                    + response.getOutcomeValue());
        };
    }

    @Override
    public LedgerChain getChain(long epoch) {
        GetChainRequest request = GetChainRequest.newBuilder().setEpoch(epoch).build();
        GetChainResponse response =
                replicas.call(
                        timeout,
                        timeout,
                        LedgerGrpc::newBlockingStub,
                        stub -> stub.getChain(request));
        return new LedgerChain(response.getCommittedSequence(), response.getLeadingEpoch());
    }

    private static List<LedgerEntry> loadAll(LedgerBlockingStub stub, LoadEntriesRequest request) {
        List<LedgerEntry> entries = new ArrayList<>();
        stub.loadEntries(request)
                .forEachRemaining(response ->
                        response.getEntriesList().stream()
                                .map(e -> new LedgerEntry(e.getKey(), e.getValue()))
                                .forEach(entries::add));
        return entries;
    }
}
