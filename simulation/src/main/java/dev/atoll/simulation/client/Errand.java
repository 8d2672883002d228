package dev.atoll.simulation.client;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerCommand.Reply;
import dev.atoll.core.scheduler.SchedulerEvent.TaskSelection;
import dev.atoll.core.scheduler.SchedulerView.JobState;
import dev.atoll.core.scheduler.SchedulerView.JobView;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Observation;
import dev.atoll.simulation.master.Answer;
import dev.atoll.simulation.master.Request;
import dev.atoll.simulation.workload.JobPlan;

import java.time.Duration;
import java.util.Optional;

/** One user's doings with one job, from the submission to the last look at it. */
public final class Errand {
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private final Client client;
    private final JobPlan plan;
    private Optional<JobId> job = Optional.empty();
    private Optional<JobState> end = Optional.empty();
    private Optional<SchedulerCommand.Refused> refusal = Optional.empty();
    private boolean isForgotten;
    private boolean isCancelled;
    private boolean isCancelTold;
    private long cancelEpoch;
    private boolean isRetrying;
    private int retriesLeft;
    private int submissions;

    /** Counts the retries: what was asked before one says nothing of what came of it. */
    private int round;

    Errand(Client client, JobPlan plan) {
        this.client = client;
        this.plan = plan;
        this.retriesLeft = plan.isRetried() ? 1 : 0;
    }

    public JobPlan plan() {
        return plan;
    }

    /** The job, once it was acknowledged. */
    public Optional<JobId> job() {
        return job;
    }

    /** How the job has ended, if this user has seen it. */
    public Optional<JobState> end() {
        return end;
    }

    /** Whether the job has ended so long ago that nothing of it is kept. */
    public boolean isForgotten() {
        return isForgotten;
    }

    /** Whether this user has asked to stop it, or a part of it. */
    public boolean isCancelled() {
        return isCancelled;
    }

    /** Why the last retry was refused, if it was. */
    public Optional<SchedulerCommand.Refused> refusal() {
        return refusal;
    }

    /** Whether there is nothing left to do. */
    public boolean isOver() {
        return isForgotten || (end.isPresent() && !isRetrying);
    }

    void begin() {
        client.host().after(plan.submitAfter(), this::submit);
    }

    // ---- submission

    private void submit() {
        if (job.isPresent()) {
            return;
        }
        JobSpec spec = plan.spec();
        if (client.has(Mutation.SUBMIT_TWICE)) {
            spec =
                    new JobSpec(
                            spec.requestId() + "-" + ++submissions,
                            spec.name(),
                            spec.user(),
                            spec.priority(),
                            spec.stages(),
                            spec.failurePolicy(),
                            spec.backupPolicy(),
                            spec.durability());
        }
        client.ask(new Request.Submit(spec), this::submitted);
        client.soon(PATIENCE, this::submit);
    }

    private void submitted(Answer answer) {
        if (!(answer instanceof Answer.Told(Reply reply, long epoch))) {
            return;
        }
        client.told(plan.spec().requestId(), reply);
        if (reply instanceof SchedulerCommand.Accepted(String cause, JobId accepted)
                && job.isEmpty()) {
            job = Optional.of(accepted);
            client.host().tell("submitted", plan.spec().requestId(), "as job", accepted);
            plan.cancel().ifPresent(it -> client.host().after(it.after(), this::cancel));
            look();
        }
    }

    // ---- cancellation

    private void cancel() {
        if (end.isPresent() || isForgotten || (isCancelTold && cancelEpoch == client.epoch())) {
            return;
        }
        isCancelled = true;
        Optional<JobPlan.Part> part = plan.cancel().flatMap(JobPlan.Cancel::part);
        Optional<TaskSelection> tasks =
                part.map(it -> new TaskSelection(it.stage(), Optional.of(it.tasks())));
        job.ifPresent(it -> client.ask(new Request.Cancel(it, tasks), this::cancelled));
        client.soon(PATIENCE, this::cancel);
    }

    private void cancelled(Answer answer) {
        if (answer instanceof Answer.Told(Reply reply, long epoch)) {
            client.told(plan.spec().requestId(), reply);
            isCancelTold = true;
            cancelEpoch = epoch;
        }
    }

    // ---- looking

    private void look() {
        if (isOver()) {
            return;
        }
        int asked = round;
        job.ifPresent(it -> client.ask(new Request.Show(it), answer -> shown(asked, answer)));
        client.soon(PATIENCE, this::look);
    }

    private void shown(int asked, Answer answer) {
        if (!(answer instanceof Answer.Shown(Optional<JobView> view, long epoch))
                || isOver()
                || asked != round) {
            return;
        }
        client.hearOf(epoch);
        askAgainWhereOnlyPromised(epoch);
        if (view.isEmpty()) {
            isForgotten = true;
            return;
        }
        client.witness().observe(new Observation.JobShown(view.get(), client.ledger()));
        JobState state = view.get().state();
        if (state.isFinal() && !isRetrying) {
            ended(state);
        }
    }

    /* That single tasks are being stopped is known to one master only, and is not for good: who
     * wants it still when another leads says so again. A whole job's end is for good. */
    private void askAgainWhereOnlyPromised(long epoch) {
        boolean isPart = plan.cancel().flatMap(JobPlan.Cancel::part).isPresent();
        if (isPart && isCancelTold && epoch > cancelEpoch) {
            isCancelTold = false;
            cancel();
        }
    }

    private void ended(JobState state) {
        if (state != JobState.SUCCEEDED && retriesLeft > 0) {
            retriesLeft--;
            retry();
            return;
        }
        end = Optional.of(state);
        client.host().tell("sees the end of job", job, state.name());
        if (state == JobState.SUCCEEDED) {
            job.ifPresent(it -> client.read(it, plan.spec()));
        }
    }

    // ---- retry

    /** Asks to run again what failed or was lost, until it is so. */
    public void retry() {
        isRetrying = true;
        end = Optional.empty();
        refusal = Optional.empty();
        askRetry();
        look();
    }

    private void askRetry() {
        if (isRetrying) {
            job.ifPresent(it -> client.ask(new Request.Retry(it), this::retried));
            client.soon(PATIENCE, this::askRetry);
        }
    }

    private void retried(Answer answer) {
        if (!(answer instanceof Answer.Told(Reply reply, long epoch)) || !isRetrying) {
            return;
        }
        client.told(plan.spec().requestId(), reply);
        isRetrying = false;
        round++;
        if (reply instanceof SchedulerCommand.Refused refused) {
            refusal = Optional.of(refused);
        }
    }

    /** Whether somebody may read what a stage wrote after the end of the job. */
    public static boolean isRead(JobSpec spec, int stage) {
        RangeSet read = new RangeSet();
        spec.stages().forEach(it -> it.dependsOn().forEach(on -> read.add(on, on + 1)));
        return !read.contains(stage);
    }
}
