package dev.atoll.cli;

import dev.atoll.cli.items.StoredName;
import dev.atoll.cli.s3.S3Objects;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Amounts;
import dev.atoll.client.Atoll;
import dev.atoll.client.RecordEnds;
import dev.atoll.client.StoredFile;
import dev.atoll.client.StoredFiles;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/** Puts files into the cluster. */
@Command(
        header =
                "Puts files into the cluster, where they stay under a name until they are removed.",
        description = {
            "",
            "The contents are cut into blocks of whole records, up to 16 MiB, each on the disks of"
                + " two workers. When a worker is lost, they are copied to another one. Blocks that"
                + " the cluster has, under whatever name, are not sent again. A name is 1 to 200"
                + " characters of A-Z, a-z, 0-9 and ._-/, such as corpus/2024.txt. Nothing has the"
                + " name before all of it is there.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  atoll put access.log logs/access.log",
            "  atoll put photos/*.jpg photos/          # each under its own name",
            "  atoll put s3://logs/2024/access.log.gz logs/access.log.gz",
            "  pg_dump shop | atoll put - backup/shop.sql --replace",
            "  atoll map --pipe atoll://logs/access.log -- grep -c ERROR",
            "  atoll put --record-size 64 trades.bin trades.bin"
        },
        sortOptions = false)
final class PutCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    private final Shell shell;

    @Option(names = "--replace", description = "Takes the place of a file that has the name.")
    private boolean replace;

    @Mixin private RecordOptions records = new RecordOptions();

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(
            paramLabel = "FILE... NAME",
            arity = "1..*",
            hideParamSyntax = true,
            description =
                    "Files, objects s3://BUCKET/KEY or - for standard input, and their name; ending"
                            + " in / if several.")
    private List<String> words = new ArrayList<>();

    PutCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (words.size() == 1) {
            throw CommandException.usage(
                    "under which name? For example: atoll put %1$s %1$s"
                            .formatted(words.getFirst()));
        }
        List<String> files = words.subList(0, words.size() - 1);
        String target = StoredName.of(words.getLast());
        S3Objects objects = new S3Objects(shell.environment());
        check(files, target, objects);
        RecordEnds ends = records.ends();
        try (Atoll cluster = clusters.connect(shell)) {
            for (String file : files) {
                put(cluster.files(), name(file, target), contents(file, objects), ends);
            }
            return ExitCode.OK;
        }
    }

    private static void check(List<String> files, String target, S3Objects objects) {
        if (files.size() > 1 && !target.endsWith("/")) {
            throw CommandException.usage(
                    "several files need a name that ends in /: %s/".formatted(target));
        }
        List<String> faults = new ArrayList<>();
        for (String file : files) {
            Path path = Path.of(file);
            if (file.equals(STANDARD_INPUT)) {
                if (target.endsWith("/")) {
                    faults.add("standard input needs a whole name: %sNAME".formatted(target));
                }
            } else if (S3Objects.isOne(file)) {
                objects.fault(file).ifPresent(faults::add);
            } else if (!Files.exists(path)) {
                faults.add(file + ": no such file");
            } else if (Files.isDirectory(path)) {
                faults.add(file + ": is a directory");
            } else if (!Files.isReadable(path)) {
                faults.add(file + ": permission denied");
            }
        }
        if (!faults.isEmpty()) {
            throw CommandException.usage(String.join("\n", faults));
        }
    }

    private static String name(String file, String target) {
        return target.endsWith("/") ? target + Path.of(file).getFileName() : target;
    }

    private void put(StoredFiles files, String name, StoredFiles.Contents contents, RecordEnds ends)
            throws IOException, InterruptedException {
        StoredFile stored;
        try (ProgressLine line = new ProgressLine(shell, ProgressMode.AUTO)) {
            stored =
                    files.put(
                            name,
                            contents,
                            ends,
                            replace,
                            bytes -> line.show("%s: %s".formatted(name, Amounts.bytes(bytes))));
        }
        int copies = stored.copies().orElse(0);
        shell.say(
                "%s: %s on %s"
                        .formatted(
                                name,
                                Amounts.bytes(stored.sizeBytes()),
                                copies == 1 ? "1 worker" : copies + " workers"));
    }

    private StoredFiles.Contents contents(String file, S3Objects objects) {
        if (S3Objects.isOne(file)) {
            return () -> objects.open(file);
        }
        if (!file.equals(STANDARD_INPUT)) {
            return () -> Files.newInputStream(Path.of(file));
        }
        AtomicBoolean isRead = new AtomicBoolean();
        return () -> {
            if (isRead.getAndSet(true)) {
                throw new IOException(
                        "the cluster has lost a part of what came, and standard input cannot be"
                                + " read again: try again");
            }
            return Channels.newInputStream(shell.in());
        };
    }
}
