package dev.atoll.worker.remote;

import static java.util.Objects.requireNonNull;

import dev.atoll.core.model.TaskRef;
import dev.atoll.proto.job.v1.FindPipeRequest;
import dev.atoll.proto.job.v1.FindPipeResponse;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.ReadPipeRequest;
import dev.atoll.proto.worker.v1.ReadPipeResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.worker.attempt.FedInput;
import dev.atoll.worker.attempt.GatherSource;
import dev.atoll.worker.attempt.PipeSource;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** Reads pipes from the workers where their writers run. */
public final class PeerPipes implements PipeSource {
    /* Nothing of a pipe can be read twice, so a connection that breaks is the end. Messages are asked
     * for one by one, as the process takes them: whatever the network has room for on the way, at
     * most some MiB, is all that a writer can be ahead. */

    /** How long to wait for the first word of a worker that is connected. */
    private static final Duration OPEN_MAX = Duration.ofSeconds(15);

    private final Channel leader;
    private final LeaderPatience patience;
    private final PeerChannels peers;

    /**
     * @param leader a channel that leads to whoever leads
     * @param patience while nobody leads, or the writer does not run
     * @param peers the other workers
     */
    public PeerPipes(Channel leader, LeaderPatience patience, PeerChannels peers) {
        this.leader = leader;
        this.patience = patience;
        this.peers = peers;
    }

    @Override
    public FedInput.Source open(TaskRef writer, BooleanSupplier isStopped) throws IOException {
        AtomicReference<@Nullable Pipe> opened = new AtomicReference<>();
        patience.run(_ -> {
            if (isStopped.getAsBoolean()) {
                throw new IOException("the task was told to stop before");
            }
            opened.set(open(writer));
        });
        return requireNonNull(opened.get(), "it was opened");
    }

    private Pipe open(TaskRef writer) throws IOException {
        FindPipeResponse found =
                JobServiceGrpc.newBlockingStub(leader)
                        .withDeadlineAfter(OPEN_MAX)
                        .findPipe(
                                FindPipeRequest.newBuilder()
                                        .setJobId(writer.stage().job().value())
                                        .setStage(writer.stage().stage())
                                        .build());
        String name = found.getWorkerId();
        Pipe pipe =
                new Pipe(
                        name,
                        ClientCalls.blockingV2ServerStreamingCall(
                                peers.to(HostAndPort.parse(found.getAddress()), name),
                                OutputServiceGrpc.getReadPipeMethod(),
                                CallOptions.DEFAULT,
                                ReadPipeRequest.newBuilder()
                                        .setJobId(writer.stage().job().value())
                                        .setStage(writer.stage().stage())
                                        .setIndex(writer.index())
                                        .setAttempt(found.getAttempt())
                                        .build()));
        pipe.begin();
        return pipe;
    }

    /** A pipe that was taken. */
    private record Pipe(String worker, BlockingClientCall<ReadPipeRequest, ReadPipeResponse> call)
            implements FedInput.Source {
        /** Waits until the other side has given it to this one. */
        void begin() throws IOException {
            boolean begun = false;
            try {
                call.read(OPEN_MAX.toNanos(), TimeUnit.NANOSECONDS);
                begun = true;
            } catch (StatusException e) {
                ApiException failure = ApiException.from(e);
                // The grant may reach it later than the next one reached this worker.
                throw failure.is("ATTEMPT_NOT_FOUND")
                        ? ApiException.unavailable("NOT_RUNNING", failure.message())
                        : failure;
            } catch (TimeoutException e) {
                throw new IOException("worker %s does not answer".formatted(worker), e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            } finally {
                if (!begun) {
                    close();
                }
            }
        }

        @Override
        public void read(GatherSource.Receiver receiver) throws IOException {
            try {
                @Nullable ReadPipeResponse response = call.read();
                while (response != null) {
                    receiver.accept(response.getData().asReadOnlyByteBuffer());
                    response = call.read();
                }
            } catch (StatusException e) {
                ApiException failure = ApiException.from(e);
                throw new IOException("worker %s: %s".formatted(worker, failure.message()), e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            } finally {
                close();
            }
        }

        private static IOException interrupted(InterruptedException cause) {
            Thread.currentThread().interrupt();
            return new IOException("interrupted", cause);
        }

        @Override
        public void close() {
            call.cancel("nothing more is taken", null);
        }
    }
}
