package dev.atoll.cli;

import dev.atoll.cli.demo.Corpus;
import dev.atoll.cli.demo.DemoAccount;
import dev.atoll.cli.demo.WordCount;
import dev.atoll.cli.items.BlockLimits;
import dev.atoll.cli.items.BlockReader;
import dev.atoll.cli.items.Delimiter;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.shell.Signal;
import dev.atoll.cli.shell.Signals;
import dev.atoll.cli.terminal.Amounts;
import dev.atoll.client.Atoll;
import dev.atoll.client.BlobSource;
import dev.atoll.client.ItemTable;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.Job;
import dev.atoll.client.JobStatus;
import dev.atoll.client.Uploads;
import dev.atoll.core.model.BlobRef;
import dev.atoll.runtime.config.ByteSize;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** Counts the words of real text on a cluster that comes and goes. */
@Command(
        header = "Counts words of real text on a cluster of three workers that comes and goes.",
        description = {
            "",
            "Starts a cluster in a temporary directory, cuts the text into blocks, counts each"
                    + " block in a task of ordinary commands (tr, awk), adds the counts up in"
                    + " another (awk, sort), prints the most frequent words, and leaves nothing"
                    + " behind. Without a PATH the text is what comes with this Java: licences and"
                    + " sources.",
            ""
        },
        footer = {"", "Examples:", "  atoll demo", "  atoll demo --verify ~/books /var/log/syslog"},
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    private static final int WORDS_SHOWN = 20;
    private static final int BLOCKS_WANTED = 24;
    private static final int BLOCK_BYTES_MIN = 64 << 10;
    private static final int BLOCK_BYTES_MAX = 8 << 20;

    private final Shell shell;
    private final AtomicReference<Optional<Signal>> endedBy =
            new AtomicReference<>(Optional.empty());

    @Option(
            names = "--verify",
            description = "Counts once more in one plain process, and compares every byte.")
    private boolean verify;

    @Option(
            names = "--limit",
            paramLabel = "SIZE",
            defaultValue = "96MiB",
            description = "How much of this Java's own text at most. Default: 96 MiB.")
    private ByteSize limit = ByteSize.ofMebibytes(96);

    @SuppressWarnings("UnusedVariable") // Read by picocli.
    @Mixin
    private HelpOption help = new HelpOption();

    @Parameters(paramLabel = "PATH", arity = "0..*", description = "Files and directories of text.")
    private List<Path> paths = new ArrayList<>();

    DemoCommand(Shell shell) {
        this.shell = shell;
    }

    private record Counted(String words, JobStatus job, Duration elapsed) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Corpus corpus = corpus()) {
            Thread main = Thread.currentThread();
            Signals.listen(signal -> {
                endedBy.set(Optional.of(signal));
                main.interrupt();
            });
            shell.say(
                    "%s documents, %s; starting a cluster of %d workers"
                            .formatted(
                                    Amounts.count(corpus.documentCount()),
                                    Amounts.bytes(corpus.sizeBytes()),
                                    TemporaryCluster.WORKERS));
            return run(corpus);
        } catch (InterruptedException | IOException | RuntimeException e) {
            if (endedBy.get().isPresent()) {
                return ExitCode.ofSignal(endedBy.get().get().number());
            }
            throw e;
        }
    }

    private int run(Corpus corpus) throws IOException, InterruptedException {
        Counted counted;
        try (TemporaryCluster temporary = TemporaryCluster.start(shell);
                Atoll cluster = temporary.connect()) {
            counted = count(corpus, cluster);
        }
        if (counted.job().state() != JobStatus.State.SUCCEEDED) {
            return ExitCode.FAILED;
        }
        counted.words().lines().limit(WORDS_SHOWN).forEach(shell.out()::println);
        shell.tell(account(corpus, counted).render());
        if (verify && !isVerified(corpus, counted)) {
            return ExitCode.FAILED;
        }
        shell.tell("Now for real:  atoll up\n");
        return ExitCode.OK;
    }

    private Corpus corpus() throws IOException {
        return paths.isEmpty()
                ? Corpus.ofJdk(Path.of(System.getProperty("java.home")), limit.bytes())
                : Corpus.of(paths);
    }

    private Counted count(Corpus corpus, Atoll cluster) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        Job job;
        JobStatus status;
        try (ProgressLine line = new ProgressLine(shell, ProgressMode.AUTO)) {
            job = cluster.submit(WordCount.request(upload(corpus, cluster, line)));
            status = job.watch(line::show);
        }
        new FailureSummary(shell).tell(job, status);
        try (var result = job.output().asStream()) {
            String words = new String(result.readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Counted(words, status, Duration.ofNanos(System.nanoTime() - startNanos));
        }
    }

    private static ItemTable upload(Corpus corpus, Atoll cluster, ProgressLine line)
            throws IOException, InterruptedException {
        int blockBytes =
                Math.clamp(corpus.sizeBytes() / BLOCKS_WANTED, BLOCK_BYTES_MIN, BLOCK_BYTES_MAX);
        try (Uploads uploads = cluster.uploads();
                ItemTableBuilder table = cluster.itemTable(uploads);
                InputStream text = corpus.open()) {
            BlockReader blocks =
                    new BlockReader(
                            "text", text, BlockLimits.ofBlocks(blockBytes), Delimiter.NEWLINE);
            List<CompletableFuture<BlobRef>> refs = new ArrayList<>();
            Optional<byte[]> block = blocks.next();
            while (block.isPresent()) {
                refs.add(uploads.add(new BlobSource.Bytes(block.get())));
                line.show("uploading: " + Amounts.bytes(uploads.bytesDone()));
                block = blocks.next();
            }
            for (BlobRef ref : Uploads.join(refs)) {
                table.add(Integer.toString(table.count()), ref);
            }
            return table.upload();
        }
    }

    private static DemoAccount account(Corpus corpus, Counted counted) {
        SortedMap<String, Integer> byWorker = new TreeMap<>();
        counted.job()
                .stages()
                .forEach(stage ->
                        stage.succeededByWorker()
                                .forEach((id, n) -> byWorker.merge(id, n, Integer::sum)));
        return new DemoAccount(
                corpus.documentCount(),
                corpus.sizeBytes(),
                counted.job().taskCount(),
                byWorker,
                counted.words().lines().count(),
                counted.elapsed());
    }

    private boolean isVerified(Corpus corpus, Counted counted)
            throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        String plain;
        try (InputStream text = corpus.open()) {
            plain = WordCount.inOneProcess(text);
        }
        boolean equal = plain.equals(counted.words());
        shell.tell(
                "one plain process: %s, %s\n"
                        .formatted(
                                Amounts.time(Duration.ofNanos(System.nanoTime() - startNanos)),
                                equal ? "the same bytes" : "OTHER BYTES"));
        return equal;
    }
}
