package dev.atoll.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atoll.core.model.SharedPart;

import org.junit.jupiter.api.Test;

import java.time.Instant;

class SharedPartWireTest {
    private static final SharedPart PART =
            new SharedPart("/nfs/log", 10, 90, 100, Instant.ofEpochSecond(7, 123_000_000));

    @Test
    void aPartSurvivesBothWays() {
        assertThat(SharedPartWire.fromProto(SharedPartWire.toProto(PART))).isEqualTo(PART);
    }

    @Test
    void whatIsNoPartOfAFileIsThePeersFault() {
        var tooLong = SharedPartWire.toProto(PART).toBuilder().setSizeBytes(91).build();
        var relative = SharedPartWire.toProto(PART).toBuilder().setPath("log").build();

        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> SharedPartWire.fromProto(tooLong));
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> SharedPartWire.fromProto(relative));
    }
}
