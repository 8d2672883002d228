package dev.atoll.cli.attached;

import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Attachment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/** Carries standard input to a task until it ends, or the task does. */
final class InputPump implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Shell shell;
    private final Attachment attachment;
    private final Thread thread;
    private volatile boolean closed;

    InputPump(Shell shell, Attachment attachment) {
        this.shell = shell;
        this.attachment = attachment;
        this.thread = new Thread(this::pump, "atoll-input");
        thread.setDaemon(true);
    }

    void start() {
        if (shell.terminal().mayReadInput()) {
            thread.start();
        } else {
            attachment.closeInput();
        }
    }

    private void pump() {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (shell.in().read(buffer) >= 0) {
                buffer.flip();
                attachment.write(buffer);
                buffer.clear();
            }
            attachment.closeInput();
        } catch (ClosedChannelException | InterruptedException _) {
            // The task has ended: nobody wants the rest.
            return;
        } catch (RuntimeException e) {
            // Likewise, if the line was taken down in the middle of a write.
            if (!closed) {
                throw e;
            }
        } catch (IOException e) {
            shell.say("standard input cannot be read: " + e.getMessage());
            attachment.closeInput();
        }
    }

    /* A thread that still sits in a read would hold up the end of the process: closing the channel
     * wakes it up. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            shell.in().close();
        } catch (IOException e) {
            shell.say("standard input cannot be closed: " + e.getMessage());
        }
    }
}
