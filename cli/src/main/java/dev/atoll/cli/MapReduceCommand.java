package dev.atoll.cli;

import dev.atoll.cli.files.BroughtFiles;
import dev.atoll.cli.items.Cut;
import dev.atoll.cli.items.InputFiles;
import dev.atoll.cli.items.ItemSource;
import dev.atoll.cli.items.PipedItems;
import dev.atoll.cli.items.WhenEmpty;
import dev.atoll.cli.jobfile.Combiners;
import dev.atoll.cli.s3.S3Objects;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.FileTree;
import dev.atoll.client.JobRequest;
import dev.atoll.client.MapReduce;
import dev.atoll.client.StageRequest;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Shuffle;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Sorts and reduces what tasks make of large inputs. */
@Command(
        header = "Map-reduce: records of large inputs, grouped by key all over the cluster.",
        description = {
            "",
            "Cuts the inputs into blocks at line breaks. --map reads a block and writes records:"
                    + " lines, whose key is what is before the first tab, or all. Each reducer gets"
                    + " the records of its keys, sorted by key (as LC_ALL=C sort does), and what"
                    + " the reducers write, one after the other, is the result.",
            ""
        },
        footer = {
            "",
            "Reducers by name: cat (records as they are), count (records of each key), sum, min and"
                + " max (of the numbers behind the tab), first, unique (each record once), top:N"
                + " (the N greatest numbers of each key). Anything else is a line for the shell."
                + " Records of equal keys stay in their order, as in sort -s -k 1,1; one has at"
                + " most 1 MiB. A --combine command gets all that one task maps, reads it to the"
                + " end, and may be left out: the result must be the same. Tasks may write 64 GiB,"
                + " unless --output-limit says less.",
            "",
            "Examples:",
            "  atoll mapreduce --map \"tr -cs A-Za-z '\\n'\" --reduce count books/*.txt",
            "  atoll mapreduce --sort huge.log -o sorted.log",
            "  atoll mapreduce --shared --map 'cut -f 3' --reduce count /nfs/logs/*.log",
            "  atoll mapreduce --map 'cut -f 3,7' --reduce sum access.tsv",
            "  atoll mapreduce --file score.py --map ./score.py --reduce './score.py -m' data.csv"
        },
        sortOptions = false)
final class MapReduceCommand implements Callable<Integer> {
    /** A record goes to one reducer, however many there are: this many for each processor. */
    private static final int MILLIS = 1_000;

    private static final long OUTPUT_LIMIT_BYTES = 64L << 30;

    private final Shell shell;

    @Option(
            names = "--map",
            paramLabel = "COMMAND",
            description =
                    "A shell command that reads a block and writes records. Default: the lines of"
                            + " the inputs are the records.")
    private Optional<String> map = Optional.empty();

    @Option(
            names = "--combine",
            paramLabel = "NAME|COMMAND",
            description =
                    "What records of the same key are made into where they are written: count, sum,"
                            + " min, max, first or unique, or a shell command that reads sorted"
                            + " records and writes records. Default: what --reduce names, if it"
                            + " names one.")
    private Optional<String> combine = Optional.empty();

    @Option(
            names = "--reduce",
            paramLabel = "NAME|COMMAND",
            description =
                    "A reducer by name, as below, or a shell command that reads sorted records."
                            + " Default: cat.")
    private String reduce = "cat";

    @Option(
            names = "--reducers",
            paramLabel = "N",
            description = "How many reducers: 1 to 10000. Default: one for each processor.")
    private Optional<Integer> reducers = Optional.empty();

    @Option(
            names = "--sort",
            description =
                    "Gives each reducer a range of keys, so that the result is sorted as a whole.")
    private boolean sort;

    @Mixin private BlockOption block = new BlockOption();

    @Mixin private TaskOptions taskOptions = new TaskOptions();

    @Mixin private ResultOptions resultOptions = new ResultOptions();

    @Mixin private DetachOption detach = new DetachOption();

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description =
                    "The inputs: files here, '-' for standard input, s3://BUCKET/KEY, which is read"
                            + " here, or atoll://NAME, whose blocks are in the cluster already."
                            + " What gzip or zstd has compressed is"
                            + " decompressed here.")
    private List<String> inputs = new ArrayList<>();

    MapReduceCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (inputs.isEmpty()) {
            throw CommandException.usage(
                    "which inputs? For example: atoll mapreduce --reduce count words.txt");
        }
        if (map.filter(String::isBlank).isPresent()) {
            throw CommandException.usage("--map must be a command for the shell, not empty");
        }
        if (combine.filter(String::isBlank).isPresent()) {
            throw CommandException.usage(
                    "--combine must be a name or a command for the shell, not empty");
        }
        checkReducers();
        Reduction reduction = reduction();
        ItemSource source = source();
        source.check();
        Optional<FileTree> files = taskOptions.files();
        resultOptions.check(detach.isGiven());
        try (Atoll cluster = clusters.connect(shell)) {
            return new Submission(shell, resultOptions, BroughtFiles.nowhere(), detach.isGiven())
                    .deliver(request(cluster, source, reduction, files), cluster);
        }
    }

    private void checkReducers() {
        if (reducers.filter(n -> n < 1 || n > Shuffle.PARTITIONS_MAX).isPresent()) {
            throw CommandException.usage("--reducers must be 1 to 10000, not " + reducers.get());
        }
    }

    private Reduction reduction() {
        Reduction named = Reduction.parse(reduce);
        return combine.isEmpty()
                ? named
                : new Reduction(named.command(), Combiners.find(combine.get()));
    }

    private ItemSource source() {
        InputFiles files =
                new InputFiles(
                        Path.of("").toAbsolutePath(),
                        shell.in(),
                        new S3Objects(shell.environment()));
        return PipedItems.of(
                files,
                inputs,
                Cut.atLines(block.size(), block.isShared()),
                WhenEmpty.ONE_EMPTY_BLOCK);
    }

    private JobRequest request(
            Atoll cluster, ItemSource source, Reduction reduction, Optional<FileTree> tree)
            throws IOException, InterruptedException {
        Optional<BlobRef> files = TaskOptions.upload(tree, cluster);
        StageRequest mapping =
                stage("map", mapper(), files)
                        .input(source.input())
                        .items(ItemUpload.of(source, cluster, shell, resultOptions))
                        .build();
        StageRequest reducing = stage("reduce", reduction.command(), files).build();
        MapReduce stages =
                new MapReduce(
                        mapping,
                        reducing,
                        reducers.orElseGet(() -> reducersOf(cluster)),
                        sort,
                        reduction.combiner());
        JobRequest.Builder job = JobRequest.builder().name("mapreduce");
        stages.stages().forEach(job::stage);
        taskOptions.applyTo(job);
        return job.build();
    }

    private List<String> mapper() {
        Optional<String> combiner = combine.filter(text -> Combiners.find(text).isEmpty());
        if (combiner.isPresent()) {
            return CombinedMap.command(map.orElse("cat"), combiner.get());
        }
        return map.map(line -> List.of("sh", "-c", line))
                .orElse(List.of(MapReduce.BUILT_IN + "cat"));
    }

    private StageRequest.Builder stage(String name, List<String> command, Optional<BlobRef> files) {
        StageRequest.Builder stage =
                StageRequest.command(command).name(name).outputLimitBytes(OUTPUT_LIMIT_BYTES);
        taskOptions.applyTo(stage, shell);
        files.ifPresent(stage::files);
        return stage;
    }

    private static int reducersOf(Atoll cluster) {
        int cpus = Math.ceilDiv(cluster.status().offers().cpuMillis(), MILLIS);
        return Math.clamp(cpus, 1, Shuffle.PARTITIONS_MAX);
    }
}
