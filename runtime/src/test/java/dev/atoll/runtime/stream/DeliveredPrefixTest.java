package dev.atoll.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What comes again is dropped if it is the same, and refused if it is not. */
final class DeliveredPrefixTest {
    private final DeliveredPrefix prefix = new DeliveredPrefix();

    @BeforeEach
    void deliver() throws Exception {
        assertThat(fresh("abcdef")).isEqualTo("abcdef");
        prefix.end();
        prefix.replay();
    }

    @Test
    void whatComesAgainIsDropped() throws Exception {
        assertThat(fresh("abc")).isEmpty();
        assertThat(fresh("defgh")).isEqualTo("gh");
        prefix.end();
        assertThat(prefix.count()).isEqualTo(8);
    }

    @Test
    void somethingElseIsRefused() {
        assertThatExceptionOfType(OutputDiffersException.class)
                .isThrownBy(() -> fresh("abcdXfgh"))
                .withMessageContaining("6 bytes");
    }

    @Test
    void lessIsRefusedAtItsEnd() throws Exception {
        assertThat(fresh("abc")).isEmpty();
        assertThatExceptionOfType(OutputDiffersException.class).isThrownBy(prefix::end);
    }

    @Test
    void secondReplayBeginsAgain() throws Exception {
        assertThat(fresh("abc")).isEmpty();
        prefix.replay();
        assertThat(fresh("abcdefg")).isEqualTo("g");
    }

    private String fresh(String data) throws OutputDiffersException {
        ByteBuffer bytes = ByteBuffer.wrap(data.getBytes(StandardCharsets.UTF_8));
        return StandardCharsets.UTF_8.decode(prefix.fresh(bytes)).toString();
    }
}
