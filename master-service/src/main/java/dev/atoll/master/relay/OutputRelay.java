package dev.atoll.master.relay;

import static dev.atoll.core.scheduler.SchedulerView.PROGRESS_CHUNK_SIZE;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.OutputPlaces;
import dev.atoll.core.scheduler.SchedulerView.RunningAttempt;
import dev.atoll.master.loop.JobSignals;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.relay.OutputRequest.Unfinished;
import dev.atoll.proto.worker.v1.ReadTaskOutputsRequest;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.stream.OutputDiffersException;
import dev.atoll.runtime.wire.RangesWire;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;

/**
 * Passes the outputs of some tasks from the workers that hold them to one caller; keeps nothing.
 */
final class OutputRelay {
    /* The tasks are taken window by window. Of a window, each worker is asked at once for all that
     * it holds, and the streams are merged by reading from the one whose turn it is: the others wait
     * in their transport's buffers, so that a caller who does not read stops everybody. When a
     * worker fails, the window is resolved anew; what the caller has got is never sent twice. */

    /** Wakes up as often as this without news, to notice that the term is over. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(OutputRelay.class);

    /** Between two looks at a running task. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);

    private final OutputRequest request;
    private final SchedulerLoop loop;
    private final WorkerChannels channels;
    private final RangeSet remaining;
    private final OutputPacker packer;
    private final Trouble trouble;
    private final Detours detours = new Detours();
    private int looksInVain;

    /** What the scheduler knows of the job and of one chunk of the stage. */
    private record Known(boolean hasEnded, OutputPlaces places) {}

    /** What one worker holds of a window, and the stream that it comes in. */
    private record OpenPart(OutputWindow.Part part, TaskOutputReader reader) {}

    /**
     * A relay for one request.
     *
     * @param remaining the tasks that are wanted, shared with the packer
     */
    OutputRelay(
            OutputRequest request,
            SchedulerLoop loop,
            WorkerChannels channels,
            RangeSet remaining,
            OutputPacker packer,
            Trouble trouble) {
        this.request = request;
        this.loop = loop;
        this.channels = channels;
        this.remaining = remaining;
        this.packer = packer;
        this.trouble = trouble;
    }

    /** Passes on everything that is wanted. */
    void run() throws InterruptedException {
        try (JobSignals.Signal changed = loop.signals().watch(job())) {
            while (!remaining.isEmpty()) {
                boolean hasRead = pass();
                boolean moved = detours.wasTaken() || hasRead;
                packer.flush();
                if (!moved && !remaining.isEmpty()) {
                    changed.await(trouble.pause().orElse(waiting()));
                }
            }
        }
    }

    private Duration waiting() {
        return request.includeRunning() ? LOOK_INTERVAL : PATIENCE;
    }

    /** Looks at the next window, or, where the order does not matter, at all; true if it moved. */
    private boolean pass() throws InterruptedException {
        int sizeBefore = remaining.size();
        if (packer.partial() >= 0) {
            // What comes of one task comes together: its rest is next, whatever else is there.
            pass(packer.partial(), new RangeSet(Ranges.of(packer.partial())));
            return remaining.size() < sizeBefore;
        }
        int from = 0;
        do {
            from = pass(from, remaining);
        } while (request.unordered() && trouble.isOver() && remaining.nextAtOrAfter(from) >= 0);
        return remaining.size() < sizeBefore;
    }

    /** Looks at the window that begins with the next task that is wanted; returns its end. */
    private int pass(int from, RangeSet wanted) throws InterruptedException {
        Known known = known(wanted.nextAtOrAfter(from));
        OutputPlaces places = detours.around(known.places());
        OutputWindow window = OutputWindow.at(from, wanted, places, request.includeFailed());
        pass(window, places, known.hasEnded());
        return window.end();
    }

    private void pass(OutputWindow window, OutputPlaces places, boolean hasEnded)
            throws InterruptedException {
        boolean waits = request.unfinished() == Unfinished.WAIT && !hasEnded;
        OutputWindow.Plan plan = window.readable(waits && !request.unordered());
        Ranges pending = window.pending();
        if (request.unfinished() == Unfinished.REFUSE) {
            requireNone(pending);
            requireNone(plan.without());
        }
        leaveOut(plan.without());
        if (plan.tasks().isEmpty()) {
            trouble.ends();
        } else {
            read(plan, places, hasEnded);
        }
        if (pending.isEmpty()) {
            return;
        }
        boolean looks = request.includeRunning() && !hasEnded;
        boolean isSeen = looks && look(pending.first());
        if (waits) {
            return;
        }
        if (looks && !isSeen && looksInVain++ == 0) {
            // It may have ended between our question and the look: then it is there next time.
            return;
        }
        if (looks || hasEnded || packer.partial() < 0) {
            leaveOut(pending);
        }
        // Else the caller has a part of it, its worker was lost, and it will run again.
    }

    private void leaveOut(Ranges tasks) {
        remaining.removeAll(tasks);
        // Of a task that somebody looks at while it runs there is what there is.
        if (!request.includeRunning() && tasks.contains(packer.partial())) {
            throw trouble.lostHalfway(packer.partial());
        }
    }

    private void requireNone(Ranges leftOut) {
        if (!leftOut.isEmpty()) {
            throw trouble.incomplete(leftOut);
        }
    }

    private void read(OutputWindow.Plan plan, OutputPlaces places, boolean hasEnded)
            throws InterruptedException {
        List<OpenPart> open = new ArrayList<>();
        Optional<OutputWindow.Part> current = Optional.empty();
        @Nullable OpenPart at = null;
        try {
            for (OutputWindow.Part part : plan.parts()) {
                current = Optional.of(part);
                open.add(new OpenPart(part, open(part.worker(), part.tasks(), false)));
            }
            PrimitiveIterator.OfInt indexes = plan.tasks().indexes();
            while (indexes.hasNext()) {
                int index = indexes.nextInt();
                if (plan.silent().contains(index)) {
                    packer.addSilent(index, request.streams().getLast());
                } else {
                    if (at == null || !at.part().tasks().contains(index)) {
                        at = holding(index, open);
                        current = Optional.of(at.part());
                    }
                    at.reader().copyTask(index, packer);
                }
                trouble.ends();
            }
        } catch (ApiException e) {
            if (e.is(SchedulerLoop.NOT_LEADING)) {
                throw e;
            }
            OutputWindow.Part part = current.orElseThrow(() -> e);
            Ranges left = remaining.intersection(part.tasks());
            // Who is not there has none of them; who is there may lack only the one that was next.
            Ranges bad = e.isUnavailable() || left.isEmpty() ? left : Ranges.of(left.first());
            if (detours.take(part.worker(), bad, places, !Trouble.isFinal(e))) {
                LOG.warn(
                        "Outputs {} of {} are read from another worker than {}: {}",
                        bad,
                        request.stage(),
                        part.worker(),
                        e.message());
            } else {
                trouble.with(part.worker(), left, hasEnded && !detours.isAwaited(), e);
            }
        } catch (OutputDiffersException e) {
            ranAgain(e);
        } finally {
            open.forEach(part -> part.reader().close());
        }
    }

    private static OpenPart holding(int index, List<OpenPart> parts) {
        for (OpenPart part : parts) {
            if (part.part().tasks().contains(index)) {
                return part;
            }
        }
        throw new IllegalStateException("nobody holds task %d of the plan".formatted(index));
    }

    /** The task of which the caller has a part ran again and wrote something else. */
    private void ranAgain(OutputDiffersException e) {
        if (!request.includeRunning()) {
            throw trouble.lostHalfway(packer.partial()).causedBy(e);
        }
        // Whoever watches a task sees each of its attempts, from the beginning.
        packer.startOver();
    }

    /** Passes on what a running task has written so far; false if it does not seem to run. */
    private boolean look(int index) throws InterruptedException {
        TaskRef task = new TaskRef(request.stage(), index);
        Optional<RunningAttempt> running = loop.peek((view, _) -> view.running(task));
        if (running.isEmpty()) {
            return false;
        }
        try (TaskOutputReader reader = open(running.get().worker(), Ranges.of(index), true)) {
            return reader.copyUnfinished(index, packer);
        } catch (OutputDiffersException e) {
            ranAgain(e);
            return false;
        } catch (ApiException e) {
            // It has ended meanwhile, or its worker is lost: the next pass will know.
            if (e.is(SchedulerLoop.NOT_LEADING)) {
                throw e;
            }
            return false;
        }
    }

    private TaskOutputReader open(WorkerId worker, Ranges tasks, boolean running) {
        ReadTaskOutputsRequest message =
                ReadTaskOutputsRequest.newBuilder()
                        .setJobId(job().value())
                        .setStage(request.stage().stage())
                        .setTasks(RangesWire.toProto(tasks))
                        .addAllStreams(request.streams())
                        .setRunning(running)
                        .build();
        return TaskOutputReader.open(channels.require(loop, worker), message);
    }

    private Known known(int index) {
        int chunk = index / PROGRESS_CHUNK_SIZE;
        return loop.askPatiently(view ->
                new Known(
                        view.job(job()).map(job -> job.state().isFinal()).orElse(true),
                        view.places(request.stage(), chunk)));
    }

    private JobId job() {
        return request.stage().job();
    }
}
