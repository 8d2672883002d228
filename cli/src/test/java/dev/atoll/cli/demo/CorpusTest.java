package dev.atoll.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class CorpusTest {
    @TempDir private Path directory;

    @Test
    void documentsComeInOrderAndBinariesAreLeftOut() throws Exception {
        Files.createDirectories(directory.resolve("b"));
        Files.writeString(directory.resolve("b/two"), "two");
        Files.writeString(directory.resolve("a"), "one\n");
        Files.writeString(directory.resolve("c"), "");
        Files.write(directory.resolve("d"), new byte[] {'x', 0, 'y'});

        try (Corpus corpus = Corpus.of(List.of(directory));
                InputStream text = corpus.open()) {
            String all = new String(text.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).isEqualTo("one\n\ntwo\n\n");
            assertThat(corpus.documentCount()).isEqualTo(3);
            assertThat(corpus.sizeBytes()).isEqualTo(all.length());
        }
    }

    @Test
    void thisJavaHasTextsOfItsOwn() throws Exception {
        Path javaHome = Path.of(System.getProperty("java.home"));
        try (Corpus corpus = Corpus.ofJdk(javaHome, 1 << 20);
                InputStream text = corpus.open()) {
            assertThat(text.readAllBytes().length).isEqualTo((int) corpus.sizeBytes());
            assertThat(corpus.sizeBytes()).isGreaterThan(10_000);
        }
    }

    @Test
    void withoutTextThereIsNothingToCount() {
        assertThatThrownBy(() -> Corpus.of(List.of(directory))).hasMessageContaining("no text");
    }

    @Test
    void wordsAreCountedTheMostFrequentFirst() throws Exception {
        String text = "the cat and the dog, the END; don't\nCat a1b the-end\n";
        String words =
                WordCount.inOneProcess(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));

        assertThat(words)
                .isEqualTo(
                        """
                        4 the
                        1 Cat
                        1 END
                        1 a
                        1 and
                        1 b
                        1 cat
                        1 dog
                        1 don
                        1 end
                        1 t
                        """);
    }

    @Test
    void theAccountIsReadable() {
        DemoAccount account =
                new DemoAccount(
                        1_234,
                        50_000_000,
                        25,
                        new TreeMap<>(Map.of("worker-1", 12, "worker-2", 13)),
                        44_017,
                        Duration.ofMillis(2_500));

        assertThat(account.render())
                .isEqualTo(
                        """
                        1,234 documents, 47.7 MiB, 44,017 different words
                        25 tasks: worker-1 ran 12, worker-2 ran 13
                        2.5 s, 20 MB/s
                        """);
    }
}
