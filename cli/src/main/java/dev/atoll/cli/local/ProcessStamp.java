package dev.atoll.cli.local;

import dev.atoll.client.local.LocalCluster.Member;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** When a process started: together with its pid it names the process for good. */
final class ProcessStamp {
    /* Linux tells the start of a process in ticks since its own start, in field 22 of its stat; the
     * fields are counted from behind the name, which may hold anything, and the state is field 3.
     * Wall-clock times are made from that with a boot time that may move by a second. */
    private static final int STARTED_FIELD = 22 - 3;

    private ProcessStamp() {}

    /** The stamp of a process that runs; empty if there is none with this pid. */
    static Optional<String> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            // A zombie has ended; it only waits for its parent to hear of it.
            return fields[0].equals("Z") ? Optional.empty() : Optional.of(fields[STARTED_FIELD]);
        } catch (IOException _) {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .flatMap(process -> process.info().startInstant())
                    .map(Instant::toString);
        }
    }

    /** The process of a member, if it still runs. */
    static Optional<ProcessHandle> find(Member member) {
        return of(member.pid()).filter(member.stamp()::equals).isPresent()
                ? ProcessHandle.of(member.pid())
                : Optional.empty();
    }
}
