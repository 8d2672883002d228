package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.Shell;
import dev.atoll.core.model.JobId;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.util.Optional;

/** The options that say where results go. */
final class ResultOptions {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE|DIR/",
            description =
                    "Writes the results to a file, all in order, which appears when everything"
                            + " succeeded; or, if it is a directory or ends in '/', one file for"
                            + " each task into it. Default: standard output.")
    private Optional<String> output = Optional.empty();

    @Option(
            names = "--unordered",
            description = "In the order in which tasks finish, not in task order.")
    private boolean unordered;

    @Option(
            names = "--json",
            description =
                    "Prints one JSON object about the job at the end, and results only to"
                            + " --output.")
    private boolean json;

    @Option(
            names = "--progress",
            negatable = true,
            description = "Shows progress on standard error. Default: on a terminal.")
    private Optional<Boolean> progress = Optional.empty();

    /**
     * Looks whether these options can be followed, before there is a job.
     *
     * @param detach whether nobody will wait for results
     * @throws CommandException when they cannot
     */
    void check(boolean detach) throws IOException {
        if (detach && output.isPresent()) {
            throw CommandException.usage(
                    "--detach waits for no results, so --output has none to write; later: atoll"
                            + " result JOB --output "
                            + output.get());
        }
        if (output.isPresent()) {
            ResultTarget.check(output.get());
        }
    }

    /** Tells which job it is that nobody waits for. */
    void tellDetached(JobId job, Shell shell) {
        shell.out().println(json ? "{\"job\":%s}".formatted(job) : job.toString());
    }

    Optional<String> output() {
        return output;
    }

    boolean unordered() {
        return unordered;
    }

    boolean json() {
        return json;
    }

    ProgressMode progressMode() {
        return ProgressMode.of(progress);
    }
}
