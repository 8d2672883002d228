package dev.atoll.master.loop;

import dev.atoll.core.scheduler.Decision;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerCommand.Reply;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerView;
import dev.atoll.core.time.Pulse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.logging.CauseId;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The one thread that owns the scheduler, for one term. Everybody else puts events and questions in
 * and waits; when the term ends, whoever waits gets UNAVAILABLE (reason NOT_LEADING).
 */
public final class SchedulerLoop implements AutoCloseable {
    /* Each turn takes what waits, up to a limit, lets the scheduler decide on each event, and sends
     * what was decided in one go: orders per session, one batch for the ledger. A turn also beats
     * the pulse, so that neither a flood of events nor a quiet night delays a tick. */

    /** The reason of the error that everybody gets while this master does not lead. */
    public static final String NOT_LEADING = "NOT_LEADING";

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerLoop.class);
    private static final int LETTERS_PER_TURN_MAX = 1_024;

    /** Whoever waits for the ledger hears why when it cannot be written for so long. */
    private static final Duration LEDGER_TROUBLE_MAX = Duration.ofSeconds(2);

    private final Limits limits;
    private final Scheduler scheduler;
    private final Durability durability;
    private final Hands hands;
    private final Mandate mandate;
    private final MasterMetrics metrics;
    private final Mailbox mailbox;
    private final JobSignals signals = new JobSignals();
    private final Map<String, CompletableFuture<Reply>> replies = new HashMap<>();
    private final Waiting waiting = new Waiting();

    /** Those who do not care how the ledger is. */
    private final Waiting waitingPatiently = new Waiting();

    private final AtomicLong causes = new AtomicLong();
    private final long originNanos = System.nanoTime();
    private final Thread thread;

    /**
     * The limits of a loop.
     *
     * @param tick how often time is told to the scheduler
     * @param settle how long after a pause of its own the scheduler accuses nobody
     * @param mailboxMax how many requests may wait; further ones are refused with
     *     RESOURCE_EXHAUSTED (reason MASTER_BUSY)
     */
    public record Limits(Duration tick, Duration settle, int mailboxMax) {}

    /** A loop over a scheduler to which the ledger's facts have been replayed. */
    public SchedulerLoop(
            Limits limits,
            Scheduler scheduler,
            Durability durability,
            Hands hands,
            Mandate mandate,
            MasterMetrics metrics) {
        this.limits = limits;
        this.scheduler = scheduler;
        this.durability = durability;
        this.hands = hands;
        this.mandate = mandate;
        this.metrics = metrics;
        this.mailbox = new Mailbox(limits.mailboxMax());
        this.thread =
                Thread.ofPlatform().name("scheduler-" + scheduler.epoch()).unstarted(this::run);
    }

    /** Begins the term. */
    public void start() {
        thread.start();
    }

    /** The term. */
    public long epoch() {
        return scheduler.epoch();
    }

    /** Whether the term has ended. */
    public boolean isOver() {
        return mailbox.isClosed();
    }

    /** Wakes whoever watches a job. */
    public JobSignals signals() {
        return signals;
    }

    /**
     * Hands in what somebody wants and waits for the reply, which comes when it is durable.
     *
     * @param event makes the event from the cause that the reply will carry
     * @throws ApiException UNAVAILABLE (reason NOT_LEADING, or LEDGER_UNAVAILABLE: nobody knows
     *     whether it will be durable) or RESOURCE_EXHAUSTED (MASTER_BUSY)
     */
    public Reply request(Function<String, SchedulerEvent> event) {
        String cause = nextCause();
        return await(
                waiting,
                reply -> {
                    replies.put(cause, reply);
                    handle(event.apply(cause));
                });
    }

    /**
     * Asks about what may only be known once it is durable, and waits until it is.
     *
     * @throws ApiException as {@link #request}
     */
    public <T> T ask(Function<SchedulerView, T> question) {
        return ask((view, _) -> question.apply(view));
    }

    /** The same, with the time by the clock of the scheduler. */
    public <T> T ask(BiFunction<SchedulerView, Instant, T> question) {
        return await(waiting, answer -> answeringWhenDurable(answer, question));
    }

    /**
     * The same for those who wait as long as it takes: tasks whose input is on its way, which would
     * otherwise count as lost while the ledger cannot be written.
     */
    public <T> T askPatiently(Function<SchedulerView, T> question) {
        return await(
                waitingPatiently,
                answer -> answeringWhenDurable(answer, (view, _) -> question.apply(view)));
    }

    /** Asks about workers and what runs where, which is never durable, and waits for its turn. */
    public <T> T peek(BiFunction<SchedulerView, Instant, T> question) {
        return await(waitingPatiently, answer -> answering(answer, question, answer::complete));
    }

    /**
     * Tells what has happened. For callers that bound themselves: they tell the next only when
     * {@code handled} has run.
     *
     * @param handled runs on the loop's thread; must not block
     */
    public void tell(SchedulerEvent event, Runnable handled) {
        mailbox.put(() -> {
            handle(event);
            handled.run();
        });
    }

    /**
     * The same, unless {@code first}, which runs on the loop's thread just before, says no. Nothing
     * that was put in later comes in between.
     */
    public void tellIf(BooleanSupplier first, SchedulerEvent event, Runnable handled) {
        mailbox.put(() -> {
            if (first.getAsBoolean()) {
                handle(event);
                handled.run();
            }
        });
    }

    /** Runs something on the loop's thread, which owns the hands too; must not block. */
    public void run(Runnable action) {
        mailbox.put(action);
    }

    /** Names a stimulus: what this thread works on, and a number that makes it unique. */
    public String nextCause() {
        return CauseId.current().orElse("self") + "/" + causes.incrementAndGet();
    }

    /** Ends the term: nothing more is decided, sent or answered. Idempotent. */
    @Override
    public void close() {
        thread.interrupt();
        mailbox.close();
        signals.close();
        waiting.fail(notLeading());
        waitingPatiently.fail(notLeading());
        if (Thread.currentThread() != thread) {
            joinUninterruptibly();
        }
        // Not before the last turn is over: it may have something to write.
        durability.close();
    }

    /** What everybody hears while this master does not lead. */
    public static ApiException notLeading() {
        return ApiException.unavailable(
                NOT_LEADING, "this master does not lead at the moment: try again");
    }

    /** Runs a task on the loop's thread and waits until it completes its future. */
    private <T> T await(Waiting room, Consumer<CompletableFuture<T>> task) {
        return room.await(future -> {
            if (!mailbox.offer(() -> task.accept(future))) {
                throw mailbox.isClosed() ? notLeading() : busy();
            }
        });
    }

    private <T> void answeringWhenDurable(
            CompletableFuture<T> answer, BiFunction<SchedulerView, Instant, T> question) {
        answering(
                answer,
                question,
                value -> durability.gate().whenDurable(() -> answer.complete(value)));
    }

    /** A question that cannot be answered is the asker's trouble and not the scheduler's. */
    private <T> void answering(
            CompletableFuture<T> answer,
            BiFunction<SchedulerView, Instant, T> question,
            Consumer<T> onAnswer) {
        T value;
        try {
            value = question.apply(scheduler.view(), now());
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
            return;
        }
        onAnswer.accept(value);
    }

    private ApiException busy() {
        return ApiException.resourceExhausted(
                        "MASTER_BUSY",
                        "%d requests wait already: try again later".formatted(limits.mailboxMax()))
                .with("limit", limits.mailboxMax());
    }

    private void run() {
        metrics.leading(epoch());
        try {
            handle(new SchedulerEvent.TookOver(nextCause(), Instant.now()));
            Pulse pulse = new Pulse(limits.tick(), limits.settle(), System.nanoTime());
            while (!Thread.currentThread().isInterrupted()) {
                turn(pulse);
            }
        } catch (InterruptedException _) {
            LOG.debug("The loop of epoch {} ends", epoch());
        } catch (RuntimeException | Error e) {
            LOG.error("The scheduler of epoch {} is broken", epoch(), e);
            mandate.forfeit("the scheduler is broken: " + e, e);
        } finally {
            metrics.leading(0);
        }
    }

    private void turn(Pulse pulse) throws InterruptedException {
        long startNanos = System.nanoTime();
        long waitNanos =
                Math.min(pulse.nanosUntilDue(startNanos), durability.nanosUntilDue(startNanos));
        List<Mailbox.Letter> letters = mailbox.take(LETTERS_PER_TURN_MAX, waitNanos);
        if (!mandate.holds()) {
            // Whoever was paused may wake up when another leads already: not one order more.
            mandate.forfeit("the lease was not kept alive in time", null);
            throw new InterruptedException();
        }
        letters.forEach(letter -> letter.task().run());
        long nowNanos = System.nanoTime();
        if (pulse.nanosUntilDue(nowNanos) == 0) {
            tick(pulse, nowNanos);
        }
        durability.flush(System.nanoTime(), mailbox::put, mandate);
        hands.flush();
        if (!letters.isEmpty()) {
            metrics.dispatched(System.nanoTime() - letters.getFirst().arrivedNanos());
        }
    }

    private void tick(Pulse pulse, long nowNanos) {
        long lateNanos = pulse.lateNanos(nowNanos);
        boolean stalled = pulse.beat(nowNanos);
        handle(new SchedulerEvent.Tick(nextCause(), stalled, Instant.now()));
        metrics.ticked(
                lateNanos,
                scheduler.view().cluster(),
                mailbox.size(),
                durability.gate().waitingCount());
        durability
                .troubleLasting(LEDGER_TROUBLE_MAX)
                .ifPresent(
                        why -> waiting.fail(ApiException.unavailable("LEDGER_UNAVAILABLE", why)));
    }

    private void handle(SchedulerEvent event) {
        Decision decision = scheduler.handle(now(), event);
        durability.record(decision.facts());
        decision.commands().forEach(this::carryOut);
        metrics.handled(event);
    }

    private void carryOut(SchedulerCommand command) {
        switch (command) {
            case SchedulerCommand.ToWorker order -> durability.gate().order(order, hands::tell);
            case SchedulerCommand.LocateInputs inputs -> hands.locate(inputs, this);
            case SchedulerCommand.JobChanged changed ->
                    durability.gate().whenDurable(() -> signals.changed(changed.job()));
            case Reply reply -> durability.gate().whenDurable(() -> answer(reply));
        }
    }

    private void answer(Reply reply) {
        CompletableFuture<Reply> asked = replies.remove(reply.cause());
        if (asked != null) {
            asked.complete(reply);
        }
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(System.nanoTime() - originNanos);
    }

    private void joinUninterruptibly() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
