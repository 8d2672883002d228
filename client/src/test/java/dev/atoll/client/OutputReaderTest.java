package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.runtime.grpc.ApiException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Outputs are delivered once and in order, however often the connection breaks. */
class OutputReaderTest {
    private static final String[] OUTPUTS = {
        "the first task wrote this\n", "", "third\n", "x", "the last of them wrote a bit more\n"
    };
    private static final String ALL = String.join("", OUTPUTS);

    @Test
    void outputsComeInTaskOrder() throws Exception {
        try (FakeMaster master = new FakeMaster().withOutputs(OUTPUTS);
                Atoll cluster = Atoll.connect(master.address());
                OutputReader reader = cluster.job(1).output()) {
            assertThat(new String(reader.asStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(ALL);
            assertThat(master.reads()).hasSize(1);
            assertThat(master.reads().getFirst().getFollow()).isTrue();
            assertThat(master.reads().getFirst().hasTasks()).isFalse();
        }
    }

    @Test
    void aTaskWithoutOutputIsATask() throws Exception {
        try (FakeMaster master = new FakeMaster().withOutputs(OUTPUTS);
                Atoll cluster = Atoll.connect(master.address());
                OutputReader reader = cluster.job(1).output()) {
            List<String> outputs = new ArrayList<>();
            reader.byTask()
                    .forEachRemaining(task -> {
                        assertThat(task.index()).isEqualTo(outputs.size());
                        outputs.add(read(task));
                    });
            assertThat(outputs).containsExactly(OUTPUTS);
        }
    }

    @Test
    void whatIsNotReadOfATaskIsSkipped() throws Exception {
        try (FakeMaster master = new FakeMaster().withOutputs(OUTPUTS);
                Atoll cluster = Atoll.connect(master.address());
                OutputReader reader = cluster.job(1).output()) {
            List<Integer> indexes = new ArrayList<>();
            reader.byTask().forEachRemaining(task -> indexes.add(task.index()));
            assertThat(indexes).containsExactly(0, 1, 2, 3, 4);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readingGoesOnWhereItWas(boolean unordered) throws Exception {
        Random random = new Random(42);
        for (int round = 0; round < 40; round++) {
            Integer[] cuts =
                    random.ints(1 + random.nextInt(5), 0, 6).boxed().toArray(Integer[]::new);
            try (FakeMaster master = new FakeMaster().withOutputs(OUTPUTS).cutsReadingAfter(cuts);
                    Atoll cluster = Atoll.connect(master.address())) {
                OutputSelection selection = OutputSelection.results().following();
                List<String> perTask =
                        collect(
                                cluster.job(1)
                                        .output(
                                                unordered
                                                        ? selection.inOrderOfFinish()
                                                        : selection),
                                unordered);
                assertThat(perTask).as("cuts %s", List.of(cuts)).containsExactly(OUTPUTS);
                assertThat(master.reads()).hasSizeGreaterThan(1);
            }
        }
    }

    @Test
    void lostOutputsAreSaidAtOnce() throws Exception {
        try (FakeMaster master =
                        new FakeMaster()
                                .failsFirst(
                                        ApiException.unavailable(
                                                "OUTPUT_LOST", "the workers are gone"));
                Atoll cluster = Atoll.connect(master.address());
                OutputReader reader = cluster.job(1).output()) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(OutputLostException.class)
                    .hasMessageContaining("gone");
        }
    }

    /* The chunks of one task must come together, in either order of tasks. */
    private static List<String> collect(OutputReader reader, boolean unordered) throws Exception {
        String[] perTask = new String[OUTPUTS.length];
        int open = -1;
        int previous = -1;
        try (reader) {
            Optional<OutputChunk> next = reader.next();
            while (next.isPresent()) {
                OutputChunk chunk = next.get();
                if (open < 0) {
                    assertThat(perTask[chunk.index()]).isNull();
                    perTask[chunk.index()] = "";
                    if (!unordered) {
                        assertThat(chunk.index()).isEqualTo(previous + 1);
                    }
                } else {
                    assertThat(chunk.index()).isEqualTo(open);
                }
                perTask[chunk.index()] += StandardCharsets.UTF_8.decode(chunk.data());
                open = chunk.last() ? -1 : chunk.index();
                previous = chunk.index();
                next = reader.next();
            }
        }
        return List.of(perTask);
    }

    private static String read(TaskOutput task) {
        try {
            return new String(task.bytes().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
