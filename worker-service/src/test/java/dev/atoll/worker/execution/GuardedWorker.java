package dev.atoll.worker.execution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A worker process for {@link GuardTest} to kill: starts a guard and some launches, prints every
 * process id, and waits.
 */
final class GuardedWorker {
    private GuardedWorker() {}

    public static void main(String[] args) throws IOException {
        String prefix = args[0];
        ProcessStarter starter =
                args[1].equals("posix_spawn")
                        ? new PosixSpawnStarter()
                        : new ProcessBuilderStarter();
        System.out.println(starter.guard(prefix).pid());
        for (int i = 0; i < 3; i++) {
            Marker marker = new Marker(prefix + i);
            Launch launch =
                    new Launch(
                            List.of(
                                    "sh",
                                    "-c",
                                    "echo $$; setsid sleep 1000 & echo $!;"
                                            + " trap '' TERM HUP INT; echo ready; wait"),
                            "sh",
                            Map.of("PATH", "/usr/bin:/bin", Marker.NAME, marker.value()),
                            Path.of("/"),
                            marker,
                            new Launch.Input.Empty());
            if (starter.start(launch) instanceof ProcessStarter.Outcome.Started(var process)) {
                Thread.ofPlatform().start(() -> watch(process));
            }
        }
    }

    private static void watch(RunningProcess process) {
        try {
            process.await((_, bytes) -> {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                System.out.writeBytes(copy);
                System.out.flush();
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
