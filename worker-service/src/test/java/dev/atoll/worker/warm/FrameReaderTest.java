package dev.atoll.worker.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;

import dev.atoll.proto.warm.v1.FromProgram;
import dev.atoll.proto.warm.v1.Hello;
import dev.atoll.proto.warm.v1.Output;
import dev.atoll.proto.warm.v1.Result;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class FrameReaderTest {
    private final List<FromProgram> messages = new ArrayList<>();
    private final FrameReader reader = new FrameReader(messages::add);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 4_096, 1 << 20})
    void messagesComeWhole_howeverTheBytesAreCut(int pieceBytes) throws Exception {
        List<FromProgram> sent =
                List.of(
                        FromProgram.newBuilder().setHello(Hello.newBuilder().setSlots(3)).build(),
                        FromProgram.getDefaultInstance(),
                        output(100_000),
                        FromProgram.newBuilder()
                                .addResults(Result.newBuilder().setCallId(7))
                                .build(),
                        output(900_000),
                        output(1));

        byte[] bytes = frames(sent);
        for (int at = 0; at < bytes.length; at += pieceBytes) {
            reader.accept(ByteBuffer.wrap(bytes, at, Math.min(pieceBytes, bytes.length - at)));
        }

        assertThat(messages).isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, FrameReader.FRAME_BYTES_MAX + 1, Integer.MAX_VALUE})
    void frameThatIsTooLongIsRefused_beforeItsBytesAreThere(int length) {
        assertThatExceptionOfType(BrokenProtocolException.class)
                .isThrownBy(() -> reader.accept(ByteBuffer.allocate(4).putInt(length).flip()))
                .withMessageContaining("a frame of");
    }

    @Test
    void whatIsCutOffIsNotBelieved() throws Exception {
        byte[] bytes = frames(List.of(output(1_000)));

        reader.accept(ByteBuffer.wrap(bytes, 0, bytes.length - 1));

        assertThat(messages).isEmpty();
    }

    /** Noise is refused or taken for messages, but nothing else ever comes of it. */
    @Test
    void noiseIsRefusedOrUnderstood() {
        Random random = new Random(4);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            ByteBuffer frame = ByteBuffer.allocate(4 + noise.length);
            frame.putInt(noise.length).put(noise).flip();
            try {
                new FrameReader(messages::add).accept(frame);
            } catch (BrokenProtocolException _) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(15_000);
    }

    /** One flipped byte in a good frame. */
    @Test
    void damagedFramesAreRefusedOrUnderstood() {
        byte[] good = frames(List.of(output(64), output(10)));
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = good.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                new FrameReader(messages::add).accept(ByteBuffer.wrap(damaged));
            } catch (BrokenProtocolException e) {
                assertThat(e.getMessage()).startsWith("a frame ");
            }
        }
        assertThat(messages).isNotEmpty();
    }

    private static FromProgram output(int bytes) {
        return FromProgram.newBuilder()
                .addOutputs(
                        Output.newBuilder()
                                .setCallId(9)
                                .setData(ByteString.copyFrom(new byte[bytes])))
                .build();
    }

    private static byte[] frames(List<FromProgram> messages) {
        ByteBuffer bytes =
                ByteBuffer.allocate(
                        messages.stream().mapToInt(it -> 4 + it.getSerializedSize()).sum());
        messages.forEach(it -> bytes.putInt(it.getSerializedSize()).put(it.toByteArray()));
        return bytes.array();
    }
}
