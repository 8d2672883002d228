package dev.atoll.cli.shell;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Map;

/**
 * What a command speaks with.
 *
 * @param environment the variables of the caller
 * @param in standard input; closing it wakes up whoever reads
 * @param out standard output: data
 * @param err standard error: messages for people
 * @param terminal which of them is a terminal, and how wide
 */
public record Shell(
        Map<String, String> environment,
        ReadableByteChannel in,
        Sink out,
        Sink err,
        Terminal terminal) {
    /** The shell of this process. */
    @SuppressWarnings("resource") // The standard streams stay open as long as the process.
    public static Shell ofProcess() {
        FileChannel in = new FileInputStream(FileDescriptor.in).getChannel();
        FileChannel out = new FileOutputStream(FileDescriptor.out).getChannel();
        FileChannel err = new FileOutputStream(FileDescriptor.err).getChannel();
        return new Shell(System.getenv(), in, new Sink(out), new Sink(err), new ProcessTerminal());
    }

    /** Says something to people, each line with the name of the program before it. */
    public void say(String message) {
        StringBuilder lines = new StringBuilder();
        message.lines().forEach(line -> lines.append("atoll: ").append(line).append('\n'));
        tell(lines.toString());
    }

    /** Says something to people as it is; where nobody listens it is lost. */
    public void tell(String text) {
        try {
            err.print(text);
        } catch (BrokenPipeException | java.io.UncheckedIOException _) {
            // Nobody is left to be told that nobody listens.
            return;
        }
    }
}
