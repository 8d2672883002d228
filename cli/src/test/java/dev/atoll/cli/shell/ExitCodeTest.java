package dev.atoll.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Failure.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

class ExitCodeTest {
    @ParameterizedTest
    @CsvSource({
        "EXIT, 3, 3",
        "SIGNAL, 9, 137",
        "TIMEOUT, 0, 124",
        "NOT_FOUND, 0, 127",
        "NOT_EXECUTABLE, 0, 126",
        "OUTPUT_LIMIT, 0, 1",
        "OUT_OF_MEMORY, 0, 137",
        "CANCELLED, 0, 143",
        "INPUT_UNAVAILABLE, 0, 75",
        "WORKER_TROUBLE, 0, 75",
        "WORKER_LOST, 0, 75"
    })
    void aTaskEndsAsIfItHadRunHere(Kind kind, int code, int exitCode) {
        assertThat(ExitCode.of(Optional.of(new Failure(kind, code, "")))).isEqualTo(exitCode);
    }

    @Test
    void successIsZero() {
        assertThat(ExitCode.of(Optional.empty())).isZero();
    }

    @ParameterizedTest
    @CsvSource({"TERM, 15", "SIGINT, 2", "kill, 9", "9, 9", "31, 31"})
    void signalsHaveNamesAndNumbers(String text, int number) {
        assertThat(Signal.parse(text)).contains(number);
    }

    @ParameterizedTest
    @CsvSource({"NOPE", "0", "32", "SIG", "-9"})
    void otherSignalsAreRefused(String text) {
        assertThat(Signal.parse(text)).isEmpty();
    }
}
