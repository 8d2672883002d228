package dev.atoll.runtime.program;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A directory that holds what users have entrusted to a service: only its owner may enter it. */
public final class PrivateDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateDirectory.class);
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");

    private PrivateDirectory() {}

    /**
     * Takes everybody else's rights to a directory away. A directory that belongs to somebody else,
     * such as a volume that was mounted for this process, stays as it is; the log says so.
     *
     * @param directory is made if it is not there
     * @throws IOException if it cannot be made
     */
    public static Path open(Path directory) throws IOException {
        Files.createDirectories(directory);
        try {
            if (!Files.getPosixFilePermissions(directory).equals(OWNER_ONLY)) {
                Files.setPosixFilePermissions(directory, OWNER_ONLY);
            }
        } catch (FileSystemException | UnsupportedOperationException e) {
            LOG.warn("others may be able to read {}: {}", directory, e.getMessage());
        }
        return directory;
    }
}
