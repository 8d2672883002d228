package dev.atoll.client.function;

import java.io.IOException;
import java.io.OutputStream;

/** Where what a thread prints goes: to its task, or, where it runs none, to the program's own. */
final class TaskOutput extends OutputStream {
    private final Answers answers;
    private final OutputStream own;

    TaskOutput(Answers answers, OutputStream own) {
        this.answers = answers;
        this.own = own;
    }

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        TaskCall task = CurrentTask.get();
        if (task == null) {
            own.write(bytes, offset, length);
        } else {
            byte[] copy = new byte[length];
            System.arraycopy(bytes, offset, copy, 0, length);
            answers.output(task, Answers.STDERR, copy);
        }
    }
}
