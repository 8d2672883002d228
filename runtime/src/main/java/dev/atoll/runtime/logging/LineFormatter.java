package dev.atoll.runtime.logging;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Writes a log record as one line: {@code time level program component cause message}. Line breaks
 * in a message are written as \n, so that no message can pretend to be another; a stack trace
 * follows on lines of its own that start with a tab, of each cause at most the 50 innermost calls.
 */
final class LineFormatter extends Formatter {
    private static final String ROOT = "dev.atoll.";
    private static final String NONE = "-";
    private static final int CAUSES_MAX = 8;
    private static final int FRAMES_MAX = 50;

    private final String process;

    /**
     * @param process what lines are said to be of that do not come from a program of the cluster
     */
    LineFormatter(String process) {
        this.process = process;
    }

    @Override
    public String format(LogRecord record) {
        String logger = Objects.toString(record.getLoggerName(), NONE);
        StringBuilder line = new StringBuilder();
        line.append(instant(record.getInstant()))
                .append(' ')
                .append(level(record.getLevel()))
                .append(' ')
                .append(program(logger))
                .append(' ')
                .append(logger.substring(logger.lastIndexOf('.') + 1))
                .append(' ')
                .append(CauseId.current().orElse(NONE))
                .append(' ')
                .append(onOneLine(Objects.toString(formatMessage(record), "")))
                .append('\n');
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            appendTrace(line, thrown);
        }
        return line.toString();
    }

    private static String instant(Instant instant) {
        String text = instant.truncatedTo(ChronoUnit.MILLIS).toString();
        // A whole second is written without its fraction, which would move the columns.
        return text.length() == "2026-01-01T00:00:00Z".length() ? text.replace("Z", ".000Z") : text;
    }

    private static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN ";
        }
        if (value >= Level.INFO.intValue()) {
            return "INFO ";
        }
        return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }

    /* The packages are dev.atoll.PROGRAM; the runtime works for whichever program it is in. */
    private String program(String logger) {
        if (!logger.startsWith(ROOT)) {
            return process;
        }
        int end = logger.indexOf('.', ROOT.length());
        String room = logger.substring(ROOT.length(), end < 0 ? logger.length() : end);
        return switch (room) {
            case "naming", "master", "worker" -> room;
            default -> process;
        };
    }

    private static String onOneLine(String message) {
        return message.replace("\r", "\\r").replace("\n", "\\n");
    }

    private static void appendTrace(StringBuilder line, Throwable thrown) {
        String prefix = "";
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            line.append('\t').append(prefix).append(onOneLine(cause.toString())).append('\n');
            StackTraceElement[] frames = cause.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, FRAMES_MAX); i++) {
                line.append("\tat ").append(frames[i]).append('\n');
            }
            prefix = "caused by ";
            cause = cause.getCause();
        }
    }
}
