package dev.atoll.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;
import dev.atoll.proto.worker.v1.KeyRange;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

class KeyBoundsTest {
    private static KeyBounds bounds(String lines) throws IOException {
        return KeyBounds.read(
                (_, receiver) -> receiver.accept(ByteBuffer.wrap(lines.getBytes(UTF_8))),
                new StageRef(new JobId(1), 1));
    }

    private static String range(Optional<KeyRange> range) {
        return range.map(it ->
                        (it.hasFrom() ? it.getFrom().toStringUtf8() : "-")
                                + ".."
                                + (it.hasTo() ? it.getTo().toStringUtf8() : "-"))
                .orElse("none");
    }

    @Test
    void eachTaskGetsWhatIsBetweenTwoBounds() throws Exception {
        KeyBounds bounds = bounds("g\np\n");

        assertThat(range(bounds.rangeOf(0, 3))).isEqualTo("-..g");
        assertThat(range(bounds.rangeOf(1, 3))).isEqualTo("g..p");
        assertThat(range(bounds.rangeOf(2, 3))).isEqualTo("p..-");
    }

    @Test
    void withFewBoundsTheLastTasksGetNothing() throws Exception {
        assertThat(range(bounds("g\n").rangeOf(1, 3))).isEqualTo("g..-");
        assertThat(range(bounds("g\n").rangeOf(2, 3))).isEqualTo("none");
        assertThat(range(bounds("").rangeOf(0, 3))).isEqualTo("-..-");
    }

    @Test
    void boundsThatWouldLeaveRecordsOutAreRefused() {
        assertThatIOException()
                .isThrownBy(() -> bounds("g\np\n").rangeOf(0, 2))
                .withMessage("2 bounds are too many for 2 tasks");
        assertThatIOException()
                .isThrownBy(() -> bounds("p\ng\n").rangeOf(0, 3))
                .withMessage("bound 1 is less than the one before");
    }
}
