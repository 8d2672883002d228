package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.job.v1.Directory;
import dev.atoll.proto.job.v1.DirectoryEntry;
import dev.atoll.runtime.wire.SpecWire;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** Files and directories reach the cluster as a tree of digests, and only what it lacks. */
class FileTreeTest {
    private static final FileTree.Filter ALL = FileTree.Filter.ALL;

    @TempDir private Path directory;
    private final FakeBlobs blobs = new FakeBlobs();

    @BeforeEach
    void files() throws IOException {
        Files.writeString(directory.resolve("tool"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(
                directory.resolve("tool"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.createDirectories(directory.resolve("lib/deep"));
        Files.writeString(directory.resolve("lib/data"), "data");
        Files.writeString(directory.resolve("lib/deep/copy"), "data");
        Files.createSymbolicLink(directory.resolve("near"), Path.of("lib/data"));
        Files.createSymbolicLink(directory.resolve("lib/up"), Path.of(".."));
    }

    private BlobRef upload(FileTree tree) throws Exception {
        try (FakeMaster master = new FakeMaster(blobs);
                Atoll cluster = Atoll.connect(master.address())) {
            return cluster.upload(tree);
        }
    }

    private List<DirectoryEntry> entries(BlobRef ref) throws IOException {
        Map<ByteString, ByteString> all = blobs.blobs();
        return Directory.parseFrom(all.get(SpecWire.toProto(ref).getSha256())).getEntriesList();
    }

    private static FileTree of(Path source, String name) throws IOException {
        return FileTree.builder().add(source, name, ALL).build();
    }

    @Test
    void aDirectoryGoesWithEverythingInIt() throws Exception {
        List<DirectoryEntry> root = entries(upload(of(directory, "")));

        assertThat(root).extracting(DirectoryEntry::getName).containsExactly("lib", "near", "tool");
        assertThat(root.get(1).getLink()).isEqualTo("lib/data");
        assertThat(root.get(2).getFile().getExecutable()).isTrue();
        List<DirectoryEntry> lib = entries(SpecWire.fromProto(root.get(0).getDirectory(), "lib"));
        assertThat(lib).extracting(DirectoryEntry::getName).containsExactly("data", "deep", "up");
        assertThat(lib.get(0).getFile().getExecutable()).isFalse();
        assertThat(lib.get(2).getLink()).as("a cycle of links is two links").isEqualTo("..");
    }

    @Test
    void theSameFilesHaveTheSameNameAndAreNotSentAgain() throws Exception {
        BlobRef first = upload(of(directory, ""));
        int written = blobs.writeCount();
        assertThat(written).as("tool, data, three directories").isEqualTo(5);

        assertThat(upload(of(directory, "."))).isEqualTo(first);
        assertThat(blobs.writeCount()).isEqualTo(written);

        Files.writeString(directory.resolve("lib/data"), "other data");
        assertThat(upload(of(directory, ""))).isNotEqualTo(first);
        assertThat(blobs.writeCount()).as("data, lib, the root").isEqualTo(written + 3);
    }

    @Test
    void namesAreInTheOrderOfTheirBytes() throws Exception {
        FileTree.Builder tree = FileTree.builder();
        // In UTF-16 the last of these would come before the one before it.
        for (String name : List.of("z", "a", "B", "\uffee", "\ud83c\udf0a")) {
            tree.add(directory.resolve("tool"), name, ALL);
        }

        assertThat(entries(upload(tree.build())))
                .extracting(DirectoryEntry::getName)
                .containsExactly("B", "a", "z", "\uffee", "\ud83c\udf0a");
    }

    @Test
    void aFileMayHaveAnotherNameBelow() throws Exception {
        List<DirectoryEntry> root = entries(upload(of(directory.resolve("near"), "a/b")));

        assertThat(root).extracting(DirectoryEntry::getName).containsExactly("a");
        DirectoryEntry file =
                entries(SpecWire.fromProto(root.getFirst().getDirectory(), "a")).getFirst();
        assertThat(file.getName()).isEqualTo("b");
        assertThat(file.hasFile()).as("a link that is named is followed").isTrue();
    }

    @Test
    void whatTheFilterLeavesOutDoesNotGo() throws Exception {
        FileTree tree =
                FileTree.builder()
                        .add(directory, "", (name, isDirectory) -> !name.equals("lib/deep"))
                        .build();

        List<DirectoryEntry> root = entries(upload(tree));
        assertThat(entries(SpecWire.fromProto(root.get(0).getDirectory(), "lib")))
                .extracting(DirectoryEntry::getName)
                .containsExactly("data", "up");
    }

    @Test
    void twoFilesOfOneNameAreRefused() throws IOException {
        FileTree.Builder tree = FileTree.builder().add(directory, "", ALL);

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> tree.add(directory.resolve("lib/data"), "tool", ALL))
                .withMessage("tool: two different files have this name");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> tree.add(directory.resolve("tool"), "tool/x", ALL));
    }

    @Test
    void aNameThatLeadsElsewhereIsRefused() {
        for (String name : List.of("../tool", "/tool", "a/../../tool")) {
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> of(directory.resolve("tool"), name))
                    .withMessageContaining("relative");
        }
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> of(directory.resolve("tool"), "."))
                .withMessageContaining("is not a directory");
    }

    @Test
    void aFileThatVanishesBeforeItIsSentIsNamed() throws IOException {
        FileTree tree = of(directory, "");
        blobs.whenAsked(() -> assertThat(directory.resolve("tool").toFile().delete()).isTrue());

        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> upload(tree))
                .withMessageContaining("tool");
    }

    @Test
    void whatIsNoFileIsRefused() throws Exception {
        assertThat(
                        new ProcessBuilder("mkfifo", directory.resolve("pipe").toString())
                                .start()
                                .waitFor())
                .isZero();

        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> of(directory, ""))
                .withMessageContaining("pipe: is neither a file nor a directory");
    }
}
