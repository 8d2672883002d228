package dev.atoll.worker.execution;

import java.util.ArrayList;
import java.util.List;

/** The pipes of one start; closes every end that was not kept. */
final class Pipes implements AutoCloseable {
    private static final int NONE = -1;

    private final List<Integer> open = new ArrayList<>();
    private final Libc.Pipe output;
    private final Libc.Pipe error;
    private final Libc.Pipe input;

    private Pipes(boolean withInput, Libc.Scratch scratch) throws Libc.ErrnoException {
        try {
            output = pipe(scratch);
            error = pipe(scratch);
            input = withInput ? pipe(scratch) : new Libc.Pipe(NONE, NONE);
        } catch (Libc.ErrnoException e) {
            close();
            throw e;
        }
    }

    static Pipes open(Launch.Input input, Libc.Scratch scratch) throws Libc.ErrnoException {
        return new Pipes(input instanceof Launch.Input.Piped, scratch);
    }

    /** What the child gets. */
    PosixSpawn.Descriptors forChild(Launch.Input from) {
        return switch (from) {
            case Launch.Input.Empty() ->
                    PosixSpawn.Descriptors.withoutInput(output.writeEnd(), error.writeEnd());
            case Launch.Input.FromFile(var file) ->
                    new PosixSpawn.Descriptors(file, NONE, output.writeEnd(), error.writeEnd());
            case Launch.Input.Piped() ->
                    PosixSpawn.Descriptors.withInput(
                            input.readEnd(), output.writeEnd(), error.writeEnd());
        };
    }

    /** The write end of standard input, or -1; closed with this. */
    int input() {
        return input.writeEnd();
    }

    /** The read end of standard output, from now on the caller's to close. */
    int keepOutput() {
        return keep(output.readEnd());
    }

    /** The read end of standard error, from now on the caller's to close. */
    int keepError() {
        return keep(error.readEnd());
    }

    @Override
    public void close() {
        open.forEach(Libc::close);
        open.clear();
    }

    private Libc.Pipe pipe(Libc.Scratch scratch) throws Libc.ErrnoException {
        Libc.Pipe pipe = Libc.pipe(scratch);
        open.add(pipe.readEnd());
        open.add(pipe.writeEnd());
        return pipe;
    }

    private int keep(int descriptor) {
        open.remove(Integer.valueOf(descriptor));
        return descriptor;
    }
}
