package dev.atoll.master.relay;

import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.session.Terms;
import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.worker.v1.BlobHolders;
import dev.atoll.proto.worker.v1.LocateBlobsRequest;
import dev.atoll.proto.worker.v1.LocateBlobsResponse;
import dev.atoll.proto.worker.v1.PlaceBlobRequest;
import dev.atoll.proto.worker.v1.PlaceBlobResponse;
import dev.atoll.proto.worker.v1.PlacementServiceGrpc.PlacementServiceImplBase;
import dev.atoll.proto.worker.v1.WorkerAddress;
import dev.atoll.runtime.grpc.FieldChecks;

import io.grpc.stub.StreamObserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells clients which workers have blobs or shall have them. */
public final class PlacementEndpoint extends PlacementServiceImplBase {
    private static final int LOCATE_MAX = 10_000;

    private final Terms terms;
    private final BlobRelay relay;
    private final boolean relaysAll;

    /**
     * @param relaysAll whether clients are told of no worker, so that all goes through the relay
     */
    public PlacementEndpoint(Terms terms, BlobRelay relay, boolean relaysAll) {
        this.terms = terms;
        this.relay = relay;
        this.relaysAll = relaysAll;
    }

    @Override
    public void locateBlobs(
            LocateBlobsRequest request, StreamObserver<LocateBlobsResponse> responses) {
        FieldChecks checks = new FieldChecks();
        int count = request.getBlobsCount();
        checks.check(count <= LOCATE_MAX, "blobs", count + " blobs", "up to 10,000");
        for (int i = 0; i < Math.min(count, LOCATE_MAX); i++) {
            BlobEndpoint.check(request.getBlobs(i), "blobs[" + i + "]", checks);
        }
        checks.throwIfAny();
        SchedulerLoop loop = terms.leading().loop();
        responses.onNext(
                locate(relaysAll ? List.of() : relay.present(loop), loop, request.getBlobsList()));
        responses.onCompleted();
    }

    @Override
    public void placeBlob(PlaceBlobRequest request, StreamObserver<PlaceBlobResponse> responses) {
        BlobWriting.Wish wish =
                BlobWriting.Wish.of(request.getBlob(), request.getCopyCount(), request.getKeep());
        PlaceBlobResponse.Builder response = PlaceBlobResponse.newBuilder().setCopiesMin(1);
        if (!relaysAll) {
            BlobWriting.Plan plan = relay.writing().plan(wish, terms.leading());
            response.setCopiesMin(plan.copiesMin());
            plan.workers().forEach(worker -> response.addWorkers(address(worker)));
        }
        responses.onNext(response.build());
        responses.onCompleted();
    }

    private LocateBlobsResponse locate(
            List<WorkerView> present, SchedulerLoop loop, List<BlobRef> blobs) {
        Map<WorkerId, WorkerView> here = new TreeMap<>();
        present.forEach(worker -> here.put(worker.id(), worker));
        List<List<WorkerId>> holders =
                here.isEmpty()
                        ? blobs.stream().map(_ -> List.<WorkerId>of()).toList()
                        : relay.search().located(loop, blobs);
        Map<WorkerId, Integer> positions = new TreeMap<>();
        holders.forEach(of ->
                of.forEach(worker -> {
                    if (here.containsKey(worker)) {
                        positions.put(worker, 0);
                    }
                }));
        LocateBlobsResponse.Builder response = LocateBlobsResponse.newBuilder();
        List<WorkerId> order = new ArrayList<>(positions.keySet());
        for (int i = 0; i < order.size(); i++) {
            positions.put(order.get(i), i);
            WorkerView worker = here.get(order.get(i));
            if (worker != null) {
                response.addWorkers(address(worker));
            }
        }
        for (List<WorkerId> of : holders) {
            BlobHolders.Builder places = BlobHolders.newBuilder();
            of.stream()
                    .filter(positions::containsKey)
                    .forEach(worker -> places.addWorkers(positions.getOrDefault(worker, 0)));
            response.addHolders(places);
        }
        return response.build();
    }

    private static WorkerAddress address(WorkerView worker) {
        return WorkerAddress.newBuilder()
                .setWorkerId(worker.id().value())
                .setAddress(worker.address())
                .build();
    }
}
