package dev.atoll.cli;

import dev.atoll.cli.files.TaskFiles;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.FileTree;
import dev.atoll.client.JobRequest;
import dev.atoll.client.JobRequest.BackupPolicy;
import dev.atoll.client.JobRequest.Durability;
import dev.atoll.client.StageRequest;
import dev.atoll.core.model.BlobRef;
import dev.atoll.runtime.config.ByteSize;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options that say what a task needs and how it is run. */
final class TaskOptions {
    private static final int MILLIS_DIGITS = 3;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            description = "Processors that each task needs, such as 2 or 0.5. Default: 1.")
    private Optional<BigDecimal> cpus = Optional.empty();

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "Memory that each task needs, such as 512M or 2G. Default: not counted.")
    private Optional<ByteSize> memory = Optional.empty();

    @Option(
            names = "--gpus",
            paramLabel = "N",
            defaultValue = "0",
            description = "Whole GPUs that each task needs. Default: 0.")
    private int gpus;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "Only on workers with this label. May be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--env",
            paramLabel = "NAME[=VALUE]",
            description =
                    "Sets a variable for the tasks; without a value, the one it has here. May be"
                            + " repeated.")
    private List<String> variables = new ArrayList<>();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Sends this directory along: what is in it lies in the fresh directory of each"
                            + " task, read-only, without what .gitignore and .atollignore name."
                            + " Often: --dir .")
    private Optional<String> sentDirectory = Optional.empty();

    @Option(
            names = "--file",
            paramLabel = "PATH[=NAME]",
            description =
                    "Sends a file along, or a directory as --dir does, under this name. Default:"
                            + " its path, or the last part of a path that does not lead down"
                            + " from here. May be repeated.")
    private List<String> sentFiles = new ArrayList<>();

    @Option(
            names = "--cwd",
            paramLabel = "DIR",
            description =
                    "Runs in this absolute directory, which must exist on the worker. Default: a"
                            + " fresh, empty one.")
    private Optional<String> directory = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description =
                    "Ends a try that runs longer, such as 90s or 2h: TERM, then KILL. Default:"
                            + " never.")
    private Optional<Duration> timeout = Optional.empty();

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description =
                    "Cancels the job if it has not ended in this time, whatever it waits for, such"
                            + " as 10m. Default: never.")
    private Optional<Duration> deadline = Optional.empty();

    @Option(
            names = "--retries",
            paramLabel = "N",
            defaultValue = "0",
            description = "Tries a failed task again, up to so many times: 0 to 99. Default: 0.")
    private int retries;

    @Option(
            names = "--output-limit",
            paramLabel = "SIZE",
            description =
                    "The most that a try may write, files that are brought included, such as 1G."
                            + " Default: 256M.")
    private Optional<ByteSize> outputLimit = Optional.empty();

    @Option(
            names = "--backup",
            negatable = true,
            description =
                    "Runs the slowest tasks, when nearly all are done, on an idle worker too; the"
                            + " first success counts. Never where input is attached. Default: yes;"
                            + " --no-backup for tasks that must not run twice at once.")
    private Optional<Boolean> backup = Optional.empty();

    @Option(
            names = "--durability",
            paramLabel = "one|two",
            description =
                    "On how many workers' disks results are kept, where there are so many: one or"
                            + " two. Default: two.")
    private Durability durability = Durability.TWO;

    @Option(
            names = "--priority",
            paramLabel = "N",
            defaultValue = "0",
            description = "Jobs of higher priority go first: -1000 to 1000. Default: 0.")
    private int priority;

    @Mixin private AfterOption after = new AfterOption();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "A name for the job. Default: the first word of the command.")
    private Optional<String> name = Optional.empty();

    /** Adds these options to a stage. */
    void applyTo(StageRequest.Builder stage, Shell shell) {
        cpus.ifPresent(n -> stage.cpuMillis(millis(n)));
        memory.ifPresent(size -> stage.memoryBytes(size.bytes()));
        stage.gpuCount(gpus);
        labels.forEach(stage::label);
        variables.forEach(variable -> setVariable(stage, variable, shell));
        directory.ifPresent(stage::workingDirectory);
        timeout.ifPresent(stage::timeout);
        outputLimit.ifPresent(size -> stage.outputLimitBytes(size.bytes()));
        if (retries < 0) {
            throw CommandException.usage("--retries must be 0 to 99, not " + retries);
        }
        stage.attemptsMax(retries + 1);
    }

    /** For commands that never try anything again. */
    void refuseRetries(String why) {
        if (retries != 0) {
            throw CommandException.usage("--retries: " + why);
        }
    }

    /** Adds what is to be brought back to a stage. */
    void applyTo(StageRequest.Builder stage, BringOptions bring) {
        if (directory.isPresent() && !bring.isEmpty()) {
            throw CommandException.usage(
                    "give either --cwd or --bring: files are brought from a fresh directory");
        }
        bring.applyTo(stage);
    }

    /** The files that travel along, if there are any. */
    Optional<FileTree> files() throws IOException {
        TaskFiles files = new TaskFiles(Path.of("").toAbsolutePath(), sentDirectory, sentFiles);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        if (directory.isPresent()) {
            throw CommandException.usage(
                    "give either --cwd or files that are sent: those go into a fresh directory");
        }
        return Optional.of(files.tree());
    }

    /** Sends the files that travel along, if there are any. */
    static Optional<BlobRef> upload(Optional<FileTree> files, Atoll cluster)
            throws IOException, InterruptedException {
        return files.isPresent() ? Optional.of(cluster.upload(files.get())) : Optional.empty();
    }

    /** Adds these options to a job. */
    void applyTo(JobRequest.Builder job) {
        job.priority(priority);
        deadline.ifPresent(job::deadline);
        job.backupPolicy(backup.orElse(true) ? BackupPolicy.STRAGGLERS : BackupPolicy.NEVER);
        job.durability(durability);
        after.applyTo(job);
        name.ifPresent(job::name);
    }

    private static int millis(BigDecimal cpus) {
        try {
            return cpus.movePointRight(MILLIS_DIGITS)
                    .setScale(0, RoundingMode.HALF_UP)
                    .intValueExact();
        } catch (ArithmeticException e) {
            throw CommandException.usage("--cpus must be 0 to 1024, not " + cpus);
        }
    }

    private static void setVariable(StageRequest.Builder stage, String variable, Shell shell) {
        int equals = variable.indexOf('=');
        if (equals >= 0) {
            stage.environment(variable.substring(0, equals), variable.substring(equals + 1));
            return;
        }
        String value = shell.environment().get(variable);
        if (value == null) {
            throw CommandException.usage(
                    "--env %s: the variable is not set here; give it a value: --env %s=VALUE"
                            .formatted(variable, variable));
        }
        stage.environment(variable, value);
    }
}
