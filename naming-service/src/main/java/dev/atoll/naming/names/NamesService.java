package dev.atoll.naming.names;

import dev.atoll.naming.feed.PrefixFeed;
import dev.atoll.naming.serving.Paging;
import dev.atoll.naming.serving.StoreTrouble;
import dev.atoll.naming.serving.Streams;
import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Compare;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.Txn;
import dev.atoll.proto.naming.v1.BindRequest;
import dev.atoll.proto.naming.v1.BindResponse;
import dev.atoll.proto.naming.v1.Binding;
import dev.atoll.proto.naming.v1.ListNamesRequest;
import dev.atoll.proto.naming.v1.ListNamesResponse;
import dev.atoll.proto.naming.v1.NamesGrpc;
import dev.atoll.proto.naming.v1.ResolveRequest;
import dev.atoll.proto.naming.v1.ResolveResponse;
import dev.atoll.proto.naming.v1.UnbindRequest;
import dev.atoll.proto.naming.v1.UnbindResponse;
import dev.atoll.proto.naming.v1.WatchNamesRequest;
import dev.atoll.proto.naming.v1.WatchNamesResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** The contract Names. Its methods block. */
public final class NamesService extends NamesGrpc.NamesImplBase {
    /** What stands before every name. */
    public static final String PREFIX = "/names/";

    private final Store store;
    private final Paging paging;
    private final PrefixFeed feed;
    private final Streams streams;

    /**
     * Serves the names in a store.
     *
     * @param feed of {@link #PREFIX}
     */
    public NamesService(Store store, PrefixFeed feed, Streams streams) {
        this.store = store;
        this.paging = new Paging(store);
        this.feed = feed;
        this.streams = streams;
    }

    @Override
    public void bind(BindRequest request, StreamObserver<BindResponse> out) {
        FieldChecks checks = new FieldChecks();
        Binding binding = request.getBinding();
        NameChecks.checkBinding(checks, binding);
        checks.check(
                request.getLeaseId() >= 0,
                "lease_id",
                request.getLeaseId(),
                "the lease_id of a join, or 0");
        NameChecks.checkRevision(checks, request.getExpectedRevision());
        checks.throwIfAny();
        String key = PREFIX + binding.getName();
        Txn.Builder txn = Txn.builder().put(key, binding.getValue(), request.getLeaseId());
        if (request.hasExpectedRevision()) {
            txn.when(new Compare.ModRevision(key, request.getExpectedRevision()));
        }
        commit(txn.build(), binding.getName(), request.getLeaseId());
        out.onNext(BindResponse.getDefaultInstance());
        out.onCompleted();
    }

    @Override
    public void unbind(UnbindRequest request, StreamObserver<UnbindResponse> out) {
        FieldChecks checks = new FieldChecks();
        NameChecks.checkName(checks, "name", request.getName());
        NameChecks.checkRevision(checks, request.getExpectedRevision());
        checks.throwIfAny();
        String key = PREFIX + request.getName();
        Txn.Builder txn = Txn.builder().delete(key);
        if (request.hasExpectedRevision()) {
            txn.when(new Compare.ModRevision(key, request.getExpectedRevision()));
        }
        commit(txn.build(), request.getName(), 0);
        out.onNext(UnbindResponse.getDefaultInstance());
        out.onCompleted();
    }

    @Override
    public void resolve(ResolveRequest request, StreamObserver<ResolveResponse> out) {
        checkName(request.getName());
        Entry entry =
                store.get(PREFIX + request.getName())
                        .orElseThrow(() ->
                                ApiException.notFound(
                                                "NAME_NOT_FOUND",
                                                "nothing is called " + request.getName())
                                        .with("name", request.getName()));
        out.onNext(ResolveResponse.newBuilder().setBinding(read(entry)).build());
        out.onCompleted();
    }

    @Override
    public void listNames(ListNamesRequest request, StreamObserver<ListNamesResponse> out) {
        FieldChecks checks = new FieldChecks();
        NameChecks.checkPrefix(checks, request.getPrefix());
        Paging.check(checks, request.getPageSize(), request.getPageToken());
        checks.throwIfAny();
        Paging.Result page =
                paging.page(
                        PREFIX + request.getPrefix(),
                        request.getPageSize(),
                        request.getPageToken(),
                        entry -> true);
        ListNamesResponse.Builder response =
                ListNamesResponse.newBuilder().setNextPageToken(page.nextPageToken());
        page.entries().forEach(entry -> response.addBindings(read(entry)));
        out.onNext(response.build());
        out.onCompleted();
    }

    @Override
    public void watchNames(WatchNamesRequest request, StreamObserver<WatchNamesResponse> out) {
        FieldChecks checks = new FieldChecks();
        NameChecks.checkPrefix(checks, request.getPrefix());
        checks.throwIfAny();
        streams.open(out, new NameWatch(store, feed, PREFIX + request.getPrefix()));
    }

    static Binding read(Entry entry) {
        return Binding.newBuilder()
                .setName(nameOf(entry.key()))
                .setValue(entry.value())
                .setRevision(entry.modRevision())
                .build();
    }

    static String nameOf(String key) {
        return key.substring(PREFIX.length());
    }

    private void commit(Txn txn, String name, long leaseId) {
        switch (store.commit(txn)) {
            case CommitOutcome.Committed committed -> {}
            case CommitOutcome.CompareFailed failed ->
                    throw ApiException.of(
                                    Status.Code.ABORTED,
                                    "NAME_CHANGED",
                                    "%s does not stand at that revision".formatted(name))
                            .with("name", name);
            case CommitOutcome.LeaseNotFound notFound -> throw StoreTrouble.leaseNotFound(leaseId);
            case CommitOutcome.Unknown unknown -> throw StoreTrouble.unknown(unknown);
        }
    }

    private static void checkName(String name) {
        FieldChecks checks = new FieldChecks();
        NameChecks.checkName(checks, "name", name);
        checks.throwIfAny();
    }
}
