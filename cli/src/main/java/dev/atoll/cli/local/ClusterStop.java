package dev.atoll.cli.local;

import dev.atoll.client.local.LocalCluster.Member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Stops the processes of a cluster and waits until they are gone. */
public final class ClusterStop {
    private static final Duration GRACE = Duration.ofSeconds(12);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(10);

    private ClusterStop() {}

    /**
     * Asks them to end, workers first; those that have not after a while are killed. Processes that
     * are not there any more do not matter. An interrupted thread stops them all the same, and
     * stays interrupted.
     *
     * @return how many were running
     */
    public static int stop(List<Member> members) {
        List<Member> workersFirst = new ArrayList<>(members.reversed());
        List<Member> running = new ArrayList<>();
        for (Member member : workersFirst) {
            ProcessStamp.find(member)
                    .ifPresent(process -> {
                        process.destroy();
                        running.add(member);
                    });
        }
        if (!areGone(running, GRACE)) {
            for (Member member : running) {
                ProcessStamp.find(member).ifPresent(ProcessHandle::destroyForcibly);
            }
            // A process that was killed is gone as soon as the system gets to it.
            boolean _ = areGone(running, GRACE);
        }
        return running.size();
    }

    /** Those members whose processes run. */
    public static List<Member> running(List<Member> members) {
        return members.stream().filter(member -> ProcessStamp.find(member).isPresent()).toList();
    }

    private static boolean areGone(List<Member> members, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        boolean gone = running(members).isEmpty();
        while (!gone && System.nanoTime() - deadline < 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(LOOK_INTERVAL.toNanos());
            } catch (InterruptedException _) {
                interrupted = true;
            }
            gone = running(members).isEmpty();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return gone;
    }
}
