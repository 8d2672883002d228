package dev.atoll.runtime.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;

class LineFormatterTest {
    private final LineFormatter formatter = new LineFormatter("atoll");

    @Test
    void line_hasTimeLevelProgramComponentCauseAndMessage() {
        assertThat(formatter.format(record(Level.INFO, "dev.atoll.master.api.JobApi", "started")))
                .isEqualTo("2026-01-02T03:04:05.000Z INFO  master JobApi - started\n");
        assertThat(formatter.format(record(Level.WARNING, "dev.atoll.runtime.grpc.It", "odd")))
                .isEqualTo("2026-01-02T03:04:05.000Z WARN  atoll It - odd\n");
        assertThat(formatter.format(record(Level.FINE, "io.grpc.Thing", "x")))
                .isEqualTo("2026-01-02T03:04:05.000Z DEBUG atoll Thing - x\n");
    }

    @Test
    void line_showsTheCurrentCause() {
        LogRecord record = record(Level.SEVERE, "dev.atoll.worker.Agent", "failed");
        String[] line = new String[1];

        CauseId.context("abc").run(() -> line[0] = formatter.format(record));

        assertThat(line[0]).isEqualTo("2026-01-02T03:04:05.000Z ERROR worker Agent abc failed\n");
    }

    @Test
    void message_staysOnItsLine() {
        assertThat(
                        formatter.format(
                                record(
                                        Level.INFO,
                                        "dev.atoll.naming.X",
                                        "name\n2026-01-02T03:04:05.000Z ERROR forged")))
                .hasLineCount(1)
                .contains("name\\n2026");
    }

    @Test
    void stackTrace_followsOnLinesOfItsOwn() {
        LogRecord record = record(Level.SEVERE, "dev.atoll.naming.X", "failed");
        record.setThrown(new IllegalStateException("broken"));

        String[] lines = formatter.format(record).split("\n");

        assertThat(lines[0]).endsWith("failed");
        assertThat(lines[1]).isEqualTo("\tjava.lang.IllegalStateException: broken");
        assertThat(lines[2]).startsWith("\tat dev.atoll.runtime.logging.LineFormatterTest");
    }

    private static LogRecord record(Level level, String logger, String message) {
        LogRecord record = new LogRecord(level, message);
        record.setLoggerName(logger);
        record.setInstant(Instant.parse("2026-01-02T03:04:05Z"));
        return record;
    }
}
