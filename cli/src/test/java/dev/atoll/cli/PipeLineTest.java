package dev.atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atoll.cli.attached.PipeLine;
import dev.atoll.cli.shell.CommandException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A line is cut where a shell would connect two processes, and nowhere else. */
class PipeLineTest {
    @Test
    void pipesCutALine() {
        assertThat(PipeLine.commands(" sort -n |uniq -c| tail -1 "))
                .containsExactly("sort -n", "uniq -c", "tail -1");
        assertThat(PipeLine.commands("a |\n b")).containsExactly("a", "b");
        assertThat(PipeLine.commands("a | b # c | d")).containsExactly("a", "b # c | d");
        assertThat(PipeLine.commands("a#b|c")).containsExactly("a#b", "c");
        assertThat(PipeLine.commands("a 2>&1 >b | c <&0")).containsExactly("a 2>&1 >b", "c <&0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo 'a|b'",
                "echo \"a|b\"",
                "echo a\\|b",
                "echo $(a | b)",
                "echo \"$(a \"|\" | b)\"",
                "echo ${x:-a|b}",
                "echo `a | b`",
                "(a | b)",
                "{ a | b; }",
                "a || b",
                "echo x >|file",
                "while read x; do echo $x | tr a b; done",
                "for x in a b; do echo $x | cat; done",
                "if a | b; then c | d; else e | f; fi",
                "case $x in a|b) c | d;; (e|f) g;; esac",
                "a; b && c",
                "a &",
                "echo }",
                "echo if; echo case",
                "! a"
            })
    void whatIsNoPipeIsLeftToTheShell(String command) {
        assertThat(PipeLine.commands(command)).containsExactly(command);
        assertThat(PipeLine.commands("first | " + grouped(command)))
                .containsExactly("first", grouped(command));
    }

    /** Lists, and what ends with a background process, are one command in parentheses. */
    private static String grouped(String command) {
        return "( " + command + " )";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "~~ ; no command in the line",
                "~  ~ ; no command in the line",
                "| a ; before the first pipe",
                "a | ; behind the last pipe",
                "a | | b ; between two pipes",
                "echo 'x ; ' is not closed",
                "echo \"x | y ; \" is not closed",
                "echo $(x | y ; ( is not closed",
                "{ a | b ; { is not closed",
                "while a | b ; while is not closed",
                "a ) | b ; ) closes nothing",
                "a |& b ; write 2>&1 |",
                "a && b | c ; && beside a pipe",
                "a | b || c ; || beside a pipe",
                "a | b & ; & beside a pipe",
                "! a | b ; ! before a pipe"
            })
    void whatIsNoSinglePipeIsRefused(String line, String message) {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> PipeLine.commands(line == null ? "" : line))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(2));
    }

    @Test
    void textsInTheLineAreRefusedBesideAPipe() {
        for (String line : new String[] {"cat <<E | sort\nb\na\nE", "a | cat << E\nit's\nE\n"}) {
            assertThatExceptionOfType(CommandException.class)
                    .isThrownBy(() -> PipeLine.commands(line))
                    .withMessageStartingWith("<< in a pipe");
        }
        assertThat(PipeLine.commands("cat <<E\na\nE")).hasSize(1);
        assertThat(PipeLine.commands("echo $((1<<2)) | cat")).hasSize(2);
    }

    @Test
    void listsBesideAPipeAreRefused() {
        for (String line : new String[] {"a; b | c", "a | b; c", "a\nb | c", "a | b\nc"}) {
            assertThatExceptionOfType(CommandException.class)
                    .isThrownBy(() -> PipeLine.commands(line))
                    .withMessageContaining("beside a pipe");
        }
        assertThat(PipeLine.commands("a | b;\n")).containsExactly("a", "b;");
    }
}
