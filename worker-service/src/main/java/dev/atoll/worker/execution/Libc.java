package dev.atoll.worker.execution;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few functions of the GNU C library that watching a process takes, with their numbers as they
 * are on Linux. Loading this class fails where there is no such library or no permission.
 */
@SuppressWarnings(
        "restricted") // Native calls are what this class is for; the launcher allows them.
final class Libc {
    static final int EINTR = 4;
    static final int SIGKILL = 9;

    private static final int SYSCALL_PIDFD_OPEN = 434;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_RDWR = 2;
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int P_PID = 1;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int CLD_EXITED = 1;
    private static final int SIGINFO_BYTES = 128;
    private static final int SIGINFO_CODE_OFFSET = 8;
    private static final int SIGINFO_PID_OFFSET = 12;
    private static final int SIGINFO_STATUS_OFFSET = 24;

    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout()
                    .varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle PIPE2 = withErrno("pipe2", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle OPEN = variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle READ =
            withErrno("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle POLL =
            withErrno("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle WAITID =
            withErrno("waitid", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SYSCALL =
            variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle PRCTL =
            variadic("prctl", 1, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle KILL = function("kill", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);

    private Libc() {}

    /** A call that failed. */
    static final class ErrnoException extends IOException {
        private final int errno;

        ErrnoException(String call, int errno) {
            super("%s failed: error %d".formatted(call, errno));
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    /** Room for what calls leave behind; for one thread at a time. */
    record Scratch(MemorySegment callState, MemorySegment news) {
        static Scratch in(Arena arena) {
            return new Scratch(
                    arena.allocate(Linker.Option.captureStateLayout()),
                    arena.allocate(SIGINFO_BYTES, Long.BYTES));
        }

        private int errno() {
            return (int) ERRNO.get(callState, 0L);
        }
    }

    /** The two ends of a pipe; both are closed on exec. */
    record Pipe(int readEnd, int writeEnd) {}

    static Pipe pipe(Scratch scratch) throws ErrnoException {
        int answer =
                invoke(() -> (int) PIPE2.invokeExact(scratch.callState, scratch.news, O_CLOEXEC));
        check("pipe2", answer, scratch);
        return new Pipe(scratch.news.get(JAVA_INT, 0), scratch.news.get(JAVA_INT, Integer.BYTES));
    }

    /** Opens /dev/null until the descriptors 0, 1 and 2 are taken, so that no pipe ever is one. */
    static void occupyStandardDescriptors(Scratch scratch, Arena arena) throws ErrnoException {
        MemorySegment path = arena.allocateFrom("/dev/null");
        int descriptor;
        do {
            descriptor =
                    invoke(() ->
                            (int) OPEN.invokeExact(scratch.callState, path, O_RDWR | O_CLOEXEC));
            check("open", descriptor, scratch);
        } while (descriptor <= 2);
        close(descriptor);
    }

    /** Reads up to the length of the buffer; 0 at the end. */
    static int read(int descriptor, MemorySegment buffer, Scratch scratch) throws ErrnoException {
        long count;
        do {
            count =
                    invokeLong(() ->
                            (long)
                                    READ.invokeExact(
                                            scratch.callState,
                                            descriptor,
                                            buffer,
                                            buffer.byteSize()));
        } while (count < 0 && scratch.errno() == EINTR);
        check("read", count, scratch);
        return (int) count;
    }

    /**
     * Waits for news of some descriptors; -1 millis: for ever. Answers 0 after so long, or EINTR.
     */
    static int poll(MemorySegment descriptors, int count, int millis, Scratch scratch)
            throws ErrnoException {
        int answer =
                invoke(() ->
                        (int)
                                POLL.invokeExact(
                                        scratch.callState, descriptors, (long) count, millis));
        if (answer < 0 && scratch.errno() == EINTR) {
            return 0;
        }
        check("poll", answer, scratch);
        return answer;
    }

    /** A descriptor that becomes readable when the child ends; closed on exec. */
    static int pidfdOpen(long pid, Scratch scratch) throws ErrnoException {
        long answer =
                invokeLong(() ->
                        (long)
                                SYSCALL.invokeExact(
                                        scratch.callState,
                                        (long) SYSCALL_PIDFD_OPEN,
                                        (int) pid,
                                        0));
        check("pidfd_open", answer, scratch);
        return (int) answer;
    }

    /** Reaps a child that has ended. Blocks until it has. */
    static ProcessEnd reap(long pid, Scratch scratch) throws ErrnoException {
        int answer;
        do {
            answer = waitid(pid, WEXITED, scratch);
        } while (answer < 0 && scratch.errno() == EINTR);
        check("waitid", answer, scratch);
        int status = scratch.news.get(JAVA_INT, SIGINFO_STATUS_OFFSET);
        return scratch.news.get(JAVA_INT, SIGINFO_CODE_OFFSET) == CLD_EXITED
                ? new ProcessEnd.Exited(status)
                : new ProcessEnd.Signalled(status);
    }

    /** Reaps a child if it has ended; whether it had. */
    static boolean reapIfEnded(long pid, Scratch scratch) {
        scratch.news.set(JAVA_INT, SIGINFO_PID_OFFSET, 0);
        return waitid(pid, WEXITED | WNOHANG, scratch) == 0
                && scratch.news.get(JAVA_INT, SIGINFO_PID_OFFSET) != 0;
    }

    /** Sends a signal to a process, or to a process group if the number is negative. */
    static void kill(long pid, int signal) {
        if (Math.abs(pid) <= 1) {
            throw new IllegalArgumentException("that would be everybody: " + pid);
        }
        // What it answers when there is nobody left is no news to the caller.
        int _ = invoke(() -> (int) KILL.invokeExact((int) pid, signal));
    }

    static void close(int descriptor) {
        // Linux frees the descriptor whatever close answers.
        int _ = invoke(() -> (int) CLOSE.invokeExact(descriptor));
    }

    /** Makes this process the parent of descendants that lose theirs; whether that worked. */
    static boolean becomeSubreaper(Scratch scratch) {
        return invoke(() ->
                (int) PRCTL.invokeExact(scratch.callState, PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L))
                == 0;
    }

    /** A function of the library that answers what its first layout says. */
    static MethodHandle function(String name, MemoryLayout answer, MemoryLayout... arguments) {
        return handle(name, FunctionDescriptor.of(answer, arguments));
    }

    /** Runs a native call; those throw nothing of their own. */
    static int invoke(IntCall call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native call threw", e);
        }
    }

    /** A call of a method handle that answers an int. */
    interface IntCall {
        int run() throws Throwable;
    }

    private interface LongCall {
        long run() throws Throwable;
    }

    private static long invokeLong(LongCall call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native call threw", e);
        }
    }

    private static int waitid(long pid, int options, Scratch scratch) {
        return invoke(() ->
                (int)
                        WAITID.invokeExact(
                                scratch.callState, P_PID, (int) pid, scratch.news, options));
    }

    private static void check(String call, long answer, Scratch scratch) throws ErrnoException {
        if (answer < 0) {
            throw new ErrnoException(call, scratch.errno());
        }
    }

    private static MethodHandle withErrno(
            String name, MemoryLayout answer, MemoryLayout... arguments) {
        return handle(
                name,
                FunctionDescriptor.of(answer, arguments),
                Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle variadic(
            String name, int fixedArguments, MemoryLayout answer, MemoryLayout... arguments) {
        return handle(
                name,
                FunctionDescriptor.of(answer, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(fixedArguments));
    }

    private static MethodHandle handle(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(
                                () -> new UnsupportedOperationException("no function " + name));
        return linker.downcallHandle(address, descriptor, options);
    }
}
