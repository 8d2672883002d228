package dev.atoll.cli.s3;

import java.io.IOException;

/** The server does not answer, or is in trouble: it may be worth another try. */
final class S3UnreachableException extends IOException {
    S3UnreachableException(String message) {
        super(message);
    }

    S3UnreachableException(String message, IOException cause) {
        super(message, cause);
    }
}
