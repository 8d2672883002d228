package dev.atoll.cli;

import dev.atoll.cli.attached.AttachedTask;
import dev.atoll.cli.attached.UserSignals;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.FileTree;
import dev.atoll.client.Job;
import dev.atoll.client.JobRequest;
import dev.atoll.client.StageRequest;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Runs one task as if it ran here. */
@Command(
        header = "Runs one task somewhere in the cluster, as if it ran here.",
        description = {
            "",
            "Standard input goes to the task, its outputs come back while it runs, signals are"
                    + " passed on, and the exit code is the task's own: 126 not executable, 127 not"
                    + " found, 128+N ended by signal N, 124 timeout. 75 means that the cluster lost"
                    + " the task: try again.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  atoll run -- uname -n",
            "  atoll run --cpus 2 --timeout 10m -- make -C /srv/project test",
            "  atoll run --file ./score -- ./score 7   # the program travels along",
            "  atoll run --dir . -- make test",
            "  atoll run --file ./plot --bring plot.svg -- ./plot   # and plot.svg comes back",
            "  gzip -c big.log | atoll run -- sh -c 'zcat | wc -l'",
            "  seq 100 | xargs -P 8 -I{} atoll run -- echo {}",
            "  atoll run --detach -- /opt/nightly.sh   # prints the job; then: atoll logs JOB -f"
        },
        sortOptions = false)
final class RunCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private TaskOptions options = new TaskOptions();

    @Mixin private BringOptions bring = new BringOptions();

    @Option(
            names = {"-d", "--detach"},
            description = "Prints the job's number and does not wait. Input is empty.")
    private boolean detach;

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The program to run.")
    private List<String> command = new ArrayList<>();

    RunCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (command.isEmpty()) {
            throw CommandException.usage("what shall be run? For example: atoll run -- echo hello");
        }
        StageRequest.Builder stage = StageRequest.command(command).literally();
        options.applyTo(stage, shell);
        if (!detach) {
            bring.check(false);
            stage.input(new StageRequest.Input.Attached());
        }
        options.applyTo(stage, bring);
        Optional<FileTree> files = options.files();
        UserSignals signals = UserSignals.listen();
        try (Atoll cluster = clusters.connect(shell)) {
            TaskOptions.upload(files, cluster).ifPresent(stage::files);
            JobRequest.Builder request = JobRequest.builder().stage(stage.build());
            options.applyTo(request);
            Job job = cluster.submit(request.build());
            if (detach) {
                shell.out().println(job.id().toString());
                return ExitCode.OK;
            }
            int exitCode = new AttachedTask(job, shell, command.getFirst()).run(signals);
            if (exitCode == ExitCode.OK) {
                bring.target().bring(job);
            }
            return exitCode;
        }
    }
}
