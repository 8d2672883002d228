package dev.atoll.cli;

import dev.atoll.cli.attached.AttachedPipe;
import dev.atoll.cli.attached.PipeLine;
import dev.atoll.cli.attached.UserSignals;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.FileTree;
import dev.atoll.client.Job;
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

/** Runs the commands of a pipe at the same time, on as many machines as there are. */
@Command(
        header = "Runs a line of shell: the commands of a pipe, each on a machine of its own.",
        description = {
            "",
            "The line is cut at its pipes. Each command between them runs with sh -c on some"
                + " worker, all at the same time, and reads what the one before it writes straight"
                + " from that one's worker: nothing goes through this machine or onto a disk, and a"
                + " writer waits while its reader does not read. The first reads standard input"
                + " from here, the last writes to standard output here, and what any of them writes"
                + " to standard error comes here too.",
            "",
            "It ends as in a shell: with the exit code of the last command, or, with --pipefail, of"
                    + " the last one that failed. Who writes to a command that has ended gets"
                    + " SIGPIPE. Ctrl-C ends them all.",
            "",
            "The commands start when there is room for all of them; until then it says what is"
                    + " missing. A pipe is not tried again: when a worker with one of them is lost,"
                    + " the others are stopped, and the exit code is 75.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  atoll sh 'seq 1000000 | sort -R | tail -3'",
            "  atoll sh 'zcat /srv/logs/*.gz | grep -c ERROR'   # files as the workers see them",
            "  atoll sh 'zstd -d | jq -c .user | sort | uniq -c' < events.zst > users.txt",
            "  atoll sh --pipefail 'curl -sf https://example.org/big | tee /srv/big | sha256sum'",
            "  atoll sh --cpus 0.5 --file ./score 'cat /srv/in/* | ./score | sort -n'",
            "  atoll sh '( echo a; echo b ) | cat -n'   # what is no pipe goes into ( )"
        },
        sortOptions = false)
final class ShCommand implements Callable<Integer> {
    private static final int NAME_LENGTH_MAX = 128;

    private final Shell shell;

    @Option(
            names = "--pipefail",
            description =
                    "The exit code is that of the last command that failed; 0 if none did. Also: -o"
                            + " pipefail.")
    private boolean pipefail;

    @Option(names = "-o", paramLabel = "pipefail", description = "As a shell says --pipefail.")
    private Optional<String> shellOption = Optional.empty();

    @Mixin private TaskOptions options = new TaskOptions();

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(paramLabel = "LINE", arity = "0..*", description = "The line, in quotes.")
    private List<String> line = new ArrayList<>();

    ShCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (line.isEmpty()) {
            throw CommandException.usage("what shall be run? For example: atoll sh 'ls | wc -l'");
        }
        if (line.size() > 1) {
            throw CommandException.usage(
                    "put the whole line into one pair of quotes: atoll sh '%s'"
                            .formatted(String.join(" ", line)));
        }
        shellOption
                .filter(it -> !it.equals("pipefail"))
                .ifPresent(it -> {
                    throw CommandException.usage("-o takes pipefail, not " + it);
                });
        options.refuseRetries("a pipe is not tried again: nothing keeps what went through it");
        List<String> commands = PipeLine.commands(line.getFirst());
        boolean exitsCount = pipefail || shellOption.isPresent();
        Optional<FileTree> files = options.files();
        UserSignals signals = UserSignals.listen();
        try (Atoll cluster = clusters.connect(shell)) {
            Optional<BlobRef> sent = TaskOptions.upload(files, cluster);
            JobRequest.Builder request = JobRequest.builder().name(name(line.getFirst()));
            for (int i = 0; i < commands.size(); i++) {
                request.stage(stage(commands, i, exitsCount, sent));
            }
            options.applyTo(request);
            Job job = cluster.submit(request.build());
            return new AttachedPipe(job, shell, commands, exitsCount).run(signals);
        }
    }

    private StageRequest stage(
            List<String> commands, int position, boolean exitsCount, Optional<BlobRef> sent) {
        StageRequest.Builder stage =
                StageRequest.command("sh", "-c", commands.get(position)).literally();
        options.applyTo(stage, shell);
        sent.ifPresent(stage::files);
        stage.input(
                position == 0 ? new StageRequest.Input.Attached() : new StageRequest.Input.Piped());
        if (position < commands.size() - 1) {
            stage.pipe(exitsCount);
        }
        return stage.build();
    }

    private static String name(String text) {
        String plain = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return plain.length() <= NAME_LENGTH_MAX
                ? plain
                : plain.substring(0, NAME_LENGTH_MAX - 3) + "...";
    }
}
