package dev.atoll.runtime.grpc;

import dev.atoll.runtime.config.ConfigException;

import io.grpc.Metadata;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Set;

/** The secret that the processes of a cluster and their users share. Never printed. */
public final class BearerToken {
    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final String KEY = "token-file";
    private static final String SCHEME = "Bearer ";
    private static final String FORM = "[\\x21-\\x7e]{16,512}";
    private static final Set<PosixFilePermission> TOO_WIDE =
            EnumSet.of(
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);
    private static final Integer ROOT = 0;

    private final String header;

    private BearerToken(String secret) {
        this.header = SCHEME + secret;
    }

    /**
     * A token.
     *
     * @throws IllegalArgumentException unless it is 16 to 512 visible ASCII characters
     */
    public static BearerToken of(String secret) {
        if (!secret.matches(FORM)) {
            throw new IllegalArgumentException(
                    "a token is 16 to 512 visible ASCII characters without spaces");
        }
        return new BearerToken(secret);
    }

    /**
     * Reads a token from a file that holds nothing else.
     *
     * @throws ConfigException when the file is missing, is open to others, or holds no token
     */
    public static BearerToken read(Path file) {
        try {
            if (Files.getFileStore(file).supportsFileAttributeView("posix")
                    && isTooWide(
                            Files.getPosixFilePermissions(file),
                            ROOT.equals(Files.getAttribute(file, "unix:uid")))) {
                throw new ConfigException(
                        KEY,
                        file.toString(),
                        "is open to other users; close it with: chmod 600 " + file);
            }
            return of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            throw new ConfigException(KEY, file.toString(), "no such file");
        } catch (IOException e) {
            throw new ConfigException(KEY, file.toString(), "cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(KEY, file.toString(), "holds no token: " + e.getMessage());
        }
    }

    /**
     * Whether others than its owner may get at a file. The group of a file of root is one that root
     * chose, and the only way to give a secret to a program that is not root, as Kubernetes does.
     */
    static boolean isTooWide(Set<PosixFilePermission> permissions, boolean ownedByRoot) {
        return permissions.stream().anyMatch(TOO_WIDE::contains)
                || (permissions.contains(PosixFilePermission.GROUP_READ) && !ownedByRoot);
    }

    /** What stands in the authorization header. */
    String header() {
        return header;
    }

    /** Compares in a time that does not tell how much of it is right. */
    boolean matches(String otherHeader) {
        return MessageDigest.isEqual(
                header.getBytes(StandardCharsets.UTF_8),
                otherHeader.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "BearerToken[hidden]";
    }
}
