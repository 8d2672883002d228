package dev.atoll.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.file.v1.CreateFileRequest;
import dev.atoll.proto.file.v1.DeleteFileRequest;
import dev.atoll.proto.file.v1.File;
import dev.atoll.proto.file.v1.FileManifest;
import dev.atoll.proto.file.v1.FileServiceGrpc;
import dev.atoll.proto.file.v1.FileServiceGrpc.FileServiceBlockingStub;
import dev.atoll.proto.file.v1.GetFileRequest;
import dev.atoll.proto.file.v1.GetUsageRequest;
import dev.atoll.proto.file.v1.ListFilesRequest;
import dev.atoll.proto.file.v1.ListFilesResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.SpecWire;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Files that stay in the cluster under a name until they are removed. Their contents are on the
 * disks of two workers. A name is 1 to 200 characters of [A-Za-z0-9._/-].
 */
public final class StoredFiles {
    /** The most bytes of one block: of what a task gets as its input, and what is sent at once. */
    public static final int BLOCK_BYTES = 16 << 20;

    private static final int PAGE_SIZE = 1_000;
    private static final int TRIES_MAX = 3;
    private static final String BLOBS_MISSING = "BLOBS_MISSING";

    private final Caller caller;
    private final BlobClient blobs;

    StoredFiles(Caller caller) {
        this.caller = caller;
        this.blobs = new BlobClient(caller);
    }

    /** Where the contents of a file come from. */
    public interface Contents {
        /** Opens them at their first byte; more than once if what was sent got lost meanwhile. */
        InputStream open() throws IOException;
    }

    /**
     * Puts a file into the cluster, in memory that does not grow with it. Blocks that the cluster
     * has are not sent again. When it returns, two workers have it on their disks, if there are
     * two.
     *
     * @param replace whether it takes the place of a file that has the name
     * @param onProgress hears how many bytes the cluster has
     * @throws RefusedException when another file has the name, or the disks are full
     * @throws IOException when the contents cannot be read
     */
    public StoredFile put(String name, Contents contents, boolean replace, LongConsumer onProgress)
            throws IOException, InterruptedException {
        return put(name, contents, RecordEnds.LINES, replace, onProgress);
    }

    /**
     * Puts a file into the cluster, in blocks of whole records.
     *
     * @param ends where records end; one that is longer than a block is cut
     * @param replace whether it takes the place of a file that has the name
     * @param onProgress hears how many bytes the cluster has
     * @throws RefusedException when another file has the name, or the disks are full
     * @throws IOException when the contents cannot be read
     */
    public StoredFile put(
            String name,
            Contents contents,
            RecordEnds ends,
            boolean replace,
            LongConsumer onProgress)
            throws IOException, InterruptedException {
        if (!replace) {
            checkIsFree(name);
        }
        for (int tries = 1; true; tries++) {
            BlobRef manifest = upload(contents, ends, onProgress);
            CreateFileRequest request =
                    CreateFileRequest.newBuilder()
                            .setName(name)
                            .setManifest(SpecWire.toProto(manifest))
                            .setReplace(replace)
                            .build();
            try {
                return file(call(stub -> stub.createFile(request)).getFile());
            } catch (RefusedException e) {
                // A worker was lost, or needed its room: what is missing is sent once more.
                if (!e.reason().equals(BLOBS_MISSING) || tries == TRIES_MAX) {
                    throw e;
                }
            }
        }
    }

    /**
     * What is known of a file.
     *
     * @throws NotFoundException when no file has the name
     */
    public StoredFile find(String name) {
        return file(get(name));
    }

    /** Files whose names start so, in order, asked for page by page as the stream is read. */
    public Stream<StoredFile> list(String prefix) {
        ListFilesRequest first =
                ListFilesRequest.newBuilder().setPrefix(prefix).setPageSize(PAGE_SIZE).build();
        return Pages.of(
                first,
                request -> call(stub -> stub.listFiles(request)),
                (request, page) ->
                        request.toBuilder().setPageToken(page.getNextPageToken()).build(),
                ListFilesResponse::getNextPageToken,
                page -> page.getFilesList().stream().map(StoredFiles::file));
    }

    /**
     * Opens a file for reading; each block is checked against its digest.
     *
     * @throws NotFoundException when no file has the name
     * @throws FileDamagedException when what it consists of is on no worker that is here
     */
    public InputStream open(String name) throws IOException {
        return new StoredFileInput(name, blobs, blocks(name).blocks());
    }

    /**
     * Copies a file to this machine. It has its name only when it is whole.
     *
     * @param target takes the place of a file that is there
     */
    public void get(String name, Path target) throws IOException {
        // With a name that nobody can guess, or another user could put a link there before.
        Path temporary =
                target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
        try (InputStream in = open(name);
                FileChannel channel =
                        FileChannel.open(
                                temporary,
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.WRITE)) {
            try {
                var out = new BufferedOutputStream(Channels.newOutputStream(channel));
                in.transferTo(out);
                out.flush();
                channel.force(true);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
    }

    /**
     * What a file consists of: its blocks can be the inputs of tasks.
     *
     * @throws NotFoundException when no file has the name
     * @throws FileDamagedException when that is on no worker that is here
     */
    public StoredBlocks blocks(String name) throws IOException {
        BlobRef manifest = SpecWire.fromProto(get(name).getManifest(), "manifest");
        try {
            FileManifest read = FileManifest.parseFrom(blobs.read(manifest));
            return new StoredBlocks(
                    read.getBlocksList().stream()
                            .map(block -> SpecWire.fromProto(block, "blocks"))
                            .toList(),
                    read.getBlocksEndAtLines(),
                    read.getDelimiter().isEmpty()
                            ? Optional.empty()
                            : Optional.of(RecordEnds.at(read.getDelimiter().toByteArray())),
                    read.getCompressed());
        } catch (NotFoundException e) {
            throw damaged(name, e);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("what is stored under %s is no file".formatted(name), e);
        }
    }

    /**
     * Removes a file.
     *
     * @throws NotFoundException when no file has the name
     */
    public void remove(String name) {
        DeleteFileRequest request = DeleteFileRequest.newBuilder().setName(name).build();
        Object _ = call(stub -> stub.deleteFile(request));
    }

    /** How the workers' disks are used, ordered by worker. */
    public List<DiskUsage> usage() {
        return call(stub -> stub.getUsage(GetUsageRequest.getDefaultInstance()))
                .getWorkersList()
                .stream()
                .map(worker ->
                        new DiskUsage(
                                worker.getWorkerId(),
                                worker.getKeptBytes(),
                                worker.getCachedBytes(),
                                worker.getCachedBytesMax(),
                                worker.getFreeBytes()))
                .toList();
    }

    static FileDamagedException damaged(String name, NotFoundException cause) {
        return new FileDamagedException(
                "%s is damaged: a part of it is on no worker that is here".formatted(name), cause);
    }

    /* Before anything is sent; the cluster looks again when the file gets its name. */
    private void checkIsFree(String name) {
        try {
            StoredFile _ = find(name);
        } catch (NotFoundException _) {
            return;
        }
        String message = "a file is called %s already".formatted(name);
        throw new RefusedException(
                message, "FILE_EXISTS", false, ApiException.alreadyExists("FILE_EXISTS", message));
    }

    private BlobRef upload(Contents contents, RecordEnds ends, LongConsumer onProgress)
            throws IOException, InterruptedException {
        List<CompletableFuture<BlobRef>> blocks = new ArrayList<>();
        int whole = 0;
        boolean compressed = false;
        try (Uploads uploads = new Uploads(blobs.keeping(), Uploads.PARALLEL_DEFAULT);
                InputStream in = contents.open()) {
            BlockCutter cutter = new BlockCutter(in, BLOCK_BYTES, ends);
            for (var block = cutter.next(); block.isPresent(); block = cutter.next()) {
                compressed |= blocks.isEmpty() && Compression.of(block.get()) != Compression.NONE;
                blocks.add(uploads.add(new BlobSource.Bytes(block.get())));
                // What failed shall not be found out at the end of a large file.
                while (whole < blocks.size() && blocks.get(whole).isDone()) {
                    var _ = Uploads.join(blocks.subList(whole, ++whole));
                }
                onProgress.accept(uploads.bytesDone());
            }
            FileManifest.Builder manifest =
                    FileManifest.newBuilder()
                            .setBlocksEndAtLines(cutter.endAtLines())
                            .setCompressed(compressed);
            if (cutter.endAtRecords()) {
                manifest.setDelimiter(ByteString.copyFrom(ends.delimiter()));
            }
            long size = 0;
            for (BlobRef block : Uploads.join(blocks)) {
                manifest.addBlocks(SpecWire.toProto(block));
                size += block.sizeBytes();
            }
            onProgress.accept(size);
            byte[] bytes = manifest.setSizeBytes(size).build().toByteArray();
            return Uploads.join(List.of(uploads.add(new BlobSource.Bytes(bytes)))).getFirst();
        }
    }

    private File get(String name) {
        GetFileRequest request = GetFileRequest.newBuilder().setName(name).build();
        return call(stub -> stub.getFile(request)).getFile();
    }

    private static StoredFile file(File file) {
        return new StoredFile(
                file.getName(),
                file.getSizeBytes(),
                Wire.instant(file.getCreateTime()),
                file.hasCopyCount() ? OptionalInt.of(file.getCopyCount()) : OptionalInt.empty());
    }

    private <T> T call(Function<FileServiceBlockingStub, T> call) {
        return caller.call((channel, leftNanos) ->
                call.apply(
                        FileServiceGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS)));
    }
}
