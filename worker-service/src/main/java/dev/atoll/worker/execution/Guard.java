package dev.atoll.worker.execution;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A small process that outlives the worker by a moment: when the worker is gone, however it went,
 * it kills every process that carries the worker's marker. Does nothing where there is no /proc.
 */
public final class Guard implements AutoCloseable {
    /* It reads a pipe whose only write end the worker holds, so the kernel tells it of the worker's
     * death; nothing is ever written. The write end is closed on exec, so no task holds it. The guard
     * itself must not carry the marker, and ignores the signals of a terminal and of a polite
     * shutdown, which may hit the worker's whole group. A process that forks while the guard looks
     * may escape one round, so it looks until two rounds in a row find nothing. */
    private static final String SCRIPT =
            """
            trap '' HUP INT QUIT TERM PIPE
            read -r _
            quiet=0
            while [ $quiet -lt 2 ]; do
                quiet=$((quiet + 1))
                for file in $(grep -lsF "$1" /proc/[0-9]*/environ); do
                    pid=${file#/proc/}
                    kill -KILL "${pid%/environ}" 2>/dev/null && quiet=0
                done
                [ $quiet -gt 0 ] || sleep 0.05
            done
            """;

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final Process process;

    Guard(String markerPrefix) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        command.addAll(
                List.of("/bin/sh", "-c", SCRIPT, "atoll-guard", Marker.NAME + "=" + markerPrefix));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove(Marker.NAME);
        builder.redirectInput(Redirect.PIPE);
        builder.redirectOutput(Redirect.DISCARD);
        builder.redirectError(Redirect.DISCARD);
        process = builder.start();
    }

    /** The guard's process id. */
    public long pid() {
        return process.pid();
    }

    /** Lets the guard kill what is left and end. */
    @Override
    public void close() {
        try (OutputStream pipe = process.getOutputStream()) {
            pipe.flush();
        } catch (IOException e) {
            // The guard is gone already, so nobody waits for this.
            process.destroy();
        }
    }
}
