package dev.atoll.cli.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * The directory of the cluster on this machine: state file, secret, logs, and a directory for each
 * of its processes. Closed to other users.
 *
 * @param directory where it is
 */
public record Home(Path directory) {
    private static final int SECRET_BYTES = 32;
    private static final String OWNER_ONLY_DIRECTORY = "rwx------";
    private static final String OWNER_ONLY_FILE = "rw-------";

    /** Makes the directory, if it is not there, and closes it to others. */
    public void create() throws IOException {
        Files.createDirectories(directory.resolve("logs"));
        Files.setPosixFilePermissions(
                directory, PosixFilePermissions.fromString(OWNER_ONLY_DIRECTORY));
    }

    /** Holds the secret. */
    Path tokenFile() {
        return directory.resolve("token");
    }

    /** Where the naming service and the master keep what must last. */
    Path masterDirectory() {
        return directory.resolve("master");
    }

    /** Where a worker keeps blobs and outputs. */
    Path workerDirectory(String name) {
        return directory.resolve(name);
    }

    /** Where a process writes what it has to say. */
    Path log(String name) {
        return directory.resolve("logs").resolve(name + ".log");
    }

    /** Held by whoever starts or stops the cluster. */
    Path lockFile() {
        return directory.resolve("lock");
    }

    /** Makes a secret, unless there is one: who holds it goes on when the cluster comes back. */
    void createToken() throws IOException {
        if (Files.exists(tokenFile())
                && Files.size(tokenFile()) == 2 * SECRET_BYTES
                && Files.getPosixFilePermissions(tokenFile())
                        .equals(PosixFilePermissions.fromString(OWNER_ONLY_FILE))) {
            return;
        }
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        Files.deleteIfExists(tokenFile());
        Files.createFile(
                tokenFile(),
                PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString(OWNER_ONLY_FILE)));
        Files.write(
                tokenFile(),
                HexFormat.of().formatHex(secret).getBytes(StandardCharsets.US_ASCII),
                Set.of(StandardOpenOption.WRITE).toArray(StandardOpenOption[]::new));
    }
}
