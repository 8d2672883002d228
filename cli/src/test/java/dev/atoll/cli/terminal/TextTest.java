package dev.atoll.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

class TextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1572864, 1.5 MiB",
        "157286400, 150 MiB",
        "1125899906842624, 1.0 PiB"
    })
    void bytesAreShort(long bytes, String text) {
        assertThat(Amounts.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0s",
        "450, 0.5s",
        "9940, 9.9s",
        "10000, 10s",
        "59999, 59s",
        "65000, 1m05s",
        "3600000, 1h00m",
        "93600000, 1d02h"
    })
    void timesAreShort(long millis, String text) {
        assertThat(Amounts.time(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "0.5, 0.5", "1.25, 1.25", "0.3333, 0.333"})
    void decimalsAreShort(double number, String text) {
        assertThat(Amounts.decimal(number)).isEqualTo(text);
    }

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        String table =
                new Table(">JOB", "NAME", ">TASKS")
                        .row(7, "make", "1,000")
                        .row(112, "a\tlong\nname", 3)
                        .render();
        assertThat(table)
                .isEqualTo(
                        """
                        JOB  NAME         TASKS
                          7  make         1,000
                        112  a?long?name      3
                        """);
    }

    @Test
    void aRowHasACellForEachColumn() {
        assertThatThrownBy(() -> new Table("A", "B").row("only one"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
