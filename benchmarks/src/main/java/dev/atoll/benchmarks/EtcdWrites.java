package dev.atoll.benchmarks;

import dev.atoll.client.Atoll;
import dev.atoll.client.Job;
import dev.atoll.client.JobRequest;
import dev.atoll.client.JobStatus;
import dev.atoll.client.StageRequest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;

/**
 * How much a job of many short tasks writes to etcd, as etcd itself counts it: leases, members and
 * whatever else the cluster writes meanwhile are in the numbers.
 */
public final class EtcdWrites {
    private static final String PUTS = "etcd_mvcc_put_total";
    private static final String PROPOSALS = "etcd_server_proposals_committed_total";

    private static final Duration LOOK = Duration.ofMillis(500);

    private final URI metrics;

    private EtcdWrites(URI metrics) {
        this.metrics = metrics;
    }

    /**
     * Runs a job, or as much of it as the time allows, and prints a table.
     *
     * @param args the cluster's address, the client URL of a member of etcd, the number of tasks,
     *     for how many seconds to count
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 4) {
            System.err.println("usage: EtcdWrites CLUSTER ETCD_URL TASKS SECONDS");
            System.exit(2);
        }
        new EtcdWrites(URI.create(args[1] + "/metrics"))
                .run(
                        args[0],
                        Integer.parseInt(args[2]),
                        Duration.ofSeconds(Long.parseLong(args[3])));
    }

    private void run(String cluster, int tasks, Duration most)
            throws IOException, InterruptedException {
        StageRequest stage =
                StageRequest.command("true")
                        .items(new StageRequest.Items.Sequence(0, 1, tasks))
                        .build();
        try (Atoll atoll = Atoll.connect(cluster)) {
            double putsBefore = read(PUTS);
            double proposalsBefore = read(PROPOSALS);
            long startNanos = System.nanoTime();
            Job job = atoll.submit(JobRequest.builder().name("etcd-writes").stage(stage).build());
            JobStatus last = job.status();
            while (!last.state().isFinal() && System.nanoTime() - startNanos < most.toNanos()) {
                Thread.sleep(LOOK);
                last = job.status();
            }
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            double puts = read(PUTS) - putsBefore;
            double proposals = read(PROPOSALS) - proposalsBefore;
            job.cancel("counted for long enough");
            print(tasks, last.succeededCount(), seconds, puts, proposals);
        }
    }

    private static void print(int tasks, long done, double seconds, double puts, double proposals) {
        System.out.println(
                "| tasks of the job | done | seconds | tasks/s | puts | puts/s | commits |"
                        + " commits/s |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %.1f | %.0f | %.0f | %.1f | %.0f | %.1f |%n",
                tasks,
                done,
                seconds,
                done / seconds,
                puts,
                puts / seconds,
                proposals,
                proposals / seconds);
    }

    private double read(String name) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow(() -> new IOException(metrics + " does not tell " + name));
        }
    }
}
