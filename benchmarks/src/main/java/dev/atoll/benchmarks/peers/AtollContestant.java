package dev.atoll.benchmarks.peers;

import dev.atoll.benchmarks.contest.Commands;
import dev.atoll.benchmarks.contest.Contestant;
import dev.atoll.benchmarks.contest.Turns;
import dev.atoll.benchmarks.contest.Work;
import dev.atoll.client.Atoll;
import dev.atoll.client.FunctionJob;
import dev.atoll.client.FunctionOptions;
import dev.atoll.client.Job;
import dev.atoll.client.JobRequest;
import dev.atoll.client.JobRequest.Durability;
import dev.atoll.client.JobStatus;
import dev.atoll.client.StageRequest;
import dev.atoll.client.function.RemoteFunction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Atoll on the cluster that {@code ATOLL_HOME} names, with results as durable as it is told. */
final class AtollContestant implements Contestant {
    /* As benchmarks/functions has it: many tasks at once in one JVM of each worker. */
    private static final int FUNCTION_SLOTS = 16;
    private static final int FUNCTION_MILLIS = 50;

    private final String launcher;
    private final Durability durability;
    private final FunctionOptions many;
    private final FunctionOptions few;
    private final Atoll cluster = Atoll.connect();

    private AtollContestant(String launcher, Durability durability) {
        this.launcher = launcher;
        this.durability = durability;
        this.few = FunctionOptions.defaults().durability(durability);
        this.many = few.slots(FUNCTION_SLOTS).cpuMillis(FUNCTION_MILLIS);
    }

    /** Serves as a client; takes the launcher, and what {@code --durability} takes. */
    public static void main(String[] arguments) {
        Turns.serve(() ->
                new AtollContestant(
                        arguments[0], Durability.valueOf(arguments[1].toUpperCase(Locale.ROOT))));
    }

    @Override
    public String about() {
        return "Atoll, this commit: map of the Java client, command tasks; the ledger is synced to"
                + " disk, results have durability "
                + word(durability);
    }

    private void map(int count, FunctionOptions options, RemoteFunction<Integer, Integer> task) {
        List<Integer> items = IntStream.range(0, count).boxed().toList();
        try (FunctionJob<Integer> job = cluster.map(items, task, options)) {
            Work.requireSum(job.results().mapToLong(Integer::longValue).sum(), count);
        }
    }

    @Override
    public void tasks(int count) {
        map(count, many, Work::nothing);
    }

    @Override
    public void processes(int count) throws Exception {
        Job job =
                cluster.submit(
                        JobRequest.builder()
                                .stage(StageRequest.command("/bin/true").range(1, count).build())
                                .durability(durability)
                                .build());
        JobStatus end = job.waitForEnd();
        if (end.state() != JobStatus.State.SUCCEEDED) {
            throw new IllegalStateException("ended as " + end.state());
        }
    }

    @Override
    public void pauses(int count, int millis) {
        map(count, few, item -> Work.pause(item, millis));
    }

    @Override
    public void results(int count, int bytes) {
        List<Integer> items = IntStream.range(0, count).boxed().toList();
        try (FunctionJob<byte[]> job = cluster.map(items, item -> Work.bytes(item, bytes), few)) {
            Work.requireBytes(job.results().mapToLong(it -> it.length).sum(), (long) count * bytes);
        }
    }

    @Override
    public void command() throws Exception {
        Commands.run(List.of(launcher, "run", "--durability", word(durability), "--", "true"));
    }

    /** The cluster's processes are none of this one's children, but know the same home. */
    @Override
    public List<Long> processIds() {
        String home = "ATOLL_HOME=" + System.getenv("ATOLL_HOME");
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(it -> isService(it.pid(), home))
                    .flatMap(it -> Stream.concat(Stream.of(it), it.descendants()))
                    .map(ProcessHandle::pid)
                    .distinct()
                    .toList();
        }
    }

    private static String word(Durability durability) {
        return durability.name().toLowerCase(Locale.ROOT);
    }

    private static boolean isService(long pid, String home) {
        return words(pid, "environ").contains(home)
                && words(pid, "cmdline").stream().anyMatch(it -> it.endsWith("/atoll-cli.jar"));
    }

    private static List<String> words(long pid, String file) {
        try {
            return List.of(Files.readString(Path.of("/proc", "" + pid, file)).split("\0"));
        } catch (IOException e) {
            // It ended meanwhile, or is another user's.
            return List.of();
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
