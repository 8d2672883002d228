package dev.atoll.master.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.atoll.core.journal.Journal;
import dev.atoll.core.journal.Recovered;
import dev.atoll.core.journal.Recovery;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Decision;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.Fact.JobAccepted;
import dev.atoll.core.scheduler.Fact.JobEnded;
import dev.atoll.core.scheduler.Fact.JobForgotten;
import dev.atoll.core.scheduler.Fact.JobReopened;
import dev.atoll.core.scheduler.Fact.JobStopping;
import dev.atoll.core.scheduler.Fact.Outcome;
import dev.atoll.core.scheduler.Fact.TasksFailed;
import dev.atoll.core.scheduler.Fact.TasksReopened;
import dev.atoll.core.scheduler.Fact.TasksSucceeded;
import dev.atoll.core.scheduler.Fact.WorkerDischarged;
import dev.atoll.core.scheduler.Fact.WorkerDrained;
import dev.atoll.core.scheduler.Fact.WorkerEnlisted;
import dev.atoll.core.scheduler.Fact.WorkerResumed;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerEvent.JobSubmitted;
import dev.atoll.core.scheduler.SchedulerLimits;
import dev.atoll.core.scheduler.SchedulerView;
import dev.atoll.runtime.naming.LedgerEntry;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** What goes into the ledger comes out of it: the same view before and after. */
final class RecoveryTest {
    private final Scheduler before = new Scheduler(SchedulerLimits.defaults(), 1);
    private final Journal<ByteString> journal = journal(Recovered.nothing());
    private final TreeMap<String, ByteString> ledger = new TreeMap<>();

    @Test
    void freshLedgerHoldsNothing() {
        Recovered recovered = recovered();
        assertThat(recovered.facts()).isEmpty();
        assertThat(recovered.nextJobId()).isEqualTo(1);
    }

    @Test
    void viewIsTheSameAfterRandomHistories() {
        Random random = new Random(5);
        for (long job = 1; job <= 40; job++) {
            randomHistory(job, random);
            if (random.nextInt(3) == 0) {
                flush();
            }
        }
        flush();
        Scheduler after = replayed();
        assertThat(after.view().jobs(Long.MAX_VALUE, 100, false))
                .isEqualTo(before.view().jobs(Long.MAX_VALUE, 100, false));
        for (var job : before.view().jobs(Long.MAX_VALUE, 100, false)) {
            for (int stage = 0; stage < job.stages().size(); stage++) {
                int chunks = (job.stages().get(stage).taskCount() - 1) / 65_536 + 1;
                assertSame(new StageRef(job.id(), stage), chunks, before.view(), after.view());
            }
        }
        after.validate();
    }

    @Test
    void idsAreNeverUsedAgain() {
        for (long job = 1; job <= 3; job++) {
            record(Jobs.accepted(job, 1));
            record(new JobEnded(new JobId(job), Outcome.CANCELLED, "", Jobs.TIME));
            record(new JobForgotten(new JobId(job)));
        }
        flush();
        Scheduler after = replayed();
        assertThat(after.view().jobs(Long.MAX_VALUE, 10, false)).isEmpty();
        Decision decision =
                after.handle(
                        Instant.EPOCH,
                        new JobSubmitted("c", Jobs.accepted(9, 1).spec(), Jobs.TIME));
        assertThat(decision.facts())
                .first()
                .isInstanceOfSatisfying(
                        JobAccepted.class,
                        accepted -> assertThat(accepted.job()).isEqualTo(new JobId(4)));
        after.validate();
    }

    @Test
    void drainsLastUntilTheyAreTakenBack() {
        record(new WorkerDrained(new WorkerId("w1")));
        record(new WorkerDrained(new WorkerId("w2")));
        flush();
        record(new WorkerResumed(new WorkerId("w1")));
        flush();
        assertThat(recovered().facts()).containsExactly(new WorkerDrained(new WorkerId("w2")));
    }

    @Test
    void theRosterHoldsWhoeverHasNotBeenGivenUp() {
        record(new WorkerEnlisted(new WorkerId("w1")));
        record(new WorkerEnlisted(new WorkerId("w2")));
        flush();
        record(new WorkerDischarged(new WorkerId("w1")));
        record(new WorkerEnlisted(new WorkerId("w3")));
        flush();
        assertThat(recovered().facts())
                .containsExactlyInAnyOrder(
                        new WorkerEnlisted(new WorkerId("w2")),
                        new WorkerEnlisted(new WorkerId("w3")));
    }

    @Test
    void endsComeBackInTheirOrder() {
        Instant[] ends = {Jobs.TIME.plusSeconds(3), Jobs.TIME, Jobs.TIME, Jobs.TIME.plusSeconds(1)};
        for (int i = 0; i < ends.length; i++) {
            JobId job = new JobId(i + 1);
            record(Jobs.accepted(job.value(), 1));
            record(new JobEnded(job, Outcome.CANCELLED, "", ends[i]));
        }
        flush();
        assertThat(recovered().facts())
                .filteredOn(fact -> fact instanceof JobEnded)
                .extracting(fact -> ((JobEnded) fact).job().value())
                .containsExactly(2L, 3L, 4L, 1L);
        replayed().validate();
    }

    @Test
    void specsLongerThanAnEntryComeBack() {
        Fact.JobAccepted fact = Jobs.accepted(1, "y".repeat(500_000), 3);
        record(fact);
        flush();
        assertThat(recovered().facts()).containsExactly(fact);
    }

    @Test
    void repeatOfARequestIsKnownAfterwards() {
        Fact.JobAccepted fact = Jobs.accepted(1, 3);
        record(fact);
        flush();
        Decision decision =
                replayed().handle(Instant.EPOCH, new JobSubmitted("c", fact.spec(), Jobs.TIME));
        assertThat(decision.facts()).isEmpty();
    }

    @Test
    void piecesWithoutASpecAreCleanedUp() {
        record(Jobs.accepted(1, "z".repeat(500_000), 1));
        flush();
        ledger.remove("jobs/1/spec");
        Recovered recovered = recovered();
        assertThat(recovered.facts()).hasSize(3);
        assertThat(recovered.orphans())
                .extracting(KeyText::write)
                .containsExactly("jobs/1/spec/1", "jobs/1/spec/2");
        Journal<ByteString> next = journal(recovered);
        assertThat(next.isDue(0)).isTrue();
        assertThat(CommitBatch.of(next.take(0)).deletes())
                .containsExactly("jobs/1/spec/1", "jobs/1/spec/2");
        next.committed();
        assertThat(next.durablePosition()).isEqualTo(next.position());
    }

    @Test
    void specWithoutAPieceBelongsToNobody() {
        record(Jobs.accepted(1, "z".repeat(500_000), 1));
        flush();
        ledger.remove("jobs/1/spec/2");
        assertThat(recovered().keys()).isEmpty();
        assertThat(recovered().orphans()).hasSize(2);
    }

    @Test
    void successWithoutItsProgressWasCutOffAndGoesOn() {
        record(Jobs.accepted(1, 100_000));
        record(succeeded(1, 0, Ranges.between(0, 100_000)));
        record(new JobEnded(new JobId(1), Outcome.SUCCEEDED, "", Jobs.TIME));
        flush();
        ledger.remove("jobs/1/progress/0/1");
        assertThat(recovered().facts()).noneMatch(fact -> fact instanceof JobEnded);
    }

    @Test
    void damagedEntryIsNamed() {
        ledger.put("jobs/1/state", ByteString.copyFromUtf8("no message"));
        assertThatThrownBy(this::recovered)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("jobs/1/state");
    }

    @Test
    void unknownKeyIsNamed() {
        ledger.put("jobs/1/colour", ByteString.EMPTY);
        assertThatThrownBy(this::recovered)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("jobs/1/colour");
    }

    private void randomHistory(long id, Random random) {
        int count = random.nextBoolean() ? 200_000 : 1 + random.nextInt(50);
        record(Jobs.accepted(id, count, 1 + random.nextInt(20)));
        RangeSet free = new RangeSet(Ranges.between(0, count));
        for (int i = 0; i < 30; i++) {
            int first = random.nextInt(count);
            Ranges some =
                    free.intersection(
                            Ranges.between(
                                    first, Math.min(count, first + 1 + random.nextInt(count))));
            if (some.isEmpty()) {
                continue;
            }
            free.removeAll(some);
            StageRef stage = new StageRef(new JobId(id), 0);
            if (random.nextInt(4) == 0) {
                record(
                        new TasksFailed(
                                stage,
                                Optional.of(new WorkerId("w" + random.nextInt(4))),
                                new Failure(Failure.Kind.EXIT, random.nextInt(3), "d" + i % 3),
                                some));
            } else {
                Ranges silent = random.nextBoolean() ? some : Ranges.empty();
                WorkerId worker = new WorkerId("w" + random.nextInt(4));
                record(new TasksSucceeded(stage, worker, some, silent));
            }
            if (random.nextInt(6) == 0) {
                record(new TasksReopened(stage, some));
                free.addAll(some);
            }
        }
        end(new JobId(id), random.nextInt(5));
    }

    private void end(JobId job, int how) {
        switch (how) {
            case 0 -> record(new JobStopping(job, Outcome.CANCELLED, "stop it"));
            case 1 -> record(new JobEnded(job, Outcome.FAILED, "it failed", Jobs.TIME));
            case 2 -> {
                record(new JobEnded(job, Outcome.CANCELLED, "enough", Jobs.TIME));
                record(new JobReopened(job));
            }
            default -> {}
        }
    }

    private static void assertSame(
            StageRef stage, int chunks, SchedulerView before, SchedulerView after) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            assertThat(after.progress(stage, chunk)).isEqualTo(before.progress(stage, chunk));
        }
    }

    private void record(Fact fact) {
        before.replay(fact);
        journal.record(List.of(fact));
    }

    private void flush() {
        long now = Long.MAX_VALUE / 2;
        while (journal.isDue(now)) {
            CommitBatch batch = CommitBatch.of(journal.take(now));
            ledger.putAll(batch.puts());
            batch.deletes().forEach(ledger::remove);
            journal.committed();
            now += Duration.ofSeconds(1).toNanos();
        }
    }

    private Scheduler replayed() {
        Scheduler after = new Scheduler(SchedulerLimits.defaults(), 2);
        recovered().facts().forEach(after::replay);
        return after;
    }

    private Journal<ByteString> journal(Recovered recovered) {
        return new Journal<>(
                new Journal.Rhythm(Duration.ofMillis(1), StoredEntries.LIMITS),
                new StoredEntries(),
                recovered,
                before.view()::progress);
    }

    private Recovered recovered() {
        List<LedgerEntry> entries = new ArrayList<>();
        for (Map.Entry<String, ByteString> entry : ledger.entrySet()) {
            entries.add(new LedgerEntry(entry.getKey(), entry.getValue()));
        }
        return Recovery.read(LedgerReader.read(entries));
    }

    private static TasksSucceeded succeeded(long job, int stage, Ranges tasks) {
        return new TasksSucceeded(
                new StageRef(new JobId(job), stage), new WorkerId("w"), tasks, Ranges.empty());
    }
}
