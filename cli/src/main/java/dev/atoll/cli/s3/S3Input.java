package dev.atoll.cli.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;

/** The bytes of one object. Goes on where it was when a connection breaks. */
final class S3Input extends InputStream {
    /** So many times in a row without a byte between. */
    private static final int TRIES = 5;

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final S3Objects objects;
    private final S3Objects.Seen object;
    private InputStream present = InputStream.nullInputStream();
    private boolean isOpen;
    private long offset;

    S3Input(S3Objects objects, S3Objects.Seen object) {
        this.objects = objects;
        this.object = object;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (offset == object.sizeBytes()) {
            return -1;
        }
        for (int tries = 1; ; tries++) {
            try {
                int count = readOnce(target, from, length);
                offset += count;
                return count;
            } catch (S3UnreachableException e) {
                close();
                if (tries == TRIES) {
                    throw e;
                }
                pause(tries);
            }
        }
    }

    private int readOnce(byte[] target, int from, int length) throws IOException {
        if (!isOpen) {
            present = objects.read(object, offset);
            isOpen = true;
        }
        int count;
        try {
            count = present.read(target, from, length);
        } catch (IOException e) {
            throw broken(e);
        }
        if (count < 0) {
            throw broken(new IOException("it ends too early"));
        }
        return count;
    }

    private S3UnreachableException broken(IOException cause) {
        return new S3UnreachableException(
                "%s: the connection broke at byte %d: %s"
                        .formatted(object.name(), offset, cause.getMessage()),
                cause);
    }

    private static void pause(int tries) throws IOException {
        try {
            Thread.sleep(PAUSE.multipliedBy(tries));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    @Override
    public void close() throws IOException {
        isOpen = false;
        present.close();
    }
}
