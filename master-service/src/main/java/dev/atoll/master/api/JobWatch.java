package dev.atoll.master.api;

import dev.atoll.core.model.JobId;
import dev.atoll.core.scheduler.SchedulerView.JobView;
import dev.atoll.master.loop.JobSignals;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.session.Terms;
import dev.atoll.master.stream.Outflow;
import dev.atoll.proto.job.v1.WatchJobResponse;
import dev.atoll.runtime.wire.ViewWire;

import io.grpc.stub.StreamObserver;

import java.time.Duration;
import java.util.Optional;

/** Shows a job to those who watch it, as often as it changes, up to a rate. */
final class JobWatch {
    /** Between two messages to one watcher; the last one does not wait. */
    private static final Duration PAUSE_MIN = Duration.ofMillis(100);

    /** Wakes up as often as this without a change, to notice that the term is over. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Terms terms;

    JobWatch(Terms terms) {
        this.terms = terms;
    }

    void start(JobId id, StreamObserver<WatchJobResponse> responses) {
        SchedulerLoop loop = terms.leading().loop();
        Outflow.start(responses, "watch-" + id, out -> watch(id, loop, out));
    }

    private static void watch(JobId id, SchedulerLoop loop, Outflow<WatchJobResponse> out)
            throws InterruptedException {
        try (JobSignals.Signal changed = loop.signals().watch(id)) {
            Optional<JobView> shown = Optional.empty();
            long dueNanos = System.nanoTime();
            while (true) {
                JobView job =
                        loop.ask(view -> view.job(id)).orElseThrow(() -> Replies.noJob(id.value()));
                boolean isNews = !shown.equals(Optional.of(job));
                long earlyNanos = dueNanos - System.nanoTime();
                if (isNews && (earlyNanos <= 0 || job.state().isFinal())) {
                    out.send(WatchJobResponse.newBuilder().setJob(ViewWire.toProto(job)).build());
                    shown = Optional.of(job);
                    dueNanos = System.nanoTime() + PAUSE_MIN.toNanos();
                    isNews = false;
                }
                if (job.state().isFinal()) {
                    return;
                }
                changed.await(isNews ? Duration.ofNanos(earlyNanos) : PATIENCE);
            }
        }
    }
}
