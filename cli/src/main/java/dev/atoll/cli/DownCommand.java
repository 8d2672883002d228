package dev.atoll.cli;

import dev.atoll.cli.local.ClusterStop;
import dev.atoll.cli.local.Home;
import dev.atoll.cli.local.HomeLock;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.local.LocalCluster;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Stops the cluster on this machine. */
@Command(
        header = "Stops the cluster on this machine and waits until its processes are gone.",
        description = {
            "",
            "Running tasks are ended. Jobs and results stay: 'atoll up' goes on with them.",
            ""
        },
        footer = {"", "Example:", "  atoll down"},
        sortOptions = false)
final class DownCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private HomeOption homeOption = new HomeOption();

    DownCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = homeOption.home(shell);
        if (!Files.isDirectory(home.directory())) {
            return notUp();
        }
        try (HomeLock _ = HomeLock.acquire(home)) {
            Optional<LocalCluster> cluster = LocalCluster.read(home.directory());
            if (cluster.isEmpty()) {
                return notUp();
            }
            int stopped = ClusterStop.stop(cluster.get().members());
            LocalCluster.remove(home.directory());
            shell.say(
                    "down: %d processes stopped. Jobs and results stay in %s"
                            .formatted(stopped, home.directory()));
            return ExitCode.OK;
        }
    }

    private int notUp() {
        shell.say("no cluster runs here");
        return ExitCode.OK;
    }
}
