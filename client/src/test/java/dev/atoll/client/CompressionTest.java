package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

class CompressionTest {
    private static final byte[] DATA = data();

    private static byte[] data() {
        byte[] data = new byte[300_000];
        Random random = new Random(1);
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) ('a' + random.nextInt(4));
        }
        return data;
    }

    private static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(data);
        }
        return out.toByteArray();
    }

    private static byte[] compressed(String how, byte[] data) throws IOException {
        return how.equals("gzip") ? gzip(data) : Zstd.compress(data);
    }

    private static byte[] joined(byte[]... parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.write(part);
        }
        return out.toByteArray();
    }

    /** Never says that anything is available, and gives a few bytes at a time: as a pipe does. */
    private static InputStream pipe(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public int available() {
                return 0;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1_000));
            }
        };
    }

    private static byte[] read(byte[] bytes) throws IOException {
        try (InputStream in = Compression.decompressed("log", pipe(bytes))) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void whatIsCompressedIsReadAsItWas(String how) throws IOException {
        assertThat(read(compressed(how, DATA))).isEqualTo(DATA);
        assertThat(read(compressed(how, new byte[0]))).isEmpty();
        assertThat(Compression.of(compressed(how, DATA))).isNotEqualTo(Compression.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void severalPartsAreOne(String how) throws IOException {
        byte[] two = joined(compressed(how, DATA), compressed(how, new byte[] {'x'}));

        assertThat(read(two)).isEqualTo(joined(DATA, new byte[] {'x'}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void whatIsCutOffFails(String how) throws IOException {
        byte[] whole = compressed(how, DATA);

        for (int length : new int[] {5, 20, whole.length / 2, whole.length - 1}) {
            assertThatThrownBy(() -> read(Arrays.copyOf(whole, length)))
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("log is compressed (" + how + ") and damaged or cut");
        }
    }

    @Test
    void whatIsDamagedFails() throws IOException {
        byte[] damaged = gzip(DATA);
        damaged[damaged.length / 2] ^= 0x55;
        byte[] badPart = joined(gzip(DATA), gzip(DATA));
        badPart[badPart.length / 2] ^= 0x55;
        byte[] rest = joined(gzip(DATA), "rest".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThatThrownBy(() -> read(damaged)).hasMessageContaining("(gzip) and damaged");
        assertThatThrownBy(() -> read(badPart)).hasMessageContaining("(gzip) and damaged");
        assertThatThrownBy(() -> read(rest)).hasMessageContaining("is no gzip");
    }

    @Test
    void zerosBehindGzipMeanNothing() throws IOException {
        assertThat(read(joined(gzip(DATA), new byte[10_000]))).isEqualTo(DATA);
    }

    @Test
    void whatIsNotCompressedIsReadAsItIs() throws IOException {
        for (byte[] bytes :
                new byte[][] {
                    {},
                    {0x1f},
                    {0x1f, (byte) 0x8b},
                    {0x28, (byte) 0xb5, 0x2f},
                    {'l', 'o', 'g'},
                    DATA
                }) {
            assertThat(read(bytes)).isEqualTo(bytes);
        }
    }
}
