package dev.atoll.master.relay;

import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.session.Sessions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Chooses the workers that a blob is written to: evenly, with room, on different machines. */
final class BlobTargets {
    /** A worker whose disk was full is left in peace for so long. */
    private static final long FULL_NANOS = Duration.ofSeconds(10).toNanos();

    private final Map<WorkerId, Long> bytesGiven = new ConcurrentHashMap<>();
    private final Map<WorkerId, Long> fullNanos = new ConcurrentHashMap<>();

    /** A worker as it was at one moment: its numbers change while others are compared with it. */
    private record Candidate(WorkerView worker, long givenBytes, long freeBytes) {
        static final Comparator<Candidate> BEST_FIRST =
                Comparator.comparing(Candidate::isDoubtful)
                        .thenComparingLong(Candidate::givenBytes)
                        .thenComparing(Candidate::freeBytes, Comparator.reverseOrder());

        /** Whether it is in quarantine: better than no worker, and worse than any other. */
        boolean isDoubtful() {
            return worker.state() == WorkerState.QUARANTINED;
        }
    }

    /** So many workers, or as many as there are. */
    List<WorkerView> choose(
            List<WorkerView> present, Sessions sessions, long sizeBytes, int count) {
        List<WorkerView> suited =
                present.stream()
                        .filter(worker -> worker.state() != WorkerState.DRAINING)
                        .filter(worker -> !isFull(worker.id()))
                        .map(worker ->
                                new Candidate(worker, given(worker), freeBytes(worker, sessions)))
                        .filter(candidate -> candidate.freeBytes() > sizeBytes)
                        .sorted(Candidate.BEST_FIRST)
                        .map(Candidate::worker)
                        .toList();
        List<WorkerView> chosen = new ArrayList<>();
        Set<String> machines = new HashSet<>();
        suited.stream()
                .filter(worker -> machines.add(machine(worker)))
                .limit(count)
                .forEach(chosen::add);
        // Fewer machines than copies: a second worker of a machine is better than none.
        suited.stream()
                .filter(worker -> !chosen.contains(worker))
                .limit(count - chosen.size())
                .forEach(chosen::add);
        chosen.forEach(worker -> bytesGiven.merge(worker.id(), sizeBytes, Long::sum));
        return chosen;
    }

    /** A worker has refused a blob for want of room. */
    void refused(WorkerId worker) {
        fullNanos.put(worker, System.nanoTime());
    }

    /** On how many workers a blob is to be that is kept. */
    static int kept(List<WorkerView> present, int count) {
        long ready = present.stream().filter(worker -> worker.state() == WorkerState.READY).count();
        return Math.clamp(ready, 1, count);
    }

    /** Whether so many workers are here that may have room. */
    boolean hasOthers(List<WorkerView> present, int count) {
        return present.stream()
                        .filter(worker -> worker.state() == WorkerState.READY)
                        .filter(worker -> !isFull(worker.id()))
                        .count()
                >= count;
    }

    private boolean isFull(WorkerId worker) {
        Long since = fullNanos.get(worker);
        return since != null && System.nanoTime() - since < FULL_NANOS;
    }

    private long given(WorkerView worker) {
        return bytesGiven.getOrDefault(worker.id(), 0L);
    }

    /** What is free by the latest heartbeat; before the first, enough. */
    private static long freeBytes(WorkerView worker, Sessions sessions) {
        return sessions.statistics(worker.id())
                .map(statistics -> statistics.getDiskBytesFree())
                .orElse(Long.MAX_VALUE);
    }

    private static String machine(WorkerView worker) {
        String address = worker.address();
        int port = address.lastIndexOf(':');
        return port < 0 ? address : address.substring(0, port);
    }
}
