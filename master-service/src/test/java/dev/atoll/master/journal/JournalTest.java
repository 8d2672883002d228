package dev.atoll.master.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.atoll.core.journal.Journal;
import dev.atoll.core.journal.Recovered;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.Fact.JobEnded;
import dev.atoll.core.scheduler.Fact.JobForgotten;
import dev.atoll.core.scheduler.Fact.JobReopened;
import dev.atoll.core.scheduler.Fact.JobStopping;
import dev.atoll.core.scheduler.Fact.Outcome;
import dev.atoll.core.scheduler.Fact.TasksSucceeded;
import dev.atoll.core.scheduler.Fact.WorkerEnlisted;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerLimits;
import dev.atoll.proto.ledger.v1.StoredState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The journal with the entries as they are stored. */
final class JournalTest {
    private static final long INTERVAL = Duration.ofMillis(100).toNanos();
    private static final WorkerId WORKER = new WorkerId("w1");

    private final Scheduler scheduler = new Scheduler(SchedulerLimits.defaults(), 1);
    private final Journal<ByteString> journal =
            new Journal<>(
                    new Journal.Rhythm(Duration.ofMillis(100), StoredEntries.LIMITS),
                    new StoredEntries(),
                    Recovered.nothing(),
                    scheduler.view()::progress);
    private final Map<String, ByteString> ledger = new TreeMap<>();

    @Test
    void acceptedJobIsCommittedAtOnce() {
        record(Jobs.accepted(1, 10));
        assertThat(journal.isDue(0)).isTrue();
        CommitBatch batch = CommitBatch.of(journal.take(0));
        assertThat(batch.puts().keySet()).containsExactly("jobs/1/spec", "next-job-id");
        assertThat(journal.durablePosition()).isEqualTo(0);
        journal.committed();
        assertThat(journal.durablePosition()).isEqualTo(1);
        assertThat(journal.isDue(Long.MAX_VALUE / 2)).isFalse();
    }

    @Test
    void acceptanceIsKnownByItsPositionUntilItIsDurable() {
        record(Jobs.accepted(1, 10));
        record(Jobs.accepted(2, 10));
        assertThat(journal.acceptedPosition(new JobId(2))).isEqualTo(2);
        flush(0);
        assertThat(journal.acceptedPosition(new JobId(2))).isZero();
    }

    @Test
    void workerIsEnlistedAtOnceAndKnownByItsPositionUntilItIsDurable() {
        record(new WorkerEnlisted(WORKER));
        assertThat(journal.isDue(0)).isTrue();
        assertThat(journal.enlistedPosition(WORKER)).isEqualTo(1);
        flush(0);
        assertThat(journal.enlistedPosition(WORKER)).isZero();
        assertThat(ledger).containsOnlyKeys("workers/w1");
    }

    @Test
    void millionTaskJobIsTwoEntries() {
        record(Jobs.accepted(1, 1_000_000));
        CommitBatch batch = CommitBatch.of(journal.take(0));
        assertThat(batch.puts()).hasSize(2);
        assertThat(batch.puts().values().stream().mapToInt(ByteString::size).sum()).isLessThan(200);
    }

    @Test
    void progressWaitsForTheIntervalAndCostsOneWritePerChunk() {
        record(Jobs.accepted(1, 1_000_000));
        flush(0);
        for (int i = 0; i < 1_000; i++) {
            record(succeeded(1, 0, i * 10, i * 10 + 10));
        }
        assertThat(journal.isDue(INTERVAL - 1)).isFalse();
        assertThat(journal.nanosUntilDue(INTERVAL - 1)).isEqualTo(1);
        assertThat(journal.isDue(INTERVAL)).isTrue();
        assertThat(CommitBatch.of(journal.take(INTERVAL)).puts().keySet())
                .containsExactly("jobs/1/progress/0/0");
        journal.committed();
        assertThat(journal.durablePosition()).isEqualTo(1_001);
    }

    @Test
    void progressAfterQuietTimesIsCommittedAtOnce() {
        record(Jobs.accepted(1, 10));
        flush(0);
        record(succeeded(1, 0, 0, 1));
        assertThat(journal.isDue(10 * INTERVAL)).isTrue();
    }

    @Test
    void oneBatchIsInFlightAtATime() {
        record(Jobs.accepted(1, 10));
        journal.take(0);
        record(Jobs.accepted(2, 10));
        assertThat(journal.isDue(10 * INTERVAL)).isFalse();
        journal.committed();
        assertThat(journal.durablePosition()).isEqualTo(1);
        assertThat(journal.isDue(0)).isTrue();
    }

    @Test
    void whatChangesWhileInFlightIsNotDurableWithIt() {
        record(Jobs.accepted(1, 10));
        flush(0);
        record(succeeded(1, 0, 0, 1));
        journal.take(INTERVAL);
        record(succeeded(1, 0, 1, 2));
        journal.committed();
        assertThat(journal.durablePosition()).isEqualTo(2);
        flush(2 * INTERVAL);
        assertThat(journal.durablePosition()).isEqualTo(3);
    }

    @Test
    void manyKeysAreSplitInOrder() {
        for (int job = 1; job <= 250; job++) {
            record(Jobs.accepted(job, 1));
        }
        List<String> order = new ArrayList<>();
        int batches = 0;
        while (journal.isDue(0)) {
            CommitBatch batch = CommitBatch.of(journal.take(0));
            assertThat(batch.puts().size()).isLessThanOrEqualTo(100);
            order.addAll(batch.puts().keySet());
            journal.committed();
            batches++;
        }
        assertThat(batches).isEqualTo(3);
        order.remove("next-job-id");
        assertThat(order).hasSize(250).startsWith("jobs/1/spec").endsWith("jobs/250/spec");
        assertThat(journal.durablePosition()).isEqualTo(250);
    }

    @Test
    void factsOfAFirstPartAreDurableBeforeTheSecond() {
        for (int job = 1; job <= 150; job++) {
            record(Jobs.accepted(job, 1));
        }
        journal.take(0);
        journal.committed();
        assertThat(journal.durablePosition()).isEqualTo(99);
    }

    @Test
    void largeSpecsAreCutIntoPiecesAndStayUnderTheLimits() {
        for (int job = 1; job <= 4; job++) {
            record(Jobs.accepted(job, "x".repeat(500_000), 1));
        }
        int batches = 0;
        while (journal.isDue(0)) {
            CommitBatch batch = CommitBatch.of(journal.take(0));
            int bytes = batch.puts().values().stream().mapToInt(ByteString::size).sum();
            assertThat(bytes).isLessThan(1 << 20);
            assertThat(batch.puts().values()).allMatch(value -> value.size() < 256 << 10);
            batch.puts().forEach(ledger::put);
            journal.committed();
            batches++;
        }
        assertThat(batches).isGreaterThan(1);
        assertThat(ledger).containsKeys("jobs/4/spec", "jobs/4/spec/1", "jobs/4/spec/2");
    }

    @Test
    void endOfAJobNeverComesBeforeItsProgress() throws Exception {
        record(Jobs.accepted(1, 10_000_000));
        flush(0);
        record(new JobStopping(new JobId(1), Outcome.FAILED, "why"));
        record(succeeded(1, 0, 0, 10_000_000));
        record(new JobEnded(new JobId(1), Outcome.FAILED, "why", Jobs.TIME));
        List<String> order = new ArrayList<>();
        while (journal.isDue(0)) {
            order.addAll(CommitBatch.of(journal.take(0)).puts().keySet());
            journal.committed();
        }
        assertThat(order).hasSize(154).endsWith("jobs/1/state");
    }

    @Test
    void stateIsTheLatest() throws Exception {
        record(Jobs.accepted(1, 1));
        record(new JobStopping(new JobId(1), Outcome.CANCELLED, "because"));
        record(new JobEnded(new JobId(1), Outcome.CANCELLED, "because", Jobs.TIME));
        flush(0);
        assertThat(StoredState.parseFrom(ledger.get("jobs/1/state")).getKind())
                .isEqualTo(StoredState.Kind.KIND_ENDED);
        record(new JobReopened(new JobId(1)));
        flush(0);
        assertThat(StoredState.parseFrom(ledger.get("jobs/1/state")).getKind())
                .isEqualTo(StoredState.Kind.KIND_OPEN);
    }

    @Test
    void forgottenJobIsRemovedHeadFirst() {
        record(Jobs.accepted(1, "x".repeat(300_000), 100_000));
        record(succeeded(1, 0, 0, 100_000));
        record(new JobEnded(new JobId(1), Outcome.SUCCEEDED, "", Jobs.TIME));
        flush(0);
        assertThat(ledger).hasSize(6);
        record(new JobForgotten(new JobId(1)));
        CommitBatch batch = CommitBatch.of(journal.take(10 * INTERVAL));
        assertThat(batch.puts()).isEmpty();
        assertThat(batch.deletes())
                .startsWith("jobs/1/spec")
                .containsExactlyInAnyOrder(
                        "jobs/1/spec",
                        "jobs/1/spec/1",
                        "jobs/1/state",
                        "jobs/1/progress/0/0",
                        "jobs/1/progress/0/1");
        journal.committed();
        assertThat(journal.durablePosition()).isEqualTo(journal.position());
    }

    @Test
    void jobThatWasNeverCommittedIsForgottenToo() {
        record(Jobs.accepted(1, 1));
        record(new JobEnded(new JobId(1), Outcome.CANCELLED, "", Jobs.TIME));
        record(new JobForgotten(new JobId(1)));
        flush(0);
        assertThat(ledger).containsOnlyKeys("next-job-id");
        assertThat(journal.durablePosition()).isEqualTo(3);
    }

    private void record(Fact fact) {
        scheduler.replay(fact);
        journal.record(List.of(fact));
    }

    private void flush(long nowNanos) {
        CommitBatch batch = CommitBatch.of(journal.take(nowNanos));
        ledger.putAll(batch.puts());
        batch.deletes().forEach(ledger::remove);
        journal.committed();
    }

    private static TasksSucceeded succeeded(long job, int stage, int first, int end) {
        return new TasksSucceeded(
                new StageRef(new JobId(job), stage),
                WORKER,
                Ranges.between(first, end),
                Ranges.empty());
    }
}
