package dev.atoll.cli.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.cli.s3.S3Objects;
import dev.atoll.cli.shell.CommandException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class ItemSourcesTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({
        "1..100, 1, 1, 100",
        "0..1000..50, 0, 50, 21",
        "1..10..4, 1, 4, 3",
        "10..1, 10, -1, 10",
        "5..-5..5, 5, -5, 3",
        "-3..-1, -3, 1, 3",
        "7..7, 7, 1, 1",
        "10..1..-3, 10, -3, 4"
    })
    void aRangeIsThatOfBash(String text, long first, long step, int count) {
        assertThat(RangeItems.parse(text)).isEqualTo(new RangeItems(first, step, count));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1..", "..2", "a..b", "1..2..0", "1...3", "1..2..3..4"})
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> RangeItems.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRangeHasALimit() {
        assertThat(RangeItems.parse("1..10000000").count()).isEqualTo(10_000_000);
        assertThatThrownBy(() -> RangeItems.parse("0..10000000"))
                .hasMessageContaining("10,000,001");
    }

    @Test
    void everyMissingInputIsNamed() throws Exception {
        Files.writeString(directory.resolve("here"), "x");
        Files.createDirectory(directory.resolve("room"));
        BlockItems items =
                new BlockItems(
                        files(),
                        List.of("here", "gone", "-", "room", "lost"),
                        BlockLimits.ofBlocks(16),
                        Delimiter.NEWLINE,
                        WhenEmpty.REFUSED);

        assertThatThrownBy(items::check)
                .isInstanceOf(CommandException.class)
                .hasMessage("gone: no such file\nroom: is a directory\nlost: no such file");
    }

    @Test
    void filesAreFoundByNameDirectoryAndPattern() throws Exception {
        Files.createDirectories(directory.resolve("in/deep"));
        for (String name : List.of("in/b.txt", "in/a.txt", "in/c.log", "in/deep/d.txt")) {
            Files.writeString(directory.resolve(name), name);
        }
        assertThat(found("in"))
                .containsExactly("in/a.txt", "in/b.txt", "in/c.log", "in/deep/d.txt");
        assertThat(found("in/*.txt")).containsExactly("in/a.txt", "in/b.txt");
        assertThat(found("in/**.txt")).containsExactly("in/a.txt", "in/b.txt", "in/deep/d.txt");
        assertThat(found("in/{a,c}.*")).containsExactly("in/a.txt", "in/c.log");
        assertThat(found("in/c.log", "in/a.txt")).containsExactly("in/c.log", "in/a.txt");
        assertThat(found("in/*.png")).isEmpty();
        assertThatThrownBy(() -> found("nowhere/*.txt")).hasMessageContaining("nowhere/");
    }

    private List<String> found(String... names) throws Exception {
        return new FileItems(files(), List.of(names)).found();
    }

    private InputFiles files() {
        return new InputFiles(
                directory,
                Channels.newChannel(new ByteArrayInputStream(new byte[0])),
                new S3Objects(Map.of()));
    }
}
