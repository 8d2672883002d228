package dev.atoll.cli;

import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Pace;
import dev.atoll.cli.terminal.Progress;
import dev.atoll.cli.terminal.ProgressBar;
import dev.atoll.client.JobStatus;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The line on a terminal that shows how far a job has come. It steps aside while output is written,
 * and does not come back before the output has ended its own line. Safe for use by threads.
 */
final class ProgressLine implements AutoCloseable {
    private static final String ERASE = "\r\033[K";
    private static final Duration MEASURE_INTERVAL = Duration.ofSeconds(2);

    private final Shell shell;
    private final boolean shown;
    private final boolean sharesTerminal;
    private final Pace pace = new Pace();
    private final long startNanos = System.nanoTime();
    private long measuredNanos;
    private int width;
    private String line = "";
    private boolean insideOutputLine;

    ProgressLine(Shell shell, ProgressMode mode) {
        this.shell = shell;
        this.shown = mode.isShown(shell);
        this.sharesTerminal = shell.terminal().isOutput();
    }

    /** Shows how the job stands now. */
    synchronized void show(JobStatus job) {
        if (!shown) {
            return;
        }
        Progress progress =
                new Progress(
                        job.taskCount(),
                        job.succeededCount(),
                        job.runningCount(),
                        job.failedCount(),
                        job.cancelledCount());
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        pace.sample(elapsed, progress.ended());
        draw(ProgressBar.render(progress, pace, elapsed, width()));
    }

    /** Shows a text instead. */
    synchronized void show(String text) {
        if (shown) {
            draw(text.substring(0, Math.min(text.length(), width())));
        }
    }

    /** Writes output, around the line. */
    synchronized void write(ByteBuffer data) {
        if (!shown || !sharesTerminal || !data.hasRemaining()) {
            shell.out().write(data);
            return;
        }
        if (!insideOutputLine) {
            shell.tell(ERASE);
        }
        insideOutputLine = data.get(data.limit() - 1) != '\n';
        shell.out().write(data);
        if (!insideOutputLine) {
            shell.tell(line);
        }
    }

    /** Says something, around the line. */
    synchronized void say(String message) {
        erase();
        shell.say(message);
        if (!insideOutputLine) {
            shell.tell(line);
        }
    }

    /** Erases the line for good. */
    @Override
    public synchronized void close() {
        erase();
        line = "";
    }

    private void draw(String text) {
        line = text;
        if (!insideOutputLine) {
            shell.tell(ERASE + line);
        }
    }

    private void erase() {
        if (shown && !insideOutputLine && !line.isEmpty()) {
            shell.tell(ERASE);
        }
    }

    /* A line as wide as the terminal would wrap on some. */
    private int width() {
        long now = System.nanoTime();
        if (width == 0 || now - measuredNanos > MEASURE_INTERVAL.toNanos()) {
            measuredNanos = now;
            width = Math.max(1, shell.terminal().columns() - 1);
        }
        return width;
    }
}
