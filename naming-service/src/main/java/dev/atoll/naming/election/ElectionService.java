package dev.atoll.naming.election;

import dev.atoll.naming.feed.PrefixFeed;
import dev.atoll.naming.feed.PrefixView;
import dev.atoll.naming.serving.Identifiers;
import dev.atoll.naming.serving.PacedStream;
import dev.atoll.naming.serving.Streams;
import dev.atoll.naming.store.Store;
import dev.atoll.proto.naming.v1.CampaignRequest;
import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.proto.naming.v1.ElectionGrpc;
import dev.atoll.proto.naming.v1.ObserveLeaderRequest;
import dev.atoll.proto.naming.v1.ObserveLeaderResponse;
import dev.atoll.proto.naming.v1.ResignRequest;
import dev.atoll.proto.naming.v1.ResignResponse;
import dev.atoll.runtime.grpc.FieldChecks;

import io.grpc.stub.StreamObserver;

/** The contract Election. Its methods block. */
public final class ElectionService extends ElectionGrpc.ElectionImplBase {
    /** What stands before every key of every office. */
    public static final String PREFIX = OfficeBook.PREFIX;

    /** No lease has this id: who asks with it only looks on. */
    private static final long NO_LEASE = 0;

    private final Store store;
    private final Offices offices;
    private final PrefixFeed feed;
    private final Streams streams;

    /**
     * Serves the offices in a store.
     *
     * @param feed of {@link #PREFIX}
     */
    public ElectionService(Store store, Offices offices, PrefixFeed feed, Streams streams) {
        this.store = store;
        this.offices = offices;
        this.feed = feed;
        this.streams = streams;
    }

    @Override
    public void campaign(CampaignRequest request, StreamObserver<CampaignResponse> out) {
        FieldChecks checks = new FieldChecks();
        Identifiers.checkShortName(checks, "office", request.getOffice());
        Identifiers.checkLeaseId(checks, request.getLeaseId());
        Identifiers.checkAddress(checks, "address", request.getAddress());
        checks.throwIfAny();
        streams.open(out, stream -> campaign(request, stream));
    }

    @Override
    public void observeLeader(
            ObserveLeaderRequest request, StreamObserver<ObserveLeaderResponse> out) {
        FieldChecks checks = new FieldChecks();
        Identifiers.checkShortName(checks, "office", request.getOffice());
        checks.throwIfAny();
        streams.open(out, stream -> observe(request.getOffice(), stream));
    }

    @Override
    public void resign(ResignRequest request, StreamObserver<ResignResponse> out) {
        FieldChecks checks = new FieldChecks();
        Identifiers.checkShortName(checks, "office", request.getOffice());
        Identifiers.checkLeaseId(checks, request.getLeaseId());
        checks.throwIfAny();
        offices.resign(request.getOffice(), request.getLeaseId());
        out.onNext(ResignResponse.getDefaultInstance());
        out.onCompleted();
    }

    private void campaign(CampaignRequest request, PacedStream<CampaignResponse> stream)
            throws InterruptedException {
        String office = request.getOffice();
        long leaseId = request.getLeaseId();
        offices.stand(office, leaseId, request.getAddress());
        try (PrefixView view = PrefixView.open(store, feed, OfficeBook.leaderKey(office))) {
            OfficeBook book = new OfficeBook(view.entries());
            Standing told = Standing.of(book, office, leaseId);
            stream.send(told.toCampaignResponse());
            while (!told.isFinal()) {
                book.apply(view.take());
                Standing now = Standing.of(book, office, leaseId).after(told);
                if (!now.equals(told)) {
                    told = now;
                    stream.send(told.toCampaignResponse());
                }
            }
        }
    }

    private void observe(String office, PacedStream<ObserveLeaderResponse> stream)
            throws InterruptedException {
        try (PrefixView view = PrefixView.open(store, feed, OfficeBook.leaderKey(office))) {
            OfficeBook book = new OfficeBook(view.entries());
            Standing told = Standing.of(book, office, NO_LEASE);
            stream.send(told.toObserveLeaderResponse());
            while (true) {
                book.apply(view.take());
                Standing now = Standing.of(book, office, NO_LEASE);
                if (!now.equals(told)) {
                    told = now;
                    stream.send(told.toObserveLeaderResponse());
                }
            }
        }
    }
}
