package dev.atoll.cli;

import dev.atoll.cli.files.BroughtFiles;
import dev.atoll.cli.items.InputFiles;
import dev.atoll.cli.jobfile.JobFile;
import dev.atoll.cli.jobfile.JobFileReader;
import dev.atoll.cli.s3.S3Objects;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Submits a job from a file. */
@Command(
        header = "Submits a job of one or more stages from a YAML file, and prints its results.",
        description = {
            "",
            "Names of files in it start from its own directory; files that its tasks leave are"
                + " brought to where you are. All faults of the file are named at once. The form of"
                + " the file: docs/reference/job-file.md.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  atoll submit render.yaml",
            "  atoll submit --detach render.yaml     # prints the job's number",
            "  atoll submit --check render.yaml      # only looks whether the file is right",
            "",
            "A file:",
            "  name: thumbnails",
            "  stages:",
            "    - name: shrink",
            "      command: [convert, '-', -resize, '50%%', 'png:-']",
            "      each-file: [photos/*.jpg]",
            "      retries: 2",
            "    - name: count",
            "      command: [wc, -c]",
            "      gather: shrink"
        },
        sortOptions = false)
final class SubmitCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--check", description = "Only looks whether the file is right.")
    private boolean check;

    @Mixin private AfterOption after = new AfterOption();

    @Mixin private OverwriteOption overwrite = new OverwriteOption();

    @Mixin private ResultOptions resultOptions = new ResultOptions();

    @Mixin private DetachOption detach = new DetachOption();

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(paramLabel = "FILE", description = "The job, in YAML.")
    private Path file = Path.of("");

    SubmitCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        JobFile jobFile = read();
        jobFile.check();
        if (check) {
            int stages = jobFile.stages().size();
            shell.say("%s is right: %d stage%s".formatted(file, stages, stages == 1 ? "" : "s"));
            return ExitCode.OK;
        }
        resultOptions.check(detach.isGiven());
        BroughtFiles brought = BroughtFiles.here(overwrite.isGiven());
        if (!detach.isGiven()) {
            jobFile.stages().forEach(it -> brought.check(it.request().outputs(), true));
        }
        try (Atoll cluster = clusters.connect(shell)) {
            return new Submission(shell, resultOptions, brought, detach.isGiven())
                    .deliver(jobFile.upload(cluster, after.jobs()), cluster);
        }
    }

    private JobFile read() throws IOException {
        if (Files.isDirectory(file)) {
            throw CommandException.usage(file + ": is a directory");
        }
        Path parent = file.toAbsolutePath().getParent();
        InputFiles files =
                new InputFiles(
                        parent == null ? Path.of("/") : parent,
                        shell.in(),
                        new S3Objects(shell.environment()));
        try {
            return new JobFileReader(file.toString(), files).read(Files.readString(file));
        } catch (MalformedInputException e) {
            throw CommandException.usage(file + ": is not UTF-8");
        }
    }
}
