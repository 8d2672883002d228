package dev.atoll.master.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.FailedGroup;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;
import dev.atoll.proto.ledger.v1.StoredProgress;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

final class ProgressCodecTest {
    private static final int CHUNK = 5;
    private static final int BASE = CHUNK * 65_536;

    @Test
    void anyProgressComesBack() {
        Random random = new Random(11);
        for (int round = 0; round < 60; round++) {
            ProgressChunk chunk = randomChunk(random, 1 + random.nextInt(9), random.nextInt(40));
            StoredProgress stored = ProgressCodec.write(chunk, BASE);
            assertThat(ProgressCodec.read(stored, BASE)).isEqualTo(chunk);
        }
    }

    @Test
    void failureWithoutWorkerComesBack() {
        FailedGroup group =
                new FailedGroup(
                        Optional.empty(), Failure.of(Failure.Kind.WORKER_LOST), Ranges.of(BASE));
        ProgressChunk chunk = new ProgressChunk(Map.of(), Map.of(), Ranges.empty(), List.of(group));
        assertThat(ProgressCodec.read(ProgressCodec.write(chunk, BASE), BASE)).isEqualTo(chunk);
    }

    @Test
    void someDetailsAreKeptAndNoFailureIsLost() {
        List<FailedGroup> failed = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            failed.add(failed(i, "w1", 1, "last words of task " + i));
        }
        ProgressChunk back =
                roundTrip(new ProgressChunk(Map.of(), Map.of(), Ranges.empty(), failed));
        assertThat(failedTasks(back)).isEqualTo(Ranges.between(BASE, BASE + 200));
        assertThat(back.failed().stream().map(g -> g.failure().detail()).distinct())
                .hasSize(ProgressCodec.DETAILS_MAX + 1)
                .contains("");
        assertThat(back.failed().stream().map(g -> g.failure().code()).distinct())
                .containsExactly(1);
    }

    @Test
    void chunkWhoseEveryTaskFailedInItsOwnWayFits() {
        List<FailedGroup> failed = new ArrayList<>();
        for (int i = 0; i < 65_536; i++) {
            failed.add(failed(i, "worker-" + i % 300, i % 250, "x".repeat(250) + i));
        }
        StoredProgress stored =
                ProgressCodec.write(
                        new ProgressChunk(Map.of(), Map.of(), Ranges.empty(), failed), BASE);
        assertThat(stored.getSerializedSize()).isLessThan(256 * 1024);
        assertThat(failedTasks(ProgressCodec.read(stored, BASE)))
                .isEqualTo(Ranges.between(BASE, BASE + 65_536));
    }

    @Test
    void chunkScatteredOverManyWorkersFits() {
        Map<WorkerId, RangeSet> sets = new LinkedHashMap<>();
        Random random = new Random(3);
        for (int i = 0; i < 65_536; i++) {
            WorkerId worker = new WorkerId("worker-with-a-long-name-" + random.nextInt(1_000));
            sets.computeIfAbsent(worker, _ -> new RangeSet()).add(BASE + i, BASE + i + 1);
        }
        Map<WorkerId, Ranges> succeeded = new LinkedHashMap<>();
        sets.forEach((worker, set) -> succeeded.put(worker, set.toRanges()));
        ProgressChunk chunk = new ProgressChunk(succeeded, Map.of(), Ranges.empty(), List.of());
        StoredProgress stored = ProgressCodec.write(chunk, BASE);
        assertThat(stored.getSerializedSize()).isLessThan(256 * 1024);
        assertThat(ProgressCodec.read(stored, BASE)).isEqualTo(chunk);
    }

    private static ProgressChunk roundTrip(ProgressChunk chunk) {
        return ProgressCodec.read(ProgressCodec.write(chunk, BASE), BASE);
    }

    private static FailedGroup failed(int offset, String worker, int code, String detail) {
        return new FailedGroup(
                Optional.of(new WorkerId(worker)),
                new Failure(Failure.Kind.EXIT, code, detail),
                Ranges.of(BASE + offset));
    }

    private static Ranges failedTasks(ProgressChunk chunk) {
        RangeSet all = new RangeSet();
        chunk.failed().forEach(group -> all.addAll(group.tasks()));
        return all.toRanges();
    }

    private static ProgressChunk randomChunk(Random random, int workers, int failures) {
        RangeSet free = new RangeSet(Ranges.between(BASE, BASE + 65_536));
        Map<WorkerId, Ranges> succeeded = new LinkedHashMap<>();
        for (int w = 0; w < workers; w++) {
            Ranges mine = some(random, free);
            if (!mine.isEmpty()) {
                succeeded.put(new WorkerId("w" + w), mine);
            }
        }
        List<FailedGroup> failed = new ArrayList<>();
        for (int f = 0; f < failures; f++) {
            Ranges mine = some(random, free);
            if (!mine.isEmpty()) {
                Failure failure = new Failure(Failure.Kind.SIGNAL, f, "detail " + f);
                failed.add(
                        new FailedGroup(
                                Optional.of(new WorkerId("w" + random.nextInt(12))),
                                failure,
                                mine));
            }
        }
        RangeSet all = new RangeSet();
        succeeded.values().forEach(all::addAll);
        Ranges window = Ranges.between(BASE, BASE + random.nextInt(65_537));
        return new ProgressChunk(succeeded, copies(random, all), all.intersection(window), failed);
    }

    private static Map<WorkerId, Ranges> copies(Random random, RangeSet all) {
        Map<WorkerId, Ranges> copied = new LinkedHashMap<>();
        for (int w = 0; w < 3; w++) {
            RangeSet free = new RangeSet(all.toRanges());
            Ranges most = new RangeSet(some(random, free)).absentFrom(all.toRanges());
            Ranges mine = random.nextBoolean() ? most : all.intersection(some(random, free));
            if (!mine.isEmpty()) {
                copied.put(new WorkerId("w" + w), mine);
            }
        }
        return copied;
    }

    private static Ranges some(Random random, RangeSet free) {
        RangeSet taken = new RangeSet();
        for (int i = 0; i < 50; i++) {
            int first = BASE + random.nextInt(65_536);
            int end = Math.min(BASE + 65_536, first + 1 + random.nextInt(30));
            taken.addAll(free.intersection(Ranges.between(first, end)));
        }
        free.removeAll(taken.toRanges());
        return taken.toRanges();
    }
}
