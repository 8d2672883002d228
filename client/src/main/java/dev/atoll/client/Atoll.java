package dev.atoll.client;

import dev.atoll.client.function.Codec;
import dev.atoll.client.function.Invocation;
import dev.atoll.client.function.RemoteCallable;
import dev.atoll.client.function.RemoteFunction;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.TaskRef;
import dev.atoll.proto.cluster.v1.ClusterServiceGrpc;
import dev.atoll.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import dev.atoll.proto.cluster.v1.DrainNodeRequest;
import dev.atoll.proto.cluster.v1.GetClusterRequest;
import dev.atoll.proto.cluster.v1.ListNodesRequest;
import dev.atoll.proto.cluster.v1.ListNodesResponse;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.atoll.proto.job.v1.ListJobsRequest;
import dev.atoll.proto.job.v1.ListJobsResponse;
import dev.atoll.proto.job.v1.SubmitJobRequest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A connection to a cluster. It connects with the first call. Calls are repeated while the cluster
 * has no leader or the network is down; streams go on where they were. Safe for use by several
 * threads.
 *
 * <pre>{@code
 * try (Atoll cluster = Atoll.connect()) {
 *     Job job = cluster.submit(JobRequest.command("uname", "-n"));
 *     job.output().asStream().transferTo(System.out);
 * }
 * }</pre>
 */
public final class Atoll implements AutoCloseable {
    private static final int PAGE_SIZE = 1_000;

    private final Caller caller;
    private final String user;
    private final Supplier<Optional<TaskRef>> parent;
    private final Functions functions = new Functions(this);
    private final FunctionCalls calls = new FunctionCalls(functions, FunctionOptions.defaults());

    private Atoll(ConnectOptions options, String user) {
        this.caller = new Caller(options);
        this.parent = options.parent();
        this.user = user;
    }

    /** Connects to a cluster. */
    public static Atoll connect(ConnectOptions options) {
        return new Atoll(options, User.name());
    }

    /**
     * Has somebody hear why calls and streams wait: once for each wait of more than 3 s. While
     * there is no leader they go on by themselves when there is one.
     *
     * @param listener takes a sentence, on the thread that waits; must not block
     */
    public Atoll whenWaiting(Consumer<String> listener) {
        caller.whenWaiting(listener);
        return this;
    }

    /**
     * Connects to a cluster that demands no secret.
     *
     * @param address its masters, "host:port", or its naming service, "naming://host:port"; several
     *     addresses with ','
     */
    public static Atoll connect(String address) {
        return connect(ConnectOptions.to(address));
    }

    /**
     * Connects to the cluster that the environment names (ATOLL_CLUSTER, ATOLL_TOKEN_FILE), or else
     * to the one that runs on this machine.
     *
     * @throws ClusterUnavailableException when there is neither
     */
    public static Atoll connect() {
        return connect(
                ConnectOptions.find(System.getenv())
                        .orElseThrow(() ->
                                new ClusterUnavailableException(
                                        "no cluster is named by ATOLL_CLUSTER, and none"
                                                + " runs on this machine",
                                        false,
                                        new IOException("there is no state file"))));
    }

    /**
     * Submits a job and returns when it is durable: it will end, whichever machine is lost. Items
     * that have not been uploaded are uploaded first. Within a task, that task is its parent: it
     * belongs to the same user, and is cancelled when the task's job is cancelled or fails.
     *
     * @throws InvalidRequestException with every fault at once
     * @throws NotFoundException when there is no such job as it comes after
     * @throws RefusedException when the cluster holds as much as it may
     */
    public Job submit(JobRequest request) {
        return submit(request, currentTask());
    }

    /** The task within which this thread runs, if it does. */
    Optional<TaskRef> currentTask() {
        return parent.get();
    }

    Job submit(JobRequest request, Optional<TaskRef> from) {
        SubmitJobRequest submit =
                SubmitJobRequest.newBuilder()
                        .setRequestId(UUID.randomUUID().toString())
                        .setSpec(Wire.jobSpec(withTables(request), user, from))
                        .build();
        return job(jobCall(stub -> stub.submitJob(submit)).getJobId());
    }

    /** Submits a job of one stage. */
    public Job submit(StageRequest stage) {
        return submit(JobRequest.of(stage));
    }

    /**
     * Applies a function to each item, in JVMs on the workers: one task at a time in each.
     *
     * @throws IllegalArgumentException if there are no items
     */
    public <T extends @Nullable Object, R extends @Nullable Object> FunctionJob<R> map(
            Iterable<? extends T> items, RemoteFunction<T, R> function) {
        return map(items, function, FunctionOptions.defaults());
    }

    /** The same, as the options say. */
    public <T extends @Nullable Object, R extends @Nullable Object> FunctionJob<R> map(
            Iterable<? extends T> items, RemoteFunction<T, R> function, FunctionOptions options) {
        return map(items, function, Codec.java(), Codec.java(), options);
    }

    /** The same; values travel as their codecs say. */
    public <T extends @Nullable Object, R extends @Nullable Object> FunctionJob<R> map(
            Iterable<? extends T> items,
            RemoteFunction<T, R> function,
            Codec<T> itemCodec,
            Codec<R> resultCodec,
            FunctionOptions options) {
        return functions.map(items, new Invocation<>(function, itemCodec, resultCodec), options);
    }

    /**
     * Applies a function to each item on the workers, and folds the results here, in the order of
     * the items, as they come.
     *
     * @throws RemoteException if the function has failed for an item; the others are cancelled
     */
    public <T extends @Nullable Object, R extends @Nullable Object> R mapReduce(
            Iterable<? extends T> items,
            RemoteFunction<T, R> function,
            R identity,
            BinaryOperator<R> reduce) {
        try (FunctionJob<R> job = map(items, function)) {
            return job.results().reduce(identity, reduce);
        }
    }

    /**
     * Calls something on a worker. Calls that come close upon each other become one job.
     *
     * @throws IllegalArgumentException if it takes more than 4 MiB with all that it holds
     */
    public <R extends @Nullable Object> CompletableFuture<R> submit(RemoteCallable<R> call) {
        return calls.begin(call);
    }

    /** An executor whose threads are this cluster; one try and one processor for each task. */
    public ClusterExecutor executor() {
        return executor(FunctionOptions.defaults());
    }

    /** The same, as the options say. */
    public ClusterExecutor executor(FunctionOptions options) {
        return new ClusterExecutor(new FunctionCalls(functions, options));
    }

    /** Submits a job of one task that runs a command. */
    public Job run(String... command) {
        return submit(JobRequest.command(command));
    }

    /** A handle on a job; whether there is one shows with the first question. */
    public Job job(long id) {
        return new Job(caller, new JobId(id));
    }

    /** Jobs, the newest first, asked for page by page as the stream is read. */
    public Stream<JobStatus> jobs(boolean activeOnly) {
        ListJobsRequest first =
                ListJobsRequest.newBuilder()
                        .setPageSize(PAGE_SIZE)
                        .setActiveOnly(activeOnly)
                        .build();
        return Pages.of(
                first,
                request -> jobCall(stub -> stub.listJobs(request)),
                (request, page) ->
                        request.toBuilder().setPageToken(page.getNextPageToken()).build(),
                ListJobsResponse::getNextPageToken,
                page -> page.getJobsList().stream().map(WireStatus::job));
    }

    /** The machines of the cluster, ordered by id. */
    public List<NodeStatus> nodes() {
        ListNodesRequest first = ListNodesRequest.newBuilder().setPageSize(PAGE_SIZE).build();
        return Pages.of(
                        first,
                        request -> clusterCall(stub -> stub.listNodes(request)),
                        (request, page) ->
                                request.toBuilder().setPageToken(page.getNextPageToken()).build(),
                        ListNodesResponse::getNextPageToken,
                        page -> page.getNodesList().stream().map(WireStatus::node))
                .toList();
    }

    /** The whole cluster at a glance. */
    public ClusterStatus status() {
        return WireStatus.cluster(
                clusterCall(stub -> stub.getCluster(GetClusterRequest.getDefaultInstance())));
    }

    /**
     * Drains a node: it gets no new tasks and goes on with those it has. Idempotent.
     *
     * @throws NotFoundException when there is no such node
     */
    public void drain(String nodeId) {
        drain(nodeId, false);
    }

    /** Takes a node back into service. */
    public void resume(String nodeId) {
        drain(nodeId, true);
    }

    private void drain(String nodeId, boolean resume) {
        DrainNodeRequest request =
                DrainNodeRequest.newBuilder().setNodeId(nodeId).setResume(resume).build();
        Object _ = clusterCall(stub -> stub.drainNode(request));
    }

    /** Begins to upload blobs, such as the inputs of tasks. To be closed. */
    public Uploads uploads() {
        return uploads(Uploads.PARALLEL_DEFAULT);
    }

    /**
     * Begins to upload blobs.
     *
     * @param parallelMax how many may be under way, at least 1
     */
    public Uploads uploads(int parallelMax) {
        return new Uploads(new BlobClient(caller), parallelMax);
    }

    /**
     * Uploads files that tasks shall find in their directories; only what the cluster lacks is
     * sent.
     *
     * @return what {@link StageRequest.Builder#files} takes
     * @throws IOException when a file could not be read, or has changed meanwhile
     */
    public BlobRef upload(FileTree files) throws IOException, InterruptedException {
        try (Uploads uploads = uploads()) {
            return files.upload(uploads);
        }
    }

    /** The files that stay in the cluster under a name. */
    public StoredFiles files() {
        return new StoredFiles(caller);
    }

    /** Begins a table of items. To be closed. */
    public ItemTableBuilder itemTable(Uploads uploads) {
        return new ItemTableBuilder(uploads);
    }

    /** Cuts off every call. Jobs go on. */
    @Override
    public void close() {
        caller.close();
    }

    private JobRequest withTables(JobRequest request) {
        List<StageRequest> stages = new ArrayList<>();
        for (StageRequest stage : request.stages()) {
            stages.add(
                    stage.items() instanceof StageRequest.Items.Values(List<String> values)
                            ? stage.withItems(new StageRequest.Items.Table(upload(values)))
                            : stage);
        }
        return new JobRequest(
                request.name(),
                request.priority(),
                stages,
                request.failurePolicy(),
                request.backupPolicy(),
                request.durability(),
                request.after(),
                request.deadline());
    }

    private ItemTable upload(List<String> values) {
        try (Uploads uploads = uploads();
                ItemTableBuilder table = itemTable(uploads)) {
            for (String value : values) {
                table.add(value);
            }
            return table.upload();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterUnavailableException("the upload was interrupted", true, e);
        }
    }

    private <T> T jobCall(Function<JobServiceBlockingStub, T> call) {
        return caller.call((channel, leftNanos) ->
                call.apply(
                        JobServiceGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS)));
    }

    private <T> T clusterCall(Function<ClusterServiceBlockingStub, T> call) {
        return caller.call((channel, leftNanos) ->
                call.apply(
                        ClusterServiceGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS)));
    }
}
