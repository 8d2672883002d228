package dev.atoll.worker.segment;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

class AttemptOutputTest {
    @TempDir Path directory;

    @Test
    void keepsNoMoreThanItsLimit() throws IOException {
        try (AttemptOutput output = output(5)) {
            assertThat(output.append(Channel.STDOUT, bytes("abc"))).isTrue();
            assertThat(output.append(Channel.STDERR, bytes("de"))).isTrue();
            assertThat(output.append(Channel.STDOUT, bytes("f"))).isFalse();

            assertThat(read(output, Channel.STDOUT)).isEqualTo("abc");
            assertThat(read(output, Channel.STDERR)).isEqualTo("de");
        }
    }

    @Test
    void keepsThePrefixOfWhatGoesOverTheLimit() throws IOException {
        try (AttemptOutput output = output(5)) {
            assertThat(output.append(Channel.STDOUT, bytes("abcdefg"))).isFalse();

            assertThat(read(output, Channel.STDOUT)).isEqualTo("abcde");
        }
    }

    @Test
    void leavesNoFileOnTheDisk() throws IOException {
        try (AttemptOutput output = output(Long.MAX_VALUE)) {
            output.append(Channel.STDOUT, ByteBuffer.allocate(AttemptOutput.MEMORY_MAX + 1));

            assertThat(output.isSmall()).isFalse();
            assertThat(Files.list(directory)).isEmpty();
        }
    }

    @Test
    void aFollowerSeesEveryByteOnce() throws Exception {
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        AttemptOutput output = output(Long.MAX_VALUE);
        CompletableFuture<byte[]> followed = new CompletableFuture<>();
        AttemptOutput held = output.hold();
        Thread.ofPlatform().start(() -> followed.complete(follow(held)));

        Random lengths = new Random(2);
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(1 + lengths.nextInt(5_000), bytes.length - at);
            output.append(Channel.STDOUT, ByteBuffer.wrap(bytes, at, length));
            at += length;
        }
        output.end();
        output.close();

        assertThat(followed.get()).isEqualTo(bytes);
    }

    private static byte[] follow(AttemptOutput output) {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(7_000);
        try (output) {
            boolean ended = false;
            while (!ended) {
                output.awaitNews(seen.size(), Duration.ofMinutes(1));
                ended = output.isEnded();
                while (output.read(Channel.STDOUT, seen.size(), buffer.clear()) > 0) {
                    seen.write(buffer.array(), 0, buffer.position());
                }
            }
            return seen.toByteArray();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private AttemptOutput output(long limit) {
        return new AttemptOutput(directory.resolve("spill"), limit);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String read(AttemptOutput output, Channel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        output.read(channel, 0, buffer);
        return new String(buffer.array(), 0, buffer.position(), UTF_8);
    }
}
