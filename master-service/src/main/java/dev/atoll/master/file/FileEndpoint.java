package dev.atoll.master.file;

import static dev.atoll.master.api.Replies.answer;

import dev.atoll.master.session.Terms;
import dev.atoll.proto.file.v1.CreateFileRequest;
import dev.atoll.proto.file.v1.CreateFileResponse;
import dev.atoll.proto.file.v1.DeleteFileRequest;
import dev.atoll.proto.file.v1.DeleteFileResponse;
import dev.atoll.proto.file.v1.FileServiceGrpc.FileServiceImplBase;
import dev.atoll.proto.file.v1.GetFileRequest;
import dev.atoll.proto.file.v1.GetFileResponse;
import dev.atoll.proto.file.v1.GetUsageRequest;
import dev.atoll.proto.file.v1.GetUsageResponse;
import dev.atoll.proto.file.v1.ListFilesRequest;
import dev.atoll.proto.file.v1.ListFilesResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.stub.StreamObserver;

/** The contract FileService. Its calls may block: each runs on a virtual thread. */
public final class FileEndpoint extends FileServiceImplBase {
    private static final int PAGE_SIZE_MAX = 1_000;

    private final Terms terms;
    private final Files files;

    public FileEndpoint(Terms terms, Files files) {
        this.terms = terms;
        this.files = files;
    }

    @Override
    public void createFile(
            CreateFileRequest request, StreamObserver<CreateFileResponse> responses) {
        FieldChecks checks = new FieldChecks();
        FileNames.check(request.getName(), checks);
        checkManifest(request, checks);
        checks.throwIfAny();
        try {
            answer(
                    CreateFileResponse.newBuilder().setFile(files.create(request)).build(),
                    responses);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("INTERRUPTED", "the master stops").causedBy(e);
        }
    }

    @Override
    public void getFile(GetFileRequest request, StreamObserver<GetFileResponse> responses) {
        checkName(request.getName());
        var _ = terms.leading();
        answer(
                GetFileResponse.newBuilder()
                        .setFile(files.withCopies(files.names().require(request.getName()).file()))
                        .build(),
                responses);
    }

    @Override
    public void listFiles(ListFilesRequest request, StreamObserver<ListFilesResponse> responses) {
        FieldChecks checks = new FieldChecks();
        FileNames.checkPrefix(request.getPrefix(), checks);
        checks.check(
                request.getPageSize() >= 0 && request.getPageSize() <= PAGE_SIZE_MAX,
                "page_size",
                request.getPageSize(),
                "1 to 1,000, or nothing");
        checks.throwIfAny();
        var _ = terms.leading();
        FileNames.Page page =
                files.names()
                        .list(request.getPrefix(), request.getPageSize(), request.getPageToken());
        ListFilesResponse.Builder response =
                ListFilesResponse.newBuilder().setNextPageToken(page.nextPageToken());
        page.files().forEach(file -> response.addFiles(files.withCopies(file)));
        answer(response.build(), responses);
    }

    @Override
    public void deleteFile(
            DeleteFileRequest request, StreamObserver<DeleteFileResponse> responses) {
        checkName(request.getName());
        var _ = terms.leading();
        files.delete(request.getName());
        answer(DeleteFileResponse.getDefaultInstance(), responses);
    }

    @Override
    public void getUsage(GetUsageRequest request, StreamObserver<GetUsageResponse> responses) {
        answer(GetUsageResponse.newBuilder().addAllWorkers(files.usage()).build(), responses);
    }

    private static void checkName(String name) {
        FieldChecks checks = new FieldChecks();
        FileNames.check(name, checks);
        checks.throwIfAny();
    }

    private static void checkManifest(CreateFileRequest request, FieldChecks checks) {
        try {
            long size = SpecWire.fromProto(request.getManifest(), "manifest").sizeBytes();
            checks.check(size <= Manifests.BYTES_MAX, "manifest.size_bytes", size, "up to 64 MiB");
        } catch (MalformedMessageException e) {
            checks.violation(
                    "manifest", String.valueOf(e.getMessage()), "32 bytes of SHA-256 and a size");
        }
    }
}
