package dev.atoll.core.scheduler;

import static java.util.Objects.requireNonNull;

import dev.atoll.core.model.CopySource;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.CopyReport;
import dev.atoll.core.scheduler.SchedulerEvent.CopyTrouble;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Sees to it that two workers hold each result of a job that wants it so. */
final class Copies {
    /* A copy is an order to one worker to fetch outputs of one stage from another. While one is under
     * way, what else the same worker brings forth of the stage gathers for the next: a single result
     * is copied at once, and a million go in batches that grow with the load.
     *
     * Which copy is which. The same task may run again, and then what was copied before must not pass
     * for what it wrote now. So an order has a number, and what is reported of a task counts only
     * while that order still stands for it. It stands no more once the task is reopened, or the
     * session of the copying worker is over; the worker is told to drop the task before it can be
     * told to copy or to run it again, and orders of one session are carried out in their order.
     *
     * A stage's outputs on one worker all go to the same other one, as long as that is fit. So the
     * ledger can say "all of them but these", which stays short however scattered they are. */
    private static final int PER_WORKER_MAX = 8;

    /** Of those, for jobs that have ended: nobody waits for them. */
    private static final int PER_WORKER_ENDED_MAX = 4;

    private final State state;
    private final Outputs outputs;
    private final CopyNeeds needs;
    private final long epoch;
    private final NavigableMap<Long, Order> orders = new TreeMap<>();
    private List<WorkerId> targetsBefore = List.of();
    private long lastOrder;

    /** Outputs that one worker was told to fetch from another. */
    private static final class Order {
        final Stage stage;
        final WorkerId source;
        final WorkerId target;
        final RangeSet tasks;

        Order(Stage stage, WorkerId source, WorkerId target, Ranges tasks) {
            this.stage = stage;
            this.source = source;
            this.target = target;
            this.tasks = new RangeSet(tasks);
        }
    }

    Copies(State state, Outputs outputs, CopyNeeds needs, long epoch) {
        this.state = state;
        this.outputs = outputs;
        this.needs = needs;
        this.epoch = epoch;
    }

    // ---- what is needed

    /** Takes in what was decided, and orders what can be copied now. */
    void follow(Outbox out) {
        for (Fact fact : out.facts()) {
            switch (fact) {
                case Fact.TasksSucceeded it -> needs.succeeded(it);
                case Fact.TasksReopened it -> reopened(it, out);
                case Fact.WorkerEnlisted _,
                        Fact.WorkerDischarged _,
                        Fact.WorkerDrained _,
                        Fact.WorkerResumed _,
                        Fact.JobAccepted _,
                        Fact.TasksFailed _,
                        Fact.OutputsCopied _,
                        Fact.CopiesDropped _,
                        Fact.JobStopping _,
                        Fact.JobEnded _,
                        Fact.JobForgotten _,
                        Fact.JobReopened _ -> {}
            }
        }
        order(out);
    }

    private void reopened(Fact.TasksReopened fact, Outbox out) {
        needs.find(fact.stage()).ifPresent(need -> need.forget(fact.tasks()));
        for (Order order : orders.values()) {
            Ranges cut = order.tasks.intersection(fact.tasks());
            if (order.stage.ref.equals(fact.stage()) && !cut.isEmpty()) {
                order.tasks.removeAll(cut);
                discard(order.target, order.stage, cut, out);
            }
        }
    }

    /** Nothing of a job is kept any more. */
    void forget(JobId job) {
        needs.forget(job);
        orders.values().removeIf(order -> order.stage.ref.job().equals(job));
    }

    /** This master leads: works out what every job still needs. */
    void tookOver() {
        state.jobs.values().forEach(job -> job.stages.forEach(needs::refresh));
    }

    /** A worker's session is over, or a newer one has taken its place: its orders stand no more. */
    void sessionOver(WorkerId worker) {
        for (Order order : List.copyOf(orders.values())) {
            if (order.target.equals(worker)) {
                over(order);
            }
        }
    }

    /** It is known anew what a worker holds, or that it is lost with all that it held. */
    void holdingsChanged(Worker worker) {
        for (Job job : state.jobs.values()) {
            for (Stage stage : job.stages) {
                Ranges held = stage.outputsOn(worker.id);
                if (!held.isEmpty()) {
                    needs.refresh(stage, held);
                }
            }
        }
    }

    // ---- orders

    private void order(Outbox out) {
        List<Worker> targets = state.workers.values().stream().filter(Worker::takesCopies).toList();
        List<WorkerId> ids = targets.stream().map(worker -> worker.id).toList();
        if (!ids.equals(targetsBefore)) {
            targetsBefore = ids;
            needs.allReady();
        }
        if (targets.isEmpty()) {
            return;
        }
        for (StageRef ref : needs.ready()) {
            switch (order(state.stage(ref).orElseThrow(), needs.of(ref), targets, out)) {
                case NOTHING -> needs.settled(ref);
                case RESTS -> needs.rests(ref);
                case IN_LINE -> needs.inLine(ref);
            }
        }
    }

    /** Time has passed: some have rested enough. */
    void tick() {
        needs.rested();
    }

    /** What is left to be ordered of a stage; of two reasons the later one counts. */
    private enum Left {
        /** Nothing, until something changes. */
        NOTHING,
        /** Something, when a worker that had trouble has rested. */
        RESTS,
        /** Something, when a worker has less to do. */
        IN_LINE;

        Left and(Left other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    /** Orders what can be copied of a stage. */
    private Left order(Stage stage, CopyNeed need, List<Worker> targets, Outbox out) {
        Left left = Left.NOTHING;
        for (WorkerId id : stage.holders()) {
            if (need.busySources.contains(id) || !isConnected(id)) {
                continue;
            }
            Ranges tasks = outputs.live(id, stage, need.waiting.toRanges());
            if (!tasks.isEmpty()) {
                left = left.and(order(stage, need, id, tasks, targets, out));
            }
        }
        return left;
    }

    private boolean isConnected(WorkerId id) {
        Worker worker = state.workers.get(id);
        return worker != null && worker.isConnected();
    }

    private Left order(
            Stage stage,
            CopyNeed need,
            WorkerId source,
            Ranges tasks,
            List<Worker> targets,
            Outbox out) {
        List<Worker> others = targets.stream().filter(it -> !it.id.equals(source)).toList();
        if (others.isEmpty()) {
            return Left.NOTHING;
        }
        Optional<Worker> target = target(stage, need, source, others, out.now);
        if (need.isPaused(source, out.now)
                || target.isEmpty()
                || !(target.get().link instanceof Worker.Link.Connected connected)) {
            return Left.RESTS;
        }
        WorkerId id = target.get().id;
        if (ordersTo(id) >= ordersMax(stage)) {
            return Left.IN_LINE;
        }
        Ranges chosen = new RangeSet(tasks).takeFirst(state.limits.grantTasksMax());
        need.begin(source, chosen);
        orders.put(++lastOrder, new Order(stage, source, id, chosen));
        CopySource from = new CopySource(source, requireNonNull(state.workers.get(source)).address);
        out.send(
                new SchedulerCommand.Copy(
                        id, connected.session(), lastOrder, stage.ref, chosen, from));
        return Left.NOTHING;
    }

    private int ordersMax(Stage stage) {
        return state.knownJob(stage.ref.job()).isEnded() ? PER_WORKER_ENDED_MAX : PER_WORKER_MAX;
    }

    /**
     * The worker that the outputs of another go to: each has a neighbour, for each stage another.
     * One that drains or is in quarantine comes last: two copies on such a one are better than one,
     * and are made anew elsewhere once it is gone.
     */
    private Optional<Worker> target(
            Stage stage, CopyNeed need, WorkerId source, List<Worker> others, Instant now) {
        long after = others.stream().filter(it -> it.id.compareTo(source) < 0).count();
        long turn = stage.ref.job().value() + stage.ref.stage();
        List<Worker> inTurn = new ArrayList<>();
        for (int i = 0; i < others.size(); i++) {
            inTurn.add(others.get((int) ((after + turn + i) % others.size())));
        }
        inTurn.sort(Comparator.comparingInt(Worker::reluctance));
        return inTurn.stream().filter(it -> !need.isPaused(it.id, now)).findFirst();
    }

    private long ordersTo(WorkerId worker) {
        return orders.values().stream().filter(order -> order.target.equals(worker)).count();
    }

    // ---- reports

    /**
     * A worker tells what has become of an order; of one that stands no more, it does not matter.
     */
    void report(Worker worker, CopyReport report, Outbox out) {
        Order order = report.epoch() == epoch ? orders.get(report.copy()) : null;
        if (order == null || !order.target.equals(worker.id)) {
            return;
        }
        CopyNeed need = needs.of(order.stage.ref);
        copied(worker, order, need, order.tasks.intersection(report.copied()), out);
        report.trouble().ifPresent(trouble -> failed(order, need, trouble, out));
        if (report.isOver()) {
            over(order);
        }
        out.changed(order.stage.ref.job());
    }

    private void copied(Worker worker, Order order, CopyNeed need, Ranges tasks, Outbox out) {
        if (tasks.isEmpty()) {
            return;
        }
        Stage stage = order.stage;
        order.tasks.removeAll(tasks);
        need.copied(tasks);
        need.relieve(order.source);
        need.relieve(order.target);
        Ranges spare = outputs.heldTwice(stage, tasks);
        discard(worker.id, stage, spare, out);
        RangeSet rest = new RangeSet(tasks);
        rest.removeAll(spare);
        if (rest.isEmpty()) {
            return;
        }
        for (WorkerId id : List.copyOf(stage.copiedTo().keySet())) {
            RangeSet live = new RangeSet(outputs.live(id, stage, rest.toRanges()));
            Ranges dead = live.absentFrom(rest.toRanges());
            Outputs.dropCopies(id, stage, dead, out);
        }
        out.fact(new Fact.OutputsCopied(stage.ref, worker.id, rest.toRanges()));
        Outputs.noteMade(worker, stage, rest.toRanges());
        // Its first holder may be lost meanwhile.
        needs.refresh(stage, rest.toRanges());
    }

    /* Where the source is to blame, the two may just not reach each other; so the target rests for
     * longer than the source, and another one is tried next, if there is one. */
    private void failed(Order order, CopyNeed need, CopyTrouble trouble, Outbox out) {
        Ranges tasks = order.tasks.intersection(trouble.tasks());
        order.tasks.removeAll(tasks);
        if (tasks.isEmpty()) {
            return;
        }
        need.fail(tasks, trouble.detail());
        if (!trouble.isSourceToBlame()) {
            need.pause(order.target, out.now);
        } else {
            need.pause(order.source, out.now);
            if (targetsBefore.size() > 2) {
                need.pauseLike(order.target, order.source, out.now);
            }
        }
        needs.refresh(order.stage, tasks);
    }

    private void over(Order order) {
        CopyNeed need = needs.of(order.stage.ref);
        Ranges left = order.tasks.toRanges();
        need.giveBack(left);
        need.busySources.remove(order.source);
        orders.values().remove(order);
        // What was under way may be lost meanwhile, or its first holder may be back.
        needs.refresh(order.stage, left);
        needs.roomMade(PER_WORKER_MAX);
    }

    private void discard(WorkerId id, Stage stage, Ranges tasks, Outbox out) {
        Worker worker = state.workers.get(id);
        if (!tasks.isEmpty()
                && worker != null
                && worker.link instanceof Worker.Link.Connected connected) {
            out.send(new SchedulerCommand.Discard(id, connected.session(), stage.ref, tasks));
        }
    }

    /** Checks that everything that needs a copy is waiting, under way or given up, and no more. */
    void validate() {
        for (Job job : state.jobs.values()) {
            for (Stage stage : job.stages) {
                if (job.isCopied(stage)) {
                    validate(stage, needs.find(stage.ref).orElse(new CopyNeed()));
                }
            }
        }
    }

    private void validate(Stage stage, CopyNeed need) {
        RangeSet ordered = new RangeSet();
        orders.values().stream()
                .filter(order -> order.stage == stage)
                .forEach(order -> ordered.addAll(order.tasks.toRanges()));
        RangeSet single = new RangeSet(stage.succeeded().toRanges());
        single.removeAll(outputs.gone(stage));
        single.removeAll(outputs.heldTwice(stage, stage.succeeded().toRanges()));
        single.removeAll(stage.silent().toRanges());
        RangeSet idle = new RangeSet(need.waiting.toRanges());
        idle.addAll(need.bare.toRanges());
        single.removeAll(need.underWay.toRanges());
        boolean isRight =
                ordered.toRanges().equals(need.underWay.toRanges())
                        && idle.toRanges().equals(single.toRanges())
                        && need.waiting.intersection(need.bare.toRanges()).isEmpty();
        if (!isRight) {
            throw new IllegalStateException(
                    "copies of %s: waiting %s, under way %s, ordered %s, bare %s; needed %s: %s"
                            .formatted(
                                    stage.ref,
                                    need.waiting,
                                    need.underWay,
                                    ordered,
                                    need.bare,
                                    single,
                                    stage));
        }
    }
}
