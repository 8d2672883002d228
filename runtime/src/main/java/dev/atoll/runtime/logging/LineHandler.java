package dev.atoll.runtime.logging;

import java.io.PrintStream;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** Writes log lines to a stream, each at once and whole. */
final class LineHandler extends Handler {
    private final PrintStream stream;
    private final Formatter formatter;

    LineHandler(PrintStream stream, Formatter formatter) {
        this.stream = stream;
        this.formatter = formatter;
        setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord record) {
        if (isLoggable(record)) {
            stream.print(formatter.format(record));
            stream.flush();
        }
    }

    @Override
    public void flush() {
        stream.flush();
    }

    @Override
    public void close() {
        flush();
    }
}
