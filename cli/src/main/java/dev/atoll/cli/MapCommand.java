package dev.atoll.cli;

import dev.atoll.cli.items.ItemSource;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.FileTree;
import dev.atoll.client.JobRequest;
import dev.atoll.client.StageRequest;
import dev.atoll.core.model.BlobRef;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Runs one task for each item. */
@Command(
        header = "Runs one task for each item, all over the cluster, and prints what they write.",
        description = {
            "",
            "In the command, {} is the item and {#} its number from 0. Results come in task order"
                    + " while the work goes on. In a script of sh -c, use \"$ATOLL_ITEM\" for items"
                    + " that are not yours: they are filled in as they are. Ctrl-C cancels the job."
                    + " Exits with 1 if a task failed, and says which, with its last words.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  atoll map --range 1..100 -- /opt/lab/simulate --seed {}",
            "  atoll map --file ./paint --items red green blue -- ./paint {}",
            "  atoll map --each-line urls.txt --retries 2 --timeout 1m -- curl -sfL {}",
            "  atoll map --each-file 'photos/*.jpg' --output small/ -- convert - -resize 50%% -",
            "  atoll map --file ./paint --range 1..9 --bring {}.png -- ./paint {} {}.png",
            "  atoll map --warm --file atoll_warm.py --file score.py --each-line texts.txt --"
                    + " python3 score.py",
            "  atoll map --each-json jobs.json -- /opt/lab/handle {}",
            "  atoll map --pipe big.log --block 32M --reduce 'sort -u' -- sh -c 'sort -u'",
            "  job=$(atoll map --detach --range 1..1000 -- sleep {}); atoll result \"$job\""
        },
        sortOptions = false)
final class MapCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private ItemOptions itemOptions = new ItemOptions();

    @Option(
            names = "--reduce",
            paramLabel = "COMMAND",
            description =
                    "A shell command that reads what all tasks wrote, in task order; what it writes"
                            + " is the result.")
    private Optional<String> reduce = Optional.empty();

    @Option(
            names = "--warm",
            description =
                    "The command is a program that stays: it is started once, and takes item after"
                            + " item over its standard input, as docs/guides/functions.md tells."
                            + " Nothing is filled in for {}.")
    private boolean warm;

    @Mixin private TaskOptions taskOptions = new TaskOptions();

    @Mixin private BringOptions bring = new BringOptions();

    @Option(
            names = "--fail-fast",
            description = "Stops everything when a task has failed. Default: the others go on.")
    private boolean failFast;

    @Option(names = "--keep-going", description = "Lets the others go on. The default.")
    private boolean keepGoing;

    @Mixin private ResultOptions resultOptions = new ResultOptions();

    @Mixin private DetachOption detach = new DetachOption();

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The program to run.")
    private List<String> command = new ArrayList<>();

    MapCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ItemSource source = itemOptions.source(shell);
        if (command.isEmpty()) {
            throw CommandException.usage(
                    "what shall be run for each item? For example: atoll map --range 1..3 -- echo"
                            + " {}");
        }
        if (failFast && keepGoing) {
            throw CommandException.usage("give only one of --fail-fast and --keep-going");
        }
        source.check();
        StageRequest.Builder stage = StageRequest.command(command).name("map");
        taskOptions.applyTo(stage, shell);
        taskOptions.applyTo(stage, bring);
        if (warm) {
            checkWarm(source);
            stage.warm();
        }
        if (!detach.isGiven()) {
            bring.check(true);
        }
        Optional<FileTree> files = taskOptions.files();
        resultOptions.check(detach.isGiven());
        try (Atoll cluster = clusters.connect(shell)) {
            return new Submission(shell, resultOptions, bring.target(), detach.isGiven())
                    .deliver(request(cluster, stage, source, files), cluster);
        }
    }

    private void checkWarm(ItemSource source) {
        if (!(source.input() instanceof StageRequest.Input.Empty)) {
            throw CommandException.usage(
                    "--warm takes items that are texts: --range, --items, --each-line or"
                            + " --each-json");
        }
        if (!bring.isEmpty()) {
            throw CommandException.usage("give either --warm or --bring");
        }
    }

    private JobRequest request(
            Atoll cluster, StageRequest.Builder stage, ItemSource source, Optional<FileTree> tree)
            throws IOException, InterruptedException {
        stage.input(source.input());
        Optional<BlobRef> files = TaskOptions.upload(tree, cluster);
        files.ifPresent(stage::files);
        stage.items(ItemUpload.of(source, cluster, shell, resultOptions));
        JobRequest.Builder job = JobRequest.builder().stage(stage.build());
        if (reduce.isPresent()) {
            job.stage(reduceStage(reduce.get(), files));
        }
        if (failFast) {
            job.failurePolicy(JobRequest.FailurePolicy.FAIL_FAST);
        }
        taskOptions.applyTo(job);
        return job.build();
    }

    private StageRequest reduceStage(String shellCommand, Optional<BlobRef> files) {
        StageRequest.Builder stage =
                StageRequest.command("sh", "-c", shellCommand).name("reduce").literally();
        taskOptions.applyTo(stage, shell);
        files.ifPresent(stage::files);
        return stage.input(new StageRequest.Input.Gathered(0)).dependsOn(0).build();
    }
}
