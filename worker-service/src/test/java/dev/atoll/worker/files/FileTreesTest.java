package dev.atoll.worker.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.job.v1.Directory;
import dev.atoll.proto.job.v1.DirectoryEntry;
import dev.atoll.proto.job.v1.FileEntry;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.worker.blob.BlobCache;
import dev.atoll.worker.blob.BlobSource;
import dev.atoll.worker.blob.BlobStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tasks find the files that were sent, as they were, and nothing outside their directory. */
class FileTreesTest {
    @TempDir private Path directory;
    private Path task = Path.of("");
    private final Elsewhere elsewhere = new Elsewhere();

    /** The rest of the cluster: has every blob, and counts what is fetched. */
    private static final class Elsewhere implements BlobSource {
        private final Map<BlobRef, byte[]> blobs = new LinkedHashMap<>();
        private int fetches;

        @Override
        public void read(BlobRef blob, Receiver receiver) throws IOException {
            fetches++;
            receiver.accept(ByteBuffer.wrap(requireNonNull(blobs.get(blob))));
        }

        BlobRef put(byte[] bytes) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
                BlobRef ref = new BlobRef(HexFormat.of().formatHex(digest), bytes.length);
                blobs.put(ref, bytes);
                return ref;
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        BlobRef put(DirectoryEntry.Builder... entries) {
            Directory.Builder message = Directory.newBuilder();
            for (DirectoryEntry.Builder entry : entries) {
                message.addEntries(entry);
            }
            return put(message.build().toByteArray());
        }

        DirectoryEntry.Builder file(String name, String content, boolean executable) {
            BlobRef ref = put(content.getBytes(StandardCharsets.UTF_8));
            return DirectoryEntry.newBuilder()
                    .setName(name)
                    .setFile(
                            FileEntry.newBuilder()
                                    .setContent(SpecWire.toProto(ref))
                                    .setExecutable(executable));
        }
    }

    private static DirectoryEntry.Builder below(String name, BlobRef ref) {
        return DirectoryEntry.newBuilder().setName(name).setDirectory(SpecWire.toProto(ref));
    }

    private static DirectoryEntry.Builder link(String name, String target) {
        return DirectoryEntry.newBuilder().setName(name).setLink(target);
    }

    @BeforeEach
    void freshDirectory() throws IOException {
        task = Files.createDirectory(directory.resolve("task"));
    }

    private FileTrees trees() throws IOException {
        BlobStore store = BlobStore.open(directory.resolve("blobs"), 1 << 20);
        return new FileTrees(new BlobCache(store, elsewhere));
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void whatWasSentLiesInTheDirectory() throws IOException {
        BlobRef lib = elsewhere.put(elsewhere.file("data", "some data", false));
        BlobRef root =
                elsewhere.put(
                        below("empty", elsewhere.put()),
                        below("lib", lib),
                        link("near", "lib/data"),
                        elsewhere.file("tool", "#!/bin/sh\n", true));

        trees().layOut(root, task);

        assertThat(task.resolve("tool")).hasContent("#!/bin/sh");
        assertThat(permissions(task.resolve("tool"))).isEqualTo("r-xr-xr-x");
        assertThat(task.resolve("lib/data")).hasContent("some data");
        assertThat(permissions(task.resolve("lib/data"))).isEqualTo("r--r--r--");
        assertThat(task.resolve("near")).hasContent("some data").isSymbolicLink();
        assertThat(task.resolve("empty")).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatATaskCanWriteToIsItsOwn(boolean executable) throws IOException {
        BlobRef root = elsewhere.put(elsewhere.file("file", "as it was sent", executable));
        FileTrees trees = trees();
        trees.layOut(root, task);
        Path second = Files.createDirectory(directory.resolve("second"));
        trees.layOut(root, second);

        if (Files.isWritable(task.resolve("file"))) {
            Files.writeString(
                    task.resolve("file"), "another", StandardOpenOption.TRUNCATE_EXISTING);
        }

        assertThat(second.resolve("file")).hasContent("as it was sent");
    }

    @Test
    void theSecondTaskSharesTheFilesOfTheFirst() throws IOException {
        BlobRef root =
                elsewhere.put(
                        elsewhere.file("a", "same", false), elsewhere.file("b", "same", true));
        FileTrees trees = trees();
        trees.layOut(root, task);
        Path second = Files.createDirectory(directory.resolve("second"));

        trees.layOut(root, second);

        assertThat(elsewhere.fetches).as("the directory and one blob").isEqualTo(2);
        for (String name : new String[] {"a", "b"}) {
            boolean isShared = Files.isSameFile(task.resolve(name), second.resolve(name));
            assertThat(isShared)
                    .as("unless the task can write to it")
                    .isNotEqualTo(Files.isWritable(task.resolve(name)));
        }
        assertThat(Files.isSameFile(task.resolve("a"), task.resolve("b"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatATaskHasDamagedTheNextOneHasWhole(boolean executable) throws IOException {
        BlobRef root = elsewhere.put(elsewhere.file("file", "as it was sent", executable));
        FileTrees trees = trees();
        trees.layOut(root, task);
        Path file = task.resolve("file");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(file, " and more", StandardOpenOption.APPEND);
        Path second = Files.createDirectory(directory.resolve("second"));

        trees.layOut(root, second);

        assertThat(second.resolve("file")).hasContent("as it was sent");
    }

    @Test
    void aWorkerThatStartsAgainTrustsNoExecutable() throws IOException {
        BlobRef root = elsewhere.put(elsewhere.file("tool", "as it was sent", true));
        trees().layOut(root, task);
        Files.writeString(task.resolve("tool"), "another", StandardOpenOption.TRUNCATE_EXISTING);
        Path second = Files.createDirectory(directory.resolve("second"));

        trees().layOut(root, second);

        assertThat(second.resolve("tool")).hasContent("as it was sent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/etc", "nul\0"})
    void aNameThatLeadsElsewhereIsRefused(String name) {
        BlobRef root = elsewhere.put(elsewhere.file(name, "content", false));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> trees().layOut(root, task))
                .withMessageContaining("cannot be the name of a file");
    }

    @Test
    void nothingIsWrittenThroughALink() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        BlobRef below = elsewhere.put(elsewhere.file("file", "content", false));
        BlobRef root = elsewhere.put(link("x", outside.toString()), below("x", below));

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> trees().layOut(root, task));

        assertThat(outside).isEmptyDirectory();
        assertThat(Files.exists(task.resolve("x/file"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void aTreeThatIsLargerThanAnythingThatWasSentIsRefused() throws IOException {
        BlobRef level = elsewhere.put(link("end", "nowhere"));
        for (int i = 0; i < 300; i++) {
            level = elsewhere.put(below("d", level));
        }
        BlobRef root = level;

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> trees().layOut(root, task))
                .withMessageContaining("directories deep");
    }

    @Test
    void aBlobThatHoldsNoDirectoryIsRefused() {
        BlobRef root = elsewhere.put(ByteString.copyFromUtf8("no message").toByteArray());

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> trees().layOut(root, task))
                .withMessageContaining("does not hold what it should");
    }
}
