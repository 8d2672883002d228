package dev.atoll.runtime.logging;

import java.util.logging.Level;

/** How much a log tells, from the least to the most. */
public enum LogLevel {
    /** Only what needs a person. */
    ERROR,
    /** Also what went wrong and was handled. */
    WARN,
    /** Also what starts, stops and changes. */
    INFO,
    /** Also what each request and each message does. */
    DEBUG,
    /** Everything. */
    TRACE;

    Level toJavaLevel() {
        return switch (this) {
            case ERROR -> Level.SEVERE;
            case WARN -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
            case TRACE -> Level.FINEST;
        };
    }
}
