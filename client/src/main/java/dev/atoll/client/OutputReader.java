package dev.atoll.client;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.runtime.stream.OutputDiffersException;

import io.grpc.Channel;

import org.jspecify.annotations.Nullable;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.Queue;

/**
 * Reads the outputs of tasks as they come, in memory that does not grow with them. When the
 * connection or the master is lost it goes on where it was. For one thread.
 */
public final class OutputReader implements AutoCloseable {
    private final Caller caller;
    private final JobId jobId;
    private final OutputSelection selection;
    private final OutputPosition position = new OutputPosition();
    private final Queue<OutputChunk> ready = new ArrayDeque<>();
    private final ResumingStream<ReadOutputRequest, ReadOutputResponse> stream;
    private boolean onlyPartialTask;

    OutputReader(Caller caller, JobId jobId, OutputSelection selection) {
        this.caller = caller;
        this.jobId = jobId;
        this.selection = selection;
        this.stream = new ResumingStream<>(caller, this::open);
    }

    /**
     * Waits for the next chunk; empty at the end. A task without output gives one empty chunk.
     *
     * @throws AtollException when the outputs are lost, or the cluster does not answer in time
     */
    public Optional<OutputChunk> next() throws InterruptedException {
        while (ready.isEmpty()) {
            Optional<ReadOutputResponse> message = stream.take();
            if (message.isPresent()) {
                for (var chunk : message.get().getChunksList()) {
                    @Nullable OutputChunk fresh = fresh(Wire.outputChunk(chunk));
                    if (fresh != null) {
                        ready.add(fresh);
                    }
                }
            } else if (onlyPartialTask) {
                // The task that was cut off has been read to its end, now for the others.
                onlyPartialTask = false;
                stream.reopen();
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(ready.remove());
    }

    /** All chunks, one after the other, as one stream of bytes. Closing it closes the reader. */
    public InputStream asStream() {
        return new ChunkInputStream(this::next, this::close);
    }

    /** The outputs task by task. Asking for the next task skips what is left of the one before. */
    public Iterator<TaskOutput> byTask() {
        return new TaskOutputs(this);
    }

    /** Stops reading. */
    @Override
    public void close() {
        stream.close();
    }

    private @Nullable OutputChunk fresh(OutputChunk chunk) {
        try {
            return position.advance(chunk);
        } catch (OutputDiffersException e) {
            throw new OutputLostException(String.valueOf(e.getMessage()), e);
        }
    }

    private void open(Channel channel, InboundStream<ReadOutputRequest, ReadOutputResponse> into) {
        ReadOutputRequest.Builder request = Wire.readOutput(jobId, selection);
        if (!position.isAtStart()) {
            position.resume();
            int stage = selection.stage().orElse(-1);
            JobStatus job = new Job(caller, jobId).status();
            int resolved = stage >= 0 ? stage : job.stages().size() - 1;
            Ranges all =
                    selection
                            .tasks()
                            .orElse(Ranges.between(0, job.stages().get(resolved).taskCount()));
            onlyPartialTask = selection.unordered() && position.isInsideTask();
            Ranges rest = onlyPartialTask ? position.partialTask() : position.remaining(all);
            if (rest.isEmpty()) {
                into.onCompleted();
                return;
            }
            request.setTasks(Wire.taskSelection(resolved, rest));
        }
        JobServiceGrpc.newStub(channel).readOutput(request.build(), into);
    }
}
